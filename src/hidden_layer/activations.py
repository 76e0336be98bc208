r"""The activation functions of the book, and their derivatives.

Every function works element by element: ``f(x)`` has the shape of ``x``, and nothing is
remembered between calls.  The formulas are chosen to stay accurate where the textbook form
loses its digits (the comments say where).

Conventions -- the only place where they are written
----------------------------------------------------
At 0, where a function has a kink or a jump, we follow PyTorch:

    ======================  =======  =======================================
    function                value    derivative
    ======================  =======  =======================================
    ``step``                1        0
    ``relu``                0        0
    ``prelu``               0        ``alpha``
    ``leaky_relu``          0        ``negative_slope``
    ======================  =======  =======================================

At -0.0 the value and the slope are those at 0.  ``identity``, ``tanh`` and ``gelu`` keep the
sign of a zero, ``relu`` returns +0.0, and for the other functions the sign of a zero in the
result means nothing.

At infinity every function and derivative returns its limit, also where PyTorch, TensorFlow and
JAX return NaN: ``gelu(-inf)`` is -0.0 and ``gelu_grad(-inf)`` is 0.  A slope of exactly 0 makes
the negative side 0 everywhere, -inf included.

NaN gives NaN, in every function and every derivative.

Default slopes: ``LEAKY_SLOPE`` = 0.01 (Maas et al. 2013; the default of PyTorch and JAX) and
``PRELU_ALPHA`` = 0.25 (the start value in He et al. 2015 and in PyTorch).

Accuracy on [-40, 40]
---------------------
float64: at most 8 ULP (units in the last place) from the true value; ``gelu_grad`` within 0.5 of
its zero at -0.7518 at most 1e-15; the tanh form of GELU at most 64 ULP on [-5, 5] and 4e-15
beyond.  float32: at most 5 ULP.  float16: at most 1 ULP.  Next to x = 0 a slope may be rounded
to the number just above its maximum, for instance 1 ULP above 0.25 for ``sigmoid_grad``.

Input and output
----------------
x
    An array, a nested list or a number.  float16, float32 and float64 are kept; integers and
    bools become float64.  Byte order and memory layout do not matter.  x is never modified, and
    the result never shares memory with it.
result
    A new array with the shape and dtype of ``x`` in native byte order; for a number or a 0-d
    array a NumPy scalar.
errors
    ``TypeError`` naming the argument if it does not hold real numbers of these types: strings,
    objects, complex numbers, long doubles (their precision depends on the machine) and masked
    arrays (their mask would be lost).  ``ValueError`` for a ragged list.
warnings
    None, whatever the numbers: a result too small for its dtype becomes 0, one too large inf.
"""

import functools
import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

import numpy as np

__all__ = [
    "ACTIVATIONS", "Activation", "LEAKY_SLOPE", "PRELU_ALPHA", "Parameter",
    "gelu", "gelu_grad", "identity", "identity_grad", "leaky_relu", "leaky_relu_grad",
    "prelu", "prelu_grad", "prelu_grad_alpha", "relu", "relu_grad", "sigmoid", "sigmoid_grad",
    "step", "step_grad", "tanh", "tanh_grad",
]  # fmt: skip

LEAKY_SLOPE = 0.01
PRELU_ALPHA = 0.25

_COMMON_DOC = """

    x: real numbers of any shape.  Returns the same shape and dtype (integers and bools become
    float64).  NaN gives NaN.  TypeError if x does not hold real numbers.
    """


# -- What all functions share ---------------------------------------------------------------


def _as_float_array(x):
    """Return x as an array of float16, float32 or float64, copied only if it has to be."""
    if isinstance(x, np.ma.MaskedArray):
        raise TypeError("x must not be a masked array: its mask would be lost; use x.filled(...)")
    try:
        x = np.asarray(x)
    except ValueError as error:
        raise ValueError(f"x must be a number or a rectangular array: {error}") from None
    if x.dtype.kind in "biu":
        return x.astype(np.float64)
    if x.dtype.kind == "f" and x.dtype.itemsize <= 8:
        return x.astype(x.dtype.newbyteorder("="), copy=False)
    raise TypeError(
        f"x must hold real numbers (float16, float32, float64, integers or bools), not {x.dtype}"
    )


