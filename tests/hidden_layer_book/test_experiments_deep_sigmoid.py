"""実験：深いシグモイドのネットワークを救う."""

import numpy as np
import pytest

from hidden_layer import data
from hidden_layer.normalization import BatchNorm
from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED
from hidden_layer_book.experiments import deep_sigmoid as experiment


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setattr(experiment, "EPOCHS", 1)
    monkeypatch.setattr(experiment, "LAYERS", 3)


def rows(plain=(0.1, 0.1), gain=(0.95, 0.95), batch_norm=(0.95, 0.95)):
    """Two seeds of every method: their accuracies on the test part."""
    tests = {"plain": plain, "gain": gain, "batch_norm": batch_norm, "relu": (0.98, 0.97)}
    return [
        {"method": method, "seed": seed, "test": test} for method, values in tests.items() for seed, test in enumerate(values)
    ]


@pytest.mark.parametrize(
    "word, made",
    [
        (SUPPORTED, rows()),
        (SUPPORTED, rows(plain=(0.1, 0.1999), gain=(0.9001, 1.0))),
        (CONDITIONAL, rows(gain=(0.9, 1.0))),  # 0.9 does not exceed 0.9, and each seed counts
        (CONDITIONAL, rows(batch_norm=(1.0, 0.5))),
        (UNSUPPORTED, rows(gain=(0.9, 1.0), batch_norm=(0.5, 0.5))),
        (UNSUPPORTED, rows(plain=(0.1, 0.2))),  # nothing to rescue
        (UNSUPPORTED, rows(plain=(np.nan, 0.1))),  # a run that diverged proves nothing
    ],
)
def test_verdict(word, made):
    assert experiment.verdict(made).word == word


def test_the_verdict_gives_the_means():
    assert experiment.verdict(rows(gain=(0.91, 0.95))).because == (
        "テストの正解率の平均は、そのままのシグモイド関数で 0.100、重みを 6 倍にして 0.930、バッチ正規化を入れて 0.950、"
        "比べるための ReLU関数で 0.975 です。"
    )


def test_only_one_method_normalises():
    layers = {method: experiment.build(method, 1.0, np.random.default_rng(0)).layers for method in experiment.METHODS}
    assert {method: sum(isinstance(layer, BatchNorm) for layer in found) for method, found in layers.items()} == {
        "plain": 0,
        "gain": 0,
        "batch_norm": 3,
        "relu": 0,
    }


@pytest.mark.parametrize("method", ["plain", "batch_norm"])
def test_looking_at_the_outputs_does_not_change_the_network(method):
    x = data.load("digits", 3).x
    network = experiment.build(method, 1.0, np.random.default_rng(3))
    before = network.scores(x)
    found = experiment.outputs(network, x)
    assert np.array_equal(network.scores(x), before)
    assert [values.shape for values in found] == [(1200, 64)] * 3
    network.loss(x, data.load("digits", 3).t)  # a pass in training
    assert all(
        np.array_equal(values, layer.function(layer.x))
        for values, layer in zip(found, network.layers[1 + (method != "plain") :: 2 + (method != "plain")])
    )


def test_a_run_reports_before_and_after_training():
    result = experiment.run("batch_norm", 1.0, 0.1, 3)
    split, network = data.load("digits", 3), experiment.build("batch_norm", 1.0, np.random.default_rng(3))
    assert (
        result["curve"].shape == (2,) and result["curve"][0] == network.accuracy(split.x_test, split.t_test) < result["curve"][1]
    )
    assert result["histograms"].dtype == int  # counts
    assert result["histograms"].shape == (2, 3, 21) and (result["histograms"].sum(axis=2) == 1200 * 64).all()
    first = experiment.outputs(network, split.x)[0]
    away = first - first.mean(axis=0)
    assert result["spread"].shape == (2, 3) and result["spread"][0, 0] == pytest.approx(np.sqrt((away**2).mean(axis=0)).mean())
    assert result["histograms"][0, 0, 10] == (abs(away) < 0.025).sum()
    assert result["histograms"][0, 0, 20] == (away >= 0.475).sum()
    assert (result["spread"][0] != result["spread"][1]).all() and (result["histograms"][0] != result["histograms"][1]).any(
        axis=1
    ).all()
