r"""Activation functions that one meets beyond those of `hidden_layer.activations`, and their derivatives.

Conventions, types and errors are those of `hidden_layer.activations`: at a kink PyTorch's slope, at infinity the limit
(also where PyTorch returns NaN), float16, float32 and float64 kept, no warning. `maxout`, `glu` and `swiglu` make one
channel of several along an axis; where they multiply infinity by a closed gate there is no limit, and they give NaN.

Accuracy on [-40, 40]
---------------------
float64: 8 ULP (units in the last place), ``mish_grad`` 16; ``swish`` and ``swish_grad``, which round the product of beta
and x, 64 for abs(beta * x) up to 40. Within 0.5 of their zeros ``silu_grad`` (at -1.2785), ``mish_grad`` (at -1.1924) and
``swish_grad`` (at -1.2785 / beta) are within 1e-15. float32: 5 ULP. float16: 1 ULP.
"""

from collections.abc import Callable
from typing import Concatenate, ParamSpec

import numpy as np
from numpy.typing import ArrayLike

from hidden_layer.activations import _ARGUMENTS, Floats, _elementwise, _slope, sigmoid, sigmoid_grad

__all__ = ["SELU_ALPHA", "SELU_SCALE", "elu", "elu_grad", "glu", "glu_grad", "hard_swish", "hard_swish_grad", "maxout",
           "maxout_grad", "mish", "mish_grad", "relu6", "relu6_grad", "selu", "selu_grad", "silu", "silu_grad", "softplus",
           "softplus_grad", "swiglu", "swiglu_grad", "swish", "swish_grad"]  # fmt: skip

# Those for which standard normal input gives output of mean 0 and variance 1, in closed form in Klambauer et al. (2017).
SELU_ALPHA = 1.6732632423543772848
SELU_SCALE = 1.0507009873554804934

P = ParamSpec("P")
_FAR = np.finfo(np.float64).max
_TAIL = 1000.0  # here every tail is 0 in float64: farther out it may be multiplied by x, and infinity times 0 would be NaN

_ARGUMENTS["beta"] = """beta : float
    Any finite gain inside the sigmoid; 1 is SiLU, 0 is x/2."""
_ARGUMENTS["axis"] = """axis : int
    Along which the channels lie."""
_ARGUMENTS["pieces"] = """pieces : int
    How many neighbouring channels one output is made of."""


@_elementwise
def silu(x: Floats) -> Floats:
    r"""SiLU, the sigmoid linear unit (Hendrycks & Gimpel 2016; Elfwing et al. 2018); Swish with beta = 1.

    .. math:: f(x) = x\,\sigma(x)
    """
    x = np.maximum(-_TAIL, x, dtype=np.float64)
    return x * sigmoid(x)


@_elementwise
def silu_grad(x: Floats) -> Floats:
    r"""Derivative of SiLU: 0 at x = -1.2785, negative to the left of it.

    .. math:: f'(x) = \sigma(x)\,(1 + x\,\sigma(-x))
    """
    return _gated_grad(x.astype(np.float64))


@_elementwise
def swish(x: Floats, beta: float) -> Floats:
    r"""Swish with a gain (Ramachandran et al. 2017): x/2 for beta = 0, towards ReLU for large beta.

    .. math:: f(x) = x\,\sigma(\beta x)
    """
    gate = sigmoid(_gain(beta, x))
    return np.where(gate == 0, np.copysign(0, x), x.astype(np.float64) * gate)


@_elementwise
def swish_grad(x: Floats, beta: float) -> Floats:
    r"""Derivative of Swish with respect to x.

    .. math:: f'(x) = \sigma(z)\,(1 + z\,\sigma(-z)), \qquad z = \beta x
    """
    return _gated_grad(_gain(beta, x))


def _gain(beta: float, x: Floats) -> Floats:
    x = np.clip(x, -_FAR, _FAR, dtype=np.float64)  # 0 · inf would be NaN
    return _slope("beta", beta, x) * x


def _gated_grad(z: Floats) -> Floats:
    z = np.clip(z, -_TAIL, _TAIL)
    return sigmoid(z) * (1 + z * sigmoid(-z))


@_elementwise
def elu(x: Floats, alpha: ArrayLike = 1.0) -> Floats:
    r"""Exponential linear unit (Clevert et al. 2016): towards -alpha in the far left.

    .. math:: f(x) = x \; (x > 0), \quad \alpha\,(e^x - 1) \; (x \le 0)
    """
    return np.maximum(0, x) + _slope("alpha", alpha, x, channels=True) * np.expm1(np.minimum(0, x))


