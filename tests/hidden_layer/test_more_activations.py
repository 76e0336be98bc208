"""Functions beyond the nine: those that take several channels, and what frameworks compute."""

from functools import partial

import numpy as np
import pytest

import hidden_layer.more_activations as more

FLOATS = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
CASES = {
    "maxout": (partial(more.maxout, pieces=3), partial(more.maxout_grad, pieces=3), 3),
    "glu": (more.glu, more.glu_grad, 2),
    "swiglu": (more.swiglu, more.swiglu_grad, 2),
}
ALL = pytest.mark.parametrize("f, grad, pieces", CASES.values(), ids=CASES.keys())


def backward(name, x, dout, axis):
    """The gradient of a loss with respect to x, from that of the output, as the docstrings say."""
    _, grad, pieces = CASES[name]
    again = np.repeat(dout, pieces, axis) if name == "maxout" else np.concatenate([dout, dout], axis)
    return grad(x, axis=axis) * again


def test_the_three_by_hand():
    x = np.array([[1.0, -2.0, 3.0, 0.0, 5.0, 4.0]])
    np.testing.assert_array_equal(more.maxout(x, 2), [[1, 3, 5]])
    np.testing.assert_array_equal(more.maxout(x, 3), [[3, 5]])
    np.testing.assert_array_equal(more.maxout_grad(x, 2), [[1, 0, 1, 0, 1, 0]])
    a, b = x[:, :3], x[:, 3:]
    np.testing.assert_allclose(more.glu(x), a / (1 + np.exp(-b)), rtol=1e-15)
    np.testing.assert_allclose(more.swiglu(x), a / (1 + np.exp(-a)) * b, rtol=1e-15)


def test_swiglu_makes_its_gate_of_the_first_half_and_glu_of_the_second():
    closed_first, closed_second = np.array([-100.0, 5.0]), np.array([5.0, -100.0])
    assert abs(more.swiglu(closed_first)[0]) < 1e-40 and abs(more.glu(closed_second)[0]) < 1e-40
    assert more.swiglu(closed_second)[0] < -400 and more.glu(closed_first)[0] < -99


def test_a_gate_made_of_the_value_itself_is_silu():
    x = np.linspace(-5, 5, 21)
    np.testing.assert_allclose(more.glu(np.concatenate([x, x])), more.silu(x), rtol=1e-15)


@pytest.mark.parametrize(
    "beta, value, slope", [(0.0, (-np.inf, np.inf), (0.5, 0.5)), (-2.0, (-np.inf, 0.0), (1, 0)), (1e300, (0.0, np.inf), (0, 1))]
)
def test_any_gain_of_swish_has_its_limits_at_infinity(beta, value, slope):
    x = np.array([-np.inf, np.inf])
    np.testing.assert_array_equal(more.swish(x, beta), value)
    np.testing.assert_array_equal(more.swish_grad(x, beta), slope)
    assert np.isnan(more.swish(np.nan, beta)) and np.isnan(more.swish_grad(np.nan, beta))


def test_the_slope_of_elu_at_the_kink_is_that_to_the_left():
    np.testing.assert_array_equal(more.elu_grad([0.0, -0.0], 2.0), [2, 2])


@pytest.mark.parametrize("x", [[2.0, 2.0], [-np.inf, -np.inf], [0.0, -0.0]])
def test_of_equal_channels_of_maxout_the_first_counts(x):
    np.testing.assert_array_equal(more.maxout_grad(x, 2), [1, 0])


@ALL
@FLOATS
@pytest.mark.parametrize("axis", [0, 1, 2, -1, -3])
def test_channels_may_lie_along_any_axis(f, grad, pieces, dtype, axis):
    x = np.random.default_rng(0).normal(size=(6, 12, 18)).astype(dtype)
    y, slope = f(x, axis=axis), grad(x, axis=axis)
    shape = list(x.shape)
    shape[axis] //= pieces
    assert (y.dtype, y.shape, slope.dtype, slope.shape) == (dtype, tuple(shape), dtype, x.shape)
    moved = np.moveaxis(x, axis, -1)
    np.testing.assert_array_equal(y, np.moveaxis(f(moved), -1, axis))
    np.testing.assert_array_equal(slope, np.moveaxis(grad(moved), -1, axis))


