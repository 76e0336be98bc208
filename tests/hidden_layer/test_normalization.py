"""Batch, layer, instance and group normalisation: which elements share a mean, gradients, train and eval."""

import numpy as np
import pytest

from hidden_layer.normalization import BatchNorm, GroupNorm, InstanceNorm, LayerNorm

SHAPE = (3, 4, 2, 5)  # (N, C, H, W)
FOUR = {
    "batch": lambda: BatchNorm(4),
    "layer": lambda: LayerNorm((4, 2, 5)),
    "instance": lambda: InstanceNorm(4),
    "group": lambda: GroupNorm(2, 4),
}
# Which elements of x[n, c, h, w] share a mean: the label of the set that an element belongs to.
SETS = {
    "batch": lambda n, c, h, w: c,
    "layer": lambda n, c, h, w: n,
    "instance": lambda n, c, h, w: 4 * n + c,
    "group": lambda n, c, h, w: 2 * n + c // 2,
}


def random(seed, layer, shape):
    """An input, a gradient, and γ and β that are neither 1 nor 0."""
    rng = np.random.default_rng(seed)
    layer.params["gamma"][...] = rng.normal(1, 0.3, layer.params["gamma"].shape)
    layer.params["beta"][...] = rng.normal(0, 0.3, layer.params["beta"].shape)
    return rng.normal(2, 3, shape), rng.normal(size=shape)


@pytest.mark.parametrize("kind", FOUR)
def test_what_belongs_together_is_normalised_together(kind):
    """Element by element from the definition, with the sets written down by hand."""
    layer = FOUR[kind]()
    x, _ = random(0, layer, SHAPE)
    labels = np.broadcast_to(SETS[kind](*np.ogrid[tuple(map(slice, SHAPE))]), SHAPE)
    normal = np.empty(SHAPE)
    for label in np.unique(labels):
        values = x[labels == label]
        normal[labels == label] = (values - values.mean()) / np.sqrt(values.var() + 1e-5)
    out = layer.forward(x)
    gamma, beta = (p if kind == "layer" else p[:, None, None] for p in (layer.params["gamma"], layer.params["beta"]))
    np.testing.assert_allclose(out, gamma * normal + beta, rtol=1e-12)


def numerical(loss, array, step=1e-6):
    """Central differences of `loss()` with respect to every element of `array`."""
    slopes = np.empty_like(array)
    for index in np.ndindex(array.shape):
        kept = array[index]
        array[index] = kept + step
        plus = loss()
        array[index] = kept - step
        slopes[index] = (plus - loss()) / (2 * step)
        array[index] = kept
    return slopes


CASES = [
    *((kind, make, SHAPE) for kind, make in FOUR.items()),
    ("batch", lambda: BatchNorm(4), (6, 4)),
    ("batch", lambda: BatchNorm(4), (3, 4, 5)),
    ("layer", lambda: LayerNorm(4), (6, 4)),
    ("layer", lambda: LayerNorm(5), (3, 4, 5)),  # (N, T, C): each token
    ("group", lambda: GroupNorm(2, 4), (6, 4)),
    ("instance", lambda: InstanceNorm(4), (3, 4, 5)),
]


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind, make, shape", CASES)
def test_backward_is_the_derivative_of_forward(kind, make, shape, training):
    layer = make()
    x, dout = random(1, layer, shape)
    if not training:
        layer.forward(x + 1)  # running averages that are not those of x

    def loss():
        return np.sum(layer.forward(x, training) * dout)

    layer.forward(x, training)
    dx, grads = layer.backward(dout), dict(layer.grads)
    assert grads.keys() == layer.params.keys()
    for name, gradient, array in (("dx", dx, x), *((name, grads[name], p) for name, p in layer.params.items())):
        assert gradient.shape == array.shape
        np.testing.assert_allclose(gradient, numerical(loss, array), rtol=1e-6, atol=1e-8, err_msg=name)


def test_batch_norm_takes_two_rows_and_a_feature_that_is_constant():
    layer = BatchNorm(2)
    x = np.array([[3.0, 1e-3], [3.0, -1e-3]])
    scaled = 1e-3 / np.sqrt(1e-6 + 1e-5)
    np.testing.assert_allclose(layer.forward(x), [[0, scaled], [0, -scaled]], rtol=1e-12)
    np.testing.assert_allclose(layer.mean, [0.3, 0], rtol=1e-12)
    np.testing.assert_allclose(layer.var, 0.9 + 0.1 * x.var(axis=0, ddof=1), rtol=1e-12)


