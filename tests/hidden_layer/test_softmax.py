"""Softmax and cross entropy: against mpmath, differences, SciPy and JAX; limits; what is refused."""

import warnings

import hypothesis
import mpmath as mp
import numpy as np
import pytest
import scipy.special
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from hidden_layer.activations import sigmoid, sigmoid_grad
from hidden_layer.layers import SoftmaxCrossEntropy
from hidden_layer.softmax import cross_entropy, cross_entropy_grad, log_softmax, softmax, softmax_jacobian, softmax_vjp

FLOATS = pytest.mark.parametrize("dtype", [np.float16, np.float32, np.float64])
TEMPERATURES = pytest.mark.parametrize("T", [0.05, 1.0, 3.0, 1000.0])
# Every function of scores alone, or with one-hot rows as its second argument.
OF_SCORES = {"softmax": softmax, "log_softmax": log_softmax, "softmax_jacobian": softmax_jacobian}
OF_BOTH = {"softmax_vjp": softmax_vjp, "cross_entropy": cross_entropy, "cross_entropy_grad": cross_entropy_grad}


def call(name, x, temperature=1.0):
    if name in OF_SCORES:
        return OF_SCORES[name](x, temperature)
    x = np.asarray(x)
    return OF_BOTH[name](x, np.broadcast_to(np.eye(x.shape[-1])[0], x.shape), temperature)


ALL = pytest.mark.parametrize("name", [*OF_SCORES, *OF_BOTH])


def rows(dtype=np.float64):
    rng = np.random.default_rng(0)
    near = rng.normal(size=(20, 5))
    far = rng.uniform(-30, 30, (20, 5))
    special = [[0, 0, 0, 0, 0], [0, -20, -20, -20, -30], [30, 30, -30, -30, 0], [1, 1 + 2**-10, 1, -1, -1], [8, 0, 0, 0, 0]]
    return np.vstack([near, far, special]).astype(dtype)


def exact(x, T):
    """Probabilities and their logarithms of one row, as lists of mpf."""
    scores = [mp.mpf(float(v)) / mp.mpf(T) for v in x]
    total = mp.log(mp.fsum(mp.exp(v) for v in scores))
    return [mp.exp(v - total) for v in scores], [v - total for v in scores]


def ulps(got, true):
    with np.errstate(under="ignore"):
        spacing = np.spacing(np.abs(np.array(float(true)).astype(got.dtype)))
    return float(abs(mp.mpf(float(got)) - true) / mp.mpf(float(spacing)))


# -- Values ---------------------------------------------------------------------------------


@FLOATS
@TEMPERATURES
def test_values_are_those_of_mpmath_to_what_the_module_promises(dtype, T):
    x = rows(dtype)
    y, log_y, jacobian = softmax(x, T), log_softmax(x, T), softmax_jacobian(x, T)
    with mp.workdps(600):  # the smallest terms are 1e-521
        for i, row in enumerate(x):
            true, log_true = exact(row, T)
            d = (row.max() - row.astype(float)) / T
            for k in range(5):
                # What is rounded most in log y and in a diagonal entry of the largest score are the second largest terms.
                near = np.sort(d)[1] if d[k] == 0 else 0
                assert ulps(log_y[i, k], log_true[k]) <= 8 + 3 * near, (row, k)
                assert ulps(y[i, k], true[k]) <= 8 + 3 * d[k], (row, k)
                for j in range(5):
                    others = mp.fsum(true[m] for m in range(5) if m != k)
                    slope = (true[k] * others if j == k else -true[k] * true[j]) / mp.mpf(T)
                    assert ulps(jacobian[i, k, j], slope) <= 8 + 3 * (d[k] + (d[j] if j != k else near)), (row, k, j)


def test_next_to_probability_1_the_logarithm_and_the_loss_keep_their_digits():
    # The usual log(sum(exp)) gives 0 here; so does 1 - y.
    assert log_softmax([0.0, -50.0])[0] == pytest.approx(-np.exp(-50), rel=1e-15)
    assert cross_entropy([0.0, -50.0], [1, 0]) == pytest.approx(np.exp(-50), rel=1e-15)
    assert softmax_jacobian([0.0, -50.0])[0, 0] == pytest.approx(np.exp(-50), rel=1e-13)
    assert scipy.special.log_softmax([0.0, -50.0])[0] == 0


