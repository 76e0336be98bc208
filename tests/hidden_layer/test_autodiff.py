"""The tiny differentiator: values by hand, differences and JAX; reuse; broadcasting; what it refuses."""

import inspect

import numpy as np
import pytest

import hidden_layer.autodiff
from hidden_layer import activations as act
from hidden_layer.autodiff import Variable
from hidden_layer.layers import ELEMENTWISE
from hidden_layer.network import fully_connected
from hidden_layer.softmax import cross_entropy_grad, softmax
from tests.hidden_layer.test_layers import numerical


def test_it_is_as_short_as_the_chapter_says():
    assert len(inspect.getsource(hidden_layer.autodiff).splitlines()) <= 80


def test_the_graph_of_the_chapter():
    w, x = Variable(2), Variable(3)
    u = w * x
    v = u + x
    loss = u * v
    loss.backward()
    assert (loss.value, loss.grad, v.grad, u.grad, w.grad, x.grad) == (54, 1, 6, 9 + 6, 45, 36)


def test_every_use_of_a_variable_comes_back():
    x = Variable(3)
    (x * x * x + x + x).backward()
    assert x.grad == 3 * 9 + 2
    y = x + x  # 2²⁰⁰⁰ paths: each variable may be visited once only
    for _ in range(1999):
        y = (y + y) * 0.5
    y.backward()
    assert x.grad == 2


def test_each_backward_begins_anew():
    x = Variable(3)
    square, double = x * x, x + x
    for loss, slope in ((square, 6), (double, 2), (square, 6), (x, 1)):
        loss.backward()
        assert x.grad == slope


def test_what_the_loss_does_not_depend_on_keeps_a_gradient_of_0():
    x, y = Variable(3), Variable([1.0, 2.0])
    (x * x).backward()
    assert (y.grad == [0, 0]).all()


EXPRESSIONS = {
    "numbers on both sides": ((), lambda x: (2 - x) * 3 + 1 - (x - 0.5) * x, ()),
    "arrays and lists on both sides": ((3,), lambda x: (np.array([1.0, 2, 3]) * x + [1, 0, 2] - x * x - [1, 2, 3]).sum(), ()),
    "a row for every row": ((3,), lambda b, x: ((x + b) * (x - b)).sum(), ((4, 3),)),
    "a column for every column": ((4, 1), lambda b, x: (x * b * b).sum(), ((4, 3),)),
    "a number for all": ((), lambda a, x: (a * x * x + a).sum(), ((4, 3),)),
    "both repeated": ((4, 1), lambda a, b: (a * b * b - a).sum(), ((1, 3),)),
    "matrices": ((4, 3), lambda x, w: ((x @ w) * (x @ w) @ np.ones((2, 2))).sum(), ((3, 2),)),
    "a matrix that is none": ((3, 2), lambda w: (np.ones((4, 3)) @ w * (-w).sum()).sum(), ()),
}


@pytest.mark.parametrize("name", EXPRESSIONS)
def test_gradients_are_those_of_differences(name):
    shape, f, more = EXPRESSIONS[name]
    rng = np.random.default_rng(0)
    arrays = [rng.normal(size=s) for s in (shape, *more)]
    variables = [Variable(array) for array in arrays]
    loss = f(*variables)
    loss.backward()
    for variable, array in zip(variables, arrays):
        differences = numerical(lambda: f(*(Variable(a) for a in arrays)).value, array)
        assert variable.grad.shape == array.shape
        np.testing.assert_allclose(variable.grad, differences, rtol=1e-6, atol=1e-8)


