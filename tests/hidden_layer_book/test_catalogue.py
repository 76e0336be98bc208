"""The catalogue: what it says of each activation is checked against the functions themselves."""

import inspect
import math
import pickle
import re
from dataclasses import FrozenInstanceError, fields
from functools import partial

import mpmath as mp
import numpy as np
import pytest

import hidden_layer.activations as act
import hidden_layer.more_activations as more
from hidden_layer_book.catalogue import ACTIVATIONS, EVERY, MORE_ACTIVATIONS
from tests.hidden_layer.activation_reference import EXACT, MORE_EXACT

ENTRIES = pytest.mark.parametrize("r", EVERY.values(), ids=EVERY.keys())
GRID = np.unique(np.concatenate([np.linspace(-12, 12, 240_001), [-40, -1e-12, 1e-12, 3 - 1e-12, 40]]))
KINKED = GRID[GRID != 0]

JAPANESE = {
    "identity": "恒等関数", "step": "ステップ関数", "sigmoid": "シグモイド関数",
    "tanh": "tanh関数", "relu": "ReLU関数", "prelu": "PReLU関数",
    "leaky_relu": "Leaky ReLU関数", "gelu": "GELU",
}  # fmt: skip


def test_names_and_their_order():
    assert {name: record.name_ja for name, record in ACTIVATIONS.items()} == JAPANESE
    assert list(ACTIVATIONS) == list(JAPANESE)
    assert list(MORE_ACTIVATIONS) == ["silu", "elu", "selu", "softplus", "mish", "hard_swish", "relu6"]
    assert list(EVERY) == [*ACTIVATIONS, *MORE_ACTIVATIONS]
    assert all(record.name == name for name, record in EVERY.items())


def test_catalogue_and_entries_cannot_be_changed():
    with pytest.raises(TypeError):
        ACTIVATIONS["relu"] = None
    with pytest.raises(FrozenInstanceError):
        ACTIVATIONS["relu"].max_slope = 2.0


@ENTRIES
def test_function_and_derivative_are_those_of_the_module(r):
    for callable_, name in [(r.function, r.name), (r.derivative, r.name + "_grad")]:
        inner = callable_.func if isinstance(callable_, partial) else callable_
        assert inner is getattr(act if r.name in ACTIVATIONS else more, name)
        assert callable_(np.ones(3, np.float32)).dtype == np.float32


def test_the_parameters_have_their_default_values():
    assert ACTIVATIONS["prelu"].function(-1.0) == -act.PRELU_ALPHA
    assert ACTIVATIONS["prelu"].derivative(-1.0) == act.PRELU_ALPHA
    assert ACTIVATIONS["leaky_relu"].function(-1.0) == -act.LEAKY_SLOPE


@ENTRIES
def test_an_entry_can_be_sent_to_another_process(r):
    received = pickle.loads(pickle.dumps(r))
    assert received.name == r.name and received.function(-1.0) == r.function(-1.0)


@ENTRIES
def test_max_slope_is_the_largest_value_of_the_derivative(r):
    slope = r.derivative(KINKED)
    assert slope.max() <= r.max_slope + 1e-15
    assert slope.max() == pytest.approx(r.max_slope, abs=1e-8)


def test_extremes_of_gelu_are_those_mpmath_finds():
    r = ACTIVATIONS["gelu"]
    with mp.workdps(30):
        lowest_at = mp.findroot(EXACT["gelu_grad"], -0.75)
        steepest_at = mp.findroot(lambda x: mp.diff(EXACT["gelu_grad"], x), 1.4)
        assert r.range_latex == rf"[{mp.nstr(EXACT['gelu'](lowest_at), 5)}\ldots, \infty)"
        assert r.max_slope_at == r"x = \sqrt{2}" and float(steepest_at) == math.sqrt(2)
        assert r.max_slope == float(EXACT["gelu_grad"](steepest_at))


