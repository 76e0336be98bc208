"""The moving figures show what tests/hidden_layer_book/figures says, at the start and at the ends of every control."""

import difflib
import itertools
import re
from dataclasses import dataclass

import numpy as np
import pytest

from explorable import explore
from hidden_layer.more_activations import mish, silu
from hidden_layer.normalization import BatchNorm, GroupNorm, InstanceNorm, LayerNorm
from hidden_layer_book import figures, plots
from hidden_layer_book.figures import (
    _parts,
    beyond,
    dead_relu,
    initialization,
    landing,
    prelu_slopes,
    sigmoid,
    tanh_and_sigmoid,
    which_wins,
)
from tools import figures as tool

FIGURES = tool.find()
# The runs of an experiment are in the cache when the book is built; before that they would take minutes.
CASES = [
    pytest.param(name, marks=[pytest.mark.site] if tool.reads_an_experiment(figure) else []) for name, figure in FIGURES.items()
]


def test_every_figure_has_its_facts_and_no_facts_are_left_over():
    missing = sorted(name for name in FIGURES if not tool.path(name).is_file())
    assert not missing, f"no facts are stored of {', '.join(missing)}: run `make figures` and read what it wrote"
    assert {path.stem for path in tool.FOLDER.glob("*.txt")} == set(FIGURES), "make figures removes what has no figure"


@pytest.mark.parametrize("name", CASES)
def test_a_figure_shows_what_is_stored(name):
    stored = tool.path(name).read_text(encoding="utf-8").splitlines()
    shown = tool.facts(tool.build(FIGURES[name]))
    changes = "\n".join(
        difflib.unified_diff(stored, shown, f"tests/hidden_layer_book/figures/{name}.txt", f"figures.{name}()", "", "", 0, "")
    )
    assert not changes, f"another picture than is stored; if it is to be so, `make figures` stores it:\n{changes}"


# figures of experiments, with results that are made up


def layer_halves(name, init, depth, seed):
    """Every layer halves the gradient, the first takes all but a tenth; five seeds from 0.8 to 1.2 times that."""
    factor = np.full(depth, 1.0 if name == "relu" else 0.5 if init == "xavier" else 0.25)
    factor[0] = 0.1 * (0.8 + 0.1 * seed)
    return {"factor": factor, "predicted": np.full(depth, 1e-3 if init == "normal" else 0.5)}


def one_bar(method, gain, rate, seed):
    """All outputs lie in one bin, that of the layer (the last ones: after training); of seed 0 only."""
    histograms, layers = np.zeros((2, 10, 21), int), np.arange(10)
    histograms[0, layers, layers], histograms[1, layers, 20 - layers] = 50 + seed, 70
    if seed:
        histograms[:, :, 10] = 10
    first = {"plain": 0.001, "gain": 0.4}.get(method, 0.25)
    spread = first / np.array([[1], [2]]) / 10.0**layers
    return {
        "histograms": histograms,
        "spread": spread,
        "curve": np.linspace(0, {"plain": 0.1, "relu": 1}.get(method, 0.5), 41) - 0.02 * seed,
    }


def back_by_seed(name, sink, optimizer, seed):
    """Of 10 sunk units (with SGD 10 to 14, of ReLU 9), a unit comes back each epoch from the seed's on; Leaky ReLU diverges twice."""
    if name == "leaky_relu" and seed > 2:
        return {"dead": np.full(5, np.nan)}
    first = 0 if sink == "rate_3" else 10 if optimizer == "adam" else 9 if name == "relu" else 10 + seed
    epochs = np.array(dead_relu.experiment.WATCHED, float)
    return {"dead": np.maximum(first - np.maximum(epochs - (100 if name == "relu" else seed), 0), 0)}


def rising(name, dataset, depth, start, optimizer, seed):
    """The slopes of the layers go from the start to 1, 2, …, the first layer of two seeds to 10; with Adam nowhere."""
    ends = np.arange(1.0, depth + 1)
    if seed % 2:
        ends[0] = 10
    if seed == 5:
        ends[1] = 10.001  # not to be seen, but the first layer is not the largest
    epochs = {"digits": 21, "mnist1d": 13}[dataset]
    share = np.linspace(0, 1 if optimizer == "momentum" else 0, epochs)[:, None]
    return {"alpha": start + share * (ends - start)}


