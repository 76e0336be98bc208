"""What the experiments run: all settings on the seeds asked for; and how they chose those that had to be chosen."""

import itertools

import numpy as np
import pytest

from hidden_layer_book.experiments import (
    dead_relu,
    deep_sigmoid,
    depth,
    prelu_slopes,
    step_training,
    tanh_and_sigmoid,
    which_wins,
)
from tools.verdicts import OTHER

CHOOSING = {
    dead_relu: {50, 51, 52},
    deep_sigmoid: {50, 51, 52},
    prelu_slopes: {50, 51, 52},
    step_training: {50, 51, 52, 53, 54},
    tanh_and_sigmoid: {50, 51, 52, 53, 54},
    which_wins: {50, 51, 52, 53, 54},
}


def settings(rows):
    """The rows as something to compare: sorted, without the results."""
    return sorted(sorted((name, str(value)) for name, value in row.items()) for row in rows)


def product(**grid):
    return [dict(zip(grid, values)) for values in itertools.product(*grid.values())]


@pytest.fixture
def unrun(monkeypatch):
    """`unrun(module, result)`: sweeps of the module run nothing; `result(run, **settings)` gives what a run would."""

    def patch(module, result=lambda run, **setting: {}):
        made = []

        def sweep(run, **grid):
            made.extend(rows := [{**setting, **result(run, **setting)} for setting in product(**grid)])
            return rows

        monkeypatch.setattr(module, "sweep", sweep)
        return made

    return patch


RESULTS = {
    depth: [{"depth": 20, **s} for s in product(name=depth.NAMES, init=("normal", "xavier", "he"))],
    dead_relu: product(name=dead_relu.NAMES, sink=dead_relu.SINKS, optimizer=("sgd", "adam")),
    deep_sigmoid: [{"method": method, "gain": gain, "rate": rate} for method, (gain, rate) in deep_sigmoid.CHOSEN.items()],
    prelu_slopes: [
        {"dataset": d, "depth": n, **s}
        for d in prelu_slopes.DATASETS
        for n in (3, 6)
        for s in (
            *product(name=["prelu"], optimizer=["momentum"], start=(0.0, 0.25, 1.0)),
            {"name": "prelu", "optimizer": "adam", "start": 0.25},
            *product(name=["relu"], optimizer=["momentum", "adam"], start=[0.0]),
            *([{"name": "fixed", "optimizer": "momentum", "start": 0.25}] if d == "mnist1d" else []),
        )
    ],
    step_training: product(name=step_training.FUNCTIONS, width=(8, 30, 100), learning_rate=(0.1, 0.3, 1.0, 3.0, 10.0)),
    tanh_and_sigmoid: [
        {"name": name, "depth": d, "learning_rate": rate} for (name, d), rate in tanh_and_sigmoid.LEARNING_RATE.items()
    ],
    which_wins: [
        {"dataset": d, "name": name, "rate": which_wins.RATE[d, name.removesuffix("_tanh")]}
        for d in ("digits", "mnist1d")
        for name in (*which_wins.NAMES, "gelu_tanh")
    ],
}