def _elementwise(formula):
    """Make a public function of a formula on an array of float32 or float64.

    float16 is computed in float32, because exp(12) already overflows there.
    """

    @functools.wraps(formula)
    def function(x, *args, **kwargs):
        x = _as_float_array(x)
        wide = x.astype(np.float32) if x.dtype == np.float16 else x
        with np.errstate(over="ignore", under="ignore"):
            y = formula(wide, *args, **kwargs).astype(x.dtype, copy=False)
        return y[()]  # a 0-d array becomes a scalar

    function.__doc__ = (formula.__doc__ or "").rstrip() + _COMMON_DOC
    return function


def _keep_nan(x, y):
    """Return y with NaN where x has it: comparisons such as x > 0 have swallowed it."""
    if np.isnan(x.min(initial=0.0)):  # one fast pass; NaN is rare
        return np.where(np.isnan(x), x, y)
    return y


# -- Identity and step ----------------------------------------------------------------------


@_elementwise
def identity(x):
    r"""Identity: the layer stays linear.

    .. math:: f(x) = x
    """
    return x.copy()


@_elementwise
def identity_grad(x):
    r"""Derivative of the identity.

    .. math:: f'(x) = 1
    """
    return _keep_nan(x, np.ones_like(x))


@_elementwise
def step(x):
    r"""Step function: on or off (McCulloch & Pitts 1943).

    .. math:: f(x) = 1 \; (x \ge 0), \quad 0 \; (x < 0)
    """
    return _keep_nan(x, (x >= 0).astype(x.dtype))


@_elementwise
def step_grad(x):
    r"""Derivative of the step function: 0 on both sides, and by convention at 0.

    .. math:: f'(x) = 0
    """
    return _keep_nan(x, np.zeros_like(x))


# -- Sigmoid and tanh -----------------------------------------------------------------------


@_elementwise
def sigmoid(x):
    r"""Logistic sigmoid: squashes the real line into (0, 1).

    .. math:: \sigma(x) = \frac{1}{1 + e^{-x}}
    """
    # exp(-x) overflows to inf for very negative x; 1 / inf = 0 is then the right answer.
    return 1 / (1 + np.exp(-x))


@_elementwise
def sigmoid_grad(x):
    r"""Derivative of the sigmoid: at most 1/4, at x = 0.

    .. math:: \sigma'(x) = \sigma(x)(1 - \sigma(x)) = \frac{e^{-|x|}}{(1 + e^{-|x|})^2}
    """
    # In s(1 - s), 1 - s is 0 from x = 37 on; the right-hand form has no subtraction.
    e = np.exp(-np.abs(x))
    return e / (1 + e) ** 2


@_elementwise
def tanh(x):
    r"""Hyperbolic tangent: squashes the real line into (-1, 1), zero-centred.

    .. math:: \tanh(x) = \frac{e^x - e^{-x}}{e^x + e^{-x}} = 2\sigma(2x) - 1
    """
    # The quotient of exponentials is inf / inf at x = 1000; np.tanh is not.
    return np.tanh(x)


@_elementwise
def tanh_grad(x):
    r"""Derivative of tanh: at most 1, at x = 0.

    .. math:: \tanh'(x) = 1 - \tanh^2 x = \frac{4 e^{-2|x|}}{(1 + e^{-2|x|})^2}
    """
    # 1 - tanh² is 0 from x = 19 on; the right-hand form has no subtraction.
    e = np.exp(-2 * np.abs(x))
    return 4 * e / (1 + e) ** 2


# -- ReLU and its relatives -----------------------------------------------------------------


@_elementwise
def relu(x):
    r"""Rectified linear unit (Nair & Hinton 2010).

    .. math:: f(x) = \max(0, x)
    """
    return np.clip(x, 0.0, np.inf) + 0.0  # + 0.0 turns -0.0 into 0.0


@_elementwise
def relu_grad(x):
    r"""Derivative of ReLU; at 0 by convention 0.

    .. math:: f'(x) = 1 \; (x > 0), \quad 0 \; (x \le 0)
    """
    return _keep_nan(x, (x > 0).astype(x.dtype))


