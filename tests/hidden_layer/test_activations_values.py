"""The values: against mpmath to the last digits, and where frameworks have a choice."""

from functools import partial

import mpmath as mp
import numpy as np
import pytest
from scipy.special import erf, ndtr

import hidden_layer.activations as act
import hidden_layer.more_activations as more
from tests.hidden_layer.activation_reference import (
    DIGITS,
    EXACT,
    GELU_GRAD_ZERO,
    GRAD_ZEROS,
    MISH_GRAD_ZERO,
    MORE_EXACT,
    SILU_GRAD_ZERO,
    SWISH_BETA,
    absolute_errors,
    exact,
    points,
    relative_errors,
    selu_constants,
    ulp_errors,
)

OURS = {name: getattr(act, name, None) for name in EXACT}
OURS["prelu"] = partial(act.prelu, alpha=act.PRELU_ALPHA)
OURS["prelu_grad"] = partial(act.prelu_grad, alpha=act.PRELU_ALPHA)
OURS["gelu_tanh"] = partial(act.gelu, approximate="tanh")
OURS["gelu_tanh_grad"] = partial(act.gelu_grad, approximate="tanh")

OURS |= {name: getattr(more, name) for name in MORE_EXACT}
OURS["swish"] = partial(more.swish, beta=SWISH_BETA)
OURS["swish_grad"] = partial(more.swish_grad, beta=SWISH_BETA)

DERIVATIVES = [(name, name.removesuffix("_grad")) for name in EXACT | MORE_EXACT if name.endswith("_grad")]


# -- Against mpmath -------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in EXACT if not n.startswith("gelu")])
def test_float64_is_within_8_ulp_of_the_true_value(name):
    x = points(np.float64)
    assert ulp_errors(OURS[name](x), exact(name, x)).max() <= 8


@pytest.mark.parametrize("name", MORE_EXACT)
def test_float64_beyond_the_nine_is_as_near_as_the_module_says(name):
    x = points(np.float64)
    if name.startswith("swish"):
        x = x[abs(SWISH_BETA * x) <= 40]
    y, true = OURS[name](x), exact(name, x)
    near = abs(x - GRAD_ZEROS.get(name, np.inf)) < 0.5
    assert ulp_errors(y, true)[~near].max() <= {"mish_grad": 16, "swish": 64, "swish_grad": 64}.get(name, 8)
    assert absolute_errors(y, true)[near].max(initial=0) <= 1e-15


@pytest.mark.parametrize("name", [*EXACT, *MORE_EXACT])
def test_float32_is_within_5_ulp_of_the_true_value(name):
    # GELU also at the zero of its slope: the float64 inside leaves 29 bits to lose.
    x = points(np.float32)
    y = OURS[name](x)
    assert y.dtype == np.float32
    assert ulp_errors(y, exact(name, x)).max() <= 5


@pytest.mark.parametrize("name", [*EXACT, *MORE_EXACT])
def test_float16_is_within_1_ulp_of_the_true_value(name):
    x = np.arange(-40, 40, 1 / 16).astype(np.float16)
    x = np.append(x, np.array([6e-8, -6e-8, 1e-3, -1e-3, -0.7519], np.float16))
    y = OURS[name](x)
    assert y.dtype == np.float16
    assert ulp_errors(y, exact(name, x)).max() <= 1


@pytest.mark.parametrize("name", ["gelu", "gelu_grad"])
def test_gelu_is_within_1e_12_of_the_true_value_wherever_that_is_normal_and_1e_15_near_the_zero_of_its_slope(name):
    x = points(np.float64)
    y, true = OURS[name](x), exact(name, x)
    near = (name == "gelu_grad") & (np.abs(x - GELU_GRAD_ZERO) < 0.5)
    assert relative_errors(y, true)[~near].max() <= 1e-12
    assert absolute_errors(y, true)[near].max(initial=0) <= 1e-15
    assert absolute_errors(y, true)[np.abs(true) < np.finfo(np.float64).tiny].max() < np.finfo(np.float64).tiny