@TEMPERATURES
def test_values_are_those_of_scipy_and_jax(T):
    jax = pytest.importorskip("jax")
    x, t = rows(), np.random.default_rng(1).dirichlet(np.ones(5), 45)
    np.testing.assert_allclose(softmax(x, T), scipy.special.softmax(x / T, axis=-1), rtol=1e-12, atol=1e-300)
    np.testing.assert_allclose(log_softmax(x, T), scipy.special.log_softmax(x / T, axis=-1), rtol=1e-12, atol=1e-14)
    with jax.enable_x64(True):

        def loss(x):
            return -(t * jax.nn.log_softmax(x / T)).sum()

        np.testing.assert_allclose(softmax(x, T), jax.nn.softmax(x / T), rtol=1e-12, atol=1e-300)
        np.testing.assert_allclose(cross_entropy(x, t, T).sum(), loss(x), rtol=1e-12)
        np.testing.assert_allclose(cross_entropy_grad(x, t, T), jax.grad(loss)(x), rtol=1e-9, atol=1e-12)
        jacobian = jax.vmap(jax.jacobian(lambda row: jax.nn.softmax(row / T)))(x)
        np.testing.assert_allclose(softmax_jacobian(x, T), jacobian, rtol=1e-9, atol=1e-13)
        _, back = jax.vjp(lambda x: jax.nn.softmax(x / T), x)
        np.testing.assert_allclose(softmax_vjp(x, t, T), back(t)[0], rtol=1e-9, atol=1e-13)


def central(f, x, step):
    """Central differences of f, of any shape, with respect to every score of one row: shape (..., K)."""
    return np.stack([(f(x + e) - f(x - e)) / (2 * step) for e in step * np.eye(len(x))], axis=-1)


@pytest.mark.parametrize("T", [0.5, 1.0, 4.0])
@pytest.mark.parametrize("seed", range(5))
def test_derivatives_are_those_of_differences(T, seed):
    rng = np.random.default_rng(seed)
    x, t, dout = rng.normal(size=4), rng.dirichlet(np.ones(4)), rng.normal(size=4)
    jacobian = softmax_jacobian(x, T)
    np.testing.assert_allclose(jacobian, central(lambda x: softmax(x, T), x, 1e-5), atol=1e-9)
    np.testing.assert_allclose(cross_entropy_grad(x, t, T), central(lambda x: cross_entropy(x, t, T), x, 1e-5), atol=1e-9)
    np.testing.assert_allclose(softmax_vjp(x, dout, T), central(lambda x: dout @ softmax(x, T), x, 1e-5), atol=1e-9)
    np.testing.assert_allclose(softmax_vjp(x, dout, T), jacobian @ dout, rtol=1e-12, atol=1e-16)


def test_the_layer_of_the_exam_gives_the_same_loss_and_gradient():
    rng = np.random.default_rng(3)
    x, t = rng.normal(size=(6, 4)) * 3, rng.integers(4, size=6)
    layer, wanted = SoftmaxCrossEntropy(), np.eye(4)[t]
    assert layer.forward(x, t) == pytest.approx(cross_entropy(x, wanted).mean(), rel=1e-14)
    np.testing.assert_allclose(layer.backward(), cross_entropy_grad(x, wanted) / 6, atol=1e-16)


# -- The subject ----------------------------------------------------------------------------


def test_of_two_classes_it_is_the_sigmoid_of_their_difference():
    x = np.linspace(-30, 30, 241)
    scores = np.column_stack([x + 5, np.full_like(x, 5)])
    for T in (0.5, 1.0, 4.0):
        np.testing.assert_allclose(softmax(scores, T)[:, 0], sigmoid(x / T), rtol=1e-13)
        np.testing.assert_allclose(softmax_jacobian(scores, T)[:, 0, 0], sigmoid_grad(x / T) / T, rtol=1e-12)


