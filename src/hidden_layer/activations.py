r"""Activation functions of hidden layers and their derivatives, element by element.

Conventions
-----------
At 0, where a function has a kink or a jump, as in PyTorch: ``step`` is 1, and a derivative is what it is to the left.
At -0.0 value and slope are those at 0. ``identity``, ``tanh`` and ``gelu`` keep the sign of a zero, ``relu`` returns
+0.0; elsewhere the sign of a zero means nothing. At infinity every function and derivative is its limit, also where
PyTorch, TensorFlow and JAX return NaN: ``gelu(-inf)`` is -0.0. A slope of exactly 0 makes the negative side 0, -inf
included. NaN gives NaN.

Accuracy on [-40, 40]
---------------------
float64: 8 ULP (units in the last place). ``gelu`` and ``gelu_grad``: 1e-12 of the value where that is a normal number,
and 1e-15 within 0.5 of the zero of ``gelu_grad`` at -0.7518. Their tanh form: 64 ULP on [-5, 5], 4e-15 beyond.
float32: 5 ULP. float16: 1 ULP. Next to an extreme a value may be rounded to the number just beyond it.

Input and output
----------------
float16, float32 and float64 are kept; integers and bools become float64. Whatever the numbers, there is no warning: a
result too small for its dtype becomes 0, one too large inf. Strings, objects, complex numbers, long doubles (their
precision depends on the machine) and masked arrays (their mask would be lost) are a TypeError, ragged lists a ValueError.
"""

import functools
import inspect
import math
from collections.abc import Callable
from typing import Concatenate, Literal, ParamSpec

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import log_ndtr, ndtr

__all__ = ["LEAKY_SLOPE", "PRELU_ALPHA", "gelu", "gelu_grad", "identity", "identity_grad", "leaky_relu", "leaky_relu_grad",
           "prelu", "prelu_grad", "prelu_grad_alpha", "relu", "relu_grad", "sigmoid", "sigmoid_grad", "step", "step_grad",
           "tanh", "tanh_grad"]  # fmt: skip

LEAKY_SLOPE = 0.01  # Maas et al. (2013); the default of PyTorch and JAX
PRELU_ALPHA = 0.25  # where learning starts in He et al. (2015) and in PyTorch

Floats = NDArray[np.floating]
P = ParamSpec("P")

#: What is said of every function below its own formula, and of each argument.
_SECTIONS = """

Parameters
----------
{}

Returns
-------
ndarray
    New, in native byte order, of the shape and dtype of x; a NumPy scalar for a number.

Raises
------
TypeError, ValueError
    If an argument does not hold real numbers, is ragged, or is out of its range.
"""
_ARGUMENTS = {
    "x": """x : array_like
    Real numbers: float16, float32 and float64 are kept, integers and bools become float64. NaN gives NaN.""",
    "alpha": """alpha : float or 1-D array_like
    Any finite slope, or one for each channel. Channels lie along axis 1 of x, as in PyTorch: (batch, features),
    (batch, channels, height, width). A 1-D x is one sample, its only axis holds the channels.""",
    "negative_slope": """negative_slope : float
    Any finite slope.""",
    "approximate": """approximate : {"none", "tanh"}
    The exact form (default here, in PyTorch and in TensorFlow) or the tanh form (default of JAX).""",
}


def _elementwise(formula: Callable[Concatenate[Floats, P], Floats]) -> Callable[Concatenate[ArrayLike, P], Floats]:
    """Make a public function of a formula on an array of float32 or float64, and complete its docstring.

    float16 is computed in float32: exp(12) overflows there.
    """

    @functools.wraps(formula)
    def function(x: ArrayLike, *args: P.args, **kwargs: P.kwargs) -> Floats:
        array = _as_float_array(x)
        wide = array.astype(np.float32) if array.dtype == np.float16 else array
        with np.errstate(all="ignore"):
            y = formula(wide, *args, **kwargs).astype(array.dtype, copy=False)
        return y[()]  # a 0-d array becomes a scalar

    arguments = "\n".join(_ARGUMENTS[name] for name in inspect.signature(formula).parameters)
    function.__doc__ = (inspect.getdoc(formula) or "") + _SECTIONS.format(arguments)
    return function


def _as_float_array(x: ArrayLike) -> Floats:
    """x as an array of float16, float32 or float64, copied only if it has to be."""
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError("x must not be a masked array: its mask would be lost; use x.filled(...)")
    try:
        x = np.asarray(x)
    except ValueError as error:
        raise ValueError(f"x must be a number or a rectangular array: {error}") from None
    if x.dtype.kind in "biu":
        return x.astype(np.float64)
    if x.dtype.kind == "f" and x.dtype.itemsize <= 8:
        return x if x.dtype.isnative else x.astype(x.dtype.newbyteorder("="))
    raise TypeError(f"x must hold real numbers (float16, float32, float64, integers or bools), not {x.dtype}")


