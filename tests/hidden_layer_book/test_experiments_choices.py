"""What the experiments run: all settings on the seeds asked for; and how they chose those that had to be chosen."""

import itertools

import numpy as np
import pytest

from hidden_layer_book.experiments import (
    beyond,
    dead_relu,
    deep_sigmoid,
    depth,
    prelu_slopes,
    spacing,
    step_training,
    tanh_and_sigmoid,
    which_wins,
)
from tools.verdicts import OTHER

CHOOSING = {
    beyond: {50, 51, 52, 53, 54},
    dead_relu: {50, 51, 52},
    deep_sigmoid: {50, 51, 52},
    prelu_slopes: {50, 51, 52},
    spacing: set(range(50, 60)),
    step_training: {50, 51, 52, 53, 54},
    tanh_and_sigmoid: {50, 51, 52, 53, 54},
    which_wins: {50, 51, 52, 53, 54},
}


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


@pytest.mark.parametrize("module", [depth, *CHOOSING], ids=lambda module: module.__name__.rpartition(".")[2])
def test_every_setting_is_run_once_on_every_seed_that_is_asked_for(module, unrun):
    made = unrun(module)
    for seeds, results in ((module.SEEDS, module.results), (OTHER, lambda: module.results(OTHER))):
        made.clear()
        assert results() == made
        found = {}
        for row in made:
            found.setdefault(tuple(item for item in row.items() if item[0] != "seed"), []).append(row["seed"])
        assert len(found) > 1 and all(sorted(ran) == sorted(seeds) for ran in found.values())


# The best of each: the others are worse the farther away they are. A seed that is better everywhere by chance, and one
# that is worse, change no mean.
LUCK = {50: 0.3, 51: -0.3}


def distance(rate, best):
    return abs(np.log(rate / best)) / 10


@pytest.mark.parametrize("module", CHOOSING, ids=lambda module: module.__name__.rpartition(".")[2])
def test_a_setting_is_chosen_on_other_seeds_than_those_reported(module, unrun):
    made = unrun(module, lambda run, **setting: {"valid": 0.5, "losses": np.ones(480), "end": 1.0, "recall": np.ones(61)})
    module.choose()
    seeds = {row["seed"] for row in made}
    assert seeds == CHOOSING[module] and not seeds & {*module.SEEDS, *OTHER}


def cycled(rates, *names):
    return dict(zip(itertools.product(*names), itertools.cycle(rates)))


DATA = ("digits", "mnist1d")
# What should be chosen for the settings of these names; and of one rate, which is best for some and worst for others, how
# much better it is: on the average it is not.
BEST = {
    beyond: (cycled(beyond.RATES, beyond.NAMES), ["name"], lambda **_: 0),
    dead_relu: (
        {("sgd",): 0.1, ("adam",): 0.003},
        ["optimizer"],
        lambda rate, name, **_: {"relu": 3, "gelu": -4}.get(name, 0) * (rate == 1.0),
    ),
    prelu_slopes: (
        {("relu", "momentum"): 0.01, ("relu", "adam"): 0.003, ("prelu", "momentum"): 0.1, ("prelu", "adam"): 0.03},
        ["name", "optimizer"],
        lambda rate, dataset, depth, **_: (0.2 if depth == 3 else 0) + {"digits": 1, "mnist1d": -2}[dataset] * (rate == 0.001),
    ),
    step_training: (
        cycled((0.3, 1.0, 3.0, 10.0, 30.0), ("step", "straight_through", "sigmoid"), (8, 24, 72)),
        ["name", "width"],
        lambda **_: 0,
    ),
    which_wins: (cycled(which_wins.RATES, DATA, which_wins.NAMES), ["dataset", "name"], lambda **_: 0),
}


@pytest.mark.parametrize("module", BEST, ids=lambda module: module.__name__.rpartition(".")[2])
def test_the_rate_is_chosen_that_is_best_on_the_average(module, unrun):
    best, names, more = BEST[module]

    def result(run, seed, **setting):
        rate = setting.get("rate") or setting["learning_rate"]
        near = distance(rate, best[tuple(setting[name] for name in names)])
        return {"valid": 0.9 - near + LUCK.get(seed, 0) + more(**{"rate": rate} | setting)}

    unrun(module, result)
    assert module.choose() == {key if len(key) > 1 else key[0]: rate for key, rate in best.items()}


@pytest.mark.parametrize(
    "module, best, chosen", [(dead_relu, {"sgd": 0.11, "adam": 0.0033}, [0.3, 0.01]), (prelu_slopes, {}, [0.01] * 4)]
)
def test_a_rate_with_which_a_run_diverges_is_not_chosen(module, best, chosen, unrun):
    def result(run, optimizer, rate, seed, **_):
        middle = best.get(optimizer, 0.025)
        diverges = seed == 51 and (1 / 1.3 < rate / middle < 1.3 or rate == module.CANDIDATES[optimizer][0])
        return {"valid": np.nan if diverges else 0.9 - distance(rate, middle)}

    unrun(module, result)
    assert list(module.choose().values()) == chosen


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


def test_tanh_and_sigmoid_take_the_rate_that_is_first_at_the_threshold(unrun):
    names = itertools.product(tanh_and_sigmoid.NAMES, (1, 3, 5))
    best = {key: rate for key, rate in zip(names, itertools.cycle(tanh_and_sigmoid.RATES))}

    def losses(run, name, depth, learning_rate, seed):
        arrives = 50 + int(400 * distance(learning_rate, best[name, depth])) + int(20 * LUCK.get(seed, 0))
        return {"losses": np.where(np.arange(480) < arrives, 2.0, 0.05), "end": 0.05}

    unrun(tanh_and_sigmoid, losses)
    assert tanh_and_sigmoid.choose() == best


def test_tanh_and_sigmoid_take_the_lowest_loss_at_the_end_where_the_threshold_is_not_reached_in_every_seed(unrun):
    def losses(run, name, depth, learning_rate, seed):
        if learning_rate == 25.6 and seed == 52:
            return {"losses": np.full(480, np.nan), "end": np.nan}  # it diverged
        end = 0.01 if learning_rate == 25.6 else 0.5 + distance(learning_rate, 0.8) + LUCK.get(seed, 0)
        return {"losses": np.append(np.full(479, 2 + learning_rate), end), "end": end}

    unrun(tanh_and_sigmoid, losses)
    assert set(tanh_and_sigmoid.choose().values()) == {0.8}


def test_spacing_takes_the_share_of_new_questions_with_which_most_is_recalled_on_the_last_day(unrun):
    def curve(run, share, seed, **_):
        return {"recall": np.array([1.0 - share, 0.9 - abs(share - 0.75) / 10 + LUCK.get(seed, 0)])}

    made = unrun(spacing, curve)
    assert spacing.choose() == 0.75
    assert {row["share"] for row in made} == set(spacing.SHARES) and {row["minutes"] for row in made} == {10}