def one_pixel(name, width, learning_rate, seed):
    """The weights are 0 but for one pixel of the first unit, which grows with the epochs that are kept (of step: only once)."""
    first = np.zeros((8, 64, 8))
    first[:, 0, 0] = np.linspace(0, 0.4, 8) if name != "step" else np.arange(8) == 1
    return {
        "first": first,
        "moved": np.linspace(0, 3, 8) * (name != "step"),
        "test": np.linspace(0.1, 0.9, 8) * (width == 8) * (learning_rate == 3) * (seed == 0),
    }


def falling(name, depth, learning_rate, seed):
    """A loss that is 0.1 after as many epochs as the seed and the depth say; σ gets there in two seeds, 4(σ−½)+½ never."""
    reached = {"σ": 4 + seed if seed < 2 else np.inf, "4(σ−½)+½": np.inf}.get(name, 2.0 + seed + depth)
    steps = np.arange(1, 601) / 12
    return {
        "losses": np.where(np.arange(600) < 11, np.nan, np.where(steps < reached - 0.01, 1.0, np.where(steps > 30, 1e-9, 0.1)))
    }


def towards(method, minutes, seed, **_):
    """What is recalled grows by as much every day, to the minutes in percent; in fixed order by 1 % more a seed."""
    end = minutes / 100 + 0.01 * seed * (method == "round")
    return {"recall": np.linspace(0, end, 61), "seen": 10 * minutes + seed}