@pytest.mark.parametrize("name, lowest, steepest", [("silu", -1.28, 2.4), ("mish", -1.19, (1, 1.6))])
def test_extremes_of_silu_and_mish_are_those_mpmath_finds(name, lowest, steepest):
    r, slope = MORE_ACTIVATIONS[name], MORE_EXACT[f"{name}_grad"]
    with mp.workdps(30):
        lowest_at, steepest_at = mp.findroot(slope, lowest), mp.findroot(lambda x: mp.diff(slope, x), steepest)
        assert r.range_latex == rf"[{mp.nstr(MORE_EXACT[name](lowest_at), 5)}\ldots, \infty)"
        assert r.max_slope_at == rf"x = {mp.nstr(steepest_at, 5)}\ldots" and r.max_slope == float(slope(steepest_at))


@ENTRIES
def test_max_slope_at_says_where_the_slope_is_largest(r):
    at_maximum = np.isclose(r.derivative(KINKED), r.max_slope, rtol=0, atol=1e-9)
    points = {r"x = 0": 0.0, r"x = \sqrt{2}": math.sqrt(2), r"x = 2.3994\ldots": 2.3994, r"x = 1.4906\ldots": 1.4906}
    near = 1e-10  # the slope is as good as that at the place that is approached
    sets = {
        r"x \in \mathbb{R}": np.inf > KINKED,
        r"x \ne 0": KINKED != 0,
        r"x > 0": KINKED > 0,
        r"x \ge 0": -near < KINKED,
        r"0 < x < 6": (KINKED > 0) & (KINKED < 6),
        r"x \to 0,\ x < 0": (KINKED < 0) & (-near < KINKED),
        r"x \to 3,\ x < 3": (KINKED < 3) & (3 - near < KINKED),
        r"x \to \infty": KINKED > 21,
    }
    if r.max_slope_at in points:
        assert at_maximum.any()
        assert (np.abs(KINKED[at_maximum] - points[r.max_slope_at]) < 2e-4).all()
    else:
        np.testing.assert_array_equal(at_maximum, sets[r.max_slope_at])


@ENTRIES
def test_range_is_what_the_values_fill(r):
    x = np.linspace(-15, 15, 300_001)  # not yet rounded to the limits
    y = r.function(x)
    if r.name == "step":
        assert r.range_latex == r"\{0, 1\}" and set(y) == {0.0, 1.0}
        return
    left, low, high, right = re.fullmatch(r"([\[(])(.+), (.+)([\])])", r.range_latex).groups()
    far = r.function(np.array([-1e300, 1e300]))
    for bracket, text, nearest, extreme in [
        (left, low, y.min(), min(far[0], y.min())),
        (right, high, y.max(), max(far[1], y.max())),
    ]:
        if "\\infty" in text:
            assert bracket in "()" and abs(extreme) >= 1e297 and np.sign(extreme) == (-1 if text.startswith("-") else 1)
            continue
        bound = float(text.removesuffix(r"\ldots"))
        rounding = 1e-5 if text.endswith(r"\ldots") else 1e-9  # the digits that are not shown
        assert extreme == pytest.approx(bound, abs=rounding)
        if bracket in "[]":
            assert nearest == pytest.approx(bound, abs=rounding)
        else:
            assert nearest != bound


@ENTRIES
def test_monotonic_odd_continuous_and_differentiable(r):
    y = r.function(GRID)
    assert (np.diff(y) >= -1e-15).all() == r.monotonic
    assert np.array_equal(r.function(-GRID), -y) == r.odd
    h = 1e-9
    left, middle, right = r.function(np.array([-h, 0.0, h]))
    assert (abs(right - left) < 0.01) == r.continuous
    assert np.isclose((right - middle) / h, (middle - left) / h, atol=1e-3) == (r.differentiable_at_zero)
    if r.differentiable_at_zero:
        assert r.derivative(0.0) == pytest.approx((right - left) / (2 * h), abs=1e-6)


@ENTRIES
def test_kinks_are_where_the_slope_jumps_besides_0(r):
    x = np.linspace(-8, 8, 1601)
    jumps = np.abs(r.derivative(x + 1e-9) - r.derivative(x - 1e-9)) > 1e-3
    assert [round(at, 9) for at in x[jumps & (np.abs(x) > 1e-6)]] == list(r.kinks)