@pytest.mark.parametrize("name", [name for name in ELEMENTWISE if name != "step"])
def test_gradients_are_those_of_jax(name):
    jax = pytest.importorskip("jax")
    jnp = jax.numpy
    theirs = {
        "identity": lambda x: x,
        "sigmoid": jax.nn.sigmoid,
        "tanh": jnp.tanh,
        "relu": jax.nn.relu,
        "leaky_relu": lambda x: jax.nn.leaky_relu(x, 0.01),
        "gelu": lambda x: jax.nn.gelu(x, approximate=False),
    }[name]
    rng = np.random.default_rng(1)
    x, t = rng.normal(size=(6, 4)), np.eye(3)[[0, 1, 2, 2, 1, 0]]
    params = {"W1": rng.normal(size=(4, 5)), "b1": rng.normal(size=5), "W2": rng.normal(size=(5, 3)), "b2": rng.normal(size=3)}

    def loss(x, W1, b1, W2, b2, f, exp, log, total):
        h = f(x @ W1 + b1)
        z = h @ W2 + b2
        return total(log(exp(z) @ np.ones((3, 1))) - (z * t) @ np.ones((3, 1))) * (1 / 6)

    f, f_grad = ELEMENTWISE[name][:2]
    ours = {key: Variable(value) for key, value in params.items()} | {"x": Variable(x)}
    found = loss(
        **ours,
        f=lambda z: z.elementwise(f, f_grad),
        exp=lambda z: z.elementwise(np.exp, np.exp),
        log=lambda z: z.elementwise(np.log, lambda z: 1 / z),
        total=lambda z: z.sum(),
    )
    found.backward()
    with jax.enable_x64(True):
        value, grads = jax.value_and_grad(
            lambda all: loss(**all, f=theirs, exp=lambda z: jnp.exp(z), log=jnp.log, total=jnp.sum)
        )(params | {"x": x})
    assert found.value == pytest.approx(float(value), rel=1e-12)
    for key, grad in grads.items():
        np.testing.assert_allclose(ours[key].grad, grad, rtol=1e-9, atol=1e-12, err_msg=key)


def test_a_network_has_the_gradients_of_the_layers_and_delta_is_the_gradient_at_z():
    rng = np.random.default_rng(2)
    network = fully_connected((4, 5, 3), "tanh", "xavier", rng)
    x, t = rng.normal(size=(6, 4)), np.array([0, 1, 2, 2, 1, 0])
    network.loss(x, t)
    dx = network.backward()

    params = {name: Variable(value) for name, value in network.params.items()}
    first, last = sorted({name.partition(".")[0] for name in params})
    start = Variable(x)
    z = start @ params[f"{first}.W"] + params[f"{first}.b"]
    h = z.elementwise(act.tanh, act.tanh_grad)
    scores = h @ params[f"{last}.W"] + params[f"{last}.b"]
    # A function of the scores whose gradient is that of the cross entropy.
    (scores * (cross_entropy_grad(scores.value, np.eye(3)[t]) / 6)).sum().backward()
    for name, variable in params.items():
        np.testing.assert_allclose(variable.grad, network.grads[name], rtol=1e-12, atol=1e-15, err_msg=name)
    np.testing.assert_allclose(start.grad, dx, rtol=1e-12, atol=1e-15)
    delta = (softmax(scores.value) - np.eye(3)[t]) / 6 @ params[f"{last}.W"].value.T * act.tanh_grad(z.value)
    np.testing.assert_allclose(z.grad, delta, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(params[f"{first}.W"].grad, x.T @ delta, rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize(
    "use, message",
    [
        (lambda: Variable([1.0, 2.0]).backward(), r"backward starts at one number, as \.sum\(\) gives it, not at shape \(2,\)"),
        (lambda: Variable([1.0, 2.0]) @ Variable([1.0, 2.0]), r"@ takes two matrices, not shapes \(2,\) and \(2,\)"),
        (lambda: np.ones((2, 2)) @ Variable([1.0, 2.0]), r"@ takes two matrices, not shapes \(2, 2\) and \(2,\)"),
        (lambda: Variable([1.0, 2.0]) + Variable([1.0, 2.0, 3.0]), "broadcast"),
    ],
)
def test_what_does_not_fit_is_refused(use, message):
    with pytest.raises(ValueError, match=message):
        use()


def test_what_is_given_is_not_changed():
    x = np.array([1.0, -2.0, 3.0])
    variable = Variable(x)
    (variable * variable + variable).sum().backward()
    assert (x == [1, -2, 3]).all() and (variable.grad == 2 * x + 1).all()