@pytest.mark.parametrize("name", ["gelu_tanh", "gelu_tanh_grad"])
def test_tanh_form_of_gelu_is_within_64_ulp_to_5_and_4e_15_beyond(name):
    x = points(np.float64)
    y, true = OURS[name](x), exact(name, x)
    inner = np.abs(x) <= 5
    judged_by_ulp = inner & (np.abs(x - GELU_GRAD_ZERO) >= 0.5) if "grad" in name else inner
    assert ulp_errors(y, true)[judged_by_ulp].max() <= 64
    assert absolute_errors(y, true)[inner & ~judged_by_ulp].max(initial=0) <= 1e-15
    assert absolute_errors(y, true)[~inner].max() <= 4e-15


def test_textbook_forms_fail_the_same_bounds():
    # The bounds mean something: the two lines of the textbook do not keep them.
    x = points(np.float64)
    s, t = act.sigmoid(x), np.tanh(x)
    assert ulp_errors(s * (1 - s), exact("sigmoid_grad", x)).max() > 1e15
    assert ulp_errors(1 - t * t, exact("tanh_grad", x)).max() > 1e15
    with np.errstate(under="ignore"):
        assert relative_errors(x / 2 * (1 + erf(x / np.sqrt(2))), exact("gelu", x)).max() == 1
        assert relative_errors(ndtr(x) + x * np.exp(-x * x / 2) / np.sqrt(2 * np.pi), exact("gelu_grad", x)).max() > 1e-4
        assert ulp_errors(np.log(1 + np.exp(x)), exact("softplus", x)).max() > 1e15
        assert ulp_errors(x * np.tanh(np.log(1 + np.exp(x))), exact("mish", x)).max() > 1e15
        assert ulp_errors(np.where(x > 0, x, np.exp(x) - 1), exact("elu", x)).max() > 1e15


def test_known_constants():
    np.testing.assert_allclose(act.gelu(1.0), 0.841344746068542949, rtol=4e-16)
    np.testing.assert_allclose(act.gelu(-1.0), -0.158655253931457051, rtol=1e-15)
    np.testing.assert_allclose(act.gelu(-3.0), -0.00404969409489028, rtol=1e-14)
    np.testing.assert_allclose(act.gelu_grad(-3.0), -0.01194564720418393, rtol=1e-14)
    np.testing.assert_allclose(act.gelu(GELU_GRAD_ZERO), -0.169971207479903662, rtol=1e-15)
    assert abs(act.gelu_grad(GELU_GRAD_ZERO)) < 1e-15
    assert act.sigmoid(0.0) == 0.5 and act.sigmoid_grad(0.0) == 0.25
    assert act.tanh(0.0) == 0 and act.tanh_grad(0.0) == 1
    np.testing.assert_allclose(act.tanh_grad(10.0), 8.2446e-9, rtol=1e-4)
    np.testing.assert_allclose(act.sigmoid_grad(10.0), 4.5396e-5, rtol=1e-4)


def test_tanh_form_differs_from_the_exact_gelu_by_4_7e_4():
    x = 2.698941386
    difference = act.gelu(x, approximate="tanh") - act.gelu(x)
    np.testing.assert_allclose(abs(difference), 4.73235520687e-4, rtol=1e-9)
    x = 2.018655760
    difference = act.gelu_grad(x, approximate="tanh") - act.gelu_grad(x)
    np.testing.assert_allclose(abs(difference), 8.68451834986e-4, rtol=1e-9)


def test_lowest_points_and_slopes_of_silu_and_mish():
    # In the papers as about -0.278 (SiLU, at -1.278) and about -0.309 (Mish, at -1.192).
    np.testing.assert_allclose(more.silu(SILU_GRAD_ZERO), -0.27846454276107379511, rtol=1e-15)
    np.testing.assert_allclose(more.mish(MISH_GRAD_ZERO), -0.30884341301725040663, rtol=1e-15)
    assert abs(more.silu_grad(SILU_GRAD_ZERO)) < 1e-15 and abs(more.mish_grad(MISH_GRAD_ZERO)) < 1e-15
    assert more.hard_swish(-1.5) == -0.375 and more.hard_swish_grad(-1.5) == 0


