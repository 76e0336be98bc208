"""実験：PReLU関数が学習する傾き."""

import numpy as np
import pytest

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED
from hidden_layer_book.experiments import prelu_slopes as experiment


@pytest.fixture(autouse=True)
def short(monkeypatch):
    monkeypatch.setitem(experiment.EPOCHS, "digits", 2)


def rows(first, elsewhere=None):
    """Two seeds of every judged combination; `first` is the first layer's final slope, the others have 0.5."""
    made = []
    for optimizer in experiment.OPTIMIZERS:
        for dataset in experiment.DATASETS:
            for depth in experiment.DEPTHS:
                for seed in range(2):
                    last = np.full(depth, 0.5)
                    last[0] = first if elsewhere is None or dataset == "digits" else elsewhere
                    made.append(
                        {
                            "name": "prelu",
                            "optimizer": optimizer,
                            "start": 0.25,
                            "dataset": dataset,
                            "depth": depth,
                            "seed": seed,
                            "alpha": np.vstack([np.full(depth, 0.25), 2 - last, 2 - last, last]),
                        }
                    )
    return made


def test_the_verdict_can_be_each_of_the_three():
    assert experiment.verdict(rows(0.9)).word == SUPPORTED
    assert experiment.verdict(rows(0.1)).word == UNSUPPORTED
    assert experiment.verdict(rows(0.9, elsewhere=-0.9)).word == CONDITIONAL


def test_each_seed_is_compared_within_itself_and_at_the_end():
    made = rows(0.9)
    for row in made:
        row["alpha"] = row["alpha"] + 3 * row["seed"]
    assert experiment.verdict(made).word == SUPPORTED


def test_the_verdict_counts_the_runs_of_each_depth():
    made = rows(0.9)
    for row in made:
        if (row["depth"], row["dataset"], row["seed"]) == (6, "digits", 1):
            row["alpha"] = 1 - row["alpha"]
    assert experiment.verdict(made).because == (
        "最初の層の α がすべての種で最も大きくなったのは、8 通りのうち 6 通りです。実行の数でいうと、3 層では 8 回のうち 8 回"
        "（偶然なら 3 回）、6 層では 8 回のうち 6 回（偶然なら 1 回）です。"
    )


def test_a_run_that_diverged_has_no_largest_slope_and_other_starts_are_not_judged():
    made = rows(0.9)
    made[0]["alpha"][:] = np.nan
    made.append(made[1] | {"start": 1.0, "alpha": made[1]["alpha"] * -1})
    assert experiment.verdict(made).word == CONDITIONAL
    assert sum(len(values) for values in experiment.first_is_largest(made).values()) == 16


def test_slopes_start_where_they_are_told_and_go_different_ways():
    alpha = experiment.run("prelu", "digits", 3, 0.5, "momentum", seed=0)["alpha"]
    assert alpha.shape == (3, 3) and (alpha[0] == 0.5).all()
    assert len(set(alpha[-1])) == 3 and (alpha[-1] != 0.5).all()


def test_only_prelu_has_slopes_to_learn():
    relu = experiment.run("relu", "digits", 3, 0.0, "momentum", seed=0)
    fixed = experiment.run("fixed", "digits", 3, 0.25, "momentum", seed=0)
    assert not relu["alpha"].any() and not fixed["alpha"].any()
    assert relu["accuracy"] != fixed["accuracy"]


def test_prelu_that_starts_at_zero_starts_as_relu():
    accuracies = [
        experiment.run(name, "digits", 3, 0.0, "momentum", seed=0, rate=1e-12)["accuracy"] for name in ("relu", "prelu")
    ]
    assert accuracies[0] == accuracies[1]


def test_a_rate_that_is_far_too_high_is_reported_as_diverged():
    result = experiment.run("prelu", "digits", 3, 0.25, "momentum", seed=0, rate=100.0)
    assert result["diverged"] and np.isnan(result["accuracy"]) and np.isnan(result["alpha"]).all()
