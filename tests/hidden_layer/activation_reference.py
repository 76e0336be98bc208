"""What the activations are compared with: the same functions in mpmath, with 60 digits.

The formulas are not those of the package: each is written so that it is right, not fast.
"""

import mpmath as mp
import numpy as np

from hidden_layer.activations import LEAKY_SLOPE, PRELU_ALPHA

DIGITS = 60
GELU_GRAD_ZERO = -0.751791524693564457
SWISH_BETA = 1.7  # its product with x has to be rounded
SILU_GRAD_ZERO = -1.27846454276107379511
MISH_GRAD_ZERO = -1.1924312145154952121
#: name -> where a derivative goes through 0: there it is judged by its absolute error.
GRAD_ZEROS = {
    "silu_grad": SILU_GRAD_ZERO,
    "swish_grad": SILU_GRAD_ZERO / SWISH_BETA,
    "mish_grad": MISH_GRAD_ZERO,
}


def _real(x):
    return mp.mpf(float(x))


def _tanh_argument(x):
    return mp.sqrt(2 / mp.pi) * (x + mp.mpf("0.044715") * x**3)


def _tanh_argument_grad(x):
    return mp.sqrt(2 / mp.pi) * (1 + 3 * mp.mpf("0.044715") * x**2)


def _gelu_tanh_grad(x):
    u = _tanh_argument(x)
    half = 1 / (1 + mp.exp(-2 * u))  # (1 + tanh u)/2
    return half + x / 2 * mp.sech(u) ** 2 * _tanh_argument_grad(x)


def _two_slopes(slope):
    slope = mp.mpf(slope)
    return (lambda x: x if x > 0 else slope * x), (lambda x: mp.mpf(1) if x > 0 else slope)


_LEAKY, _LEAKY_GRAD = _two_slopes(LEAKY_SLOPE)
_PRELU, _PRELU_GRAD = _two_slopes(PRELU_ALPHA)


def _sigmoid(x):
    return 1 / (1 + mp.exp(-x))


def _swish(beta):
    beta = mp.mpf(beta)
    return (
        lambda x: x * _sigmoid(beta * x),
        lambda x: _sigmoid(beta * x) + beta * x * mp.sech(beta * x / 2) ** 2 / 4,
    )


def _softplus(x):
    return mp.log1p(mp.exp(x))


def selu_constants():
    """The closed form of α and λ in appendix A of Klambauer et al. (2017), for mean 0 and variance 1, as (α, λ)."""
    q, root = mp.erfc(1 / mp.sqrt(2)), mp.sqrt(mp.e)
    alpha = mp.sqrt(2 / mp.pi) / (1 - q * root)
    spread = 2 * mp.erfc(mp.sqrt(2)) * mp.e**2 + mp.pi * q**2 * mp.e - 2 * (2 + mp.pi) * q * root + mp.pi + 2
    return alpha, (1 - q * root) * mp.sqrt(2 * mp.pi / spread)


def _selu(x):
    alpha, scale = selu_constants()
    return scale * (x if x > 0 else alpha * mp.expm1(x))


def _selu_grad(x):
    alpha, scale = selu_constants()
    return scale * (1 if x > 0 else alpha * mp.exp(x))


