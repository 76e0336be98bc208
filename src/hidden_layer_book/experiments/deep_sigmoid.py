"""Normalisation or a larger gain rescues a deep sigmoid network."""

import copy

import numpy as np
from hidden_layer import data
from hidden_layer.initializers import he, xavier
from hidden_layer.layers import Activation
from hidden_layer.network import fully_connected
from hidden_layer.optim import SGD
from hidden_layer.sweep import by, sweep
from hidden_layer.training import Diverged, fit

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, Verdict

LAYERS, WIDTH, EPOCHS, BATCH = 10, 64, 40, 100
SEEDS = range(5)
METHODS = ("plain", "gain", "batch_norm", "relu")
# Not above 0.1: there the network with the large weights is chaotic, and the rounding of the computer decides.
RATES = (0.01, 0.03, 0.1)
GAINS = (2.0, 4.0, 6.0, 8.0)
# The best on the validation part, on the seeds 50 to 52: what choose() returns, as (gain, learning rate).
CHOSEN = {
    "plain": (1.0, 0.1),
    "gain": (6.0, 0.1),
    "batch_norm": (1.0, 0.1),
    "relu": (1.0, 0.1),
}


def build(method, gain, rng):
    "中間層が 10 個のネットワーク。重みは初期値の gain 倍"
    name, init = "sigmoid", xavier
    if method == "relu":
        name, init = "relu", he
    return fully_connected(
        (64, *[WIDTH] * LAYERS, 10),
        name,
        lambda *shape: gain * init(*shape),
        rng,
        batch_norm=method == "batch_norm",
    )


def outputs(network, x):
    """What every activation of the network puts out for the rows of x, normalised as in training where the network
    normalises: a list of arrays (N, WIDTH)."""
    found = []
    for layer in copy.deepcopy(
        network.layers
    ):  # a forward pass in training would move the running averages
        x = layer.forward(x, training=True)
        if isinstance(layer, Activation):
            found.append(x)
    return found


def run(method, gain, rate, seed):
    """1 つのネットワークを訓練する。

    valid, test: 訓練したあとの正解率（発散したら NaN）
    curve: テストデータでの正解率（エポックごと。0 は訓練の前）
    histograms: ニューロンの出力と、その平均との差のヒストグラム（層ごと、訓練の前と後）
    spread: ニューロンの出力の標準偏差（ddof=0）の、層での平均（訓練の前と後）
    """
    split = data.load("digits", seed)
    network = build(method, gain, np.random.default_rng(seed))
    curve = np.full(EPOCHS + 1, np.nan)
    histograms = np.zeros((2, LAYERS, 21), int)
    spread = np.full((2, LAYERS), np.nan)

    def watch(epoch):
        curve[epoch] = network.accuracy(split.x_test, split.t_test)
        if epoch in (0, EPOCHS):
            for layer, values in enumerate(outputs(network, split.x)):
                place = int(epoch > 0), layer
                off = values - values.mean(axis=0)
                histograms[place] = np.histogram(off, 21, (-0.525, 0.525))[0]
                spread[place] = values.std(axis=0).mean()

    try:
        fit(
            network,
            split.x,
            split.t,
            optimizer=SGD(rate),
            epochs=EPOCHS,
            batch_size=BATCH,
            rng=np.random.default_rng(seed),
            after_epoch=watch,
        )
        valid = network.accuracy(split.x_valid, split.t_valid)
        test = network.accuracy(split.x_test, split.t_test)
    except Diverged:
        valid = test = np.nan
    return {
        "valid": valid,
        "test": test,
        "curve": curve,
        "histograms": histograms,
        "spread": spread,
    }


def choose():
    """Gain and learning rate of each method: the best mean accuracy on the validation part, on seeds of its own."""

    def best(method):
        gains = GAINS if method == "gain" else (1.0,)
        valid = by(
            sweep(run, method=[method], gain=gains, rate=RATES, seed=range(50, 53)),
            "valid",
            "gain",
            "rate",
        )
        return max(valid, key=lambda setting: np.nan_to_num(valid[setting]).mean())

    return {method: best(method) for method in METHODS}


def results(seeds=SEEDS):
    """Every method with its gain and learning rate."""
    return [
        row
        for method, (gain, rate) in CHOSEN.items()
        for row in sweep(run, method=[method], gain=[gain], rate=[rate], seed=seeds)
    ]


def verdict(rows):
    """Supported if in every seed the plain network stays below 0.2 and both remedies exceed 0.9 on the test part;
    conditional if the plain one fails and one of them does; otherwise not supported."""
    test = by(rows, "test", "method")
    rescued = [method for method in ("gain", "batch_norm") if test[method].min() > 0.9]
    fails = test["plain"].max() < 0.2
    word = (
        UNSUPPORTED
        if not (fails and rescued)
        else SUPPORTED
        if len(rescued) == 2
        else CONDITIONAL
    )
    mean = {method: f"{values.mean():.3f}" for method, values in test.items()}
    return Verdict(
        word,
        f"テストの正解率の平均は、そのままのシグモイド関数で {mean['plain']}、重みを {CHOSEN['gain'][0]:.0f} 倍にして {mean['gain']}、"
        f"バッチ正規化を入れて {mean['batch_norm']}、比べるための ReLU関数で {mean['relu']} です。",
    )
