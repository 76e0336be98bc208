"""Which activation wins?"""

from functools import partial

import numpy as np
from hidden_layer import data
from hidden_layer.activations import gelu, gelu_grad
from hidden_layer.layers import Activation
from hidden_layer.network import fully_connected
from hidden_layer.optim import Adam
from hidden_layer.sweep import by, sweep
from hidden_layer.training import fit

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, Verdict
from hidden_layer_book.tables import name_ja

DATA = ("digits", "mnist1d")
NAMES = ("identity", "sigmoid", "tanh", "relu", "leaky_relu", "prelu", "gelu")
WIDTHS, EPOCHS, BATCH = (64, 64), 20, 100
SEEDS = range(10)
RATES = (0.001, 0.003, 0.01, 0.03)
# The best of RATES on the validation part, on the seeds 50 to 54: what choose() returns.
RATE = {
    ("digits", "identity"): 0.003,
    ("digits", "sigmoid"): 0.01,
    ("digits", "tanh"): 0.003,
    ("digits", "relu"): 0.01,
    ("digits", "leaky_relu"): 0.01,
    ("digits", "prelu"): 0.003,
    ("digits", "gelu"): 0.01,
    ("mnist1d", "identity"): 0.003,
    ("mnist1d", "sigmoid"): 0.03,
    ("mnist1d", "tanh"): 0.003,
    ("mnist1d", "relu"): 0.01,
    ("mnist1d", "leaky_relu"): 0.03,
    ("mnist1d", "prelu"): 0.01,
    ("mnist1d", "gelu"): 0.01,
}


def run(dataset, name, rate, seed):
    """64 ニューロンの中間層を 2 つもつネットワークを、Adam で訓練する。

    name は活性化関数の名前。"gelu_tanh" は、GELU の tanh 近似。
    valid, test: 訓練したあとの、検証データとテストデータでの正解率
    losses: エポックごとの、訓練データでの損失の平均
    """
    split = data.load(dataset, seed)
    rng = np.random.default_rng(seed)
    if name in ("identity", "sigmoid", "tanh"):
        init = "xavier"
    else:
        init = "he"
    widths = (split.x.shape[1], *WIDTHS, 10)
    network = fully_connected(widths, name.removesuffix("_tanh"), init, rng)
    if name == "gelu_tanh":
        f = partial(gelu, approximate="tanh")
        f_grad = partial(gelu_grad, approximate="tanh")
        for place in (1, 3):
            network.layers[place] = Activation(f, f_grad, "GELU (tanh)")
    losses = fit(
        network,
        split.x,
        split.t,
        optimizer=Adam(rate),
        epochs=EPOCHS,
        batch_size=BATCH,
        rng=rng,
    )
    return {
        "valid": network.accuracy(split.x_valid, split.t_valid),
        "test": network.accuracy(split.x_test, split.t_test),
        "losses": losses.reshape(EPOCHS, -1).mean(axis=1),
    }


def choose():
    """The learning rate of each data set and activation, on seeds of its own."""
    valid = by(
        sweep(run, dataset=DATA, name=NAMES, rate=RATES, seed=range(50, 55)),
        "valid",
        "dataset",
        "name",
        "rate",
    )
    return {
        (dataset, name): max(RATES, key=lambda rate: valid[dataset, name, rate].mean())
        for dataset in DATA
        for name in NAMES
    }


def results(seeds=SEEDS):
    """Every activation on both data sets with its learning rate, and the tanh form of GELU with GELU's."""
    rates = RATE | {(dataset, "gelu_tanh"): RATE[dataset, "gelu"] for dataset in DATA}
    return [
        row
        for (dataset, name), rate in rates.items()
        for row in sweep(run, dataset=[dataset], name=[name], rate=[rate], seed=seeds)
    ]


def first_and_second(rows, dataset):
    """The two best activations by their mean test accuracy, and the differences between them by seed."""
    test = {
        name: values
        for (d, name), values in by(rows, "test", "dataset", "name").items()
        if d == dataset and name in NAMES
    }
    first, second = sorted(test, key=lambda name: test[name].mean(), reverse=True)[:2]
    return first, second, test[first] - test[second]


def clear(differences):
    """Whether the mean of the differences is more than two standard errors (sd / √n, ddof=1) away from 0."""
    return abs(differences.mean()) > 2 * differences.std(ddof=1) / np.sqrt(
        len(differences)
    )


def verdict(rows):
    """Supported if the same activation is clearly first on both data sets; conditional if one is on one of them."""
    best = {dataset: first_and_second(rows, dataset) for dataset in DATA}
    won = {first for first, _, differences in best.values() if clear(differences)}
    same = len({first for first, _, _ in best.values()}) == 1
    word = (
        UNSUPPORTED
        if not won
        else SUPPORTED
        if same and all(clear(d) for _, _, d in best.values())
        else CONDITIONAL
    )
    return Verdict(
        word,
        "".join(
            f"{dataset} では、1 位と 2 位の差（{name_ja(first)} − {name_ja(second)}）が {d.mean():.3f} ± {d.std(ddof=1):.3f}"
            f"（種ごとの差の平均 ± 標準偏差）で、{'はっきりしています' if clear(d) else 'ばらつきの中です'}。"
            for dataset, (first, second, d) in best.items()
        ),
    )


def verdict_gelu(rows):
    """For the claim that the tanh form changes nothing that matters: supported if on neither data set the difference of
    the test accuracies is clear."""
    test = by(rows, "test", "dataset", "name")
    apart = {
        dataset: test[dataset, "gelu_tanh"] - test[dataset, "gelu"] for dataset in DATA
    }
    held = [not clear(d) for d in apart.values()]
    return Verdict(
        SUPPORTED if all(held) else CONDITIONAL if any(held) else UNSUPPORTED,
        "".join(
            f"{dataset} では、tanh 近似から正確な形を引いた正解率の差が {d.mean():.4f} ± {d.std(ddof=1):.4f} です。"
            for dataset, d in apart.items()
        ),
    )
