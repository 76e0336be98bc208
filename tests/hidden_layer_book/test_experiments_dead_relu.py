"""実験：死んだニューロン."""

import numpy as np
import pytest

from hidden_layer import data
from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED
from hidden_layer_book.experiments import dead_relu as experiment


def rows(relu=15, others=0):
    """Two seeds in which 15 units were sunk everywhere; how many are still down at the end."""
    return [
        {
            "name": name,
            "sink": sink,
            "optimizer": optimizer,
            "seed": seed,
            "diverged": False,
            "dead": np.array([15.0, 12.0, relu if name == "relu" else others]),
        }
        for name in experiment.NAMES
        for sink in experiment.SINKS
        for optimizer in experiment.OPTIMIZERS
        for seed in range(2)
    ]


def test_the_verdict_can_be_each_of_the_three():
    assert experiment.verdict(rows()).word == SUPPORTED
    assert experiment.verdict(rows(relu=14, others=15)).word == UNSUPPORTED
    assert experiment.verdict(rows(relu=14)).word == CONDITIONAL
    assert experiment.verdict(rows(others=8)).word == CONDITIONAL, "half is not more than half"


@pytest.mark.parametrize(
    "name, first, last, true",
    [
        ("relu", 15, 15, True),
        ("relu", 15, 14, False),
        ("relu", 1, 1, True),
        ("relu", 0, 0, False),
        ("gelu", 16, 7, True),
        ("gelu", 16, 8, False),
        ("gelu", 15, 7, True),
        ("gelu", 0, 0, True),
        ("gelu", 1, 1, False),
    ],
)
def test_a_sentence_is_judged_by_the_units_before_and_after(name, first, last, true):
    made = [{"name": name, "sink": "first_1", "optimizer": "sgd", "dead": np.array([first, 5, last])}]
    assert experiment.holds(made)[name] == {("first_1", "sgd"): true}


def test_the_verdict_counts_for_each_sentence_where_it_holds():
    made = rows()
    for row in made:
        if (row["name"], row["sink"]) == ("leaky_relu", "first_10"):
            row["dead"] = np.array([15.0, 15.0, 15.0])
    made[-1]["diverged"] = True  # of the control, which is not judged
    assert experiment.verdict(made).because == (
        "「ReLU関数は死んだまま」は 10 通りのうち 10 通り、「Leaky ReLU関数は生き返る」は 10 通りのうち 8 通り、"
        "「PReLU関数は生き返る」は 10 通りのうち 10 通り、「GELU は死なない」は 10 通りのうち 10 通りで成り立ちます。"
        "発散（NaN）は、それぞれ 20 回のうち ReLU関数 0 回、Leaky ReLU関数 0 回、PReLU関数 0 回、GELU 0 回です。"
    )


def test_one_seed_that_diverges_is_counted_apart_and_spoils_its_condition():
    made = rows()
    broken = next(row for row in made if row["name"] == "prelu")
    broken |= {"dead": np.full(3, np.nan), "diverged": True}
    verdict = experiment.verdict(made)
    assert verdict.word == CONDITIONAL
    assert "「PReLU関数は生き返る」は 10 通りのうち 9 通り" in verdict.because
    assert "PReLU関数 1 回" in verdict.because and "GELU 0 回" in verdict.because


@pytest.mark.parametrize("optimizer", experiment.OPTIMIZERS)
def test_a_relu_unit_of_the_first_layer_never_moves_once_it_is_negative_on_all_data(optimizer, monkeypatch):
    monkeypatch.setattr(experiment, "EPOCHS", 1)
    result = experiment.run("relu", "first_1", optimizer, seed=0)
    assert list(result["dead"]) == [15, 15] and result["moved"] == 0


def test_leaky_relu_moves_and_gelu_moves_only_near_zero(monkeypatch):
    monkeypatch.setattr(experiment, "EPOCHS", 1)
    moved = {
        (name, sink): experiment.run(name, sink, "sgd", seed=0)["moved"]
        for name in ("leaky_relu", "gelu")
        for sink in ("first_1", "first_10")
    }
    assert moved["leaky_relu", "first_1"] > 1e-4 and moved["leaky_relu", "first_10"] > 1e-4
    assert moved["gelu", "first_1"] > 1e-4 and moved["gelu", "first_10"] < 1e-12


def test_a_run_that_diverges_is_no_accuracy(monkeypatch):
    monkeypatch.setattr(experiment, "EPOCHS", 1)
    result = experiment.run("leaky_relu", "rate_10", "sgd", seed=0)
    assert result["diverged"] and np.isnan(result["accuracy"]) and np.isnan(result["dead"]).all()


def test_sinking_puts_the_largest_pre_activation_where_it_says():
    x = data.load("mnist1d", 0).x
    network = experiment.build((40, 5, 10), "relu", np.random.default_rng(0))
    network.layers[0].params["b"] -= experiment.largest(network, x)[0] + 2
    assert experiment.largest(network, x)[0] == pytest.approx(-2)


def test_the_control_is_prelu_at_its_start_but_has_nothing_to_learn():
    x = np.random.default_rng(1).normal(size=(20, 40))
    fixed, prelu = (experiment.build(experiment.WIDTHS, name, np.random.default_rng(0)) for name in (experiment.FIXED, "prelu"))
    t = np.arange(20) % 10
    assert fixed.loss(x, t) == prelu.loss(x, t)
    assert np.array_equal(fixed.backward(), prelu.backward())
    assert not [name for name in fixed.params if "alpha" in name]