MADE_UP = {
    "depth.gradient": (
        layer_halves,
        [
            "start | axes 0 title left: '1 層あたり 0.46 倍、20 層で 1.9e−07 倍'",
            "start | axes 0 line 0 y: 21: 9.54e-07, 3.81e-06, 3.05e-05, 0.000244, 0.000977, 0.00391, 0.0313, 0.25, 1; from 9.54e-07 to 1",
            "start | axes 0 line 1 y: 1, 1",
            "start | axes 0 collection 0 x: 105: 0, 13, 5, 18, 10, 2, 15, 7, 20; from 0 to 20; mean 10",
            "start | axes 0 collection 0 y: 105: 1.53e-07, 0.00781, 3.05e-05, 0.25, 0.000977, 3.81e-06, 0.0313, 0.000122, 1; from 1.53e-07 to 1",
            "name = ReLU関数 | axes 0 title left: '1 層あたり 0.89 倍、20 層で 0.1 倍'",
            "init = 小さい乱数 | axes 0 line 0 y: 21: 1e-32, 1e-32, 1e-32, 1e-32, 1e-30, 1e-24, 1e-15, 1e-06, 1; from 1e-32 to 1",
            "init = Heの初期値 | axes 0 title left: '1 層あたり 0.24 倍、20 層で 3.6e−13 倍'",
            "depth = 5 | axes 0 title left: '1 層あたり 0.36 倍、5 層で 0.0063 倍'",
            "depth = 5 | axes 0 line 0 y: 0.0313, 0.0625, 0.125, 0.25, 0.5, 1",
            "depth = 5 | axes 0 collection 0 x: 105: 0, -50, 5, -50, -50, 2, -50, -50, -50; from -50 to 5; mean -35",
        ],
    ),
    "deep_sigmoid.histograms": (
        one_bar,
        [
            "start | axes 0 title left: '1 層目   データによる標準偏差 0.001'",
            "start | axes 0 bars 0 height: 21: 1, 0, 0, 0, 0, 0, 0, 0, 0; from 0 to 1; mean 0.048",
            "method = 重みを大きく | axes 0 title left: '1 層目   データによる標準偏差 0.4'",
            "method = バッチ正規化 | axes 0 title left: '1 層目   データによる標準偏差 0.25'",
            "when = 訓練後 | axes 0 title left: '1 層目   データによる標準偏差 0.0005'",
            "when = 訓練後 | axes 0 bars 0 height: 21: 0, 0, 0, 0, 0, 0, 0, 0, 1; from 0 to 1; mean 0.048",
            "layer = 10 | axes 0 title left: '10 層目   データによる標準偏差 1e−12'",
        ],
    ),
    "deep_sigmoid.curves": (
        one_bar,
        [
            "start | axes 0 title left: '40 エポック後の平均 0.06（破線は当てずっぽう）'",
            "start | axes 0 line 0 y: 41: 0, 0.013, 0.025, 0.038, 0.05, 0.063, 0.075, 0.088, 0.1; from 0 to 0.1; mean 0.05",
            "start | axes 0 line 4 y: 41: -0.08, -0.067, -0.055, -0.042, -0.03, -0.017, -0.005, 0.008, 0.02; from -0.08 to 0.02; mean -0.03",
            "start | axes 0 line 5 y: 41: -0.04, -0.027, -0.015, -0.002, 0.01, 0.023, 0.035, 0.048, 0.06; from -0.04 to 0.06; mean 0.01",
            "start | axes 0 line 6 y: 0.1, 0.1",
            "method = 重みを大きく | axes 0 title left: '40 エポック後の平均 0.46（破線は当てずっぽう）'",
            "method = ReLU関数 | axes 0 title left: '40 エポック後の平均 0.96（破線は当てずっぽう）'",
            "method = ReLU関数 | axes 0 line 5: relu, solid 2.6",
        ],
    ),
    "dead_relu.returning": (
        back_by_seed,
        [
            "start | axes 0 title left: '沈んだ 10 個の、10 エポック後'",
            "start | axes 0 collection 0 x: 1, 1, 1, 1, 1",
            "start | axes 0 collection 1 x: 0, 0.1, 0.2, -50, -50",
            "start | axes 0 collection 2 x: 0, 0.1, 0.2, 0.3, 0.4",
            "start | axes 0 collection 2 y: 1.76, 1.88, 2, 2.12, 2.24",
            "start | axes 0 text 1: '発散 2 回', muted",
            "start | axes 0 text 2: ' ', muted",
            "sink = 学習率 3 で 1 エポック | axes 0 title left: '沈んだ 0 個の、10 エポック後'",
            "sink = 学習率 3 で 1 エポック | axes 0 collection 0 x: 0, 0, 0, 0, 0",
            "optimizer = SGD | axes 0 title left: '沈んだ 9〜14 個の、10 エポック後'",
            "optimizer = SGD | axes 0 collection 4 x: 0, 0.182, 0.333, 0.462, 0.571",
            "epoch = 0 | axes 0 title left: '沈んだ 10 個の、0 エポック後'",
            "epoch = 0 | axes 0 collection 1 x: 1, 1, 1, -50, -50",
        ],
    ),
    "prelu_slopes.slopes": (
        rising,
        [
            "start | axes 0 title left: '12 エポック   最初の層が最大 2 / 6'",
            "start | axes 0 line 0 y: 1, 2, 3, 4, 5, 6",
            "start | axes 0 line 5 y: 10, 10, 3, 4, 5, 6",
            "start | axes 0 line 6 y: 5.5, 3.333, 3, 4, 5, 6",
            "dataset = digits | axes 0 title left: '20 エポック   最初の層が最大 2 / 6'",
            "depth = 3 | axes 0 line 1 x: 1, 2, 3, 3, 3, 3",
            "depth = 3 | axes 0 line 1 y: 10, 2, 3, 3, 3, 3",
            "depth = 3 | axes 0 line 6 y: 5.5, 3.333, 3, 3, 3, 3",
            "start = 1.0 | axes 0 line 7 y: 1, 1",
            "epoch = 0% | axes 0 title left: '0 エポック   すべて 0.25'",
            "epoch = 0% | axes 0 line 6 y: 0.25, 0.25, 0.25, 0.25, 0.25, 0.25",
        ],
    ),
    "spacing.curves": (
        towards,
        [
            "start | axes 0 title left: '1 度は見た問題（期限が先）   平均 104 / 260 問'",
            "start | axes 0 line 0 y: 610 and 10 gaps: 0, 0.025, 0.05, 0.075, 0.1, 0.025, 0.05, 0.075, 0.1; from 0 to 0.1; mean 0.05",
            "start | axes 0 line 2 y: 610 and 10 gaps: 0, 0.028, 0.06, 0.098, 0.14, 0.04, 0.085, 0.135, 0.19; from 0 to 0.19; mean 0.073",
            "start | axes 0 line 6 y: 61: 0, 0.019, 0.036, 0.053, 0.073, 0.092, 0.109, 0.126, 0.145; from 0 to 0.145; mean 0.073",
            "minutes = 5 分 | axes 0 title left: '1 度は見た問題（期限が先）   平均 54 / 260 問'",
            "minutes = 5 分 | axes 0 line 7 y: 61: 0, 0.007, 0.013, 0.018, 0.025, 0.032, 0.038, 0.043, 0.05; from 0 to 0.05; mean 0.025",
            "minutes = 20 分 | axes 0 line 6 y: 61: 0, 0.033, 0.061, 0.09, 0.123, 0.155, 0.184, 0.212, 0.245; from 0 to 0.245; mean 0.123",
        ],
    ),
    "step_training.film": (
        one_pixel,
        [
            "start | axes 0 title left: '中間層の重みが動いた距離 0'",
            "start | axes 0 image 0 values: 512 and 56 gaps, all 0",
            "start | axes 1 image 0 values: 512 and 56 gaps, all 0",
            "start | axes 2 title left: 'テストの正解率 0.90'",
            "start | axes 2 line 1 y: 0.9",
            "name = straight-through | axes 0 title left: '中間層の重みが動いた距離 3.00'",
            "name = straight-through | axes 1 image 0 values: 512 and 56 gaps: 0.4, 0, 0, 0, 0, 0, 0, 0, 0; from 0 to 0.4; mean 0.001",
            "epoch = 0 | axes 2 title left: 'テストの正解率 0.10'",
            "epoch = 0 | axes 2 line 1 x: 0",
        ],
    ),
    "tanh_and_sigmoid.curves": (
        falling,
        [
            "start | axes 0 text 0: 'σ：5 回のうち 2 回だけ届く', sigmoid",
            "start | axes 0 text 1: 'tanh：平均 7.0 エポック', tanh",
            "start | axes 0 line 0 y: 0.1, 0.1",
            "start | axes 0 line 1 y: 220 and 5 gaps: 1, 0.1, 1, 0.1, 1, 1, 1, 1, 1; from 0.02 to 1",
            "pair = σ と 4(σ−½)+½（傾き） | axes 0 text 1: '4(σ−½)+½：どの種でも届かない', tanh",
            "depth = 1 | axes 0 text 1: 'tanh：平均 5.0 エポック', tanh",
        ],
    ),
}
DATA = re.compile(r" title |text \d+:|line \d+ y|collection \d+ [xy]|bars \d+ height|image \d+ values|as at the start")


