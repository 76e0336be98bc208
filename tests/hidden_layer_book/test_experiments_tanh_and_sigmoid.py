"""Experiment: tanh converges faster than the sigmoid, from slope and centring together."""

import numpy as np
import pytest

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED
from hidden_layer_book.experiments import tanh_and_sigmoid as experiment

FASTEST_LAST = {"σ": 60, "σ−½": 40, "4(σ−½)+½": 40, "4(σ−½)": 20, "tanh+1": 30, "tanh": 20}


def rows(**other):
    """Two seeds; the loss is below the threshold from the step in FASTEST_LAST on, or from that in `other`."""
    made = []
    for depth in experiment.DEPTHS:
        for name, step in (FASTEST_LAST | other.get(f"depth_{depth}", {})).items():
            for seed in range(2):
                made += [
                    {"name": name, "depth": depth, "seed": seed, "losses": np.where(np.arange(100) < step + seed, 2.0, 0.05)}
                ]
    return made


@pytest.mark.parametrize(
    "word, made",
    [
        (SUPPORTED, rows()),
        (SUPPORTED, rows(depth_5={"σ": 1000})),  # σ never arrives
        (CONDITIONAL, rows(depth_1={"4(σ−½)+½": 70})),  # a larger slope does not help
        (CONDITIONAL, rows(depth_5={"σ−½": 60})),  # centring does not help
        (CONDITIONAL, rows(depth_1={"tanh": 90}, depth_3={"tanh": 90})),
        (UNSUPPORTED, rows(depth_1={"tanh": 90}, depth_3={"tanh": 90}, depth_5={"tanh": 90})),
        (UNSUPPORTED, rows(depth_1={"σ": 1000, "tanh": 1000}, depth_3={"tanh": 90}, depth_5={"tanh": 90})),
    ],
)
def test_verdict(word, made):
    assert experiment.verdict(made).word == word


def test_a_single_seed_decides():
    made = rows()
    late = next(row for row in made if row["name"] == "tanh" and row["depth"] == 1 and row["seed"] == 1)
    late["losses"] = np.full(100, 2.0)
    assert experiment.verdict(made).word == CONDITIONAL


def test_epochs_are_counted_to_the_first_step_below_the_threshold():
    losses = np.array([[np.nan, 2.0, 0.1, 0.3], [np.nan, 2.0, 2.0, 2.0], [np.nan] * 4, [2.0, 2.0, 2.0, 0.0]])
    np.testing.assert_array_equal(experiment.epochs_to(losses), [3 / 12, np.inf, np.inf, 4 / 12])
    assert experiment.epochs_to(losses[0], 0.05) == np.inf


def test_the_functions_differ_in_slope_and_centre_alone():
    at_zero = {name: (f(0.0), f_grad(0.0)) for name, (f, f_grad) in experiment.FUNCTIONS.items()}
    assert at_zero == {
        "σ": (0.5, 0.25),
        "σ−½": (0, 0.25),
        "4(σ−½)+½": (0.5, 1),
        "4(σ−½)": (0, 1),
        "tanh+1": (1, 1),
        "tanh": (0, 1),
    }
    x = np.linspace(-3, 3, 61)
    for f, f_grad in experiment.FUNCTIONS.values():
        np.testing.assert_allclose((f(x + 1e-6) - f(x - 1e-6)) / 2e-6, f_grad(x), atol=1e-9)


def test_a_pair_differs_in_one_thing_alone():
    at_zero = {name: (f(0.0), f_grad(0.0)) for name, (f, f_grad) in experiment.FUNCTIONS.items()}
    for flat, steep in experiment.SLOPE:
        assert at_zero[flat] == (at_zero[steep][0], at_zero[steep][1] / 4)
    for off, centred in experiment.CENTRE:
        assert at_zero[centred] == (0, at_zero[off][1]) and at_zero[off][0] > 0


def test_a_function_is_scaled_before_it_is_shifted_and_its_slope_only_scaled():
    for options, value, slope in (
        ({}, 9, 6),
        ({"scale": 2.0}, 18, 12),
        ({"shift": 1.0}, 10, 6),
        ({"scale": 2.0, "shift": 1.0}, 19, 12),
    ):
        f, f_grad = experiment.scaled(lambda x: x**2, lambda x: 2 * x, **options)
        assert (f(3), f_grad(3)) == (value, slope)


def test_the_verdict_counts_pairs_and_depths_at_its_threshold():
    made = rows(depth_1={"4(σ−½)+½": 70}, depth_5={"tanh": 90})
    assert experiment.verdict(made).because == (
        "どの種でも tanh がシグモイド関数より先に届く深さは、3 通りのうち 2 通りです。中心をそろえて傾きだけを 4 倍にした 6 組のうち、どの種でも速くなるのは"
        " 5 組です。傾きをそろえて中心だけを 0 にした 9 組のうち、どの種でも速くなるのは 8 組です。"
    )
    assert experiment.verdict(made, threshold=0.01).word == UNSUPPORTED  # nothing arrives there


@pytest.mark.parametrize("control, name", [(experiment.HEAVIER, "4(σ−½)+½"), (experiment.SHIFTED, "σ−½")])
def test_a_control_starts_as_the_network_of_its_function(control, name):
    first = {n: experiment.run(n, depth=3, learning_rate=1e-12, seed=3)["losses"][11] for n in (control, name, "σ")}
    assert first[control] == pytest.approx(first[name], rel=1e-9) != pytest.approx(first["σ"], rel=1e-3)


def test_a_run_gives_what_it_says():
    row = experiment.run("tanh", depth=1, learning_rate=0.8, seed=9)
    assert row["losses"].shape == (480,)
    ran = np.flatnonzero(np.isfinite(row["losses"]))
    assert list(ran) == list(range(11, ran[-1] + 1))
    assert experiment.epochs_to(row["losses"]) < 10 and row["test"] > 0.9


def test_a_run_ends_with_the_first_epoch_below_the_lowest_threshold_that_the_page_asks_for():
    row = experiment.run("tanh", depth=1, learning_rate=0.8, seed=9)
    ends = row["losses"][11::12]  # the means of the epochs
    done = int(np.isfinite(ends).sum())
    assert 1 < done < 40 and ends[done - 1] == row["end"] <= 0.05 < ends[: done - 1].min()
    assert experiment.epochs_to(row["losses"], 0.05) <= done
    slow = experiment.run("σ", depth=1, learning_rate=0.05, seed=9)
    assert slow["end"] == slow["losses"][-1] > 0.05


def test_a_run_that_diverges_is_no_number_and_never_arrives():
    row = experiment.run("4(σ−½)+½", depth=1, learning_rate=1e308, seed=9)
    assert np.isnan(row["losses"]).all() and np.isnan(row["test"]) and np.isnan(row["end"])
    assert experiment.epochs_to(row["losses"]) == np.inf


def test_a_learning_rate_is_there_for_every_network():
    assert set(experiment.LEARNING_RATE) == {(name, depth) for name in experiment.NAMES for depth in experiment.DEPTHS}
    assert set(experiment.LEARNING_RATE.values()) <= set(experiment.RATES[1:-1]), "the best rate may lie beyond"