@_elementwise
def prelu(x, alpha):
    r"""Parametric ReLU: a negative side whose slope is learned (He et al. 2015).

    .. math:: f(x) = \max(0, x) + \alpha \min(0, x)

    alpha: a number, or a 1-D array with one slope per channel.  The channels of x lie along
    axis 1, as in PyTorch, so (batch, features) and (batch, channels, height, width) both work;
    a 1-D x is one sample, and its only axis holds the channels.  Any finite slope is allowed,
    also below 0 or above 1.  TypeError if alpha is not a number; ValueError if it is not finite
    or does not fit x.
    """
    return _two_slopes(x, _channel_slopes(x, alpha))


@_elementwise
def prelu_grad(x, alpha):
    r"""Derivative of PReLU with respect to x; at 0 by convention alpha.

    .. math:: f'(x) = 1 \; (x > 0), \quad \alpha \; (x \le 0)

    alpha: as in :func:`prelu`.
    """
    return _two_slopes_grad(x, _channel_slopes(x, alpha))


@_elementwise
def prelu_grad_alpha(x):
    r"""Derivative of PReLU with respect to its slope, element by element.

    .. math:: \frac{\partial f}{\partial \alpha} = \min(0, x)

    The gradient of a loss multiplies this by the gradient that arrives, and *sums over all
    positions that share a slope*: over everything for one alpha, over all axes but the channel
    axis for one alpha per channel.
    """
    return np.clip(x, -np.inf, 0.0)


@_elementwise
def leaky_relu(x, negative_slope=LEAKY_SLOPE):
    r"""Leaky ReLU: a negative side with a small fixed slope (Maas et al. 2013).

    .. math:: f(x) = \max(0, x) + a \min(0, x)

    negative_slope: the number a.  TypeError if it is not a number; ValueError if it is not
    finite or not a single one.
    """
    return _two_slopes(x, _single_slope(x, negative_slope))


@_elementwise
def leaky_relu_grad(x, negative_slope=LEAKY_SLOPE):
    r"""Derivative of Leaky ReLU; at 0 by convention negative_slope.

    .. math:: f'(x) = 1 \; (x > 0), \quad a \; (x \le 0)

    negative_slope: as in :func:`leaky_relu`.
    """
    return _two_slopes_grad(x, _single_slope(x, negative_slope))


def _two_slopes(x, slope):
    # Not max(x, slope * x): that is the same function only for slopes up to 1.
    # Where the slope is 0 the negative side is cut at a finite number: 0 * -inf would be NaN.
    lowest = np.where(slope == 0, np.finfo(x.dtype).min, x.dtype.type(-np.inf))
    return np.clip(x, 0.0, np.inf) + slope * np.clip(x, lowest, 0.0)


def _two_slopes_grad(x, slope):
    positive = (x > 0).astype(x.dtype)
    return _keep_nan(x, positive + slope * (1 - positive))


def _as_slope(name, value, dtype):
    """Return a slope argument as an array of the dtype of x."""
    try:
        slope = np.asarray(value)
    except ValueError:
        raise ValueError(f"{name} must be a number or a 1-D array of numbers") from None
    if slope.dtype.kind not in "iuf" or isinstance(value, np.ma.MaskedArray):
        raise TypeError(f"{name} must be a real number, got {value!r}")
    slope = slope.astype(dtype)
    if not np.isfinite(slope).all():
        raise ValueError(f"{name} must be finite in {dtype}, got {value!r}")
    return slope


def _single_slope(x, value):
    slope = _as_slope("negative_slope", value, x.dtype)
    if slope.ndim != 0:
        raise ValueError(f"negative_slope must be a single number, got shape {slope.shape}")
    return slope


def _channel_slopes(x, value):
    """Return alpha so that it broadcasts along the channel axis of x."""
    alpha = _as_slope("alpha", value, x.dtype)
    if alpha.ndim == 0:
        return alpha
    axis = 1 if x.ndim >= 2 else 0
    if alpha.ndim != 1 or x.ndim == 0 or alpha.size != x.shape[axis]:
        raise ValueError(
            f"alpha must be a number or have one value per channel (axis {axis} of x), "
            f"got alpha of shape {alpha.shape} for x of shape {x.shape}"
        )
    return alpha.reshape(-1, *[1] * (x.ndim - axis - 1))


# -- GELU -----------------------------------------------------------------------------------


