"""The same initial weights, batches and optimiser: our losses are JAX's, and PyTorch's where it is installed.

500 steps in float64, every activation, SGD and Adam, to 1e-9.
"""

import functools

import numpy as np
import pytest

from hidden_layer import data
from hidden_layer.activations import PRELU_ALPHA
from hidden_layer.layers import ELEMENTWISE
from hidden_layer.network import fully_connected
from hidden_layer.optim import NAG, SGD, AdaGrad, Adam, Momentum, RMSProp

STEPS, BATCH, WIDTHS = 500, 50, (64, 30, 20, 10)
OPTIMIZERS = {"sgd": functools.partial(SGD, 0.1), "adam": functools.partial(Adam, 0.003)}


@functools.cache
def batches():
    split = data.load("digits", 0)
    rng = np.random.default_rng(0)
    rows = np.array([rng.choice(len(split.x), BATCH, replace=False) for _ in range(STEPS)])
    return split.x[rows], split.t[rows]


def start(name):
    return fully_connected(WIDTHS, name, "xavier", np.random.default_rng(1))


@functools.cache
def ours(name, optimizer):
    network, step = start(name), OPTIMIZERS[optimizer]()
    losses = []
    for x, t in zip(*batches()):
        losses.append(network.loss(x, t))
        network.backward()
        step.update(network.params, network.grads)
    return np.array(losses)


CASES = pytest.mark.parametrize("name, optimizer", [(n, o) for n in [*ELEMENTWISE, "prelu"] for o in OPTIMIZERS])


def apart(losses, name, optimizer):
    reference = ours(name, optimizer)
    assert reference[-20:].mean() < reference[0], "nothing was learned: the comparison would say nothing"
    return np.abs(losses - reference).max()


def jax_losses(name, optimizer):
    import jax
    import jax.numpy as jnp

    functions = {
        "identity": lambda x, a: x,
        "sigmoid": lambda x, a: jax.nn.sigmoid(x),
        "tanh": lambda x, a: jnp.tanh(x),
        # A step has no slope: what learns is the output layer.
        "step": lambda x, a: jnp.where(x >= 0, 1.0, 0.0),
        "relu": lambda x, a: jax.nn.relu(x),
        "leaky_relu": lambda x, a: jax.nn.leaky_relu(x, 0.01),
        "gelu": lambda x, a: jax.nn.gelu(x, approximate=False),
        "prelu": lambda x, a: jnp.where(x > 0, x, a * x),
    }
    f = functions[name]
    with jax.enable_x64(True):
        params = {key: jnp.array(value) for key, value in start(name).params.items()}
        affine = sorted({int(key.split(".")[0]) for key in params if key.endswith("W")})

        def loss(params, x, t):
            for i in affine:
                x = x @ params[f"{i}.W"] + params[f"{i}.b"]
                if i != affine[-1]:
                    x = f(x, params.get(f"{i + 1}.alpha", 0.0))
            return -jnp.mean(jax.nn.log_softmax(x)[jnp.arange(len(t)), t])

        def sgd(state, w, g, count):
            return state, w - 0.1 * g

        def adam(state, w, g, count):  # Kingma and Ba (2015), algorithm 1, written as there
            m, v = state
            m, v = 0.9 * m + 0.1 * g, 0.999 * v + 0.001 * g * g
            return (m, v), w - 0.003 * (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.999**count)) + 1e-8)

        update = {"sgd": sgd, "adam": adam}[optimizer]

        @jax.jit
        def run(params, xs, ts):
            def step(carry, batch):
                params, states, count = carry
                value, grads = jax.value_and_grad(loss)(params, *batch)
                moved = {key: update(states[key], params[key], grads[key], count) for key in params}
                return ({key: m[1] for key, m in moved.items()}, {key: m[0] for key, m in moved.items()}, count + 1), value

            states = {key: (jnp.zeros_like(w), jnp.zeros_like(w)) for key, w in params.items()}
            return jax.lax.scan(step, (params, states, 1.0), (xs, ts))[1]

        return np.array(run(params, *map(jnp.array, batches())))


@CASES
def test_losses_are_those_of_jax(name, optimizer):
    assert apart(jax_losses(name, optimizer), name, optimizer) <= 1e-9


def torch_losses(torch, name, optimizer):
    modules = {
        "identity": torch.nn.Identity,
        "sigmoid": torch.nn.Sigmoid,
        "tanh": torch.nn.Tanh,
        "relu": torch.nn.ReLU,
        "leaky_relu": torch.nn.LeakyReLU,
        "gelu": torch.nn.GELU,
        "prelu": lambda: torch.nn.PReLU(init=PRELU_ALPHA, dtype=torch.float64),
    }
    torch.set_num_threads(1)
    layers = []
    for layer in start(name).layers:
        if "W" in layer.params:
            linear = torch.nn.Linear(*layer.params["W"].shape, dtype=torch.float64)
            with torch.no_grad():
                linear.weight.copy_(torch.tensor(layer.params["W"].T))
                linear.bias.copy_(torch.tensor(layer.params["b"]))
            layers.append(linear)
        else:
            layers.append(modules[name]())
    model = torch.nn.Sequential(*layers)
    step = {"sgd": lambda p: torch.optim.SGD(p, lr=0.1), "adam": lambda p: torch.optim.Adam(p, lr=0.003)}[optimizer](
        model.parameters()
    )
    losses = []
    for x, t in zip(*batches()):
        step.zero_grad()
        loss = torch.nn.functional.cross_entropy(model(torch.tensor(x)), torch.tensor(t))
        loss.backward()
        step.step()
        losses.append(loss.item())
    return np.array(losses)


@CASES
def test_losses_are_those_of_pytorch(name, optimizer):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (it is no test dependency); JAX is compared")
    if name == "step":
        pytest.skip("torch.heaviside has no derivative: PyTorch cannot go back through it; JAX is compared")
    assert apart(torch_losses(torch, name, optimizer), name, optimizer) <= 1e-9


def test_the_comparison_can_fail():
    losses = jax_losses("relu", "sgd")
    assert apart(losses * (1 + 1e-8), "relu", "sgd") > 1e-9


def test_optimisers_step_as_pytorch_s():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed (it is no test dependency)")
    pairs = [
        (Momentum(0.1), lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9)),
        (NAG(0.1), lambda w: torch.optim.SGD(w, lr=0.1, momentum=0.9, nesterov=True)),
        (AdaGrad(0.1), lambda w: torch.optim.Adagrad(w, lr=0.1)),
        (RMSProp(0.1), lambda w: torch.optim.RMSprop(w, lr=0.1)),
        (Adam(0.1), lambda w: torch.optim.Adam(w, lr=0.1)),
    ]
    for ours, theirs in pairs:
        rng, params = np.random.default_rng(0), {"w": np.array([1.0, -2.0])}
        w = torch.tensor(params["w"], requires_grad=True)
        optimizer = theirs([w])
        for _ in range(50):
            g = rng.normal(size=2)
            ours.update(params, {"w": g})
            w.grad = torch.tensor(g)
            optimizer.step()
        np.testing.assert_allclose(params["w"], w.detach().numpy(), rtol=1e-12)