def test_the_constants_of_selu_are_the_closed_form_and_the_fixed_point_of_mean_and_variance():
    with mp.workdps(DIGITS):
        alpha, scale = selu_constants()
        assert (float(alpha), float(scale)) == (more.SELU_ALPHA, more.SELU_SCALE)

        def moment(power):  # of selu(z), z standard normal
            return mp.quad(lambda z: EXACT_SELU(z) ** power * mp.npdf(z), [-20, -3, 0, 3, 20])

        EXACT_SELU = MORE_EXACT["selu"]
        assert abs(moment(1)) < 1e-20 and abs(moment(2) - 1) < 1e-20


# -- Derivatives against differences --------------------------------------------------------


@pytest.mark.parametrize("grad_name, name", DERIVATIVES)
def test_derivative_is_the_limit_of_differences(grad_name, name):
    # Central differences of the mpmath function with 60 digits: good to about 1e-25.
    x = np.array([-30, -7.3, -2.1, -np.sqrt(2), -0.4, -1e-3, 1e-3, 0.3, 1.2, 1.7, 5.5, 30])
    with mp.workdps(DIGITS):
        h = mp.mpf(10) ** -15
        f = (EXACT | MORE_EXACT)[name]
        quotients = [(f(mp.mpf(v) + h) - f(mp.mpf(v) - h)) / (2 * h) for v in x]
        quotients = np.array([float(q) for q in quotients])
    rtol = 2e-14 if "tanh_grad" in grad_name and name.startswith("gelu") else 2e-15
    np.testing.assert_allclose(OURS[grad_name](x), quotients, rtol=rtol, atol=1e-25)


def test_derivative_with_respect_to_alpha_is_the_limit_of_differences():
    x = np.array([-3.0, -0.5, 0.0, 2.0])
    quotient = (act.prelu(x, 0.25 + 0.125) - act.prelu(x, 0.25 - 0.125)) / 0.25
    np.testing.assert_array_equal(act.prelu_grad_alpha(x), quotient)  # f is linear in alpha


# -- Where frameworks have a choice --------------------------------------------------------
# (What they compute elsewhere, tests/hidden_layer/test_same_as_frameworks.py trains with.)


def test_relu_slope_at_zero_agrees_with_jax():
    import jax

    assert act.relu_grad(0.0) == jax.grad(jax.nn.relu)(0.0)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed; JAX was compared")


@pytest.mark.parametrize("name", ["relu", "prelu", "leaky_relu", "elu", "selu", "hard_swish", "relu6"])
def test_value_and_slope_at_the_kink_are_those_of_pytorch(torch, name):
    # Through lists, so that it works whatever NumPy this PyTorch was built for.
    kinks = {"hard_swish": [-3.0, 3.0], "relu6": [0.0, -0.0, 6.0]}.get(name, [0.0, -0.0])
    x = torch.tensor(kinks, dtype=torch.float64, requires_grad=True)
    alpha = [torch.tensor([act.PRELU_ALPHA], dtype=torch.float64)] if name == "prelu" else []
    value = getattr(torch.nn.functional, name.replace("hard_swish", "hardswish"))(x, *alpha)
    (slope,) = torch.autograd.grad(value.sum(), x)
    np.testing.assert_array_equal(OURS[name](kinks), value.tolist())
    np.testing.assert_array_equal(OURS[name + "_grad"](kinks), slope.tolist())


def test_channel_axis_of_prelu_is_that_of_pytorch(torch):
    rng = np.random.default_rng(2)
    alpha = rng.normal(size=3)
    for shape in [(4, 3), (2, 3, 5), (2, 3, 2, 2)]:
        x = rng.normal(size=shape)
        theirs = torch.nn.functional.prelu(
            torch.tensor(x.tolist(), dtype=torch.float64),
            torch.tensor(alpha.tolist(), dtype=torch.float64),
        )
        np.testing.assert_allclose(act.prelu(x, alpha), theirs.tolist(), rtol=1e-15)