@_elementwise
def gelu(x, approximate="none"):
    r"""Gaussian error linear unit (Hendrycks & Gimpel 2016).

    .. math::
        f(x) = x\,\Phi(x), \qquad
        f_{\tanh}(x) = \frac{x}{2}\left(1 + \tanh\left(
            \sqrt{2/\pi}\,(x + 0.044715\,x^3)\right)\right)

    where Φ is the distribution function of the standard normal distribution.

    approximate: "none" for the exact form (default here, in PyTorch and in TensorFlow) or
    "tanh" for the second (the default of JAX).  ValueError for anything else.
    """
    _check_approximate(approximate)
    return _in_float64(_gelu_tanh if approximate == "tanh" else _gelu_exact, x)


@_elementwise
def gelu_grad(x, approximate="none"):
    r"""Derivative of GELU: 0 at x = -0.7518, negative to the left of it.

    .. math:: f'(x) = \Phi(x) + x\,\varphi(x)

    where φ is the density of the standard normal distribution; for approximate="tanh" the
    derivative of that form.

    approximate: as in :func:`gelu`.
    """
    _check_approximate(approximate)
    return _in_float64(_gelu_tanh_grad if approximate == "tanh" else _gelu_exact_grad, x)


def _check_approximate(approximate):
    if not (isinstance(approximate, str) and approximate in ("none", "tanh")):
        raise ValueError(f'approximate must be "none" or "tanh", got {approximate!r}')


def _in_float64(formula, x):
    """Return formula(x) in the dtype of x, computed in float64, a piece at a time.

    In float32 the tails would lose their digits.  The formulas take many steps, and a piece
    stays in the processor's cache from one step to the next, which halves the time.
    """
    flat = x.reshape(-1)
    y = np.empty_like(flat)
    for start in range(0, flat.size, _PIECE):
        piece = slice(start, start + _PIECE)
        y[piece] = formula(flat[piece].astype(np.float64))
    return y.reshape(x.shape)


_PIECE = 65536


def _gelu_exact(x):
    # x Φ(x) = max(0, x) - a Q(a) with a = |x| and the upper tail Q(a) = 1 - Φ(a): the usual
    # x/2 (1 + erf(x/√2)) subtracts two nearly equal numbers for negative x.
    a, mills, e1, e2 = _normal_tail(x)
    y = np.clip(x, 0.0, np.inf) - a * mills * e1 * e2
    return np.copysign(y, x)  # a zero gets the sign of x


def _gelu_exact_grad(x):
    a, mills, e1, e2 = _normal_tail(x)
    left = (mills - a / math.sqrt(2 * math.pi)) * e1 * e2  # Q(a) - a φ(a)
    return _mirrored(x, left)


def _mirrored(x, left):
    """Return the slope at x, given the slope at -|x|: both forms have f'(x) + f'(-x) = 1."""
    return left + (x > 0) * (1 - 2 * left)  # faster than np.where


# The tanh form is x σ(2u), since (1 + tanh u) / 2 = σ(2u); here 2u = x (B + C x²).
_B = 2 * math.sqrt(2 / math.pi)
_C = 0.044715 * _B


def _gelu_tanh(x):
    x = np.clip(x, -40.0, np.inf)  # further left the value is -0.0, but -inf * 0 would be NaN
    return x / (1 + np.exp(x * (x * x * -_C - _B)))


def _gelu_tanh_grad(x):
    # At -a: σ(-2u) - a σ'(2u) (2u)', and with e = exp(-2u) σ(-2u) = e/(1 + e).
    a = np.clip(np.abs(x), 0.0, 40.0)
    a2 = a * a
    e = np.exp(a * (a2 * -_C - _B))
    upper = 1 / (1 + e)
    return _mirrored(x, e * upper * (1 - a * upper * (a2 * (3 * _C) + _B)))