@pytest.mark.parametrize("name", MADE_UP)
def test_a_figure_of_an_experiment_shows_the_results(name, monkeypatch):
    run, expected = MADE_UP[name]

    def sweep(_, **grid):
        settings = (dict(zip(grid, values)) for values in itertools.product(*grid.values()))
        return [{**setting, **run(**setting)} for setting in settings]

    module = getattr(figures, name.partition(".")[0])
    for where in (module, module.experiment):
        monkeypatch.setattr(where, "sweep", sweep, raising=False)
    shown = tool.facts(tool.build(FIGURES[name]))
    assert [line for line in expected if line not in shown] == []
    # All but the results is as it is stored: here a line can only be missing because the results do not differ there.
    stored = tool.path(name).read_text(encoding="utf-8").splitlines()
    assert {line for line in stored if not DATA.search(line)} == {line for line in shown if not DATA.search(line)}


def test_every_figure_of_an_experiment_is_tried_with_made_up_results():
    assert set(MADE_UP) == {name for name, figure in FIGURES.items() if tool.reads_an_experiment(figure)}


# what the figures compute


@pytest.mark.parametrize(
    "w, b, ends",
    [
        ([1, 0], -2, [[2, -3.2], [2, 3.2]]),  # x = 2, upright
        ([0, -2], 2, [[-3.2, 1], [3.2, 1]]),  # y = 1, level
        ([1, 1], 0, [[-3.2, 3.2], [3.2, -3.2]]),  # from corner to corner
        ([2, 1], 0, [[-1.6, 3.2], [1.6, -3.2]]),  # in by the top, out by the bottom
        ([3, 3], -18, [[2.8, 3.2], [3.2, 2.8]]),  # cuts off a corner
        ([1, 1], -6.4, np.nan),  # only touches it
        ([1, 1], -7, np.nan),
        ([1, 0], 4, np.nan),  # outside
    ],
)
def test_the_line_of_a_unit_is_drawn_from_edge_to_edge_of_the_picture(w, b, ends):
    found = dead_relu.edge(np.array(w, float), float(b))
    np.testing.assert_allclose(sorted(found.tolist()), np.broadcast_to(ends, (2, 2)), atol=1e-12)