@_elementwise
def elu_grad(x: Floats, alpha: ArrayLike = 1.0) -> Floats:
    r"""Derivative of ELU; at 0 by convention alpha.

    .. math:: f'(x) = 1 \; (x > 0), \quad \alpha\,e^x \; (x \le 0)
    """
    return np.where(x > 0, 1, _slope("alpha", alpha, x, channels=True) * np.exp(np.minimum(0, x)))


@_elementwise
def selu(x: Floats) -> Floats:
    r"""Scaled ELU (Klambauer et al. 2017), which keeps mean 0 and variance 1 of normal input.

    .. math:: f(x) = \lambda x \; (x > 0), \quad \lambda\alpha\,(e^x - 1) \; (x \le 0),
        \qquad \alpha = 1.67326\ldots, \quad \lambda = 1.05070\ldots
    """
    return SELU_SCALE * np.maximum(0, x) + SELU_SCALE * SELU_ALPHA * np.expm1(np.minimum(0, x))


@_elementwise
def selu_grad(x: Floats) -> Floats:
    r"""Derivative of SELU; at 0 by convention that to the left.

    .. math:: f'(x) = \lambda \; (x > 0), \quad \lambda\alpha\,e^x \; (x \le 0)
    """
    return np.where(x > 0, SELU_SCALE, SELU_SCALE * SELU_ALPHA * np.exp(np.minimum(0, x)))


@_elementwise
def softplus(x: Floats) -> Floats:
    r"""Softplus (Dugas et al. 2001): a smooth ReLU, positive everywhere; its derivative is the sigmoid.

    .. math:: f(x) = \log(1 + e^x) = \max(0, x) + \log(1 + e^{-|x|})
    """
    return np.logaddexp(0, x)


@_elementwise
def softplus_grad(x: Floats) -> Floats:
    r"""Derivative of softplus.

    .. math:: f'(x) = \sigma(x)
    """
    return sigmoid(x)


@_elementwise
def mish(x: Floats) -> Floats:
    r"""Mish (Misra 2020).

    .. math:: f(x) = x \tanh(\log(1 + e^x))
    """
    x = np.maximum(-_TAIL, x, dtype=np.float64)
    return x * _mish_gate(x)


@_elementwise
def mish_grad(x: Floats) -> Floats:
    r"""Derivative of Mish: 0 at x = -1.1924, negative to the left of it.

    .. math:: f'(x) = \tanh s + x\,\sigma(x)\,(1 - \tanh^2 s), \qquad s = \log(1 + e^x)
    """
    x = np.clip(x, -_TAIL, _TAIL, dtype=np.float64)
    e = np.exp(-np.abs(x))
    right, left = 1 + 2 * e + 2 * e * e, 2 + 2 * e + e * e
    return _mish_gate(x) + 4 * x * e * (1 + e) * np.where(x > 0, e / right**2, 1 / left**2)


def _mish_gate(x: Floats) -> Floats:
    # tanh(log(1 + y)) = (y² + 2y) / (y² + 2y + 2): nothing is subtracted. On the right divided by y², which would overflow.
    e = np.exp(-np.abs(x))
    return np.where(x > 0, (1 + 2 * e) / (1 + 2 * e + 2 * e * e), e * (2 + e) / (2 + 2 * e + e * e))


@_elementwise
def hard_swish(x: Floats) -> Floats:
    r"""Hard Swish (Howard et al. 2019): SiLU with straight lines for its sigmoid; 0 up to -3, x from 3 on.

    .. math:: f(x) = x \, \frac{\min(\max(0, x + 3), 6)}{6}
    """
    x = np.maximum(-3, x)
    return x * (np.minimum(x + 3, 6) / 6)


@_elementwise
def hard_swish_grad(x: Floats) -> Floats:
    r"""Derivative of hard Swish; at the kinks by convention 0 (-3) and 1 (3).

    .. math:: f'(x) = 0 \; (x \le -3), \quad \frac{2x + 3}{6} \; (-3 < x < 3), \quad 1 \; (x \ge 3)
    """
    return np.where(x <= -3, 0, np.where(x >= 3, 1, (2 * x + 3) / 6))


@_elementwise
def relu6(x: Floats) -> Floats:
    r"""ReLU cut at 6 (Krizhevsky 2010), for numbers of few bits.

    .. math:: f(x) = \min(\max(0, x), 6)
    """
    return np.clip(x, 0, 6)


