"""Speed and accuracy of the activations beside the textbook forms, PyTorch and JAX.

    python -m benchmarks.bench_activations         times, as ratios to copying the array
    python -m benchmarks.bench_activations --ulp   largest errors on [-40, 40], in ULP

The textbook forms are the two lines a learner writes, in the dtype of x, with the cheapest of
the usual ways: x*x*x rather than x**3, max(x, ax) rather than np.where.  Frameworks take part
where they are installed, on one thread as far as they can be told to.
"""

import argparse
import importlib.util
import os
import sys
import time
from functools import partial

# One thread for everybody; it has to be said before the libraries are loaded.
os.environ.setdefault("OMP_NUM_THREADS", "1")
os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")
os.environ.setdefault("JAX_ENABLE_X64", "1")

import numpy as np
from scipy.special import erf

import hidden_layer.activations as act

SIZE = 1_000_000
SMALL = 100


# -- The contestants: name -> function ------------------------------------------------------

OURS = {
    "identity": act.identity,
    "identity_grad": act.identity_grad,
    "step": act.step,
    "step_grad": act.step_grad,
    "sigmoid": act.sigmoid,
    "sigmoid_grad": act.sigmoid_grad,
    "tanh": act.tanh,
    "tanh_grad": act.tanh_grad,
    "relu": act.relu,
    "relu_grad": act.relu_grad,
    "prelu": lambda x: act.prelu(x, act.PRELU_ALPHA),
    "prelu_grad": lambda x: act.prelu_grad(x, act.PRELU_ALPHA),
    "prelu_grad_alpha": act.prelu_grad_alpha,
    "leaky_relu": act.leaky_relu,
    "leaky_relu_grad": act.leaky_relu_grad,
    "gelu": act.gelu,
    "gelu_grad": act.gelu_grad,
    "gelu_tanh": lambda x: act.gelu(x, approximate="tanh"),
    "gelu_tanh_grad": lambda x: act.gelu_grad(x, approximate="tanh"),
}

# Python floats, because NumPy's float64 scalars would turn float32 arrays into float64.
HALF_ROOT = float(np.sqrt(0.5))
U = float(np.sqrt(2 / np.pi))
PHI_0 = float(1 / np.sqrt(2 * np.pi))


def textbook_sigmoid_grad(x):
    s = 1 / (1 + np.exp(-x))
    return s * (1 - s)


def textbook_tanh_grad(x):
    t = np.tanh(x)
    return 1 - t * t


def textbook_gelu_tanh_grad(x):
    t = np.tanh(U * (x + 0.044715 * (x * x * x)))
    return 0.5 * (1 + t) + 0.5 * x * (1 - t * t) * U * (1 + 3 * 0.044715 * (x * x))


TEXTBOOK = {
    "identity": np.copy,
    "identity_grad": np.ones_like,
    "step": lambda x: (x >= 0).astype(x.dtype),
    "step_grad": np.zeros_like,
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "sigmoid_grad": textbook_sigmoid_grad,
    "tanh": np.tanh,
    "tanh_grad": textbook_tanh_grad,
    "relu": lambda x: np.maximum(x, 0),
    "relu_grad": lambda x: (x > 0).astype(x.dtype),
    "prelu": lambda x: np.maximum(x, 0.25 * x),
    "prelu_grad": lambda x: np.where(x > 0, x.dtype.type(1), x.dtype.type(0.25)),
    "prelu_grad_alpha": lambda x: np.minimum(x, 0),
    "leaky_relu": lambda x: np.maximum(x, 0.01 * x),
    "leaky_relu_grad": lambda x: np.where(x > 0, x.dtype.type(1), x.dtype.type(0.01)),
    "gelu": lambda x: 0.5 * x * (1 + erf(x * HALF_ROOT)),
    "gelu_grad": lambda x: 0.5 * (1 + erf(x * HALF_ROOT)) + x * (PHI_0 * np.exp(-0.5 * (x * x))),
    "gelu_tanh": lambda x: 0.5 * x * (1 + np.tanh(U * (x + 0.044715 * (x * x * x)))),
    "gelu_tanh_grad": textbook_gelu_tanh_grad,
}

