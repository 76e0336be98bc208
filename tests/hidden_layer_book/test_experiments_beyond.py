"""実験：範囲の外の関数は、ReLU関数や GELU よりよいか."""

import numpy as np
import pytest

from hidden_layer import more_activations
from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, which_wins
from hidden_layer_book.experiments import beyond as experiment

CLEAR, UNCLEAR, WORSE = (0.02, 0.04), (0.02, 0.06), (-0.02, -0.04)  # the first is more than two standard errors from 0


def rows(ahead_of_relu, ahead_of_gelu):
    """Two seeds. By how much the candidate is better than each reference; another activation is far above all."""
    test = {experiment.CANDIDATE: (0.8, 0.8), "elu": (0.99, 0.99)}
    test["relu"], test["gelu"] = (tuple(0.8 - d for d in ahead) for ahead in (ahead_of_relu, ahead_of_gelu))
    return [{"name": name, "seed": seed, "test": values[seed]} for name, values in test.items() for seed in range(2)]


@pytest.mark.parametrize(
    "word, ahead",
    [
        (SUPPORTED, (CLEAR, CLEAR)),
        (CONDITIONAL, (CLEAR, UNCLEAR)),
        (CONDITIONAL, (WORSE, CLEAR)),
        (UNSUPPORTED, (UNCLEAR, UNCLEAR)),
        (UNSUPPORTED, (WORSE, WORSE)),  # clear, but to the other side
    ],
)
def test_verdict(word, ahead):
    assert experiment.verdict(rows(*ahead)).word == word


def test_the_verdict_says_how_far_the_candidate_is_ahead():
    assert experiment.verdict(rows(CLEAR, UNCLEAR)).because == (
        "正解率の差（候補の Hard-Swish − ReLU関数）は 0.030 ± 0.014（種ごとの差の平均 ± 標準偏差）で、はっきりしています。"
        "正解率の差（候補の Hard-Swish − GELU）は 0.040 ± 0.028（種ごとの差の平均 ± 標準偏差）で、ばらつきの中です。"
    )


def test_the_candidate_is_the_best_at_its_own_rate_on_the_seeds_for_choosing(monkeypatch):
    def sweep(run, name, rate, seed):
        best = {"silu": 0.6, "elu": 0.61, "mish": 0.62}  # each at its own rate; the mean over rates would be another
        at = dict(zip(name, (0.001, 0.003, 0.01, 0.03, 0.03, 0.01)))
        luck = {50: 0.3, 51: -0.3}
        return [
            {"name": n, "rate": r, "valid": (best.get(n, 0.55) if r == at[n] else 0.5 - 0.4 * (n == "mish")) + luck.get(s, 0)}
            for n in name
            for r in rate
            for s in seed
        ]

    monkeypatch.setattr(experiment, "sweep", sweep)
    assert experiment.choose_candidate() == "mish"


def test_the_setting_is_that_of_the_experiment_that_is_compared_with():
    ours, theirs = experiment, which_wins
    assert (ours.WIDTHS, ours.EPOCHS, ours.BATCH, ours.RATES) == (theirs.WIDTHS, theirs.EPOCHS, theirs.BATCH, theirs.RATES)
    assert tuple(ours.SEEDS) == tuple(theirs.SEEDS) and set(ours.RATE) == set(ours.NAMES)
    assert {ours.CANDIDATE} < set(ours.SHOWN) < set(ours.NAMES)


@pytest.fixture
def network(monkeypatch):
    """`network(name, seed)`: what a run trains, before it is trained."""

    def made(name, seed=3):
        calls = []
        for module in (experiment, which_wins):
            monkeypatch.setattr(module, "fit", lambda network, *args, **settings: calls.append(network) or np.zeros(600))
        if name in experiment.REFERENCES:
            which_wins.run(dataset=experiment.DATASET, name=name, rate=0.01, seed=seed)
        else:
            experiment.run(name=name, rate=0.01, seed=seed)
        return calls[0]

    return made


@pytest.mark.parametrize("name", [name for name in experiment.NAMES if name != "selu"])
def test_a_new_activation_starts_from_the_weights_of_relu_and_is_in_both_layers(network, name):
    ours, theirs = network(name), network("relu")
    x = np.linspace(-3, 3, 64)[None]
    for place in (0, 2, 4):
        np.testing.assert_array_equal(ours.layers[place].params["W"], theirs.layers[place].params["W"])
    for place in (1, 3):
        np.testing.assert_array_equal(ours.layers[place].forward(x), getattr(more_activations, name)(x))
        np.testing.assert_array_equal(ours.layers[place].backward(x), x * getattr(more_activations, f"{name}_grad")(x))


def test_selu_starts_with_variance_1_over_the_width(network):
    for place in (0, 2, 4):
        ours, theirs = (network(name).layers[place].params["W"] for name in ("selu", "relu"))
        np.testing.assert_allclose(ours, theirs / np.sqrt(2), rtol=1e-12)
