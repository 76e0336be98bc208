"""Experiment: a hidden layer whose slope is 0 does not learn by gradient descent."""

import numpy as np
import pytest

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, step_training


def rows(accuracy, moved=0.0, loss=1.0, at=step_training.RATES):
    """One seed of every network, width and rate; `accuracy`, `moved` and `loss` are those of the step network, by width.

    At the rates that are not in `at` it is as it has to be for the claim.
    """
    made = []
    for i, width in enumerate(step_training.WIDTHS):
        for name in step_training.FUNCTIONS:
            for rate in step_training.RATES:
                own = [
                    np.broadcast_to(value, 3)[i] if rate in at else usual
                    for value, usual in ((accuracy, 0.3), (moved, 0.0), (loss, 1.0))
                ]
                own = own if name == "step" else [0.9, 0.0, 1.0]
                made += [
                    {
                        "name": name,
                        "width": width,
                        "learning_rate": rate,
                        "seed": 0,
                        "moved": np.array([0.0, own[1]]),
                        "losses": np.array([2.0, own[2]]),
                        "test": np.array([0.1, 0.4, own[0]]),
                    }
                ]
    return made


@pytest.mark.parametrize(
    "word, made",
    [
        (SUPPORTED, rows(0.3)),
        (CONDITIONAL, rows([0.3, 0.6, 0.95])),  # as good as a trained network where it is wide
        (CONDITIONAL, rows(0.3, moved=[0, 0, 1e-300])),
        (UNSUPPORTED, rows(0.3, moved=1e-300)),
        (UNSUPPORTED, rows(0.3, moved=1e-300, at=[10.0])),  # at one rate that was chosen for nobody
        (UNSUPPORTED, rows(0.3, loss=1 + 1e-15)),  # no longer the frozen network, bit for bit
        (UNSUPPORTED, rows(0.95)),
        (UNSUPPORTED, rows(0.95, at=[10.0])),  # with that rate it is no worse
        (UNSUPPORTED, rows(0.9)),  # as good is not worse
        (UNSUPPORTED, rows(0.3) + rows(0.95)),  # a second seed decides otherwise
    ],
)
def test_verdict(word, made):
    assert step_training.verdict(made).word == word


def only(made, name, width, rate):
    return next(row for row in made if (row["name"], row["width"], row["learning_rate"]) == (name, width, rate))


def test_the_same_rate_and_their_own_rates_are_judged_apart():
    made = rows(0.3)
    only(made, "step", 8, 1.0)["test"][-1] = 0.85  # its own rate: below what the others reach at that rate
    only(made, "sigmoid", 8, 3.0)["test"][-1] = 0.8  # but not below what this one reaches at its own
    verdict = step_training.verdict(made)
    assert verdict.word == CONDITIONAL
    assert "そろえると 12 通りのうち 12 通り、それぞれに合う学習率では 3 通りのうち 2 通りです。" in verdict.because


def test_the_verdict_counts_widths_and_rates_and_gives_the_accuracies():
    made = rows([0.25, 0.5, 0.95], moved=[0, 1e-300, 1e-300])
    only(made, "sigmoid", 8, 3.0)["test"][-1] = 0.8
    assert step_training.verdict(made).because == (
        "3 通りの幅のうち 1 通りで、どの学習率でも、中間層の重みは 1 ビットも動かず、損失は固定したネットワークと全ステップでビットまで"
        "一致します。正解率が、どの種でも straight-through とシグモイド関数より低いのは、学習率をそろえると 12 通りのうち 8 通り、"
        "それぞれに合う学習率では 3 通りのうち 2 通りです。合う学習率での平均は、ステップ関数、straight-through、シグモイド関数の順に、"
        "幅 8 で 0.25、0.90、0.80、幅 24 で 0.50、0.90、0.90、幅 72 で 0.95、0.90、0.90です。"
    )


@pytest.fixture(scope="module")
def runs():
    return {name: step_training.run(name, width=8, learning_rate=1.0, seed=9) for name in step_training.FUNCTIONS}


def test_a_run_gives_what_it_says(runs):
    for row in runs.values():
        assert row["losses"].shape == (20 * 12,)
        assert row["moved"].shape == row["test"].shape == (8,) and row["moved"][0] == 0
        assert row["first"].shape == (8, 64, 8)
        assert 0 <= row["valid"] <= 1
    starts = [row["first"][0] for row in runs.values()]
    assert all(np.array_equal(starts[0], start) for start in starts)


def test_before_a_step_nothing_moves_and_the_output_layer_learns_all_the_same(runs):
    step, frozen = runs["step"], runs["frozen"]
    assert not step["moved"].any() and np.array_equal(step["first"][0], step["first"][-1])
    assert np.array_equal(step["losses"], frozen["losses"]) and np.array_equal(step["test"], frozen["test"])
    assert step["losses"][-12:].mean() < step["losses"][:12].mean()


def test_another_way_back_is_enough_to_train_the_same_way_there(runs):
    step, through = runs["step"], runs["straight_through"]
    assert through["losses"][0] == step["losses"][0] != runs["sigmoid"]["losses"][0]
    assert through["moved"][-1] > 0.5
    assert through["losses"][-12:].mean() < 0.5 * step["losses"][-12:].mean()


def test_a_learning_rate_is_there_for_every_network_that_is_trained():
    chosen = {(name, width) for name in step_training.FUNCTIONS if name != "frozen" for width in step_training.WIDTHS}
    assert set(step_training.LEARNING_RATE) == chosen
    assert set(step_training.LEARNING_RATE.values()) <= set(step_training.RATES)
    assert max(step_training.RATES) < max(step_training.CANDIDATES), "the best rate may lie beyond"