@_elementwise
def identity(x: Floats) -> Floats:
    r"""Identity: the layer stays linear.

    .. math:: f(x) = x
    """
    return x.copy()


@_elementwise
def identity_grad(x: Floats) -> Floats:
    r"""Derivative of the identity.

    .. math:: f'(x) = 1
    """
    return np.where(np.isnan(x), x, 1)


@_elementwise
def step(x: Floats) -> Floats:
    r"""Step function: on or off (McCulloch & Pitts 1943).

    .. math:: f(x) = 1 \; (x \ge 0), \quad 0 \; (x < 0)
    """
    return np.where(np.isnan(x), x, x >= 0)


@_elementwise
def step_grad(x: Floats) -> Floats:
    r"""Derivative of the step function: 0 on both sides, and by convention at 0.

    .. math:: f'(x) = 0
    """
    return np.where(np.isnan(x), x, 0)


@_elementwise
def sigmoid(x: Floats) -> Floats:
    r"""Logistic sigmoid: squashes the real line into (0, 1).

    .. math:: \sigma(x) = \frac{1}{1 + e^{-x}}
    """
    return 1 / (1 + np.exp(-x))  # where exp(-x) overflows to inf, 1 / inf = 0 is right


@_elementwise
def sigmoid_grad(x: Floats) -> Floats:
    r"""Derivative of the sigmoid: at most 1/4, at x = 0.

    .. math:: \sigma'(x) = \sigma(x)(1 - \sigma(x)) = \frac{e^{-|x|}}{(1 + e^{-|x|})^2}
    """
    e = np.exp(-np.abs(x))  # σ(1 - σ) is 0 from x = 37 on; here nothing is subtracted
    return e / (1 + e) ** 2


@_elementwise
def tanh(x: Floats) -> Floats:
    r"""Hyperbolic tangent: squashes the real line into (-1, 1), zero-centred.

    .. math:: \tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2\sigma(2x) - 1
    """
    return np.tanh(x)  # the quotient of exponentials is inf / inf at x = 1000


@_elementwise
def tanh_grad(x: Floats) -> Floats:
    r"""Derivative of tanh: at most 1, at x = 0.

    .. math:: \tanh'(x) = 1 - \tanh^2 x = \frac{4 e^{-2|x|}}{(1 + e^{-2|x|})^2}
    """
    e = np.exp(-2 * np.abs(x))  # 1 - tanh² is 0 from x = 19 on; here nothing is subtracted
    return 4 * e / (1 + e) ** 2


@_elementwise
def relu(x: Floats) -> Floats:
    r"""Rectified linear unit (Nair & Hinton 2010).

    .. math:: f(x) = \max(0, x)
    """
    return np.maximum(0, x) + 0.0  # + 0.0 turns -0.0 into 0.0


@_elementwise
def relu_grad(x: Floats) -> Floats:
    r"""Derivative of ReLU; at 0 by convention 0.

    .. math:: f'(x) = 1 \; (x > 0), \quad 0 \; (x \le 0)
    """
    return np.sign(np.maximum(0, x))  # NaN stays


@_elementwise
def prelu(x: Floats, alpha: ArrayLike) -> Floats:
    r"""Parametric ReLU: a negative side whose slope is learned (He et al. 2015).

    .. math:: f(x) = \max(0, x) + \alpha \min(0, x)
    """
    return _two_slopes(x, _slope("alpha", alpha, x, channels=True))


@_elementwise
def prelu_grad(x: Floats, alpha: ArrayLike) -> Floats:
    r"""Derivative of PReLU with respect to x; at 0 by convention alpha.

    .. math:: f'(x) = 1 \; (x > 0), \quad \alpha \; (x \le 0)
    """
    return _two_slopes_grad(x, _slope("alpha", alpha, x, channels=True))


@_elementwise
def prelu_grad_alpha(x: Floats) -> Floats:
    r"""Derivative of PReLU with respect to its slope, element by element.

    .. math:: \frac{\partial f}{\partial \alpha} = \min(0, x)

    The gradient of a loss is this times the gradient that arrives, *summed over all positions that share a slope*: all
    of them for one alpha, those of a channel for one alpha per channel.
    """
    return np.minimum(0, x)


