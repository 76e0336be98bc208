"""The framework boxes of the chapters: what stands there is what the framework prints, and what we compute."""

import contextlib
import io
import json
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest

from hidden_layer import activations
from hidden_layer.softmax import cross_entropy_grad, softmax

ROOT = Path(__file__).resolve().parents[2]
BOX = re.compile(r"PyTorch ([\d.]+) で実行した結果.*?```python\n(.*?)```\s*```text\n(.*?)```", re.DOTALL)


def boxes():
    found = []
    for path in sorted(ROOT.glob("chapters/*.ipynb")):
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        text = "\n".join("".join(cell["source"]) for cell in cells if cell["cell_type"] == "markdown")
        found += [pytest.param(*match.groups(), id=path.stem) for match in BOX.finditer(text)]
    return found


def torch_version():
    try:
        return version("torch").partition("+")[0]
    except PackageNotFoundError:
        return None


def test_every_chapter_that_frameworks_can_do_has_its_box():
    assert [box.id for box in boxes()] == [
        "03_step",
        "04_sigmoid",
        "05_gradient",
        "06_tanh",
        "07_relu",
        "08_prelu",
        "09_leaky_relu",
        "10_gelu",
        "15_softmax",
        "16_computational_graph",
    ]


@pytest.mark.parametrize(("stated", "code", "printed"), boxes())
def test_pytorch_prints_what_the_box_says(stated, code, printed):
    if torch_version() is None:
        pytest.skip("PyTorch is not installed (it is no test dependency: its default Linux wheel brings gigabytes)")
    if torch_version() != stated:
        pytest.skip(f"the box names PyTorch {stated}, installed is {torch_version()}")
    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(code, {})
    assert output.getvalue() == printed


# The first line of each box's output is f at these inputs, another one f′ there (of softmax: the gradient of the loss);
# both as the box rounds them.
OURS = {
    "04_sigmoid": ([-2, 0, 2], activations.sigmoid, activations.sigmoid_grad, 4),
    "06_tanh": ([-2, 0, 2], activations.tanh, activations.tanh_grad, 4),
    "07_relu": ([-1, 0, 2], activations.relu, activations.relu_grad, 6),
    "08_prelu": ([-2, 0, 2], lambda x: activations.prelu(x, 0.25), lambda x: activations.prelu_grad(x, 0.25), 6),
    "09_leaky_relu": ([-2, 0, 2], activations.leaky_relu, activations.leaky_relu_grad, 6),
    "10_gelu": ([-1, 0, 1], activations.gelu, activations.gelu_grad, 6),
    "15_softmax": ([2, 1, -1], lambda x: softmax(x, 2), lambda x: cross_entropy_grad(x, [0, 1, 0], 2), 4),
}


@pytest.mark.parametrize("chapter", OURS)
def test_the_box_agrees_with_the_module(chapter):
    (printed,) = [box.values[2] for box in boxes() if box.id == chapter]
    lists = [json.loads(found) for found in re.findall(r"\[[^\]]*\]", printed)]
    x, f, f_grad, digits = OURS[chapter]
    assert lists[0] == np.round(f(x), digits).tolist()
    assert np.round(f_grad(x), digits).tolist() in lists