@ENTRIES
def test_negative_side_tells_the_slope_there(r):
    slope = r.derivative(GRID[GRID < 0])
    numbers = [float(t.replace("−", "-")) for t in re.findall(r"[−-]?\d+(?:\.\d+)?", r.negative_side_ja)]
    low, high = slope.min(), slope.max()
    match r.name:
        case "prelu":
            assert r.negative_side_ja.startswith("α")
        case "sigmoid" | "tanh":
            assert numbers == [0, pytest.approx(high, abs=1e-9)] and low > 0
        case "elu" | "selu" | "softplus":
            assert numbers == [0, pytest.approx(high, abs=5e-5)] and low > 0
        case "gelu" | "silu" | "mish" | "hard_swish":
            assert numbers[:2] == [pytest.approx(low, abs=5e-4), pytest.approx(high, abs=1e-9)]
            zero = numbers[2]
            assert r.derivative(zero - 1e-4) < 0 < r.derivative(zero + 1e-4)
            assert numbers[3:] in ([], [-3, 0]) and (r.derivative(GRID[GRID < -3]) == 0).all() == bool(numbers[3:])
        case _:
            assert numbers == [low] == [high]


@ENTRIES
def test_saturation_tells_where_the_slope_goes_to_zero(r):
    left, right = np.abs(r.derivative(np.array([-40.0, 40.0]))) < 1e-15
    wanted = {(True, True): "両側", (True, False): "負の側", (False, False): "なし"}
    assert r.saturation_ja.startswith(wanted[left, right])
    assert r.differentiable_at_zero or "どこでも" not in r.saturation_ja, "at 0 there is no slope to speak of"


@ENTRIES
def test_latex_is_balanced_and_in_the_common_subset(r):
    allowed = {
        "frac", "in", "mathbb", "begin", "end", "max", "min", "tanh", "sigma", "alpha", "Phi", "varphi", "ge",
        "ne", "quad", "infty", "ldots", "sqrt", "text", "log", "le", "lambda", "to",
    }  # fmt: skip
    texts = [r.latex, r.latex_grad, r.range_latex, r.max_slope_at]
    for text in texts:
        assert set(re.findall(r"\\([A-Za-z]+)", text)) <= allowed
        bare = re.sub(r"\\[{}\\,]", "", text)
        depth = np.cumsum([{"{": 1, "}": -1}.get(c, 0) for c in bare])
        assert (depth >= 0).all() and depth[-1] == 0
        assert re.findall(r"\\begin\{(\w+)\}", text) == re.findall(r"\\end\{(\w+)\}", text)
        assert text.isascii() and text.isprintable()


@ENTRIES
def test_texts_are_there(r):
    for field in fields(r):
        value = getattr(r, field.name)
        if isinstance(value, str):
            assert value.strip() == value != ""


def _dotted(module, path):
    for part in path.split(".")[1:]:
        module = getattr(module, part)
    return module


def _framework_names(text, root):
    return re.findall(rf"\b{root}(?:\.\w+)+", text or "")


def test_names_and_defaults_in_jax():
    import jax
    import jax.numpy

    names = [n for r in EVERY.values() for n in _framework_names(r.jax, "jax")]
    assert len(names) == len(EVERY) - 1 + 2  # no PReLU; two have another name
    for name in names:
        assert callable(_dotted(jax, name))
    defaults = {
        name: inspect.signature(_dotted(jax, f"jax.nn.{name}")).parameters[argument].default
        for name, argument in [("leaky_relu", "negative_slope"), ("gelu", "approximate")]
    }
    assert defaults == {"leaky_relu": act.LEAKY_SLOPE, "gelu": True}


def test_names_and_defaults_in_pytorch():
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    names = [n for r in EVERY.values() for n in _framework_names(r.pytorch, "torch")]
    assert len(names) == len(EVERY)
    for name in names:
        assert callable(_dotted(torch, name))
    assert torch.nn.PReLU().weight.tolist() == [act.PRELU_ALPHA]
    assert torch.nn.LeakyReLU().negative_slope == act.LEAKY_SLOPE
    assert torch.nn.GELU().approximate == "none"
    assert torch.nn.ELU().alpha == torch.nn.Softplus().beta == 1 and torch.nn.Softplus().threshold == 20