@_elementwise
def leaky_relu(x: Floats, negative_slope: float = LEAKY_SLOPE) -> Floats:
    r"""Leaky ReLU: a negative side with a small fixed slope (Maas et al. 2013).

    .. math:: f(x) = \max(0, x) + a \min(0, x)
    """
    return _two_slopes(x, _slope("negative_slope", negative_slope, x))


@_elementwise
def leaky_relu_grad(x: Floats, negative_slope: float = LEAKY_SLOPE) -> Floats:
    r"""Derivative of Leaky ReLU; at 0 by convention negative_slope.

    .. math:: f'(x) = 1 \; (x > 0), \quad a \; (x \le 0)
    """
    return _two_slopes_grad(x, _slope("negative_slope", negative_slope, x))


def _two_slopes(x: Floats, slope: Floats) -> Floats:
    # Not max(x, slope * x): that is the same function only for slopes up to 1.
    negative = slope * np.minimum(0, x)
    if not slope.all():
        negative = np.where(slope == 0, 0, negative)  # 0 * -inf is NaN
    return np.maximum(0, x) + negative


def _two_slopes_grad(x: Floats, slope: Floats) -> Floats:
    positive = np.sign(np.maximum(0, x))
    return positive + slope * (1 - positive)


def _slope(name: str, value: ArrayLike, x: Floats, channels: bool = False) -> Floats:
    """A slope argument in the dtype of x; one for each channel so that it broadcasts along the channel axis."""
    try:
        slope = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a number or a 1-D array of numbers") from None
    if slope.dtype.kind not in "iuf" or isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must be a real number, got {value!r}")
    slope = slope.astype(x.dtype)
    if not np.isfinite(slope).all():
        raise ValueError(f"{name} must be finite in {x.dtype}, got {value!r}")
    if slope.ndim == 0:
        return slope
    if not channels:
        raise ValueError(f"{name} must be a single number, got shape {slope.shape}")
    axis = 1 if x.ndim >= 2 else 0
    if slope.ndim != 1 or x.ndim == 0 or slope.size != x.shape[axis]:
        got = f"got {name} of shape {slope.shape} for x of shape {x.shape}"
        raise ValueError(f"{name} must be a number or have one value per channel (axis {axis} of x), {got}")
    return slope.reshape(-1, *[1] * (x.ndim - axis - 1))


# GELU is computed in float64, since float32 would lose its digits in the tails, and with x cut where a tail is 0: 0 · inf would be NaN.
_SCALE = math.sqrt(2 / math.pi)


@_elementwise
def gelu(x: Floats, approximate: Literal["none", "tanh"] = "none") -> Floats:
    r"""Gaussian error linear unit (Hendrycks & Gimpel 2016).

    .. math:: f(x) = x\,\Phi(x), \qquad f_{\tanh}(x) = \frac{x}{2}\left(1 + \tanh u\right) = x\,\sigma(2u), \qquad
        u = \sqrt{2/\pi}\,(x + 0.044715\,x^3)

    where Φ is the distribution function of the standard normal distribution.
    """
    x = np.maximum(-40, x, dtype=np.float64)
    if _tanh_form(approximate):
        return x * sigmoid(2 * _SCALE * (x + 0.044715 * x * x * x))
    return x * ndtr(x)  # x/2 (1 + erf(x/√2)) subtracts nearly equal numbers for negative x


@_elementwise
def gelu_grad(x: Floats, approximate: Literal["none", "tanh"] = "none") -> Floats:
    r"""Derivative of GELU: 0 at x = -0.7518, negative to the left of it.

    .. math:: f'(x) = \Phi(x) + x\,\varphi(x), \qquad f_{\tanh}'(x) = \sigma(2u) + 2x\,\sigma'(2u)\,u'

    where φ is the density of the standard normal distribution, and u as in `gelu`.
    """
    x = np.clip(x, -40, 40, dtype=np.float64)
    if _tanh_form(approximate):
        u, u_grad = _SCALE * (x + 0.044715 * x * x * x), _SCALE * (1 + 3 * 0.044715 * x * x)
        return sigmoid(2 * u) + 2 * x * sigmoid_grad(2 * u) * u_grad
    density = np.exp(-x * x / 2) / math.sqrt(2 * math.pi)
    distribution = ndtr(x)
    if np.any(far := x < -37):  # ndtr(x) is 0 from x = -37.68 on, where the sum is not yet; log_ndtr takes twice as long
        distribution = np.where(far, np.exp(log_ndtr(x)), distribution)
    return distribution + x * density


def _tanh_form(approximate: str) -> bool:
    if not (isinstance(approximate, str) and approximate in ("none", "tanh")):
        raise ValueError(f'approximate must be "none" or "tanh", got {approximate!r}')
    return approximate == "tanh"