def _normal_tail(x):
    r"""Return a = |x|, mills, e1 and e2 with Q(a) = mills e1 e2 and φ(a) = e1 e2 / √(2π).

    The upper tail of the normal distribution is :math:`Q(a) = M(a)\,e^{-a^2/2}`.  The factor
    :math:`M(a) = \frac12 \operatorname{erfcx}(a/\sqrt2)` falls slowly from 1/2, and
    :math:`(a + 3) M(a)` is nearly a polynomial in :math:`t = (a - 1)/(a + 3)`.

    The exponential comes in two halves, to be multiplied last: whole, it may be so small that
    it loses digits.  a stops at 40, where the tail is 0 in float64.
    """
    a = np.clip(np.abs(x), 0.0, 40.0)
    t = (a - 1) / (a + 3)
    mills = np.full_like(a, _MILLS[0])
    for coefficient in _MILLS[1:]:  # Horner's rule
        mills *= t
        mills += coefficient
    mills /= a + 3
    # a * a is rounded.  Relative to 1600 that is nothing, but it is an error of 1e-13 in the
    # exponential.  What was lost is found through `high`, whose square is exact.
    square = a * a
    high = a.astype(np.float32).astype(np.float64)
    lost = (high * high - square) + (a - high) * (a + high)
    e1 = np.exp(-square / 4)
    e2 = e1 * (1 - lost / 2)
    return a, mills, e1, e2


# (a + 3) M(a) as a polynomial in t, highest power first: the interpolation at 25 Chebyshev
# points of 0 <= a <= 40, relative error 4e-17.  tests/activation_reference.py computes it.
_MILLS = (
    -1.7076693171410252e-05, 6.562854371111314e-05, -4.634269968747235e-05,
    -0.00010813510740410471, 0.0001724227209210664, -7.417356066941417e-05,
    1.3907553474250893e-05, 8.866815653244109e-05, -3.1933819829483286e-05,
    -0.00016105811396887148, -0.00023201216704460504, -1.3074162131454306e-05,
    0.0006444701397619252, 0.0011713750158390207, 2.942902346370387e-05,
    -0.0036183334210259602, -0.005517295574146571, 0.004854790084907319,
    0.025834180651461536, 0.006051759437135844, -0.10598876565486318,
    -0.04450190911846376, 0.6255232408206481, -1.1515106491204556, 1.0463131674604935,
)  # fmt: skip


# -- The table of all activations -----------------------------------------------------------


@dataclass(frozen=True)
class Parameter:
    """The parameter of an activation.

    name: the argument's name; symbol: LaTeX; default: what :data:`ACTIVATIONS` uses;
    learned: whether training changes it; reason_ja: where the default comes from.
    """

    name: str
    symbol: str
    default: float
    learned: bool
    reason_ja: str


@dataclass(frozen=True)
class Activation:
    """One activation with what the book's tables and legends say about it.

    Everything holds for the default parameter.  The LaTeX is the part that KaTeX and MathJax
    share; texts ending in _ja are for readers.
    """

    name: str  #: the name of the function in this module
    function: Callable  #: f(x)
    derivative: Callable  #: f'(x)
    name_ja: str
    name_en: str
    latex: str  #: the right-hand side of f(x) =
    latex_grad: str  #: the right-hand side of f'(x) =
    range_latex: str  #: the set of values
    low: float  #: infimum of the values
    high: float  #: supremum
    low_attained: bool  #: whether some finite x has this value (in exact arithmetic)
    high_attained: bool
    min_slope: float  #: smallest value of f'
    max_slope: float  #: largest value of f'
    max_slope_x: float  #: a place where it is reached
    max_slope_at: str  #: all of these places, in LaTeX
    continuous: bool
    differentiable_at_zero: bool
    monotonic: bool  #: never decreasing
    odd: bool  #: f(-x) = -f(x): zero-centred for symmetric input
    negative_side_ja: str  #: the slope for x < 0
    saturation_ja: str  #: on which side the slope goes to 0
    parameter: Parameter | None
    reference: str | None  #: citation key of the original paper
    pytorch: str | None  #: names and defaults in the frameworks
    tensorflow: str | None
    jax: str | None


def _table(*records: Activation) -> Mapping[str, Activation]:
    return MappingProxyType({record.name: record for record in records})


_GELU_MIN = -0.169971207479903662  # at x = -0.751791524693564457
_GELU_MAX_SLOPE = 1.12890414518515479  # at √2; the smallest slope is 1 minus this, at -√2

