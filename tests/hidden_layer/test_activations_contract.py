"""What every activation promises: dtypes, layouts, conventions, errors, and its properties."""

import inspect
import warnings
from fractions import Fraction
from functools import partial

import hypothesis
import numpy as np
import pytest
from hypothesis import assume, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

import hidden_layer.activations as act
import hidden_layer.more_activations as more

FUNCTIONS = {name: getattr(act, name) for name in act.__all__ if name.islower() and name not in ("prelu", "prelu_grad")} | {
    "prelu": partial(act.prelu, alpha=0.25),
    "prelu_grad": partial(act.prelu_grad, alpha=0.25),
    "prelu_channels": lambda x: act.prelu(x, _alpha_for(x)),
    "gelu_tanh": partial(act.gelu, approximate="tanh"),
    "gelu_tanh_grad": partial(act.gelu_grad, approximate="tanh"),
}
CHANNELS = ["maxout", "glu", "swiglu"]  # not element by element: tests/hidden_layer/test_more_activations.py
FUNCTIONS |= {
    name: getattr(more, name)
    for name in more.__all__
    if name.islower() and name.removesuffix("_grad") not in ("swish", *CHANNELS)
} | {
    "swish": partial(more.swish, beta=1.7),
    "swish_grad": partial(more.swish_grad, beta=1.7),
    "elu_channels": lambda x: more.elu(x, _alpha_for(x)),
}


def _alpha_for(x):
    x = np.asarray(x)
    channels = x.shape[1 if x.ndim > 1 else 0] if x.ndim else 0
    return np.linspace(-1, 2, channels) if x.ndim else 0.5


ALL = pytest.mark.parametrize("f", FUNCTIONS.values(), ids=FUNCTIONS.keys())
FLOATS = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])


def test_every_function_of_the_issue_is_here():
    pairs = ["identity", "step", "sigmoid", "tanh", "relu", "prelu", "leaky_relu", "gelu"]
    expected = {*pairs, *(f"{name}_grad" for name in pairs), "prelu_grad_alpha"}
    assert expected == {name for name in act.__all__ if name.islower()}


def test_every_function_beyond_it_has_its_derivative():
    names = ["silu", "swish", "elu", "selu", "softplus", "mish", "hard_swish", "relu6", *CHANNELS]
    assert {*names, *(f"{name}_grad" for name in names)} == {name for name in more.__all__ if name.islower()}


def test_docstrings_state_formula_and_errors():
    for module, name in [(owner, name) for owner in (act, more) for name in owner.__all__]:
        if name.islower():
            doc = inspect.getdoc(getattr(module, name))
            assert ".. math::" in doc and "TypeError" in doc and "NaN" in doc, name
            assert "\n\n\n" not in doc, f"{name}: a gap between the function's own part and the common one"


# -- Shapes, dtypes, layouts ----------------------------------------------------------------


@ALL
@FLOATS
@pytest.mark.parametrize("shape", [(), (0,), (3, 0), (1,), (7,), (4, 3), (2, 3, 4)])
def test_shape_and_dtype_are_kept(f, dtype, shape):
    x = np.linspace(-2, 2, int(np.prod(shape))).astype(dtype).reshape(shape)
    y = f(x)
    assert y.shape == shape and y.dtype == dtype
    assert isinstance(y, np.ndarray) == (shape != ())  # 0-d: a NumPy scalar


@ALL
@pytest.mark.parametrize("x", [np.arange(-3, 4), np.arange(4, dtype=np.uint8), np.array([True, False]), [-1, 2], -2, True])
def test_integers_and_bools_become_float64(f, x):
    y = f(x)
    assert y.dtype == np.float64
    np.testing.assert_array_equal(y, f(np.asarray(x, np.float64)))


@ALL
def test_numbers_and_nested_lists_are_accepted(f):
    assert isinstance(f(0.5), np.float64)
    np.testing.assert_array_equal(f([[0.5, -1], [2, 3]]), f(np.array([[0.5, -1], [2, 3]])))
    assert f([]).shape == (0,)