@_elementwise
def relu6_grad(x: Floats) -> Floats:
    r"""Derivative of ReLU6; at both kinks by convention 0.

    .. math:: f'(x) = 1 \; (0 < x < 6), \quad 0 \; (\text{elsewhere})
    """
    return np.where(np.isnan(x), x, (x > 0) & (x < 6))


def _fewer_channels(formula: Callable[Concatenate[Floats, P], Floats]) -> Callable[Concatenate[ArrayLike, P], Floats]:
    """As `_elementwise`, for a formula that makes one channel of several."""
    function = _elementwise(formula)
    function.__doc__ = (function.__doc__ or "").replace("of the shape and dtype of x", "of the dtype of x, with fewer channels")
    return function


def _split(x: Floats, pieces: int, axis: int) -> Floats:
    """x with its channels in groups of `pieces`, which become the last axis; the groups stay at the end but one."""
    if x.ndim == 0 or not -x.ndim <= axis < x.ndim:
        raise ValueError(f"axis must be one of the {x.ndim} axes of x, not {axis}")
    if pieces < 1 or x.shape[axis] % pieces:
        raise ValueError(f"x must have a multiple of {pieces} channels along axis {axis}, not {x.shape[axis]}")
    x = np.moveaxis(x, axis, -1)
    return x.reshape(*x.shape[:-1], x.shape[-1] // pieces, pieces)


@_fewer_channels
def maxout(x: Floats, pieces: int, axis: int = -1) -> Floats:
    r"""Maxout (Goodfellow et al. 2013): the largest of each group of neighbouring channels.

    .. math:: y_j = \max_{k} \; x_{j,k}
    """
    return np.moveaxis(_split(x, pieces, axis).max(axis=-1), -1, axis)


@_elementwise
def maxout_grad(x: Floats, pieces: int, axis: int = -1) -> Floats:
    r"""Derivative of each output of `maxout` with respect to each channel of its group: 1 for the largest.

    .. math:: \frac{\partial y_j}{\partial x_{j,k}} = 1 \; (x_{j,k} = y_j), \quad 0 \; (\text{else})

    Of equal channels the first one counts. The gradient of a loss is this times that of the output, repeated `pieces`
    times along the axis.
    """
    groups = _split(x, pieces, axis)
    largest = np.arange(pieces) == groups.argmax(axis=-1, keepdims=True)
    grad = np.where(np.isnan(groups).any(axis=-1, keepdims=True), np.nan, largest)
    return np.moveaxis(grad.reshape(np.moveaxis(x, axis, -1).shape), -1, axis)


def _halves(x: Floats, axis: int) -> tuple[Floats, Floats]:
    _split(x, 2, axis)  # refuses what cannot be halved
    first, second = np.split(x, 2, axis)
    return first, second


@_fewer_channels
def glu(x: Floats, axis: int = -1) -> Floats:
    r"""Gated linear unit (Dauphin et al. 2017): the first half of the channels, a, through gates made of the second, b.

    .. math:: y = a \odot \sigma(b)
    """
    a, b = _halves(x, axis)
    return a * sigmoid(b)


@_elementwise
def glu_grad(x: Floats, axis: int = -1) -> Floats:
    r"""Derivative of each output of `glu` with respect to its two channels, in their places.

    .. math:: \frac{\partial y}{\partial a} = \sigma(b), \qquad \frac{\partial y}{\partial b} = a\,\sigma'(b)

    The gradient of a loss is this times that of the output, which stands twice along the axis.
    """
    a, b = _halves(x, axis)
    return np.concatenate([sigmoid(b), a * sigmoid_grad(b)], axis)


@_fewer_channels
def swiglu(x: Floats, axis: int = -1) -> Floats:
    r"""GLU with SiLU for its gate (Shazeer 2020); here, as there, the *first* half of the channels, a, makes the gate.

    .. math:: y = \mathrm{SiLU}(a) \odot b
    """
    a, b = _halves(x, axis)
    return silu(a) * b


@_elementwise
def swiglu_grad(x: Floats, axis: int = -1) -> Floats:
    r"""Derivative of each output of `swiglu` with respect to its two channels, in their places.

    .. math:: \frac{\partial y}{\partial a} = \mathrm{SiLU}'(a)\,b, \qquad \frac{\partial y}{\partial b} = \mathrm{SiLU}(a)

    The gradient of a loss is this times that of the output, which stands twice along the axis.
    """
    a, b = _halves(x, axis)
    return np.concatenate([silu_grad(a) * b, silu(a)], axis)