#: All activations by name, in the order of the book; read-only.
ACTIVATIONS: Mapping[str, Activation] = _table(
    Activation(
        name="identity",
        function=identity,
        derivative=identity_grad,
        name_ja="恒等関数",
        name_en="identity",
        latex=r"x",
        latex_grad=r"1",
        range_latex=r"(-\infty, \infty)",
        low=-math.inf,
        high=math.inf,
        low_attained=False,
        high_attained=False,
        min_slope=1.0,
        max_slope=1.0,
        max_slope_x=0.0,
        max_slope_at=r"x \in \mathbb{R}",
        continuous=True,
        differentiable_at_zero=True,
        monotonic=True,
        odd=True,
        negative_side_ja="1",
        saturation_ja="なし",
        parameter=None,
        reference=None,
        pytorch="torch.nn.Identity",
        tensorflow="tf.keras.activations.linear",
        jax="jax.nn.identity",
    ),
    Activation(
        name="step",
        function=step,
        derivative=step_grad,
        name_ja="ステップ関数",
        name_en="step function",
        latex=r"\begin{cases} 1 & (x \ge 0) \\ 0 & (x < 0) \end{cases}",
        latex_grad=r"0 \quad (x \ne 0)",
        range_latex=r"\{0, 1\}",
        low=0.0,
        high=1.0,
        low_attained=True,
        high_attained=True,
        min_slope=0.0,
        max_slope=0.0,
        max_slope_x=1.0,
        max_slope_at=r"x \ne 0",
        continuous=False,
        differentiable_at_zero=False,
        monotonic=True,
        odd=False,
        negative_side_ja="0",
        saturation_ja="両側（どこでも傾き 0）",
        parameter=None,
        reference="mcculloch1943",
        pytorch="torch.heaviside(x, values)（x = 0 での値は values）",
        tensorflow="tf.experimental.numpy.heaviside(x, 1.0)（x = 0 での値は第 2 引数）",
        jax="jax.numpy.heaviside(x, 1.0)（x = 0 での値は第 2 引数）",
    ),
    Activation(
        name="sigmoid",
        function=sigmoid,
        derivative=sigmoid_grad,
        name_ja="シグモイド関数",
        name_en="sigmoid",
        latex=r"\frac{1}{1 + e^{-x}}",
        latex_grad=r"\sigma(x)\,(1 - \sigma(x))",
        range_latex=r"(0, 1)",
        low=0.0,
        high=1.0,
        low_attained=False,
        high_attained=False,
        min_slope=0.0,
        max_slope=0.25,
        max_slope_x=0.0,
        max_slope_at=r"x = 0",
        continuous=True,
        differentiable_at_zero=True,
        monotonic=True,
        odd=False,
        negative_side_ja="0 より大きく 0.25 より小さい",
        saturation_ja="両側",
        parameter=None,
        reference="rumelhart1986",
        pytorch="torch.nn.Sigmoid",
        tensorflow="tf.nn.sigmoid",
        jax="jax.nn.sigmoid",
    ),
    Activation(
        name="tanh",
        function=tanh,
        derivative=tanh_grad,
        name_ja="tanh関数",
        name_en="tanh",
        latex=r"\frac{e^{x} - e^{-x}}{e^{x} + e^{-x}}",
        latex_grad=r"1 - \tanh^{2} x",
        range_latex=r"(-1, 1)",
        low=-1.0,
        high=1.0,
        low_attained=False,
        high_attained=False,
        min_slope=0.0,
        max_slope=1.0,
        max_slope_x=0.0,
        max_slope_at=r"x = 0",
        continuous=True,
        differentiable_at_zero=True,
        monotonic=True,
        odd=True,
        negative_side_ja="0 より大きく 1 より小さい",
        saturation_ja="両側",
        parameter=None,
        reference="lecun1998efficient",
        pytorch="torch.nn.Tanh",
        tensorflow="tf.nn.tanh",
        jax="jax.nn.tanh",
    ),
    Activation(
        name="relu",
        function=relu,
        derivative=relu_grad,
        name_ja="ReLU関数",
        name_en="ReLU",
        latex=r"\max(0, x)",
        latex_grad=r"\begin{cases} 1 & (x > 0) \\ 0 & (x < 0) \end{cases}",
        range_latex=r"[0, \infty)",
        low=0.0,
        high=math.inf,
        low_attained=True,
        high_attained=False,
        min_slope=0.0,
        max_slope=1.0,
        max_slope_x=1.0,
        max_slope_at=r"x > 0",
        continuous=True,
        differentiable_at_zero=False,
        monotonic=True,
        odd=False,
        negative_side_ja="0",
        saturation_ja="負の側（傾き 0）",
        parameter=None,
        reference="nair2010",
        pytorch="torch.nn.ReLU",
        tensorflow="tf.nn.relu",
        jax="jax.nn.relu",
    ),
    Activation(
        name="prelu",
        function=functools.partial(prelu, alpha=PRELU_ALPHA),
        derivative=functools.partial(prelu_grad, alpha=PRELU_ALPHA),
        name_ja="PReLU関数",
        name_en="PReLU",
        latex=r"\max(0, x) + \alpha \, \min(0, x)",
        latex_grad=r"\begin{cases} 1 & (x > 0) \\ \alpha & (x < 0) \end{cases}",
        range_latex=r"(-\infty, \infty)",
        low=-math.inf,
        high=math.inf,
        low_attained=False,
        high_attained=False,
        min_slope=PRELU_ALPHA,
        max_slope=1.0,
        max_slope_x=1.0,
        max_slope_at=r"x > 0",
        continuous=True,
        differentiable_at_zero=False,
        monotonic=True,
        odd=False,
        negative_side_ja="α（学習で決まる）",
        saturation_ja="なし（α = 0 なら負の側）",
        parameter=Parameter(
            name="alpha",
            symbol=r"\alpha",
            default=PRELU_ALPHA,
            learned=True,
            reason_ja="He et al. (2015) と PyTorch の初期値。学習で変わる",
        ),
        reference="he2015",
        pytorch="torch.nn.PReLU（α の初期値 0.25）",
        tensorflow="tf.keras.layers.PReLU（α の初期値 0）",
        jax=None,
    ),
    Activation(
        name="leaky_relu",
        function=leaky_relu,
        derivative=leaky_relu_grad,
        name_ja="Leaky ReLU関数",
        name_en="Leaky ReLU",
        latex=r"\max(0, x) + a \, \min(0, x)",
        latex_grad=r"\begin{cases} 1 & (x > 0) \\ a & (x < 0) \end{cases}",
        range_latex=r"(-\infty, \infty)",
        low=-math.inf,
        high=math.inf,
        low_attained=False,
        high_attained=False,
        min_slope=LEAKY_SLOPE,
        max_slope=1.0,
        max_slope_x=1.0,
        max_slope_at=r"x > 0",
        continuous=True,
        differentiable_at_zero=False,
        monotonic=True,
        odd=False,
        negative_side_ja="0.01（固定）",
        saturation_ja="なし",
        parameter=Parameter(
            name="negative_slope",
            symbol=r"a",
            default=LEAKY_SLOPE,
            learned=False,
            reason_ja="PyTorch・JAX・ONNX の既定値。学習では変わらない",
        ),
        reference="maas2013",
        pytorch="torch.nn.LeakyReLU（既定値 0.01）",
        tensorflow="tf.nn.leaky_relu（既定値 0.2）、tf.keras.layers.LeakyReLU（既定値 0.3）",
        jax="jax.nn.leaky_relu（既定値 0.01）",
    ),
    Activation(
        name="gelu",
        function=gelu,
        derivative=gelu_grad,
        name_ja="GELU",
        name_en="GELU",
        latex=r"x\,\Phi(x)",
        latex_grad=r"\Phi(x) + x\,\varphi(x)",
        range_latex=r"[-0.16997\ldots, \infty)",
        low=_GELU_MIN,
        high=math.inf,
        low_attained=True,
        high_attained=False,
        min_slope=1 - _GELU_MAX_SLOPE,
        max_slope=_GELU_MAX_SLOPE,
        max_slope_x=math.sqrt(2),
        max_slope_at=r"x = \sqrt{2}",
        continuous=True,
        differentiable_at_zero=True,
        monotonic=False,
        odd=False,
        negative_side_ja="−0.129 から 0.5（x = −0.7518 より左では負）",
        saturation_ja="負の側（遠くで 0 に近づく）",
        parameter=None,
        reference="hendrycks2016",
        pytorch='torch.nn.GELU（既定は正確な形 approximate="none"）',
        tensorflow="tf.nn.gelu（既定は正確な形 approximate=False）",
        jax="jax.nn.gelu（既定は tanh 近似 approximate=True）",
    ),
)