@pytest.mark.parametrize(
    "points, kept",
    [
        ([(0, 0), (1, 0), (2, 0)], [0, 2]),  # what lies on the chord goes
        ([(0, 0), (1, 0.04), (2, 0)], [0, 2]),
        ([(0, 0), (1, 0.041), (2, 0)], [0, 1, 2]),  # so does what is no farther than 0.04
        ([(0, 0), (1, 1), (2, 0), (3, 0.03), (4, 0), (5, 1), (6, 0)], [0, 1, 2, 4, 5, 6]),
        ([(0, 0), (1, 0), (1, 0.5), (1, 1), (0, 1), (0, 0)], [0, 1, 3, 4, 5]),  # a closed one has no chord
        ([(0, 0), (0, 0.04), (0, 0)], [0, 2]),  # but a smallest size
    ],
)
def test_of_a_boundary_the_corners_are_kept(points, kept):
    points = np.array(points, float)
    np.testing.assert_array_equal(_parts.corners(points, 0.04), points[kept])


@dataclass
class Scores:
    """A network of which only the scores of the two classes are known: 0, and `second` of both inputs."""

    second: object

    def scores(self, x):
        return np.column_stack([np.zeros(len(x)), self.second(*x.T)])


def test_a_boundary_is_the_line_of_equal_scores():
    found = dead_relu.boundary(Scores(lambda x, y: x + 2 * y - 1))
    np.testing.assert_allclose(sorted(found[:2].tolist()), [[-3.2, 2.1], [3.2, -1.1]])  # on a straight line two points will do
    assert found.shape == (36, 2) and np.isnan(found[2:]).all()


def test_the_longest_piece_of_a_boundary_is_drawn_first():
    found = dead_relu.boundary(Scores(lambda x, y: (x - 2) * (np.maximum(abs(x + 1), abs(y)) - 0.53)))
    gaps = np.flatnonzero(np.isnan(found[:, 0]))
    np.testing.assert_allclose(found[:2, 0], 2)  # the upright line,
    np.testing.assert_allclose(found[3 : gaps[1]].mean(axis=0), [-1, 0], atol=0.2)  # then the small square at (−1, 0)
    assert gaps[0] == 2 and (found[3] == found[gaps[1] - 1]).all() and len(gaps) == 36 - gaps[1] + 1


@pytest.mark.parametrize(
    "second, points",
    [
        (lambda x, y: x + 9, 0),  # one class everywhere
        (lambda x, y: 2 * np.sin(9 * x) - y, 36),  # more corners than there is room for
    ],
)
def test_a_boundary_always_has_the_same_number_of_points(second, points):
    found = dead_relu.boundary(Scores(second))
    assert found.shape == (36, 2) and np.isfinite(found[:, 0]).sum() == points


def test_a_unit_is_dead_if_its_largest_z_is_below_zero():
    assert not dead_relu.train("relu", 0)[0][2][:4].any()  # at 0 it is not
    assert dead_relu.train("relu", 1e-9)[0][2][:4].all()


def test_the_layers_of_the_chain_multiply_what_they_pass_on():
    # Every layer stays at 0.5, where σ′ is 1/4.
    np.testing.assert_allclose(sigmoid.chain_gradients(2.0, 0.5), 0.5 ** np.arange(10, 0, -1))


def test_the_share_that_stays_down_is_that_of_the_sunk_units_at_the_end():
    made = [
        {"sink": sink, "optimizer": "sgd", "name": "relu", "dead": np.array(dead, float)}
        for sink, *runs in (("first_1", [15, 9, 3], [10, 10, 10]), ("rate_3", [0, 0, 0], [np.nan] * 3))
        for dead in runs
    ]
    found = dead_relu.shares(made)
    np.testing.assert_array_equal(found["first_1", "sgd", "relu"], [0.2, 1])
    np.testing.assert_array_equal(found["rate_3", "sgd", "relu"], [0, np.nan])


def test_prelu_is_compared_with_relu_seed_by_seed_and_only_from_its_usual_start():
    made = [
        {"name": name, "start": start, "dataset": "digits", "depth": 3, "optimizer": "adam", "accuracy": accuracy}
        for name, start, *seeds in (
            ("prelu", 0.25, 0.5, 0.75),
            ("prelu", 1.0, 0, 0),
            ("relu", 0.0, 0.75, 0.5),
            ("fixed", 0.25, 0, 0),
        )
        for accuracy in seeds
    ]
    found = prelu_slopes.gains(made)
    assert list(found) == [("digits", 3, "adam")] and list(found["digits", 3, "adam"]) == [-0.25, 0.25]


