"""What the experiments train: the network, its first weights, the data and the settings; and what a run reports."""

from types import SimpleNamespace

import numpy as np
import pytest

from hidden_layer import data
from hidden_layer.layers import Affine
from hidden_layer.optim import SGD
from hidden_layer.training import Diverged
from hidden_layer_book.experiments import (
    beyond,
    dead_relu,
    deep_sigmoid,
    prelu_slopes,
    step_training,
    tanh_and_sigmoid,
    which_wins,
)


@pytest.fixture
def trained(monkeypatch):
    """`trained(module, run settings)`: the result of a run in which nothing is learned, and the calls of `fit`.

    Instead of a training, all parameters double in the first epoch; the loss of step k is k.
    """
    monkeypatch.setattr(deep_sigmoid, "EPOCHS", 1)
    monkeypatch.setattr(deep_sigmoid, "LAYERS", 3)

    def call(module, run=None, **settings):
        calls = []

        def fit(network, x, t, *, optimizer, epochs, batch_size, rng, after_epoch=None):
            weights = [layer.params["W"].copy() for layer in network.layers if isinstance(layer, Affine)]
            known = {"network": network, "x": x, "t": t, "optimizer": optimizer, "epochs": epochs, "batch_size": batch_size}
            calls.append(SimpleNamespace(**known, weights=weights, drawn=rng.random()))
            for epoch in range(epochs + 1):
                if epoch == 1:
                    for p in network.params.values():
                        p *= 2
                if after_epoch:
                    after_epoch(epoch)
            return np.arange(float(epochs * (len(x) // batch_size)))

        monkeypatch.setattr(module, "fit", fit)
        return (run or module.run)(**settings), calls

    return call


RUNS = [
    (beyond, {"name": "mish", "rate": 0.02}),
    (dead_relu, {"name": "relu", "sink": "first_1", "optimizer": "sgd"}),
    (deep_sigmoid, {"method": "gain", "gain": 3.0, "rate": 0.03}),
    (prelu_slopes, {"name": "prelu", "dataset": "digits", "depth": 3, "start": 2.0, "optimizer": "adam"}),
    (step_training, {"name": "step", "width": 30, "learning_rate": 0.7}),
    (tanh_and_sigmoid, {"name": "tanh", "depth": 3, "learning_rate": 0.7}),
    (which_wins, {"dataset": "digits", "name": "sigmoid", "rate": 0.02}),
]


@pytest.mark.parametrize("module, settings", RUNS)
def test_a_run_is_on_the_data_of_its_seed_and_judged_by_the_test_part(module, settings, trained):
    result, (call, *_) = trained(module, **settings, seed=3)
    split = data.load("mnist1d" if module in (dead_relu, beyond) else "digits", 3)
    assert np.array_equal(call.x, split.x) and np.array_equal(call.t, split.t)
    reported = result["accuracy" if module in (dead_relu, prelu_slopes) else "test"]
    assert np.ravel(reported)[-1] == call.network.accuracy(split.x_test, split.t_test)
    assert result.get("valid") in (None, call.network.accuracy(split.x_valid, split.t_valid))


@pytest.mark.parametrize("module, settings", RUNS)
def test_a_seed_gives_the_same_run_and_another_seed_another_one(module, settings, trained):
    (one, *_), (again, *_), (other, *_) = (trained(module, **settings, seed=seed)[1] for seed in (3, 3, 4))
    assert one.drawn == again.drawn != other.drawn
    assert all(map(np.array_equal, one.weights, again.weights))
    assert not any(map(np.array_equal, one.weights, other.weights))


def test_the_two_gelus_differ_in_both_layers(trained):
    x = np.linspace(-3, 3, 61)[None]
    exact, approximate = (
        trained(which_wins, dataset="digits", name=name, rate=0.01, seed=3)[1][0] for name in ("gelu", "gelu_tanh")
    )
    assert all(map(np.array_equal, exact.weights, approximate.weights))
    for place in (1, 3):
        one, other = exact.network.layers[place], approximate.network.layers[place]
        assert 1e-4 < abs(one.forward(x) - other.forward(x)).max() < 1e-3
        assert 1e-4 < abs(one.backward(x) - other.backward(x)).max() < 5e-3
        assert str(other) == "GELU (tanh)"


def test_losses_are_reported_by_epoch(trained):
    wins, _ = trained(which_wins, dataset="digits", name="relu", rate=0.01, seed=3)
    assert list(wins["losses"]) == [5.5 + 12 * epoch for epoch in range(20)]
    tanh, _ = trained(tanh_and_sigmoid, name="tanh", depth=1, learning_rate=0.1, seed=3)
    assert np.isnan(tanh["losses"][:11]).all()
    np.testing.assert_allclose(tanh["losses"][11:], 5.5)  # every epoch goes from 0 to 11


def test_how_far_weights_moved_is_relative_to_where_they_started(trained):
    step, _ = trained(step_training, name="step", width=30, learning_rate=1.0, seed=3)
    np.testing.assert_allclose(step["moved"], [0] + [1] * 7)  # they doubled
    assert np.array_equal(step["first"][1], 2 * step["first"][0]) and step["first"].shape == (8, 64, 8)
    dead, _ = trained(dead_relu, name="gelu", sink="first_1", optimizer="sgd", seed=3)
    assert dead["moved"] == pytest.approx(1)


def test_a_frozen_network_is_an_output_layer_on_what_the_hidden_layers_give(trained):
    whole, (step,) = trained(step_training, name="step", width=8, learning_rate=1.0, seed=3)
    result, (call,) = trained(step_training, name="frozen", width=8, learning_rate=1.0, seed=3)
    assert np.array_equal(call.weights[0], step.weights[-1]) and len(call.weights) == 1
    assert set(np.unique(call.x)) == {0, 1} and call.x.shape == (1200, 8)
    assert not result["moved"].any() and result["test"][0] == whole["test"][0]


@pytest.mark.parametrize("sink, layer, below", [("first_1", 0, 1), ("first_10", 0, 10), ("second_1", 1, 1)])
def test_half_a_layer_is_pushed_below_zero_before_the_training(trained, monkeypatch, sink, layer, below):
    monkeypatch.setattr(dead_relu, "EPOCHS", 0)
    monkeypatch.setattr(dead_relu, "OPTIMIZERS", {"sgd": lambda: SGD(0.0)})
    looked = []
    largest = dead_relu.largest
    monkeypatch.setattr(dead_relu, "largest", lambda *of: looked.append(largest(*of)) or looked[-1])
    result, _ = trained(dead_relu, name="relu", sink=sink, optimizer="sgd", seed=3)
    before, after = looked[0][layer], looked[1][layer]
    np.testing.assert_allclose(after[:15], -below)
    np.testing.assert_allclose(after[15:], before[15:])
    assert result["sunk"] == sum(int((z < 0).sum()) for z in looked[1]) == result["dead"][0]


def test_only_units_that_were_sunk_are_counted_later(trained, monkeypatch):
    monkeypatch.setattr(dead_relu, "EPOCHS", 2)
    scores = iter(
        [[np.full(30, -1.0), np.array([-1.0, 0.0, 0.5] * 10)]] * 2
        + [[np.array([-1.0] * 20 + [0.0] * 5 + [0.5] * 5), np.array([-1.0, -1.0, -1.0] * 10)]] * 2
    )
    monkeypatch.setattr(dead_relu, "largest", lambda network, x: next(scores))
    monkeypatch.setitem(dead_relu.SINKS, "nothing", 0.0)
    result, (warm_up, call) = trained(dead_relu, name="relu", sink="nothing", optimizer="sgd", seed=3)
    assert (warm_up.epochs, warm_up.optimizer.learning_rate) == (1, 0.0)
    assert list(result["dead"]) == [40, 30, 30] and result["sunk"] == 40


@pytest.mark.parametrize(
    "module, run, settings",
    [  # of the others the tests have runs that do diverge
        (dead_relu, dead_relu.train_plainly, {"name": "relu", "optimizer": "sgd", "rate": 1.0}),
        (deep_sigmoid, deep_sigmoid.run, {"method": "plain", "gain": 1.0, "rate": 1.0}),
    ],
)
def test_a_run_that_diverges_has_no_numbers(module, run, settings, monkeypatch):
    def fit(*args, **kwargs):
        raise Diverged(np.nan, 1, "the loss")

    monkeypatch.setattr(module, "fit", fit)
    result = run(**settings, seed=3)
    assert all(np.isnan(result[name]).all() for name in {"valid", "test", "curve", "spread"} & result.keys())


def test_a_run_that_does_not_diverge_says_so(trained):
    prelu, _ = trained(prelu_slopes, name="prelu", dataset="digits", depth=3, start=0.25, optimizer="adam", seed=3)
    dead, _ = trained(dead_relu, name="relu", sink="first_1", optimizer="sgd", seed=3)
    assert prelu["diverged"] is dead["diverged"] is False
    assert (prelu["alpha"][0] == 0.25).all() and (prelu["alpha"][1:] == 0.5).all()  # they doubled