@pytest.mark.parametrize("module", RESULTS, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_results_are_all_settings_on_all_seeds(module, unrun):
    made = unrun(module)
    assert settings(module.results()) == settings({**s, "seed": seed} for s in RESULTS[module] for seed in module.SEEDS)
    made.clear()
    assert module.results(OTHER) == made and {row["seed"] for row in made} == set(OTHER)


# The best of each: the others are worse the farther away they are. A seed that is better everywhere by chance, and one
# that is worse, change no mean.
LUCK = {50: 0.3, 51: -0.3}


def distance(rate, best):
    return abs(np.log(rate / best)) / 10


@pytest.mark.parametrize("module", CHOOSING, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_setting_is_chosen_on_other_seeds_than_those_reported(module, unrun):
    made = unrun(module, lambda run, **setting: {"valid": 0.5, "losses": np.ones(600)})
    module.choose()
    seeds = {row["seed"] for row in made}
    assert seeds == CHOOSING[module] and not seeds & {*module.SEEDS, *OTHER}


def test_dead_relu_takes_for_each_optimiser_the_rate_that_is_best_for_all_activations_and_diverges_for_none(unrun):
    best = {"sgd": 0.1, "adam": 0.003}
    made = unrun(
        dead_relu,
        lambda run, name, optimizer, rate, seed: {
            "valid": 0.9
            - distance(rate, best[optimizer])
            + LUCK.get(seed, 0)
            + (3 if name == "relu" and rate == 1.0 else 0)
            - (4 if name == "gelu" and rate == 1.0 else 0)
        },
    )
    assert dead_relu.choose() == best
    assert {row["name"] for row in made} == {"relu", "leaky_relu", "prelu", "gelu"}
    assert {(row["optimizer"], row["rate"]) for row in made} == {
        (optimizer, rate) for optimizer, rates in dead_relu.CANDIDATES.items() for rate in rates
    }

    unrun(
        dead_relu,
        lambda run, name, optimizer, rate, seed: {
            "valid": np.nan
            if (name, rate, seed) == ("prelu", best[optimizer], 51)
            else 0.9 - distance(rate, best[optimizer] * 1.1)
        },
    )
    assert dead_relu.choose() == {"sgd": 0.3, "adam": 0.01}


def test_dead_relu_chooses_with_a_run_in_which_nothing_is_sunk(unrun):
    runs = []
    unrun(dead_relu, lambda run, **setting: runs.append(run) or {"valid": 0.5})
    dead_relu.choose()
    assert set(runs) == {dead_relu.train_plainly}


def test_deep_sigmoid_takes_for_each_method_the_best_gain_and_rate(unrun):
    best = {"plain": (1.0, 0.01), "gain": (4.0, 0.03), "batch_norm": (1.0, 0.1), "relu": (1.0, 0.03)}
    made = unrun(
        deep_sigmoid,
        lambda run, method, gain, rate, seed: {
            "valid": 0.9 - distance(gain, best[method][0]) - distance(rate, best[method][1]) + LUCK.get(seed, 0)
        },
    )
    assert deep_sigmoid.choose() == best
    assert {row["gain"] for row in made if row["method"] == "gain"} == set(deep_sigmoid.GAINS)
    assert {row["gain"] for row in made if row["method"] != "gain"} == {1.0}

    unrun(
        deep_sigmoid,
        lambda run, method, gain, rate, seed: {  # a run that diverges counts as 0
            "valid": np.nan if rate == 0.1 and seed == 51 else 0.5 if rate == 0.1 else 0.4 if rate == 0.03 else 0.3
        },
    )
    assert {rate for _, rate in deep_sigmoid.choose().values()} == {0.03}


def test_prelu_slopes_takes_for_each_name_and_optimiser_the_rate_that_is_best_on_the_average(unrun):
    best = {("relu", "momentum"): 0.01, ("relu", "adam"): 0.003, ("prelu", "momentum"): 0.1, ("prelu", "adam"): 0.03}
    made = unrun(
        prelu_slopes,
        lambda run, name, dataset, depth, start, optimizer, rate, seed: {
            "valid": 0.9
            - distance(rate, best[name, optimizer])
            + LUCK.get(seed, 0)
            + (0.2 if depth == 3 else 0)
            + (1 if dataset == "digits" and rate == 0.001 else 0)
            - (2 if dataset == "mnist1d" and rate == 0.001 else 0)
        },
    )
    assert prelu_slopes.choose() == best
    assert {(row["name"], row["start"]) for row in made} == {("relu", 0.0), ("prelu", 0.25)}
    assert {(row["dataset"], row["depth"]) for row in made} == {(d, n) for d in ("digits", "mnist1d") for n in (3, 6)}

    unrun(
        prelu_slopes,
        lambda run, name, dataset, depth, start, optimizer, rate, seed: {
            "valid": np.nan if rate == 0.03 and seed == 51 else 0.9 - distance(rate, 0.025)
        },
    )
    assert set(prelu_slopes.choose().values()) == {0.01}


def test_step_training_takes_for_each_network_and_width_the_best_rate(unrun):
    best = {
        (name, width): rate
        for (name, width), rate in zip(
            itertools.product(("step", "straight_through", "sigmoid"), (8, 30, 100)), (0.1, 0.3, 1.0, 3.0, 10.0) * 2
        )
    }
    unrun(
        step_training,
        lambda run, name, width, learning_rate, seed: {
            "valid": 0.9 - distance(learning_rate, best[name, width]) + LUCK.get(seed, 0)
        },
    )
    assert step_training.choose() == best


def test_tanh_and_sigmoid_take_the_rate_that_is_first_at_the_threshold(unrun):
    names = itertools.product(tanh_and_sigmoid.NAMES, (1, 3, 5))
    best = {key: rate for key, rate in zip(names, itertools.cycle(tanh_and_sigmoid.RATES))}

    def losses(run, name, depth, learning_rate, seed):
        arrives = 50 + int(400 * distance(learning_rate, best[name, depth])) + int(20 * LUCK.get(seed, 0))
        return {"losses": np.where(np.arange(600) < arrives, 2.0, 0.05)}

    unrun(tanh_and_sigmoid, losses)
    assert tanh_and_sigmoid.choose() == best


def test_tanh_and_sigmoid_take_the_lowest_loss_at_the_end_where_the_threshold_is_not_reached_in_every_seed(unrun):
    def losses(run, name, depth, learning_rate, seed):
        if learning_rate == 25.6 and seed == 52:
            return {"losses": np.full(600, np.nan)}  # it diverged
        end = 0.01 if learning_rate == 25.6 else 0.5 + distance(learning_rate, 0.8) + LUCK.get(seed, 0)
        return {"losses": np.append(np.full(599, 2 + learning_rate), end)}

    unrun(tanh_and_sigmoid, losses)
    assert set(tanh_and_sigmoid.choose().values()) == {0.8}


def test_which_wins_takes_for_each_data_set_and_activation_the_best_rate(unrun):
    best = {
        key: rate
        for key, rate in zip(itertools.product(("digits", "mnist1d"), which_wins.NAMES), itertools.cycle(which_wins.RATES))
    }
    unrun(
        which_wins,
        lambda run, dataset, name, rate, seed: {"valid": 0.9 - distance(rate, best[dataset, name]) + LUCK.get(seed, 0)},
    )
    assert which_wins.choose() == best
