"""The framework boxes of the chapters: what stands there is what the framework prints, and what we compute."""

import contextlib
import io
import itertools
import json
import re
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import numpy as np
import pytest

from hidden_layer import activations, more_activations, normalization
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
        "17_initialization",
        "18_normalization",
        "19_beyond",
        "33_reading_pytorch",
        "33_reading_pytorch",
        "33_reading_pytorch",
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
    "19_beyond": ([-1, 0, 1], more_activations.silu, more_activations.silu_grad, 6),
}


@pytest.mark.parametrize("chapter", OURS)
def test_the_box_agrees_with_the_module(chapter):
    (printed,) = [box.values[2] for box in boxes() if box.id == chapter]
    lists = [json.loads(found) for found in re.findall(r"\[[^\]]*\]", printed)]
    x, f, f_grad, digits = OURS[chapter]
    assert lists[0] == np.round(f(x), digits).tolist()
    assert np.round(f_grad(x), digits).tolist() in lists


def test_the_box_of_normalisation_agrees_with_the_module():
    (printed,) = [box.values[2] for box in boxes() if box.id == "18_normalization"]
    x = np.array([[[[1.0, 3]], [[9, 11]]], [[[5, 7]], [[3, 13]]]])
    batch = normalization.BatchNorm(2)
    four = batch, normalization.LayerNorm((2, 1, 2)), normalization.InstanceNorm(2), normalization.GroupNorm(1, 2)
    *lines, mean, var = printed.splitlines()
    assert [float(line.split()[1]) for line in lines] == [round(layer.forward(x)[0, 0, 0, 0], 4) for layer in four]
    ours = [sum(p.size for p in layer.params.values()) for layer in four]
    assert [int(line.split()[2]) for line in lines] == [*ours[:2], 0, ours[3]]  # PyTorch's InstanceNorm2d has none by default
    assert [json.loads(mean), json.loads(var)] == np.round([batch.mean, batch.var], 4).tolist()


def test_the_box_on_gates_agrees_with_the_module():
    (printed,) = [box.values[2] for box in boxes() if box.id == "19_beyond"]
    lists = [json.loads(found) for found in re.findall(r"\[[^\]]*\]", printed)]
    z = [2.0, 3.0, 0.0, 1.0]
    assert lists[1:3] == [np.round(f(z), 6).tolist() for f in (more_activations.glu, more_activations.swiglu)]


# PyTorch を読む: programs whose printed text a reader is to foretell, each with a NumPy twin in the next cell.
READING = ROOT / "chapters" / "33_reading_pytorch.ipynb"
PROGRAM = re.compile(r"### (\d+)\. .*?```python\n(.*?)```.*?```text\n(.*?)```", re.DOTALL)


def programs():
    cells = json.loads(READING.read_text(encoding="utf-8"))["cells"]
    found = []
    for cell, twin in itertools.pairwise(cells):
        if match := PROGRAM.match("".join(cell["source"])):
            stored = "".join("".join(output["text"]) for output in twin["outputs"])
            found.append(pytest.param(match[2], match[3], stored, id=match[1]))
    return found


def test_there_are_twenty_programs_in_order():
    assert [program.id for program in programs()] == [str(number) for number in range(1, 21)]


@pytest.mark.parametrize(("code", "printed", "twin"), programs())
def test_the_numpy_twin_prints_what_the_program_prints(code, printed, twin):
    assert twin == printed


@pytest.mark.parametrize(("code", "printed", "twin"), programs())
def test_pytorch_prints_what_the_page_says_of_the_program(code, printed, twin):
    stated = re.search(r"PyTorch ([\d.]+) の CPU で実行した結果", READING.read_text(encoding="utf-8"))[1]
    if torch_version() is None:
        pytest.skip("PyTorch is not installed (it is no test dependency: its default Linux wheel brings gigabytes)")
    if torch_version() != stated:
        pytest.skip(f"the page names PyTorch {stated}, installed is {torch_version()}")
    import torch

    with contextlib.redirect_stdout(io.StringIO()) as output:
        exec(code, {"torch": torch, "F": torch.nn.functional})
    assert output.getvalue() == printed
