"""The values: against mpmath to the last digits, and against automatic differentiation."""

from functools import partial

import mpmath as mp
import numpy as np
import pytest
from scipy.special import erf, ndtr

import hidden_layer.activations as act
from tests.hidden_layer.activation_reference import (
    DIGITS,
    EXACT,
    GELU_GRAD_ZERO,
    absolute_errors,
    exact,
    points,
    relative_errors,
    ulp_errors,
)

OURS = {name: getattr(act, name, None) for name in EXACT}
OURS["prelu"] = partial(act.prelu, alpha=act.PRELU_ALPHA)
OURS["prelu_grad"] = partial(act.prelu_grad, alpha=act.PRELU_ALPHA)
OURS["gelu_tanh"] = partial(act.gelu, approximate="tanh")
OURS["gelu_tanh_grad"] = partial(act.gelu_grad, approximate="tanh")

DERIVATIVES = [(name, name.removesuffix("_grad")) for name in EXACT if name.endswith("_grad")]


# -- Against mpmath -------------------------------------------------------------------------


@pytest.mark.parametrize("name", [n for n in EXACT if not n.startswith("gelu")])
def test_float64_is_within_8_ulp_of_the_true_value(name):
    x = points(np.float64)
    assert ulp_errors(OURS[name](x), exact(name, x)).max() <= 8


@pytest.mark.parametrize("name", list(EXACT))
def test_float32_is_within_5_ulp_of_the_true_value(name):
    # GELU also at the zero of its slope: the float64 inside leaves 29 bits to lose.
    x = points(np.float32)
    y = OURS[name](x)
    assert y.dtype == np.float32
    assert ulp_errors(y, exact(name, x)).max() <= 5


@pytest.mark.parametrize("name", list(EXACT))
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


# -- Far outside [-40, 40] ------------------------------------------------------------------


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
def test_huge_arguments_give_the_limits(dtype):
    big = np.array([-1, 1], dtype) * np.finfo(dtype).max
    expected = {
        "step": [0, 1], "step_grad": [0, 0], "sigmoid": [0, 1], "sigmoid_grad": [0, 0],
        "tanh": [-1, 1], "tanh_grad": [0, 0], "relu": [0, big[1]], "relu_grad": [0, 1],
        "identity": big, "identity_grad": [1, 1], "prelu_grad_alpha": [big[0], 0],
        "gelu": [0, big[1]], "gelu_grad": [0, 1], "gelu_tanh": [0, big[1]],
        "gelu_tanh_grad": [0, 1],
        "leaky_relu": [big[0] * dtype(0.01), big[1]], "leaky_relu_grad": [dtype(0.01), 1],
        "prelu": [big[0] / 4, big[1]], "prelu_grad": [0.25, 1],
    }  # fmt: skip
    assert expected.keys() == OURS.keys()
    for name, values in expected.items():
        np.testing.assert_allclose(OURS[name](big), np.array(values, dtype), rtol=np.finfo(dtype).eps, err_msg=name)


# -- Derivatives against differences and automatic differentiation --------------------------


@pytest.mark.parametrize("grad_name, name", DERIVATIVES)
def test_derivative_is_the_limit_of_differences(grad_name, name):
    # Central differences of the mpmath function with 60 digits: good to about 1e-25.
    x = np.array([-30, -7.3, -2.1, -np.sqrt(2), -0.4, -1e-3, 1e-3, 0.3, 1.2, 1.7, 5.5, 30])
    with mp.workdps(DIGITS):
        h = mp.mpf(10) ** -15
        quotients = [(EXACT[name](mp.mpf(v) + h) - EXACT[name](mp.mpf(v) - h)) / (2 * h) for v in x]
        quotients = np.array([float(q) for q in quotients])
    rtol = 2e-14 if "tanh_grad" in grad_name and name.startswith("gelu") else 2e-15
    np.testing.assert_allclose(OURS[grad_name](x), quotients, rtol=rtol, atol=1e-25)


def test_derivative_with_respect_to_alpha_is_the_limit_of_differences():
    x = np.array([-3.0, -0.5, 0.0, 2.0])
    quotient = (act.prelu(x, 0.25 + 0.125) - act.prelu(x, 0.25 - 0.125)) / 0.25
    np.testing.assert_array_equal(act.prelu_grad_alpha(x), quotient)  # f is linear in alpha


def test_derivative_with_respect_to_alpha_sums_over_shared_positions():
    rng = np.random.default_rng(0)
    x, arriving, alpha = rng.normal(size=(5, 3)), rng.normal(size=(5, 3)), np.array([0.2, -1, 3])
    by_formula = (arriving * act.prelu_grad_alpha(x)).sum(axis=0)
    for channel in range(3):
        shift = np.eye(3)[channel] / 8
        loss = [np.sum(arriving * act.prelu(x, alpha + sign * shift)) for sign in (1, -1)]
        np.testing.assert_allclose(by_formula[channel], (loss[0] - loss[1]) * 4, rtol=1e-13)