def test_low_temperature_picks_the_largest_equal_ones_share_and_high_temperature_makes_all_equal():
    np.testing.assert_allclose(softmax([2.0, 1.0, 0.5], 1e-3), [1, 0, 0])
    np.testing.assert_allclose(softmax([2.0, 1.0, 2.0], 1e-3), [0.5, 0, 0.5])
    np.testing.assert_allclose(softmax([2.0, 1.0, 2.0], 1e-300), [0.5, 0, 0.5])
    np.testing.assert_allclose(softmax([2.0, 1.0, 0.5], 1e6), [1 / 3] * 3, rtol=1e-6)


scores = arrays(np.float64, st.tuples(st.integers(1, 3), st.integers(1, 6)), elements=st.floats(-1e6, 1e6))


@hypothesis.given(scores, st.floats(1e-3, 1e3))
def test_rows_are_probabilities_in_the_order_of_the_scores_and_every_class_has_its_say_in_the_jacobian(x, T):
    y, jacobian = softmax(x, T), softmax_jacobian(x, T)
    np.testing.assert_allclose(y.sum(axis=-1), 1, rtol=1e-14)
    assert (y >= 0).all() and (np.take_along_axis(y, x.argmax(-1)[..., None], -1)[..., 0] == y.max(axis=-1)).all()
    assert (np.diff(np.take_along_axis(y, x.argsort(axis=-1), -1), axis=-1) >= 0).all()
    np.testing.assert_array_equal(jacobian, np.swapaxes(jacobian, -1, -2))
    np.testing.assert_allclose(jacobian.sum(axis=-1), 0, atol=1e-15 / T)
    assert np.linalg.eigvalsh(jacobian).min() >= -1e-15 / T


@hypothesis.given(scores, st.integers(-1000, 1000))
def test_a_number_that_is_added_to_all_scores_changes_nothing_and_a_factor_is_a_temperature(x, shift):
    whole = np.round(x)  # so that the sum is not rounded
    np.testing.assert_array_equal(softmax(whole + shift), softmax(whole))
    np.testing.assert_array_equal(softmax(4 * x), softmax(x, 0.25))


@pytest.mark.parametrize("K", [2, 3, 10, 1000])
def test_softmax_twice_keeps_the_loss_in_a_band_of_width_1(K):
    t = np.eye(K)[0]
    right, wrong = 1e3 * np.eye(K)[:2]
    assert cross_entropy(softmax(right), t) == pytest.approx(np.log(np.e + K - 1) - 1, rel=1e-13)
    assert cross_entropy(softmax(wrong), t) == pytest.approx(np.log(np.e + K - 1), rel=1e-13)


# -- Input and output -----------------------------------------------------------------------


@ALL
@FLOATS
def test_dtype_and_shape_are_kept_and_the_input_is_not_changed(name, dtype):
    x = np.linspace(-2, 2, 24).reshape(2, 3, 4).astype(dtype)
    x.flags.writeable = False
    wanted = {"softmax_jacobian": (2, 3, 4, 4), "cross_entropy": (2, 3)}.get(name, (2, 3, 4))
    y = call(name, x)
    assert (y.shape, y.dtype) == (wanted, dtype)
    np.testing.assert_array_equal(call(name, np.asfortranarray(x)), y)
    assert call(name, x[:0]).shape == (0, *wanted[1:])
    one = call(name, x[0, 0])
    np.testing.assert_array_equal(one, y[0, 0])
    assert isinstance(one, np.ndarray) != (name == "cross_entropy")


@ALL
def test_integers_lists_and_numpy_temperatures_are_taken(name):
    x = [[1, 2, 3], [0, 0, -5]]
    assert call(name, x).dtype == np.float64
    np.testing.assert_array_equal(call(name, x), call(name, np.array(x, float)))
    np.testing.assert_array_equal(call(name, x, np.float32(2)), call(name, x, 2))