@ALL
@FLOATS
def test_memory_layout_and_byte_order_do_not_matter(f, dtype):
    plain = np.linspace(-6, 6, 600).reshape(20, 30).astype(dtype)
    wanted = f(plain)
    wide = np.repeat(plain, 2, axis=1)
    buffer = np.empty(plain.nbytes + 1, np.uint8)  # one byte off any alignment
    unaligned = buffer[1:].view(dtype).reshape(plain.shape)
    unaligned[...] = plain
    read_only = plain.copy()
    read_only.flags.writeable = False
    variants = {
        "strided": wide[:, ::2],
        "Fortran": np.asfortranarray(plain),
        "reversed": plain[::-1, ::-1].copy()[::-1, ::-1],
        "transposed": plain.T.copy().T,
        "big-endian": plain.astype(plain.dtype.newbyteorder(">")),
        "little-endian": plain.astype(plain.dtype.newbyteorder("<")),
        "read-only": read_only,
        "unaligned": unaligned,
    }
    for name, x in variants.items():
        y = f(x)
        assert y.dtype == dtype and y.dtype.isnative, name
        # NumPy takes another road through strided memory, which may round differently.
        np.testing.assert_allclose(y, wanted, rtol=4 * np.finfo(dtype).eps, err_msg=name)


@ALL
@FLOATS
def test_input_is_not_modified_and_not_shared(f, dtype):
    x = np.array([[-np.inf, -1.5, -0.0], [0.0, 2.5, np.nan]], dtype)
    before = x.tobytes()
    y = f(x)
    assert x.tobytes() == before
    assert not np.shares_memory(x, y)
    y[...] = 7
    assert x.tobytes() == before


def test_slope_array_is_not_modified():
    alpha = np.array([0.5, 0.0, -1.0])
    act.prelu(np.full((2, 3), -np.inf), alpha)
    act.prelu_grad(np.ones((2, 3)), alpha)
    np.testing.assert_array_equal(alpha, [0.5, 0.0, -1.0])


def test_subclasses_become_plain_arrays():
    class Special(np.ndarray):
        pass

    assert type(act.tanh(np.ones(3).view(Special))) is np.ndarray


# -- Conventions ----------------------------------------------------------------------------


@FLOATS
@pytest.mark.parametrize("zero", [0.0, -0.0])
def test_values_and_slopes_at_zero(dtype, zero):
    x = dtype(zero)
    expected = {
        "identity": 0, "identity_grad": 1, "step": 1, "step_grad": 0,
        "sigmoid": 0.5, "sigmoid_grad": 0.25, "tanh": 0, "tanh_grad": 1,
        "relu": 0, "relu_grad": 0, "prelu": 0, "prelu_grad": 0.25, "prelu_grad_alpha": 0,
        "prelu_channels": 0, "leaky_relu": 0, "leaky_relu_grad": dtype(0.01),
        "gelu": 0, "gelu_grad": 0.5, "gelu_tanh": 0, "gelu_tanh_grad": 0.5,
        "silu": 0, "silu_grad": 0.5, "swish": 0, "swish_grad": 0.5, "elu": 0, "elu_grad": 1, "elu_channels": 0,
        "selu": 0, "selu_grad": dtype(more.SELU_SCALE * more.SELU_ALPHA), "softplus": dtype(np.log(2)), "softplus_grad": 0.5,
        "mish": 0, "mish_grad": dtype(0.6), "hard_swish": 0, "hard_swish_grad": 0.5, "relu6": 0, "relu6_grad": 0,
    }  # fmt: skip
    assert expected.keys() == FUNCTIONS.keys()
    assert {name: f(x) for name, f in FUNCTIONS.items()} == expected


@FLOATS
@pytest.mark.parametrize("length", [1, 2, 7, 64, 1001])
def test_sign_of_zero(dtype, length):
    minus, plus = np.full(length, -0.0, dtype), np.zeros(length, dtype)
    for name in ["identity", "tanh", "gelu", "gelu_tanh"]:
        assert np.signbit(FUNCTIONS[name](minus)).all(), name
        assert not np.signbit(FUNCTIONS[name](plus)).any(), name
    assert not np.signbit(act.relu(minus)).any()
    assert not np.signbit(act.relu(plus)).any()


@FLOATS
def test_limits_at_infinity(dtype):
    inf = np.inf
    expected = {
        "identity": (-inf, inf), "identity_grad": (1, 1), "step": (0, 1), "step_grad": (0, 0),
        "sigmoid": (0, 1), "sigmoid_grad": (0, 0), "tanh": (-1, 1), "tanh_grad": (0, 0),
        "relu": (0, inf), "relu_grad": (0, 1), "prelu": (-inf, inf), "prelu_grad": (0.25, 1),
        "prelu_grad_alpha": (-inf, 0), "prelu_channels": (inf, inf),
        "leaky_relu": (-inf, inf), "leaky_relu_grad": (dtype(0.01), 1),
        "gelu": (0, inf), "gelu_grad": (0, 1), "gelu_tanh": (0, inf), "gelu_tanh_grad": (0, 1),
        "silu": (0, inf), "silu_grad": (0, 1), "swish": (0, inf), "swish_grad": (0, 1),
        "elu": (-1, inf), "elu_grad": (0, 1), "elu_channels": (1, inf),
        "selu": (-more.SELU_SCALE * more.SELU_ALPHA, inf), "selu_grad": (0, more.SELU_SCALE),
        "softplus": (0, inf), "softplus_grad": (0, 1), "mish": (0, inf), "mish_grad": (0, 1),
        "hard_swish": (0, inf), "hard_swish_grad": (0, 1), "relu6": (0, 6), "relu6_grad": (0, 0),
    }  # fmt: skip
    assert expected.keys() == FUNCTIONS.keys()
    for name, f in FUNCTIONS.items():
        np.testing.assert_array_equal(f(np.array([-inf, inf], dtype)), np.array(expected[name], dtype), err_msg=name)
    for approximate in ["none", "tanh"]:
        assert np.signbit(act.gelu(dtype(-inf), approximate))  # -0.0: from below