@ALL
def test_a_sample_alone_no_sample_integers_and_lists_are_accepted(f, grad, pieces):
    for g in (f, grad):
        np.testing.assert_array_equal(g([1, 2, 3, 4, 5, 6]), g(np.arange(1.0, 7)))
        assert g(np.arange(6)).dtype == np.float64
        assert g(np.zeros((0, 6))).shape[0] == 0


@ALL
@FLOATS
def test_large_numbers_and_infinities_give_no_warning(f, grad, pieces, dtype):
    x = np.array([np.inf, -np.inf, np.finfo(dtype).max, 1, -1, 0], dtype)
    with np.errstate(all="raise"):
        f(x), grad(x)


@ALL
def test_nan_gives_nan_in_its_group_and_only_there(f, grad, pieces):
    x = np.ones((2, 6))
    x[1, 0] = np.nan
    assert np.argwhere(np.isnan(f(x))).tolist() == [[1, 0]]
    # The derivative with respect to the factor beside it: of GLU ∂y/∂a does not depend on a.
    wanted = {3: [[1, 0], [1, 1], [1, 2]], 2: [[1, 0], [1, 3]]}[pieces]
    found = np.argwhere(np.isnan(grad(x))).tolist()
    assert found == (wanted if f is not more.glu else [[1, 3]])


def test_infinity_through_a_closed_gate_has_no_limit():
    assert np.isnan(more.glu([np.inf, -np.inf])[0]) and np.isnan(more.swiglu([-np.inf, np.inf])[0])
    assert more.glu([np.inf, np.inf])[0] == np.inf and more.glu([-np.inf, 0.0])[0] == -np.inf


@ALL
def test_channels_that_cannot_be_grouped_are_refused(f, grad, pieces):
    for g in (f, grad):
        with pytest.raises(ValueError, match=f"^x must have a multiple of {pieces} channels along axis -1, not 7"):
            g(np.ones((2, 7)))
        for axis in (2, -3):
            with pytest.raises(ValueError, match=f"^axis must be one of the 2 axes of x, not {axis}"):
                g(np.ones((6, 6)), axis=axis)
        with pytest.raises(ValueError, match="^axis must be one of the 0 axes of x"):
            g(1.0)
        with pytest.raises(TypeError, match="^x must hold real numbers"):
            g(["a", "b"])


@pytest.mark.parametrize("pieces", [0, -2])
def test_maxout_needs_a_piece(pieces):
    with pytest.raises(ValueError, match=f"^x must have a multiple of {pieces} channels"):
        more.maxout(np.ones(4), pieces)


def test_shapes_are_told_in_the_docstrings():
    for name in CASES:
        assert "with fewer channels" in getattr(more, name).__doc__
        assert "of the shape and dtype of x" in getattr(more, f"{name}_grad").__doc__


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("axis", [0, 1, -1])
def test_the_gradient_of_a_loss_is_the_limit_of_differences(name, axis):
    rng, f = np.random.default_rng(1), CASES[name][0]
    x = rng.normal(size=(6, 6, 6))
    dout, direction = rng.normal(size=f(x, axis=axis).shape), rng.normal(size=x.shape)
    eps = 1e-6
    quotient = ((f(x + eps * direction, axis=axis) - f(x - eps * direction, axis=axis)) * dout).sum() / (2 * eps)
    assert (backward(name, x, dout, axis) * direction).sum() == pytest.approx(quotient, rel=1e-7)


# -- Frameworks -----------------------------------------------------------------------------

X = np.concatenate([np.linspace(-8, 8, 129), [-2.95, 2.95, -60.0, 60.0]])  # -3, 0, 3, 6 are among them: the kinks