# The tanh form as it is printed everywhere; NumPy computes x**3 with the general power.
PRINTED = {"gelu_tanh": lambda x: 0.5 * x * (1 + np.tanh(U * (x + 0.044715 * x**3)))}


def pytorch():
    """Return PyTorch's (title, prepare, functions, to_numpy)."""
    import torch

    torch.set_num_threads(1)
    F = torch.nn.functional
    values = {
        "identity": torch.clone,
        "step": lambda x: torch.heaviside(x, torch.ones((), dtype=x.dtype)),
        "sigmoid": torch.sigmoid,
        "tanh": torch.tanh,
        "relu": F.relu,
        "prelu": lambda x: F.prelu(x, torch.full((1,), act.PRELU_ALPHA, dtype=x.dtype)),
        "leaky_relu": F.leaky_relu,
        "gelu": F.gelu,
        "gelu_tanh": lambda x: F.gelu(x, approximate="tanh"),
    }

    def backward(f):
        """The kernel that computes f' alone, applied to a gradient of ones."""

        def slope(x):
            leaf = x.detach().requires_grad_()
            y = f(leaf)
            arriving = torch.ones_like(y)
            run = lambda: torch.autograd.grad(y, leaf, arriving, retain_graph=True)[0]  # noqa: E731
            return run

        return slope

    grads = {f"{name}_grad": backward(f) for name, f in values.items() if name != "step"}
    # through lists: works with a PyTorch that was built for another NumPy
    prepare = lambda x: torch.tensor(x.tolist(), dtype=getattr(torch, x.dtype.name))  # noqa: E731
    calls = {name: (lambda x, f=f: lambda: f(x)) for name, f in values.items()} | grads
    return f"PyTorch {torch.__version__}", prepare, calls, lambda y, dtype: np.array(y.tolist(), dtype)


def jax():
    """Return JAX's (title, prepare, functions, to_numpy); all jitted and waited for."""
    import jax
    import jax.numpy as jnp

    values = {
        "identity": lambda x: x + 0,
        "step": lambda x: jnp.heaviside(x, 1),
        "sigmoid": jax.nn.sigmoid,
        "tanh": jax.nn.tanh,
        "relu": jax.nn.relu,
        "prelu": lambda x: jnp.where(x > 0, x, act.PRELU_ALPHA * x),
        "leaky_relu": jax.nn.leaky_relu,
        "gelu": lambda x: jax.nn.gelu(x, approximate=False),
        "gelu_tanh": jax.nn.gelu,
    }

    def slope(f):
        return lambda x: jax.vjp(f, x)[1](jnp.ones_like(x))[0]

    functions = values | {f"{name}_grad": slope(f) for name, f in values.items()}

    def call(f):
        compiled = jax.jit(f)
        return lambda x: lambda: compiled(x).block_until_ready()

    calls = {name: call(f) for name, f in functions.items()}
    return f"JAX {jax.__version__}", jnp.asarray, calls, lambda y, dtype: np.asarray(y)


def numpy_contestant(title, functions):
    calls = {name: (lambda x, f=f: lambda: f(x)) for name, f in functions.items()}
    return title, lambda x: x, calls, lambda y, dtype: y


def contestants():
    """Yield ours, the textbook's and those of the installed frameworks."""
    yield numpy_contestant("ours", OURS)
    yield numpy_contestant("textbook", TEXTBOOK)
    for module, contestant in [("torch", pytorch), ("jax", jax)]:
        if importlib.util.find_spec(module):
            yield contestant()


# -- Measuring ------------------------------------------------------------------------------


def seconds(call, repeat=7):
    """Return the shortest time of a call: at most `repeat` of them, fewer if they are long."""
    call()
    best, spent = np.inf, 0.0
    for done in range(repeat):
        start = time.perf_counter()
        call()
        took = time.perf_counter() - start
        best, spent = min(best, took), spent + took
        if spent > 0.15 and done >= 2:
            break
    return best


