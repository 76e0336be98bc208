r"""Softmax with a temperature, its logarithm and Jacobian, and cross entropy, along the last axis.

Scores x become probabilities by

.. math:: y_k = \frac{e^{x_k/T}}{\sum_j e^{x_j/T}}

Infinities
----------
As in `hidden_layer.activations`, the limit where there is one: a score of -inf has probability 0, and +inf takes all of
it, also where PyTorch, SciPy and JAX return NaN. Several +inf in a row, or several scores that are all -inf, have no
limit and give NaN. NaN makes its row NaN.

Accuracy
--------
`softmax` and `softmax_jacobian` to 8 + 3 d units in the last place, where d = (max x - x_k) / T, summed over the scores
concerned: it is rounded three times before exp. `log_softmax` to 8, and to 8 + 3 d with the d of the second largest score
at the largest one, where the probability may be next to 1. `cross_entropy` likewise.
`softmax_vjp` and `cross_entropy_grad` subtract: to 8 units in the last place of the largest number that enters.

Input and output
----------------
float16, float32 and float64 are kept; integers and bools become float64. Whatever the numbers, there is no warning. What
is refused and how is as in `hidden_layer.activations`.
"""

import numpy as np
from numpy.typing import ArrayLike

from hidden_layer.activations import Floats, _as_float_array

__all__ = ["cross_entropy", "cross_entropy_grad", "log_softmax", "softmax", "softmax_jacobian", "softmax_vjp"]


@np.errstate(all="ignore")
def softmax(x: ArrayLike, temperature: float = 1.0) -> Floats:
    r"""Softmax: scores to probabilities.

    .. math:: y_k = \frac{e^{(x_k - m)/T}}{\sum_j e^{(x_j - m)/T}}, \qquad m = \max_j x_j

    Parameters
    ----------
    x : array_like, shape (..., K)
        Scores; the classes lie along the last axis.
    temperature : float
        T > 0. Towards 0 all goes to the largest score (equal largest ones share it), towards infinity all become 1/K.

    Returns
    -------
    ndarray, shape (..., K)
        Of the dtype of x.

    Raises
    ------
    TypeError, ValueError
        If x does not hold real numbers along at least one axis, or the temperature is not a positive finite number.
    """
    dtype, differences = _differences(x, temperature)
    return _softmax(differences).astype(dtype, copy=False)


@np.errstate(all="ignore")
def log_softmax(x: ArrayLike, temperature: float = 1.0) -> Floats:
    r"""Logarithm of softmax, also where the probability itself is rounded to 0 or 1.

    .. math:: \log y_k = \frac{x_k - m}{T} - \log \sum_j e^{(x_j - m)/T}

    Parameters, returned shape and dtype, and errors are those of `softmax`.
    """
    dtype, differences = _differences(x, temperature)
    return _log_softmax(differences).astype(dtype, copy=False)


@np.errstate(all="ignore")
def softmax_jacobian(x: ArrayLike, temperature: float = 1.0) -> Floats:
    r"""Derivatives of all probabilities with respect to all scores.

    .. math:: J_{kj} = \frac{\partial y_k}{\partial x_j} = \frac{y_k (1 - y_j)}{T} \; (j = k), \quad
        \frac{-y_k y_j}{T} \; (j \ne k), \qquad J = \frac{\operatorname{diag}(y) - y y^\top}{T}

    It is symmetric, and its rows add up to 0.

    Returns
    -------
    ndarray, shape (..., K, K)
        Of the dtype of x. Parameters and errors are those of `softmax`.
    """
    dtype, differences = _differences(x, temperature)
    y = _softmax(differences)
    jacobian = -y[..., :, None] * y[..., None, :] / temperature
    diagonal = np.arange(y.shape[-1])
    jacobian[..., diagonal, diagonal] = 0
    jacobian[..., diagonal, diagonal] = -jacobian.sum(axis=-1)  # y(1 - y) would subtract nearly equal numbers
    return jacobian.astype(dtype, copy=False)


@np.errstate(all="ignore")
def softmax_vjp(x: ArrayLike, dout: ArrayLike, temperature: float = 1.0) -> Floats:
    r"""Gradient at the scores from the gradient at the probabilities, without the K × K matrix.

    .. math:: \frac{\partial L}{\partial x_k} = \frac{y_k}{T} \Bigl(\frac{\partial L}{\partial y_k}
        - \sum_j \frac{\partial L}{\partial y_j}\,y_j\Bigr)

    Parameters
    ----------
    x : array_like, shape (..., K)
    dout : array_like, shape (..., K)
        The gradient that arrives.
    temperature : float

    Returns
    -------
    ndarray, shape (..., K)
        Of the dtype of x.

    Raises
    ------
    TypeError, ValueError
        As for `softmax`, and if dout has another shape.
    """
    dtype, differences = _differences(x, temperature)
    y, dout = _softmax(differences), _like("dout", dout, differences)
    return (y * (dout - (y * dout).sum(axis=-1, keepdims=True)) / temperature).astype(dtype, copy=False)