# Away from the kinks, and as far as the frameworks themselves are accurate: in the tails only
# the absolute difference is compared, and it is the frameworks' error (see the tests above).
SMOOTH_X = np.concatenate([np.linspace(-35, 35, 281), np.linspace(-4, 4, 161)])
SMOOTH_X = SMOOTH_X[SMOOTH_X != 0]


def assert_agrees(grad_name, name, value, slope):
    # The tanh form's slope multiplies the rounding of 1 - tanh² by x u'(x), up to 50 where it counts.
    atol = 1e-13 if grad_name == "gelu_tanh_grad" else 4e-15
    np.testing.assert_allclose(OURS[name](SMOOTH_X), value, rtol=1e-14, atol=4e-15)
    np.testing.assert_allclose(OURS[grad_name](SMOOTH_X), slope, rtol=1e-14, atol=atol)


@pytest.fixture
def jax_float64():
    import jax

    before = jax.config.jax_enable_x64
    jax.config.update("jax_enable_x64", True)
    yield jax
    jax.config.update("jax_enable_x64", before)


def jax_function(jax, name):
    return {
        "identity": lambda x: x,
        "step": lambda x: jax.numpy.heaviside(x, 1.0),
        "sigmoid": jax.nn.sigmoid,
        "tanh": jax.nn.tanh,
        "relu": jax.nn.relu,
        "prelu": lambda x: jax.numpy.where(x > 0, x, act.PRELU_ALPHA * x),
        "leaky_relu": jax.nn.leaky_relu,
        "gelu": lambda x: jax.nn.gelu(x, approximate=False),
        "gelu_tanh": jax.nn.gelu,  # the default of JAX
    }[name]


@pytest.mark.parametrize("grad_name, name", DERIVATIVES)
def test_value_and_derivative_agree_with_jax(jax_float64, grad_name, name):
    jax = jax_float64
    f = jax_function(jax, name)
    x = jax.numpy.asarray(SMOOTH_X)
    slope = jax.vmap(jax.grad(f))(x)
    assert slope.dtype == np.float64
    assert_agrees(grad_name, name, np.asarray(jax.vmap(f)(x)), np.asarray(slope))


def test_derivative_with_respect_to_alpha_agrees_with_jax(jax_float64):
    jax = jax_float64
    loss = lambda a, x: jax.numpy.sum(jax.numpy.where(x > 0, x, a * x))  # noqa: E731
    x = np.random.default_rng(1).normal(size=(7, 4))
    slope = jax.grad(loss)(jax.numpy.full(4, 0.25), jax.numpy.asarray(x))
    np.testing.assert_allclose(act.prelu_grad_alpha(x).sum(axis=0), slope, rtol=1e-14)


def test_relu_slope_at_zero_agrees_with_jax(jax_float64):
    assert act.relu_grad(0.0) == jax_float64.grad(jax_float64.nn.relu)(0.0)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed; JAX was compared")


def torch_function(torch, name):
    F = torch.nn.functional
    return {
        "identity": lambda x: x * 1.0,
        "step": lambda x: torch.heaviside(x, torch.ones_like(x)) + 0 * x,
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": F.relu,
        "prelu": lambda x: F.prelu(x, torch.tensor([act.PRELU_ALPHA], dtype=x.dtype)),
        "leaky_relu": F.leaky_relu,
        "gelu": F.gelu,  # the default of PyTorch
        "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    }[name]


def torch_value_and_slope(torch, name, x):
    # Through lists, so that it works whatever NumPy this PyTorch was built for.
    x = torch.tensor(np.asarray(x).tolist(), dtype=torch.float64, requires_grad=True)
    if name == "step":  # heaviside has no gradient in PyTorch
        value = torch.heaviside(x.detach(), torch.ones_like(x))
        return np.array(value.tolist()), np.zeros(len(value))
    value = torch_function(torch, name)(x)
    (slope,) = torch.autograd.grad(value.sum(), x)
    return np.array(value.tolist()), np.array(slope.tolist())


@pytest.mark.parametrize("grad_name, name", DERIVATIVES)
def test_value_and_derivative_agree_with_pytorch(torch, grad_name, name):
    assert_agrees(grad_name, name, *torch_value_and_slope(torch, name, SMOOTH_X))


@pytest.mark.parametrize("name", ["relu", "prelu", "leaky_relu"])
def test_value_and_slope_at_the_kink_are_those_of_pytorch(torch, name):
    value, slope = torch_value_and_slope(torch, name, [0.0, -0.0])
    np.testing.assert_array_equal(OURS[name]([0.0, -0.0]), value)
    np.testing.assert_array_equal(OURS[name + "_grad"]([0.0, -0.0]), slope)


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
