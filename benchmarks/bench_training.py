"""One epoch of a 64-100-100-10 network beside PyTorch's CPU eager mode, both on one thread.

    python -m benchmarks.bench_training

The same data, batches of 100, float32 and float64, SGD and Adam. The two take turns, and what is shown is the median of
the ratios, so that a busy moment of the machine hits both. Above 1 we are slower.
"""

import os

# One thread for both; it has to be said before the libraries are loaded.
os.environ.update(dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import importlib.util
import sys
import time

import numpy as np

from hidden_layer import data
from hidden_layer.activations import PRELU_ALPHA
from hidden_layer.layers import ELEMENTWISE
from hidden_layer.network import fully_connected
from hidden_layer.optim import SGD, Adam

WIDTHS, BATCH, ROUNDS = (64, 100, 100, 10), 100, 31


def ours(name, optimizer, dtype):
    split = data.load("digits", 0, dtype)
    network = fully_connected(WIDTHS, name, "he", np.random.default_rng(0), dtype=dtype)
    step = {"SGD": lambda: SGD(0.1), "Adam": lambda: Adam(0.001)}[optimizer]()
    params = network.params

    def epoch():
        for i in range(0, len(split.x), BATCH):
            network.loss(split.x[i : i + BATCH], split.t[i : i + BATCH])
            network.backward()
            step.update(params, network.grads)

    return epoch


def pytorch(torch, name, optimizer, dtype):
    torch.set_num_threads(1)
    kind = getattr(torch, np.dtype(dtype).name)
    activation = {
        "sigmoid": torch.nn.Sigmoid,
        "tanh": torch.nn.Tanh,
        "relu": torch.nn.ReLU,
        "gelu": torch.nn.GELU,
        "leaky_relu": torch.nn.LeakyReLU,
        "prelu": lambda: torch.nn.PReLU(init=PRELU_ALPHA, dtype=kind),
    }[name]
    layers = []
    for fan_in, fan_out in zip(WIDTHS, WIDTHS[1:]):
        layers += [torch.nn.Linear(fan_in, fan_out, dtype=kind), activation()]
    model = torch.nn.Sequential(*layers[:-1])
    step = {"SGD": lambda p: torch.optim.SGD(p, lr=0.1), "Adam": lambda p: torch.optim.Adam(p, lr=0.001)}[optimizer](
        model.parameters()
    )
    split = data.load("digits", 0, dtype)
    x, t = torch.tensor(split.x), torch.tensor(split.t)

    def epoch():
        for i in range(0, len(x), BATCH):
            step.zero_grad()
            torch.nn.functional.cross_entropy(model(x[i : i + BATCH]), t[i : i + BATCH]).backward()
            step.step()

    return epoch


def seconds(epoch):
    start = time.perf_counter()
    epoch()
    return time.perf_counter() - start


def main() -> int:
    if importlib.util.find_spec("torch") is None:
        print("PyTorch is not installed: nothing to compare with.", file=sys.stderr)
        return 0
    import torch

    print(f"NumPy {np.__version__}, PyTorch {torch.__version__.partition('+')[0]}; ours / PyTorch, median of {ROUNDS} rounds")
    print(
        f"{'':12s}"
        + "".join(f"{optimizer + ' ' + dtype:>15s}" for optimizer in ("SGD", "Adam") for dtype in ("float32", "float64"))
    )
    for name in [*ELEMENTWISE, "prelu"]:
        if name in ("identity", "step"):
            continue
        row = []
        for optimizer in ("SGD", "Adam"):
            for dtype in (np.float32, np.float64):
                pair = ours(name, optimizer, dtype), pytorch(torch, name, optimizer, dtype)
                for epoch in pair:
                    epoch()
                ratios = [seconds(pair[0]) / seconds(pair[1]) for _ in range(ROUNDS)]
                row.append(f"{np.median(ratios):15.2f}")
        print(f"{name:12s}" + "".join(row), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