def test_batch_norm_normalises_and_predicts_with_running_averages():
    rng = np.random.default_rng(4)
    layer = BatchNorm(3)
    for _ in range(200):
        out = layer.forward(rng.normal([1, -2, 5], [2, 0.5, 1], (500, 3)))
    np.testing.assert_allclose(out.mean(axis=0), 0, atol=1e-12)
    np.testing.assert_allclose(out.std(axis=0), 1, atol=1e-4)
    np.testing.assert_allclose(layer.mean, [1, -2, 5], atol=0.1)
    np.testing.assert_allclose(layer.var, [4, 0.25, 1], rtol=0.1)
    one = layer.forward(np.array([[1.0, -2.0, 5.0]]), training=False)
    np.testing.assert_allclose(one, 0, atol=0.1)
    kept = layer.mean.copy()
    layer.forward(rng.normal(size=(5, 3)), training=False)
    assert np.array_equal(layer.mean, kept), "prediction may not move the averages"


def test_batch_norm_in_evaluation_is_a_fixed_map_and_in_training_the_batch_has_its_say():
    # As in PyTorch's eval(): the running averages do not depend on the batch.
    layer = BatchNorm(3)
    x, dout = random(2, layer, (4, 3))
    layer.forward(x + 1)
    layer.forward(x, training=False)
    dx = layer.backward(dout)
    layer.forward(x)
    assert not np.allclose(layer.backward(dout), dx)


def test_batch_norm_of_images_is_that_of_their_positions_as_rows():
    layer, rows = BatchNorm(4), BatchNorm(4)
    x, dout = random(3, layer, SHAPE)
    random(3, rows, (30, 4))

    def flat(a):
        return np.moveaxis(a, 1, -1).reshape(-1, 4)

    np.testing.assert_allclose(flat(layer.forward(x)), rows.forward(flat(x)), rtol=1e-12)
    np.testing.assert_allclose(flat(layer.backward(dout)), rows.backward(flat(dout)), rtol=1e-11, atol=1e-14)
    np.testing.assert_allclose([layer.mean, layer.var], [rows.mean, rows.var], rtol=1e-13)


@pytest.mark.parametrize("groups, other", [(1, LayerNorm((4, 2, 5))), (4, InstanceNorm(4))])
def test_group_norm_lies_between_layer_and_instance_norm(groups, other):
    layer = GroupNorm(groups, 4)
    x, _ = random(4, GroupNorm(1, 4), SHAPE)
    np.testing.assert_allclose(layer.forward(x), other.forward(x), rtol=1e-12)


def test_parameters():
    shapes = {kind: {p.shape for p in make().params.values()} for kind, make in FOUR.items()}
    assert shapes == {"batch": {(4,)}, "layer": {(4, 2, 5)}, "instance": {(4,)}, "group": {(4,)}}
    assert [kind for kind, make in FOUR.items() if hasattr(make(), "mean")] == ["batch"]


@pytest.mark.parametrize("kind", FOUR)
def test_only_batch_norm_is_another_map_in_evaluation_and_mixes_data(kind):
    layer = FOUR[kind]()
    x, _ = random(5, layer, SHAPE)
    trained = layer.forward(x)
    assert np.array_equal(trained, layer.forward(x, training=False)) == (kind != "batch")
    other = np.concatenate([x[:1], x[1:] + 1])  # the first datum beside others
    assert np.array_equal(layer.forward(other)[0], trained[0]) == (kind != "batch")
    assert np.array_equal(layer.forward(other, training=False)[0], layer.forward(x[:1], training=False)[0])


def test_a_batch_of_one():
    x = np.random.default_rng(6).normal(size=(1, 4, 2, 5))
    np.testing.assert_allclose(BatchNorm(4).forward(x), InstanceNorm(4).forward(x), rtol=1e-12)
    point = x[:, :, :1, :1]
    with pytest.raises(ValueError, match=r"BatchNorm: a channel must have at least 2 elements.*\(1, 4, 1, 1\)"):
        BatchNorm(4).forward(point)
    BatchNorm(4).forward(point, training=False)
    assert not InstanceNorm(4).forward(point).any() and LayerNorm((4, 1, 1)).forward(point).any()
    assert GroupNorm(2, 4).forward(point).any() and not GroupNorm(4, 4).forward(point).any()


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", [BatchNorm, InstanceNorm, lambda c, d: GroupNorm(2, c, d), lambda c, d: LayerNorm((c, 2, 5), d)])
def test_precision_stays(kind, dtype):
    layer = kind(4, dtype)
    x = np.random.default_rng(7).normal(size=SHAPE).astype(dtype)
    assert layer.forward(x).dtype == layer.backward(x).dtype == layer.forward(x, training=False).dtype == dtype
    assert {a.dtype for a in (*layer.params.values(), *layer.grads.values())} == {np.dtype(dtype)}