@ALL
@FLOATS
def test_there_is_no_warning_and_no_nan_however_large_the_scores(name, dtype):
    top = np.finfo(dtype).max
    x = np.array([[top, -top, 0], [top, top, top], [-top, -top, -top], [1000, 999, 998]], dtype)
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        for T in (1e-3, 1.0, 1e3):
            assert not np.isnan(call(name, x, T)).any()
    assert np.isfinite(call(name, x[1:])).all()


def test_infinities_have_their_limit_where_there_is_one():
    inf = np.inf
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        np.testing.assert_array_equal(softmax([[inf, 0, 1], [-inf, -inf, 7]]), [[1, 0, 0], [0, 0, 1]])
        np.testing.assert_allclose(softmax([-inf, 0, 0]), [0, 0.5, 0.5])
        np.testing.assert_array_equal(log_softmax([inf, 0]), [0, -inf])
        assert cross_entropy([-inf, 0, 0], [0, 0.5, 0.5]) == pytest.approx(np.log(2))
        assert cross_entropy([-inf, 0], [1, 0]) == inf
        np.testing.assert_array_equal(cross_entropy_grad([-inf, 0, -inf], [0, 1, 0]), [0, 0, 0])
        np.testing.assert_array_equal(softmax_jacobian([inf, 0]), np.zeros((2, 2)))
        for x in ([inf, inf, 0], [-inf, -inf], [np.nan, 0, 1]):
            assert np.isnan(softmax(x)).all() and np.isnan(log_softmax(x)).all()
        mixed = softmax([[np.nan, 0], [0, 0]])
        assert np.isnan(mixed[0]).all() and (mixed[1] == 0.5).all()


REFUSED = {
    "x must have one class or more along its last axis, got shape ()": lambda: softmax(1.0),
    "x must have one class or more along its last axis, got shape (3, 0)": lambda: softmax(np.ones((3, 0))),
    "temperature must be a positive finite number, got 0; its limit at 0 is x.argmax(axis=-1)": lambda: softmax([1, 2], 0),
    "temperature must be a positive finite number, got nan; its limit at 0 is x.argmax(axis=-1)": lambda: softmax(
        [1, 2], float("nan")
    ),
    "temperature must be a positive finite number, got [1, 2]; its limit at 0 is x.argmax(axis=-1)": lambda: log_softmax(
        [1, 2], [1, 2]
    ),
    "t must have the shape of x, (2, 3), not (2,); np.eye(K)[classes] makes one-hot rows of class numbers": lambda: cross_entropy(
        np.ones((2, 3)), [0, 1]
    ),
    "t must have the shape of x, (2, 2), not (2,); np.eye(K)[classes] makes one-hot rows of class numbers": lambda: cross_entropy(
        np.ones((2, 2)), [0, 1]
    ),
    "t must hold probabilities along its last axis, at least 0 with sum 1, got sums 2.0 to 2.0": lambda: cross_entropy_grad(
        [1, 2], [1, 1]
    ),
    "t must hold probabilities along its last axis, at least 0 with sum 1, got sums 1.0 to 1.0": lambda: cross_entropy(
        [1, 2], [2, -1]
    ),
    "dout must have the shape of x, (2,), not (3,)": lambda: softmax_vjp([1, 2], [1, 0, 0]),
    "x must be a number or a rectangular array": lambda: softmax([[1, 2], [3]]),
    "dout must be a number or a rectangular array": lambda: softmax_vjp([1, 2], [[1, 2], [3]]),
}


@pytest.mark.parametrize("message", REFUSED)
def test_what_does_not_fit_is_refused_by_name(message):
    with pytest.raises(ValueError) as raised:
        REFUSED[message]()
    assert str(raised.value).startswith(message)


def test_what_holds_no_real_numbers_is_refused_by_name():
    for name, use in {"x": lambda: softmax(["a", "b"]), "t": lambda: cross_entropy([1, 2], [1j, 0])}.items():
        with pytest.raises(TypeError, match=f"^{name} must hold real numbers"):
            use()
    with pytest.raises(TypeError, match="^x must not be a masked array"):
        softmax(np.ma.array([1.0, 2.0]))