def test_values_and_slopes_are_those_of_jax():
    import jax
    import jax.numpy as jnp

    theirs = {
        "silu": jax.nn.silu,
        "elu": jax.nn.elu,
        "selu": jax.nn.selu,
        "softplus": jax.nn.softplus,
        "mish": jax.nn.mish,
        "hard_swish": jax.nn.hard_swish,
        "relu6": jax.nn.relu6,
    }
    kinks = {"hard_swish": [-3, 3], "relu6": [0, 6], "elu": [0], "selu": [0]}  # there JAX has conventions of its own
    with jax.enable_x64(True):
        for name, f in theirs.items():
            np.testing.assert_allclose(getattr(more, name)(X), f(jnp.array(X)), rtol=4e-15, atol=1e-15, err_msg=name)
            x = X[~np.isin(X, kinks.get(name, []))]
            slope = jax.vmap(jax.grad(f))(jnp.array(x))
            np.testing.assert_allclose(getattr(more, f"{name}_grad")(x), slope, rtol=1e-14, atol=1e-15, err_msg=name)
        pairs = np.random.default_rng(0).normal(size=(5, 8))
        value, back = jax.vjp(jax.nn.glu, jnp.array(pairs))
        np.testing.assert_allclose(more.glu(pairs), value, rtol=1e-15)
        dout = np.random.default_rng(1).normal(size=value.shape)
        np.testing.assert_allclose(backward("glu", pairs, dout, -1), back(jnp.array(dout))[0], rtol=1e-14)


@pytest.fixture(scope="module")
def torch():
    return pytest.importorskip("torch", reason="PyTorch is not installed (it is no test dependency); JAX is compared")


def by_torch(torch, f, x, dout=None):
    x = torch.tensor(x.tolist(), dtype=torch.float64, requires_grad=True)
    y = f(x)
    (slope,) = torch.autograd.grad(y, x, torch.ones_like(y) if dout is None else torch.tensor(dout.tolist(), dtype=y.dtype))
    return np.array(y.tolist()), np.array(slope.tolist())


@pytest.mark.parametrize("name", ["silu", "elu", "selu", "softplus", "mish", "hardswish", "relu6"])
def test_values_and_slopes_are_those_of_pytorch(torch, name):
    value, slope = by_torch(torch, getattr(torch.nn.functional, name), X)
    ours = name.replace("hardswish", "hard_swish")
    tolerance = {"softplus": 3e-9}.get(name, 1e-15)  # from 20 on PyTorch's softplus is x
    np.testing.assert_allclose(getattr(more, ours)(X), value, rtol=4e-15, atol=tolerance)
    np.testing.assert_allclose(getattr(more, f"{ours}_grad")(X), slope, rtol=1e-14, atol=tolerance)


@pytest.mark.parametrize("alpha", [0.0, 0.5, 2.0])
def test_alpha_of_elu_is_that_of_pytorch(torch, alpha):
    value, slope = by_torch(torch, lambda x: torch.nn.functional.elu(x, alpha), X)
    np.testing.assert_allclose(more.elu(X, alpha), value, rtol=1e-15, atol=1e-16)
    np.testing.assert_allclose(more.elu_grad(X, alpha), slope, rtol=1e-15, atol=1e-16)


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("axis", [1, -1])
def test_channels_are_those_of_pytorch(torch, name, axis):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(3, 6, 12))
    f, _, pieces = CASES[name]
    theirs = {
        "maxout": lambda x: x.unflatten(axis, (-1, pieces)).max(dim=2 if axis == 1 else -1).values,
        "glu": lambda x: torch.nn.functional.glu(x, axis),
        "swiglu": lambda x: torch.nn.functional.silu(x.chunk(2, axis)[0]) * x.chunk(2, axis)[1],
    }[name]
    dout = rng.normal(size=f(x, axis=axis).shape)
    value, slope = by_torch(torch, theirs, x, dout)
    np.testing.assert_allclose(f(x, axis=axis), value, rtol=1e-14)
    np.testing.assert_allclose(backward(name, x, dout, axis), slope, rtol=1e-13)