@pytest.mark.parametrize(
    "make, shape, message",
    [
        (lambda: BatchNorm(3), (5, 4), r"BatchNorm: x must have shape \(N, 3, …\), not \(5, 4\)"),
        (lambda: BatchNorm(3), (1, 3), r"BatchNorm: a channel must have at least 2 elements in training, x has shape \(1, 3\)"),
        (lambda: BatchNorm(4), (3, 5, 2, 2), r"BatchNorm: x must have shape \(N, 4, …\), not \(3, 5, 2, 2\)"),
        (lambda: BatchNorm(4), (4,), r"BatchNorm: x must have shape"),
        (lambda: LayerNorm((4, 2)), (3, 2, 4), r"LayerNorm: x must have shape \(N, …, 4, 2\), not \(3, 2, 4\)"),
        (lambda: LayerNorm(4), (4,), r"LayerNorm: x must have shape"),
        (lambda: InstanceNorm(4), (3, 4), r"InstanceNorm: x must have positions.*not shape \(3, 4\)"),
        (lambda: GroupNorm(2, 4), (3, 6), r"GroupNorm: x must have shape \(N, 4, …\)"),
        (lambda: GroupNorm(3, 4), (3, 4), r"groups must divide channels, 4, not be 3"),
        (lambda: GroupNorm(0, 4), (3, 4), r"groups must divide channels, 4, not be 0"),
    ],
)
def test_what_does_not_fit_is_refused(make, shape, message):
    with pytest.raises(ValueError, match=message):
        make().forward(np.zeros(shape))


def test_a_gradient_that_does_not_fit_is_refused():
    layer = GroupNorm(2, 4)
    layer.forward(np.ones((3, 4)))
    with pytest.raises(ValueError, match=r"GroupNorm: dout must have the shape of the output, \(3, 4\), not \(4, 3\)"):
        layer.backward(np.ones((4, 3)))


def test_gradients_are_those_of_jax():
    import jax
    import jax.numpy as jnp

    axes = {"batch": (0, 2, 3), "layer": (1, 2, 3), "instance": (2, 3), "group": (2, 3, 4)}
    with jax.enable_x64(True):
        for kind, make in FOUR.items():
            layer = make()
            x, dout = random(8, layer, SHAPE)

            def loss(x, gamma, beta, kind=kind, dout=dout):
                cut = x.reshape(3, 2, 2, 2, 5) if kind == "group" else x
                mean, var = (f(cut, axes[kind], keepdims=True) for f in (jnp.mean, jnp.var))
                normal = ((cut - mean) / jnp.sqrt(var + 1e-5)).reshape(x.shape)
                gamma, beta = (p if kind == "layer" else p[:, None, None] for p in (gamma, beta))
                return jnp.sum((gamma * normal + beta) * dout)

            layer.forward(x)
            dx = layer.backward(dout)
            expected = jax.grad(loss, (0, 1, 2))(x, layer.params["gamma"], layer.params["beta"])
            for ours, theirs in zip((dx, layer.grads["gamma"], layer.grads["beta"]), expected):
                np.testing.assert_allclose(ours, theirs, rtol=1e-10, atol=1e-12, err_msg=kind)


@pytest.mark.parametrize("training", [True, False])
@pytest.mark.parametrize("kind", FOUR)
def test_it_is_pytorch_s_layer(kind, training):
    torch = pytest.importorskip("torch")
    layer = FOUR[kind]()
    x, dout = random(9, layer, SHAPE)
    theirs = {
        "batch": lambda: torch.nn.BatchNorm2d(4),
        "layer": lambda: torch.nn.LayerNorm((4, 2, 5)),
        "instance": lambda: torch.nn.InstanceNorm2d(4, affine=True),
        "group": lambda: torch.nn.GroupNorm(2, 4),
    }[kind]().double()
    with torch.no_grad():
        theirs.weight.copy_(torch.tensor(layer.params["gamma"]))
        theirs.bias.copy_(torch.tensor(layer.params["beta"]))
    for _ in range(3):
        layer.forward(x)
        theirs(torch.tensor(x))
    if not training:
        theirs.eval()
    t = torch.tensor(x, requires_grad=True)
    out = theirs(t)
    out.backward(torch.tensor(dout))
    np.testing.assert_allclose(layer.forward(x, training), out.detach(), rtol=1e-10, atol=1e-12)
    np.testing.assert_allclose(layer.backward(dout), t.grad, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(layer.grads["gamma"], theirs.weight.grad, rtol=1e-9, atol=1e-11)
    np.testing.assert_allclose(layer.grads["beta"], theirs.bias.grad, rtol=1e-9, atol=1e-11)