def print_table(header, rows):
    widths = [max(len(row[i]) for row in [header, *rows]) for i in range(len(header))]
    for row in [header, *rows]:
        cells = [row[0].ljust(widths[0])]
        cells += [c.rjust(w) for c, w in zip(row[1:], widths[1:], strict=True)]
        print("  ".join(cells).rstrip())


def missing():
    absent = [m for m in ("torch", "jax") if not importlib.util.find_spec(m)]
    return f"Not installed, so not measured: {', '.join(absent)}." if absent else ""


def speed():
    """Print the times of one pass over SIZE normal numbers, as ratios to np.copyto."""
    everyone = list(contestants())
    for dtype in (np.float32, np.float64):
        x = np.random.default_rng(0).normal(0, 3, SIZE).astype(dtype)
        target = np.empty_like(x)
        copy = seconds(partial(np.copyto, target, x), repeat=50)
        rows = []
        for name in OURS:
            took = []
            for _, prepare, calls, _ in everyone:
                took.append(seconds(calls[name](prepare(x))) / copy if name in calls else None)
            cells = ["-" if t is None else f"{t:.1f}" for t in took]
            rows.append([name, *cells, f"{took[0] / took[1]:.2f}"])
        print(f"\n{x.dtype.name}, {SIZE:,} numbers; 1 = copying them ({copy * 1e6:.0f} us here)")
        print_table(["", *(title for title, *_ in everyone), "ours/textbook"], rows)
        for name, printed in PRINTED.items():
            ratio = seconds(partial(OURS[name], x)) / seconds(partial(printed, x))
            print(f"{name} with x**3 in the textbook form: ours/textbook {ratio:.2f}")
    x = np.random.default_rng(0).normal(0, 3, SMALL)
    print(f"\nfloat64, {SMALL} numbers: microseconds a call")
    rows = []
    for name in OURS:
        took = [seconds(lambda f=f: [f(x) for _ in range(200)]) / 200
                for f in (OURS[name], TEXTBOOK[name])]  # fmt: skip
        rows.append([name, *(f"{t * 1e6:.1f}" for t in took)])
    print_table(["", "ours", "textbook"], rows)
    print(missing())


def accuracy():
    """Print the largest errors on [-40, 40]."""
    from tests.hidden_layer.activation_reference import EXACT, GELU_GRAD_ZERO, absolute_errors, exact, points, ulp_errors

    everyone = list(contestants())
    for dtype in (np.float64, np.float32):
        x = points(dtype)
        rows = []
        for name in EXACT:
            true = exact(name, x)
            near_zero = np.abs(x - GELU_GRAD_ZERO) < 0.5
            judged = ~near_zero if name in ("gelu_grad", "gelu_tanh_grad") else x == x
            if name.startswith("gelu_tanh"):
                judged &= np.abs(x) <= 5
            elif name.startswith("gelu"):
                judged &= np.abs(np.array(true, float)) >= np.finfo(np.float64).tiny
            ulps, rest = [], []
            for _, prepare, calls, to_numpy in everyone:
                if name not in calls:
                    ulps.append("-")
                    continue
                with np.errstate(all="ignore"):
                    y = to_numpy(calls[name](prepare(x))(), dtype)
                ulps.append(f"{ulp_errors(y, true)[judged].max():.2g}")
                rest.append(absolute_errors(y, true)[~judged].max(initial=0))
            rows.append([name, *ulps, f"{rest[0]:.1e}" if (~judged).any() else ""])
        print(f"\n{np.dtype(dtype).name}: largest error in ULP at {x.size:,} points of [-40, 40]")
        print_table(["", *(title for title, *_ in everyone), "ours, absolute, elsewhere"], rows)
    print(
        "\nElsewhere: within 0.5 of the zero of GELU', where GELU is subnormal, and for the tanh form beyond [-5, 5],"
        "\nwhere a ULP says little; the other columns leave these places out."
        "\nJAX takes subnormal numbers for 0, which is most of its error in the simple functions.",
        missing(), sep="\n",
    )  # fmt: skip


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--ulp", action="store_true", help="print errors instead of times")
    accuracy() if parser.parse_args(arguments).ulp else speed()


if __name__ == "__main__":
    sys.exit(main())