def test_activations_are_ranked_by_their_mean_and_placed_in_every_seed():
    found = which_wins.places({"a": np.array([0.5, 0.5]), "b": np.array([0.9, 0.7]), "c": np.array([0.2, 0.7])})
    assert [(name, list(seeds)) for name, seeds in found.items()] == [("b", [1, 1]), ("a", [2, 3]), ("c", [3, 1])]


def test_a_gate_made_of_the_value_itself_is_silu_and_swiglu_multiplies_it_once_more():
    live = tool.build(beyond.gate)
    curve = live.figure.axes[1].lines[1]
    for kind, wanted in (("GLU", lambda t: silu(t)), ("SwiGLU", lambda t: t * silu(t))):
        live.update(kind=kind, w=1.0, x=2.0)
        np.testing.assert_allclose(curve.get_ydata(), wanted(curve.get_xdata()), rtol=1e-12)
    live.update(kind="GLU", w=-2.0, x=2.0)
    assert abs(curve.get_ydata()[-1]) < 0.01 and curve.get_ydata()[0] < -2.9, "closed on the right, open on the left"


@pytest.mark.parametrize("k", range(1, 7))
def test_the_largest_of_tangents_lies_below_the_curve_and_touches_it_k_times(k):
    live = tool.build(beyond.pieces)
    live.update(k=k)
    curve, largest = live.figure.axes[0].lines[0], live.figure.axes[0].lines[-1]
    gap = curve.get_ydata() - largest.get_ydata()
    assert gap.min() > -1e-12 and (np.diff(largest.get_ydata(), 2) > -1e-12).all()
    touched = np.flatnonzero(gap < 4e-4)
    assert 1 + (np.diff(touched) > 1).sum() == k


def test_the_menu_of_functions_has_the_parameter_where_there_is_one():
    live = tool.build(beyond.menu)
    top, bottom = live.figure.axes
    x = top.lines[2].get_xdata()
    live.update(name="silu", p=0.0)
    np.testing.assert_allclose(top.lines[2].get_ydata(), x / 2, atol=1e-15)
    assert np.isnan(top.lines[3].get_ydata()).all(), "a straight line has no lowest point"
    live.update(name="elu", p=0.0)
    np.testing.assert_allclose(top.lines[2].get_ydata(), np.maximum(x, 0), atol=1e-15)
    assert np.isnan(bottom.lines[2].get_ydata()).sum() == 1, "a kink"
    live.update(name="mish", p=2.0)
    np.testing.assert_array_equal(top.lines[2].get_ydata(), mish(x))
    assert top.get_title(loc="right") == "パラメータなし" and top.lines[3].get_xdata()[0] == pytest.approx(-1.1924, abs=0.03)


def test_losses_are_as_fine_as_they_are_drawn():
    np.testing.assert_allclose(
        tanh_and_sigmoid.drawn(np.array([1, 0.5, 0.123456, 0.02, 1e-9])), [1, 10**-0.30, 10**-0.91, 10**-1.70, 10**-1.70]
    )