@np.errstate(all="ignore")
def cross_entropy(x: ArrayLike, t: ArrayLike, temperature: float = 1.0) -> Floats:
    r"""Cross entropy of the softmax of scores, for each row.

    .. math:: L = -\sum_k t_k \log y_k

    Parameters
    ----------
    x : array_like, shape (..., K)
        Scores, not probabilities.
    t : array_like, shape (..., K)
        Probabilities that are wanted: one-hot for a class that is known, any that add up to 1.
    temperature : float

    Returns
    -------
    ndarray, shape (...)
        Of the dtype of x; a NumPy scalar for one row. A class that is not wanted adds 0, also where its score is -inf.

    Raises
    ------
    TypeError, ValueError
        As for `softmax`, and if t has another shape or its rows are not probabilities.
    """
    dtype, differences = _differences(x, temperature)
    t = _probabilities(t, differences)
    log_y = _log_softmax(differences)
    return -np.where((t == 0) & (log_y == -np.inf), 0, t * log_y).sum(axis=-1).astype(dtype, copy=False)[()]


@np.errstate(all="ignore")
def cross_entropy_grad(x: ArrayLike, t: ArrayLike, temperature: float = 1.0) -> Floats:
    r"""Gradient of `cross_entropy` with respect to the scores.

    .. math:: \frac{\partial L}{\partial x_k} = \frac{y_k - t_k}{T}

    Parameters and errors are those of `cross_entropy`.

    Returns
    -------
    ndarray, shape (..., K)
        Of the dtype of x.
    """
    dtype, differences = _differences(x, temperature)
    t = _probabilities(t, differences)
    return ((_softmax(differences) - t) / temperature).astype(dtype, copy=False)


def _differences(x: ArrayLike, temperature: float) -> tuple[np.dtype, Floats]:
    """The dtype of x, and (x - max x) / T, at least in float32: at most 0, so that no exp overflows."""
    number = isinstance(temperature, (int, float, np.integer, np.floating)) and not isinstance(temperature, bool)
    if not (number and 0 < temperature < np.inf):
        raise ValueError(
            f"temperature must be a positive finite number, got {temperature!r}; its limit at 0 is x.argmax(axis=-1)"
        )
    x = _as_float_array(x)
    if x.ndim == 0 or x.shape[-1] == 0:
        raise ValueError(f"x must have one class or more along its last axis, got shape {x.shape}")
    wide = x.astype(np.promote_types(x.dtype, np.float32), copy=False)
    top = wide.max(axis=-1, keepdims=True)
    first = wide == top
    # Equal infinities have no difference: NaN.
    zero = first & (np.isfinite(top) | (first.sum(axis=-1, keepdims=True) == 1))
    return x.dtype, np.where(zero, 0, (wide - top) / wide.dtype.type(temperature))


def _softmax(differences: Floats) -> Floats:
    e = np.exp(differences)
    return e / e.sum(axis=-1, keepdims=True)


def _log_softmax(differences: Floats) -> Floats:
    e = np.exp(differences)
    np.put_along_axis(e, differences.argmax(axis=-1, keepdims=True), 0, axis=-1)  # that one is 1
    return differences - np.log1p(e.sum(axis=-1, keepdims=True))


def _like(name: str, value: ArrayLike, x: Floats) -> Floats:
    """An argument in the dtype of x, if it has its shape."""
    try:
        value = _as_float_array(value)
    except (TypeError, ValueError) as error:
        raise type(error)(str(error).replace("x must", f"{name} must", 1)) from None
    if value.shape != x.shape:
        hint = "; np.eye(K)[classes] makes one-hot rows of class numbers" if name == "t" else ""
        raise ValueError(f"{name} must have the shape of x, {x.shape}, not {value.shape}{hint}")
    return value.astype(x.dtype, copy=False)


def _probabilities(t: ArrayLike, x: Floats) -> Floats:
    t = _like("t", t, x)
    sums = t.sum(axis=-1)
    if not ((t >= 0).all() and np.allclose(sums, 1, rtol=0, atol=1e-3)):
        raise ValueError(
            f"t must hold probabilities along its last axis, at least 0 with sum 1, got sums {sums.min()} to {sums.max()}"
        )
    return t