#: name -> function of one mpf.  "gelu_tanh" is gelu(x, approximate="tanh").
EXACT = {
    "identity": lambda x: x,
    "identity_grad": lambda x: mp.mpf(1),
    "step": lambda x: mp.mpf(x >= 0),
    "step_grad": lambda x: mp.mpf(0),
    "sigmoid": lambda x: 1 / (1 + mp.exp(-x)),
    "sigmoid_grad": lambda x: mp.sech(x / 2) ** 2 / 4,
    "tanh": mp.tanh,
    "tanh_grad": lambda x: mp.sech(x) ** 2,
    "relu": lambda x: max(x, mp.mpf(0)),
    "relu_grad": lambda x: mp.mpf(x > 0),
    "prelu": _PRELU,
    "prelu_grad": _PRELU_GRAD,
    "prelu_grad_alpha": lambda x: min(x, mp.mpf(0)),
    "leaky_relu": _LEAKY,
    "leaky_relu_grad": _LEAKY_GRAD,
    "gelu": lambda x: x * mp.erfc(-x / mp.sqrt(2)) / 2,
    "gelu_grad": lambda x: mp.erfc(-x / mp.sqrt(2)) / 2 + x * mp.npdf(x),
    "gelu_tanh": lambda x: x / (1 + mp.exp(-2 * _tanh_argument(x))),
    "gelu_tanh_grad": _gelu_tanh_grad,
}
#: The same for `hidden_layer.more_activations`; "swish" is swish(x, beta=SWISH_BETA).
MORE_EXACT = {
    "silu": _swish(1)[0],
    "silu_grad": _swish(1)[1],
    "swish": _swish(SWISH_BETA)[0],
    "swish_grad": _swish(SWISH_BETA)[1],
    "elu": lambda x: x if x > 0 else mp.expm1(x),
    "elu_grad": lambda x: mp.exp(min(x, mp.mpf(0))),
    "selu": _selu,
    "selu_grad": _selu_grad,
    "softplus": _softplus,
    "softplus_grad": _sigmoid,
    "mish": lambda x: x * mp.tanh(_softplus(x)),
    "mish_grad": lambda x: mp.tanh(_softplus(x)) + x * _sigmoid(x) * mp.sech(_softplus(x)) ** 2,
    "hard_swish": lambda x: x * min(max(x + 3, mp.mpf(0)), mp.mpf(6)) / 6,
    "hard_swish_grad": lambda x: mp.mpf(0) if x <= -3 else mp.mpf(1) if x >= 3 else (2 * x + 3) / 6,
    "relu6": lambda x: min(max(x, mp.mpf(0)), mp.mpf(6)),
    "relu6_grad": lambda x: mp.mpf(0 < x < 6),
}


def exact(name, x):
    """Return the true values at the floats x, as a list of mpf."""
    with mp.workdps(DIGITS):
        return [(EXACT | MORE_EXACT)[name](_real(v)) for v in x]


def absolute_errors(y, true):
    """Return |y - true| as float64."""
    with mp.workdps(DIGITS):
        return np.array([float(abs(_real(v) - t)) for v, t in zip(y, true, strict=True)])


def ulp_errors(y, true):
    """Return |y - true| in units of the spacing of y's dtype at the true value."""
    with np.errstate(under="ignore"):
        nearest = np.array([float(t) for t in true]).astype(y.dtype)
        spacing = np.spacing(np.abs(nearest)).astype(np.float64)
    with mp.workdps(DIGITS):
        errors = [float(abs(_real(v) - t) / _real(s)) for v, t, s in zip(y, true, spacing, strict=True)]
    return np.array(errors)


def relative_errors(y, true):
    """Return |y - true| / |true|, 0 where true is no normal number of float64."""
    with mp.workdps(DIGITS):
        smallest = _real(np.finfo(np.float64).tiny)
        return np.array([float(abs(_real(v) / t - 1)) if abs(t) >= smallest else 0.0 for v, t in zip(y, true, strict=True)])


def points(dtype, seed=0, size=1500):
    """Return sorted points of [-40, 40]: a grid, random ones, and the hard ones."""
    rng = np.random.default_rng(seed)
    tiny, smallest = np.finfo(dtype).tiny, np.finfo(dtype).smallest_subnormal
    magnitudes = [
        rng.uniform(0, 40, size),
        rng.uniform(0, 3, size),
        10.0 ** rng.uniform(-20, 0, size // 4),
        rng.uniform(36, 40, size // 4),  # GELU goes through the subnormal numbers of float64
        np.linspace(37.6, 37.8, 201),  # ... and scipy.special.ndtr becomes 0
        rng.uniform(8, 15, size // 4),  # ... and of float32
        np.array([0.0, smallest, 3 * smallest, tiny, 1e-8, 1.25, np.sqrt(2), 19.06, 37.0, 40.0]),
        abs(GELU_GRAD_ZERO) + np.linspace(-0.6, 0.6, 241),
        np.linspace(0, 40, 641),
    ]
    a = np.concatenate(magnitudes).astype(dtype)
    return np.unique(np.concatenate([-a, a]))