@pytest.mark.parametrize(
    "kind, layer",
    [
        ("バッチ正規化", BatchNorm(4)),
        ("レイヤー正規化", LayerNorm((4, 2, 2))),
        ("インスタンス正規化", InstanceNorm(4)),
        ("グループ正規化", GroupNorm(2, 4)),
    ],
)
def test_the_coloured_elements_are_those_that_the_layer_normalises_together(kind, layer):
    live = tool.build(FIGURES["normalization.axes"])
    (ax,) = live.figure.axes
    x = np.full((3, 4, 2, 2), np.nan)
    for text in ax.texts:
        column, row = text.get_position()
        x[row // 3, column // 3, row % 3, column % 3] = float(text.get_text())
    normal = layer.forward(x)
    for i, c in np.ndindex(3, 4):
        live.update(kind=kind, i=i + 1, c=c + 1)
        said = float(ax.get_xlabel().split("= ")[1].replace("−", "-"))
        assert said == pytest.approx(normal[i, c, 0, 0], abs=0.00501)
        shown = {tuple(place) for place in np.argwhere(ax.images[0].get_array() == 1)}
        moved = x.copy()
        moved[i, c, 0, 0] += 1
        changed = np.argwhere(layer.forward(moved) != normal)
        assert shown == {(3 * i + row, 3 * c + column) for i, c, row, column in changed}


@pytest.fixture(scope="module")
def films():
    """What the landing figure shows: {(activation, units): a list of moments for each seed}."""
    return {
        (name, units): [landing.train(name, units, seed) for seed in landing.SEEDS]
        for name in landing.INIT
        for units in landing.ROWS
    }


def test_the_landing_page_says_what_its_figure_shows(films):
    end = {key: [film[-1].right for film in of_all] for key, of_all in films.items()}
    shown = {key: of_all[landing.SHOWN] for key, of_all in films.items()}
    assert max(moment.right for units in landing.ROWS for film in films["identity", units] for moment in film) < 90
    assert all(right < 120 for name in landing.INIT for right in end[name, 2])  # two units do not close the ring
    for name in ("tanh", "relu", "gelu"):
        assert end[name, 3][landing.SHOWN] == 120 > min(end[name, 3])  # three can, five do
        assert end[name, 5] == [120] * len(landing.SEEDS)
    after_20 = {name: [film[landing.WATCHED.index(20)].loss for film in films[name, 5]] for name in landing.INIT}
    assert min(after_20["sigmoid"]) > 0.66 and max(max(after_20[name]) for name in ("tanh", "relu", "gelu")) < 0.5
    x, _ = landing.ring()
    dead = {key: [landing.is_dead(key[0], x @ moment.W + moment.b) for moment in film] for key, film in shown.items()}
    assert [key for key in dead if dead[key][-1].any()] == [("relu", 5)] and dead["relu", 5][-1].sum() == 1
    (unit,) = np.flatnonzero(dead["relu", 5][-1])
    since = [moment for moment, now in zip(shown["relu", 5], dead["relu", 5]) if now[unit]]
    assert len(since) > 5 and all((moment.W[:, unit] == since[0].W[:, unit]).all() for moment in since)


@pytest.mark.parametrize(
    "w, b, beyond, ends",
    [
        ([1, 0], 0, [0, np.inf], [[0, 0], [1, 0]]),  # the right half
        ([0, -2], 0, [0, np.inf], [[0, 0], [0, -1]]),  # the lower half
        ([2, 0], -2.5, [0, np.inf], [[0.5, 0], [1, 0]]),  # x > 1.25 of 2.5
        ([1, 0], 0, [-np.inf, -1], [[-1, 0], [-0.4, 0]]),
        ([1, 0], 9, [0, np.inf], [[-1, 0], [1, 0]]),  # all of it
        ([1, 0], -9, [0, np.inf], [[1, 0], [1, 0]]),  # nothing
    ],
)
def test_the_disc_of_a_unit_is_coloured_where_its_value_is_beyond(w, b, beyond, ends):
    np.testing.assert_allclose(landing.stripes(np.array([beyond]), np.array(w), b), [ends], atol=1e-12)


@pytest.mark.parametrize(
    "name, step, z", [("relu", 0.5, [0.5, np.inf]), ("sigmoid", 0.5, [0, np.inf]), ("identity", -0.1, [-np.inf, -0.1])]
)
def test_where_a_unit_is_beyond_a_step(name, step, z):
    steps = np.array([step, step, step])
    np.testing.assert_allclose(landing.intervals(name, steps)[0], z, atol=0.006)


@pytest.mark.parametrize("name", ["relu", "sigmoid", "gelu"])
def test_what_is_never_far_below_zero_has_no_colour_for_it(name):
    assert landing.intervals(name, landing.STEPS[0]) is None


def test_the_plane_is_coloured_where_the_score_is_above_each_level():
    params = np.array([[1.0], [0.0]]), np.zeros(1), np.ones(1), 0.0  # the score is x₁
    for level, region in zip(landing.LEVELS, landing.regions("identity", *params)):
        low, high = region.vertices.min(axis=0), region.vertices.max(axis=0)
        np.testing.assert_allclose([low, high], [[level, -landing.REACH], [landing.REACH, landing.REACH]], atol=0.011)


# the facts themselves


def wave(amplitude=1.0, color=plots.ACCENT):
    """A figure as the book has them."""
    fig, ax = plots.panels(height=2)
    (line,) = ax.plot([0, 1, 2], [0, 0, 0], color=color)
    points = ax.scatter([1], [1])
    title = ax.set_title(" ", loc="left")
    ax.set(xlim=(0, 2), ylim=(-4, 4), xlabel="x")

    @explore(fig, play="k", k=(0, 4), shape={"直線": 1, "曲線": 2})
    def draw(k=2, shape=1):
        "k を動かす"
        line.set_ydata([0, amplitude * k, k**shape])
        points.set_visible(k < 4)
        title.set_text(f"k = {k}")

    return draw


def test_the_facts_of_a_figure_are_its_controls_its_start_and_what_the_ends_change():
    assert tool.facts(tool.build(wave)) == [
        "description: k を動かす",
        "control k: 'k', range, 0 | 1 | 2 | 3 | 4; at 2, can be played",
        "control shape: 'shape', select, 直線 | 曲線; at 直線",
        "start | figure: 5.6 × 2 inches",
        "start | axes 0 x-axis: 0 to 2",
        "start | axes 0 x-axis label: 'x'",
        "start | axes 0 y-axis: -4 to 4",
        "start | axes 0 frame: 1 of 1, spines left bottom",
        "start | axes 0 title left: 'k = 2'",
        "start | axes 0 line 0: accent, solid 2.2",
        "start | axes 0 line 0 x: 0, 1, 2",
        "start | axes 0 line 0 y: 0, 2, 2",
        "start | axes 0 collection 0: markers o 36, #1f77b4, edges #1f77b4 1",
        "start | axes 0 collection 0 x: 1",
        "start | axes 0 collection 0 y: 1",
        "k = 0 | axes 0 title left: 'k = 0'",
        "k = 0 | axes 0 line 0 y: 0, 0, 0",
        "k = 4 | axes 0 title left: 'k = 4'",
        "k = 4 | axes 0 line 0 y: 0, 4, 4",
        "k = 4 | axes 0 collection 0: markers o 36, #1f77b4, edges #1f77b4 1, hidden",
        "shape = 曲線 | axes 0 line 0 y: 0, 2, 4",
    ]


@pytest.mark.parametrize(
    "change, line",
    [
        ({"amplitude": 1.01}, "k = 4 | axes 0 line 0 y: 0, 4.04, 4"),
        ({"color": plots.MUTED}, "start | axes 0 line 0: muted, solid 2.2"),
    ],
)
def test_what_a_reader_could_see_changes_a_line(change, line):
    assert line in tool.facts(tool.build(lambda: wave(**change)))


@pytest.mark.parametrize(
    "value, text",
    [
        (0.1234, "0.123"),
        (0.1 + 0.2, "0.3"),
        (-1e-17, "0"),
        (0.0625 - 1e-15, "0.063"),
        (0.0625, "0.063"),
        (np.nan, "gap"),
    ],
)
def test_a_number_is_as_fine_as_the_picture_and_no_finer(value, text):
    assert tool.number(value, -1, 1) == text


@pytest.mark.parametrize("value, text", [(1.2345e-13, "1.23e-13"), (1.0 - 1e-15, "1"), (0, "0")])
def test_on_a_logarithmic_axis_every_power_of_ten_is_to_be_seen(value, text):
    assert tool.number(value, 1e-20, 1, "log") == text


def test_of_many_numbers_there_are_samples_and_gaps_are_counted():
    values = np.arange(101.0)
    values[50] = np.nan
    assert tool.numbers(values, 0, 100) == ("100 and 1 gaps: 0, 12, 25, 37, 51, 63, 75, 88, 100; from 0 to 100; mean 50")
    assert tool.numbers(np.full(30, 0.5), 0, 1) == "30, all 0.5"


@pytest.mark.parametrize(
    "name, start, forward, backward",
    [
        ("relu", "Heの初期値", 1, 1),
        ("relu", "Xavierの初期値", 0.5**5, 0.5**5),
        ("relu", "PyTorchの既定", (1 / 6) ** 5, (1 / 6) ** 5),
    ],
)
def test_ten_layers_of_relu_do_what_the_formula_says(name, start, forward, backward):
    """By √(n Var(w) / 2) a layer, there and back; one network of width 256 is within a fifth of it."""
    h, back = initialization.passes(name, start)
    sizes = [np.sqrt(np.mean(h[10] ** 2)), np.sqrt(np.mean(back[0] ** 2))]
    np.testing.assert_allclose(sizes, [forward, backward], rtol=0.2)


def test_what_does_not_fit_into_the_histogram_stands_at_its_ends():
    live = tool.build(FIGURES["initialization.histograms"])
    live.update(name="tanh", start="大きい乱数", layer=1)
    for ax in live.figure.axes:
        assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(1)
    gradients = [bar.get_height() for bar in live.figure.axes[1].patches]
    assert gradients[0] + gradients[-1] > 0.99 and abs(gradients[0] - gradients[-1]) < 0.1