@ALL
@FLOATS
@pytest.mark.parametrize("length", [1, 5, 1000])
def test_nan_gives_nan_and_only_there(f, dtype, length):
    x = np.linspace(-3, 3, length).astype(dtype)
    x[length // 2] = np.nan
    assert np.flatnonzero(np.isnan(f(x))).tolist() == [length // 2]
    assert np.isnan(f(dtype(np.nan)))


@ALL
@FLOATS
def test_no_number_gives_a_warning_or_nan(f, dtype):
    info = np.finfo(dtype)
    magnitudes = np.unique(
        np.concatenate(
            [
                [0, info.smallest_subnormal, info.tiny, info.eps, 0.75, 1, 20, 40, info.max],
                np.logspace(np.log2(float(info.tiny)), np.log2(float(info.max)) - 0.1, 500, base=2),
            ]
        ).astype(dtype)
    )
    x = np.concatenate([-magnitudes, magnitudes, np.array([np.inf, -np.inf], dtype)])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for errors in ["warn", "raise"]:
            with np.errstate(all=errors):
                y = f(x)
                assert not np.isnan(y).any()
                for v in x[::50]:
                    f(v)
                assert np.isnan(f(np.array([np.nan, 1], dtype))[0])


def test_callers_error_state_is_left_alone():
    with np.errstate(all="raise"):
        before = np.geterr()
        act.sigmoid(-1000.0)
        assert np.geterr() == before


def test_default_slopes():
    assert act.LEAKY_SLOPE == 0.01 and act.PRELU_ALPHA == 0.25
    assert act.leaky_relu(-1.0) == -0.01
    assert act.gelu(-1.0) == act.gelu(-1.0, approximate="none") != act.gelu(-1.0, "tanh")


# -- The slope arguments --------------------------------------------------------------------


def test_one_alpha_per_channel_lies_along_axis_1():
    rng = np.random.default_rng(0)
    alpha = np.array([0.5, -2.0, 3.0])
    for shape in [(4, 3), (2, 3, 5), (2, 3, 2, 2), (0, 3)]:
        x = rng.normal(size=shape)
        y, slope = act.prelu(x, alpha), act.prelu_grad(x, alpha)
        for channel, a in enumerate(alpha):
            part = x[:, channel]
            np.testing.assert_array_equal(y[:, channel], np.where(part > 0, part, a * part))
            np.testing.assert_array_equal(slope[:, channel], np.where(part > 0, 1, a))
    np.testing.assert_array_equal(act.prelu([-1.0, -1.0, 2.0], alpha), [-0.5, 2.0, 2.0])


@FLOATS
@pytest.mark.parametrize("slope", [-1.5, -1, 0, 0.25, 1, 3])
def test_any_finite_slope_gives_the_piecewise_function(dtype, slope):
    x = np.linspace(-4, 4, 65).astype(dtype)  # every product below is exact
    wanted = np.where(x > 0, x, slope * x).astype(dtype)
    wanted_slope = np.where(x > 0, 1, slope).astype(dtype)
    for value in [slope, float(slope), np.float32(slope), np.array(slope)]:
        np.testing.assert_array_equal(act.prelu(x, value), wanted)
        np.testing.assert_array_equal(act.leaky_relu(x, value), wanted)
        np.testing.assert_array_equal(act.leaky_relu(x, negative_slope=value), wanted)
        np.testing.assert_array_equal(act.prelu_grad(x, value), wanted_slope)
        np.testing.assert_array_equal(act.leaky_relu_grad(x, value), wanted_slope)
    assert act.prelu(x, np.full(65, slope)).dtype == dtype


@FLOATS
def test_a_slope_of_zero_makes_the_negative_side_zero_also_at_minus_infinity(dtype):
    x = np.array([[-np.inf, -np.inf], [np.inf, np.inf], [-3, -3]], dtype)
    y = act.prelu(x, [0.0, 0.5])
    np.testing.assert_array_equal(y, np.array([[0, -np.inf], [np.inf, np.inf], [0, -1.5]], dtype))
    np.testing.assert_array_equal(act.leaky_relu(x[:, 0], 0), np.array([0, np.inf, 0], dtype))


SLOPED = {
    "alpha": [act.prelu, act.prelu_grad, more.elu, more.elu_grad],
    "negative_slope": [act.leaky_relu, act.leaky_relu_grad],
    "beta": [more.swish, more.swish_grad],
}
SLOPE_CASES = [(name, f) for name, functions in SLOPED.items() for f in functions]


@pytest.mark.parametrize("name, f", SLOPE_CASES)
@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_slope_that_is_not_finite_is_refused(name, f, value):
    with pytest.raises(ValueError, match=f"^{name} must be finite"):
        f(np.ones(2), **{name: value})


@pytest.mark.parametrize("name, f", [case for case in SLOPE_CASES if case[0] != "beta"])  # beta is float64 in any case
def test_slope_that_overflows_in_the_dtype_of_x_is_refused(name, f):
    with pytest.raises(ValueError, match=f"^{name} must be finite in float32"):
        f(np.ones(2, np.float32), **{name: 1e300})
    assert np.isfinite(f(np.ones(2), **{name: 1e300})).all()


@pytest.mark.parametrize("name, f", SLOPE_CASES)
@pytest.mark.parametrize("value", ["0.1", None, 1j, True, b"1", object(), {}, ["a", "b"], Fraction(1, 2), np.ma.array([1.0])])
def test_slope_that_is_not_a_number_is_refused(name, f, value):
    with pytest.raises(TypeError, match=f"^{name} must be a real number"):
        f(np.ones(2), **{name: value})


@pytest.mark.parametrize("f", SLOPED["alpha"])
@pytest.mark.parametrize(
    "shape, alpha_shape",
    [
        ((4, 3), (4,)), ((4, 3), (1,)), ((4, 3), (4, 3)), ((4, 3), (1, 3)), ((4, 3), (0,)),
        ((3,), (2,)), ((), (1,)), ((2, 3, 5), (5,)),
    ],
)  # fmt: skip
def test_alpha_that_does_not_fit_is_refused_with_both_shapes(f, shape, alpha_shape):
    with pytest.raises(ValueError) as error:
        f(np.ones(shape), np.ones(alpha_shape))
    message = str(error.value)
    assert message.startswith("alpha must")
    assert f"alpha of shape {alpha_shape}" in message and f"x of shape {shape}" in message


@pytest.mark.parametrize("name, f", [case for case in SLOPE_CASES if case[0] != "alpha"])
@pytest.mark.parametrize("value", [[0.1], [0.1, 0.2], np.ones((2, 2))])
def test_a_slope_that_is_not_for_channels_must_be_single(name, f, value):
    with pytest.raises(ValueError, match=f"^{name} must be a single number"):
        f(np.ones(2), value)


@pytest.mark.parametrize("name, f", SLOPE_CASES)
def test_ragged_slope_is_refused(name, f):
    with pytest.raises(ValueError, match=f"^{name} must be a number"):
        f(np.ones(2), **{name: [[1.0], [1.0, 2.0]]})


def test_alpha_is_required():
    with pytest.raises(TypeError, match="alpha"):
        act.prelu(1.0)


# -- Bad input ------------------------------------------------------------------------------

BAD = {
    "string": "1.0",
    "strings": ["a", "b"],
    "bytes": b"1",
    "None": None,
    "objects": np.array([1.0, None], object),
    "huge integers": [2**70],
    "fraction": Fraction(1, 2),
    "dict": {"a": 1},
    "set": {1.0},
    "complex": 1j,
    "complex array": np.ones(2, complex),
    "dates": np.array(["2024-01-01"], "M8[D]"),
    "records": np.zeros(2, [("a", float)]),
    "masked": np.ma.array([1.0, 2.0], mask=[False, True]),
}
if np.dtype(np.longdouble).itemsize > 8:
    BAD["long double"] = np.ones(2, np.longdouble)


@ALL
@pytest.mark.parametrize("x", BAD.values(), ids=BAD.keys())
def test_what_is_not_real_numbers_is_refused(f, x):
    if f in (FUNCTIONS["prelu_channels"], FUNCTIONS["elu_channels"]):
        f = partial(act.prelu, alpha=[1.0])
    with pytest.raises(TypeError, match="^x must"):
        f(x)


@ALL
def test_ragged_lists_are_refused(f):
    if f in (FUNCTIONS["prelu_channels"], FUNCTIONS["elu_channels"]):
        f = partial(act.prelu, alpha=[1.0])
    with pytest.raises(ValueError, match="^x must be a number or a rectangular array"):
        f([[1.0], [1.0, 2.0]])


@pytest.mark.parametrize("f", [act.gelu, act.gelu_grad])
@pytest.mark.parametrize("approximate", ["None", "erf", "", True, None, 1, np.array(["tanh", "none"])])
def test_unknown_form_of_gelu_is_refused(f, approximate):
    with pytest.raises(ValueError, match='^approximate must be "none" or "tanh"'):
        f(1.0, approximate=approximate)


# -- Properties -----------------------------------------------------------------------------

finite = st.floats(allow_nan=False, allow_infinity=False)
numbers = arrays(np.float64, array_shapes(max_dims=2, max_side=40), elements=finite)
slopes = st.floats(-1e6, 1e6)
EPS = np.finfo(np.float64).eps


def given(*strategies):
    """hypothesis.given, without a time limit: a busy machine is no error."""
    return lambda test: settings(deadline=None)(hypothesis.given(*strategies)(test))


@given(numbers)
def test_values_stay_in_range(x):
    assert ((act.sigmoid(x) >= 0) & (act.sigmoid(x) <= 1)).all()
    assert (np.abs(act.tanh(x)) <= 1).all()
    assert (act.relu(x) >= 0).all()
    assert np.isin(act.step(x), [0, 1]).all()
    # What is next to an extreme is rounded: to a neighbour of the extreme on either side.
    rounding = 1 + 2 * EPS
    assert (act.gelu(x) >= -0.1699712074799037 * rounding).all()
    assert ((act.sigmoid_grad(x) >= 0) & (act.sigmoid_grad(x) <= 0.25 * rounding)).all()
    assert ((act.tanh_grad(x) >= 0) & (act.tanh_grad(x) <= rounding)).all()
    assert (np.abs(act.gelu_grad(x) - 0.5) <= 0.6289041451851549).all()
    assert np.isin(act.relu_grad(x), [0, 1]).all()
    assert (act.prelu_grad_alpha(x) <= 0).all()


@given(numbers)
def test_odd_and_even_functions(x):
    np.testing.assert_array_equal(act.tanh(-x), -act.tanh(x))
    np.testing.assert_array_equal(act.identity(-x), -act.identity(x))
    np.testing.assert_array_equal(act.sigmoid_grad(-x), act.sigmoid_grad(x))
    np.testing.assert_array_equal(act.tanh_grad(-x), act.tanh_grad(x))


@given(numbers, st.sampled_from(["none", "tanh"]))
def test_gelu_lies_below_relu_and_has_the_sign_of_x(x, approximate):
    y = act.gelu(x, approximate)
    assert (y <= act.relu(x)).all()
    assert (np.signbit(y) == np.signbit(x)).all()


@given(numbers)
def test_special_slopes_of_prelu(x):
    np.testing.assert_array_equal(act.prelu(x, 0), act.relu(x))
    np.testing.assert_array_equal(act.prelu(x, 1), x)
    np.testing.assert_array_equal(act.prelu(x, -1), np.abs(x))


@given(numbers)
def test_special_gains_of_swish_and_slopes_of_elu(x):
    np.testing.assert_array_equal(more.swish(x, 1), more.silu(x))
    np.testing.assert_array_equal(more.swish(x, 0), x / 2)
    np.testing.assert_array_equal(more.swish_grad(x, 1), more.silu_grad(x))
    np.testing.assert_array_equal(more.elu(x, 0), act.relu(x))


@given(numbers)
def test_smooth_relatives_of_relu_lie_on_the_side_of_it_that_they_should(x):
    relu = act.relu(x)
    assert (more.silu(x) <= relu).all() and (more.mish(x) <= relu).all() and (more.hard_swish(x) <= relu).all()
    assert (more.softplus(x) >= relu).all() and (more.elu(x) <= relu).all()
    np.testing.assert_array_equal(more.relu6(x), np.minimum(relu, 6))


@given(numbers, slopes)
def test_maximum_form_of_leaky_relu_holds_for_slopes_up_to_one_only(x, slope):
    with np.errstate(over="ignore", under="ignore"):
        form = np.maximum(x, slope * x)
    y = act.leaky_relu(x, slope)
    if slope <= 1:
        np.testing.assert_array_equal(y, form)
    else:
        assume((x < -1e-300).any())
        assert (y != form).any()
