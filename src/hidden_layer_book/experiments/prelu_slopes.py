"""PReLU learns a slope per layer, and the first layer's becomes the largest."""

from functools import partial

import numpy as np
from hidden_layer import data
from hidden_layer.activations import PRELU_ALPHA, prelu, prelu_grad
from hidden_layer.initializers import he
from hidden_layer.layers import Activation, PReLU
from hidden_layer.network import fully_connected
from hidden_layer.optim import Adam, Momentum
from hidden_layer.sweep import by, sweep
from hidden_layer.training import Diverged, fit

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, Verdict

DATASETS, DEPTHS = ("digits", "mnist1d"), (3, 6)
STARTS = (0.0, PRELU_ALPHA, 1.0)
OPTIMIZERS = {"momentum": Momentum, "adam": Adam}
# What choose() found on seeds 50-52, for ReLU and for PReLU.
RATES = {
    ("relu", "momentum"): 0.03,
    ("relu", "adam"): 0.01,
    ("prelu", "momentum"): 0.03,
    ("prelu", "adam"): 0.01,
}
RATES["fixed", "momentum"] = RATES[
    "prelu", "momentum"
]  # the control: the slope is not learned
CANDIDATES = {"momentum": (0.003, 0.01, 0.03, 0.1), "adam": (0.001, 0.003, 0.01, 0.03)}
WIDTH, BATCH = 50, 100
EPOCHS = {"digits": 20, "mnist1d": 12}
SEEDS = range(6)


def run(name, dataset, depth, start, optimizer, seed, rate=None):
    """50 ニューロンの中間層を depth 個訓練する。負の側の傾きは start から（ReLU は 0）。

    重みの最初の分散は 2 / ((1 + start²) n)（He et al. 2015、負の側に傾きがあるとき）。
    alpha: 学習した傾き（エポックごと、入力側の層から）。
        "relu" と、傾きを学習しない "fixed" では 0
    valid, accuracy: 検証データとテストデータでの正解率
    diverged: 損失が NaN か無限大になったか。そのとき、ほかの値は NaN
    """
    rng = np.random.default_rng(seed)
    split = data.load(dataset, seed)
    widths = (split.x.shape[1], *[WIDTH] * depth, 10)

    def init(*shape):
        return he(*shape) / np.sqrt(1 + start**2)

    network = fully_connected(widths, "relu" if name == "relu" else "prelu", init, rng)
    slopes = []
    for place, layer in enumerate(network.layers):
        if name == "fixed" and isinstance(layer, PReLU):
            f, f_grad = partial(prelu, alpha=start), partial(prelu_grad, alpha=start)
            network.layers[place] = Activation(f, f_grad, name)
        elif isinstance(layer, PReLU):
            layer.params["alpha"][...] = start
            slopes.append(layer.params["alpha"])
    alpha = np.zeros((EPOCHS[dataset] + 1, depth))

    def remember(epoch):
        alpha[epoch] = slopes or 0

    try:
        fit(
            network,
            split.x,
            split.t,
            optimizer=OPTIMIZERS[optimizer](rate or RATES[name, optimizer]),
            epochs=EPOCHS[dataset],
            batch_size=BATCH,
            rng=rng,
            after_epoch=remember,
        )
    except Diverged:
        return {
            "alpha": np.full_like(alpha, np.nan),
            "valid": np.nan,
            "accuracy": np.nan,
            "diverged": True,
        }
    return {
        "alpha": alpha,
        "valid": network.accuracy(split.x_valid, split.t_valid),
        "accuracy": network.accuracy(split.x_test, split.t_test),
        "diverged": False,
    }


def choose():
    """The learning rates with the best accuracy on the validation part, averaged over data sets and depths.

    A rate at which a run diverges is left out.
    """
    best = {}
    for name, start in (("relu", 0.0), ("prelu", PRELU_ALPHA)):
        for optimizer, rates in CANDIDATES.items():
            rows = sweep(
                run,
                name=[name],
                dataset=DATASETS,
                depth=DEPTHS,
                start=[start],
                optimizer=[optimizer],
                rate=rates,
                seed=range(50, 53),
            )
            means = {
                rate: valid.mean() for rate, valid in by(rows, "valid", "rate").items()
            }
            best[name, optimizer] = max(
                (rate for rate in rates if not np.isnan(means[rate])), key=means.get
            )
    return best


def results(seeds=SEEDS):
    """PReLU from three starts with momentum, from the usual start with Adam too; ReLU with both; one fixed slope."""
    common = {"dataset": DATASETS, "depth": DEPTHS, "seed": seeds}
    return [
        *sweep(run, name=["prelu"], optimizer=["momentum"], start=STARTS, **common),
        *sweep(run, name=["prelu"], optimizer=["adam"], start=[PRELU_ALPHA], **common),
        *sweep(run, name=["relu"], optimizer=OPTIMIZERS, start=[0.0], **common),
        *sweep(
            run,
            name=["fixed"],
            optimizer=["momentum"],
            start=[PRELU_ALPHA],
            **common | {"dataset": ["mnist1d"]},
        ),
    ]


def first_is_largest(rows):
    """{(optimizer, dataset, depth): for each seed, whether the first layer ends with the largest slope}."""
    usual = [
        row for row in rows if row["name"] == "prelu" and row["start"] == PRELU_ALPHA
    ]
    return {
        key: (
            alpha[:, -1, 0] >= alpha[:, -1].max(axis=1)
        )  # False where a run diverged: NaN
        for key, alpha in by(usual, "alpha", "optimizer", "dataset", "depth").items()
    }


def verdict(rows):
    """Supported if, from the paper's start 0.25, the first layer ends with the largest slope in every seed of every
    combination of optimiser, data set and depth; conditional if in every seed of some of them.

    A run that diverges counts as one whose first layer is not the largest.
    """
    first = first_is_largest(rows)
    whole = sum(bool(values.all()) for values in first.values())
    word = SUPPORTED if whole == len(first) else CONDITIONAL if whole else UNSUPPORTED
    shares = []
    for depth in DEPTHS:
        runs = np.concatenate(
            [values for key, values in first.items() if key[2] == depth]
        )
        shares.append(
            f"{depth} 層では {len(runs)} 回のうち {runs.sum()} 回（偶然なら {len(runs) / depth:.0f} 回）"
        )
    return Verdict(
        word,
        f"最初の層の α がすべての種で最も大きくなったのは、{len(first)} 通りのうち {whole} 通りです。"
        f"実行の数でいうと、{'、'.join(shares)}です。",
    )
