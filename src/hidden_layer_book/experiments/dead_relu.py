"""ReLU units die; Leaky ReLU and PReLU units come back; GELU units do not die."""

from functools import partial

import numpy as np
from hidden_layer import data
from hidden_layer.activations import PRELU_ALPHA, leaky_relu, leaky_relu_grad
from hidden_layer.layers import Activation, Affine, PReLU
from hidden_layer.network import fully_connected
from hidden_layer.optim import SGD, Adam
from hidden_layer.sweep import by, sweep
from hidden_layer.training import Diverged, fit

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, Verdict
from hidden_layer_book.tables import name_ja

FIXED = "leaky_025"  # the control: PReLU's first slope, not learned
NAMES = ("relu", "leaky_relu", "prelu", "gelu", FIXED)
WIDTHS, PUSHED = (40, 30, 30, 10), 15
# How units are sunk: half a hidden layer is pushed down by its biases, (which layer, how far below 0 the largest z over
# the data then lies), or there is one epoch of SGD at a rate that is too high.
SINKS = {
    "first_1": (0, 1.0),
    "first_10": (0, 10.0),
    "second_1": (1, 1.0),
    "rate_3": 3.0,
    "rate_10": 10.0,
}
OPTIMIZERS = {
    "sgd": partial(SGD, 0.3),
    "adam": partial(Adam, 0.01),
}  # chosen by choose()
CANDIDATES = {"sgd": (0.03, 0.1, 0.3, 1.0), "adam": (0.001, 0.003, 0.01, 0.03)}
NAMES_JA = {name: name_ja(name) for name in NAMES[:4]} | {FIXED: "傾き 0.25 で固定"}
EPOCHS, BATCH = 10, 100
WATCHED = (0, 1, 2, 5, 10)
SEEDS = range(5)


def build(widths, name, rng):
    """A network with He weights; `FIXED` is a Leaky ReLU with the slope with which PReLU starts."""
    network = fully_connected(widths, "prelu" if name == FIXED else name, "he", rng)
    if name == FIXED:
        slope = {"negative_slope": PRELU_ALPHA}
        network.layers = [
            Activation(
                partial(leaky_relu, **slope), partial(leaky_relu_grad, **slope), name
            )
            if isinstance(layer, PReLU)
            else layer
            for layer in network.layers
        ]
    return network


def largest(network, x):
    """The largest pre-activation of each hidden unit over the rows of x: an array for each hidden layer."""
    highest = []
    for layer in network.layers[:-1]:
        x = layer.forward(x)
        if isinstance(layer, Affine):
            highest.append(x.max(axis=0))
    return highest


def run(name, sink, optimizer, seed):
    """ニューロンを沈めてから訓練し、沈んだままのニューロンを数える。

    「沈む」は、すべての訓練データで z が負になること。
    sunk: 見はじめるときに沈んでいるニューロンの数
    dead: そのうち、まだ沈んでいるものの数（エポック WATCHED で。0 は訓練の前）
    moved: 沈んだニューロンに入る重みの変化。最初の大きさとの比（中央値）
    accuracy: テストデータでの正解率
    diverged: 損失が NaN か無限大になったか。そのとき、ほかの値は NaN
    """
    rng = np.random.default_rng(seed)
    split = data.load("mnist1d", seed)
    network = build(WIDTHS, name, rng)
    affine = [layer for layer in network.layers if isinstance(layer, Affine)][:-1]
    train = partial(fit, network, split.x, split.t, batch_size=BATCH, rng=rng)
    counts = []

    def count(epoch):
        if epoch not in WATCHED:
            return
        below = [z < 0 for z in largest(network, split.x)]
        counts.append(sum(int(np.sum(s & b)) for s, b in zip(sunk, below)))

    try:
        if isinstance(SINKS[sink], tuple):
            layer, depth = SINKS[sink]
            z = largest(network, split.x)[layer]
            affine[layer].params["b"][:PUSHED] -= z[:PUSHED] + depth
        else:
            train(optimizer=SGD(SINKS[sink]), epochs=1)
        sunk = [z < 0 for z in largest(network, split.x)]
        before = [layer.params["W"].copy() for layer in affine]
        train(optimizer=OPTIMIZERS[optimizer](), epochs=EPOCHS, after_epoch=count)
    except Diverged:
        return {
            "sunk": np.nan,
            "dead": np.full(len(WATCHED), np.nan),
            "moved": np.nan,
            "accuracy": np.nan,
            "diverged": True,
        }
    changes = []
    for layer, w, s in zip(affine, before, sunk):
        distance = np.linalg.norm(layer.params["W"] - w, axis=0)
        changes.extend((distance / np.linalg.norm(w, axis=0))[s])
    moved = float(np.median(changes)) if changes else 0.0
    return {
        "sunk": counts[0],
        "dead": np.array(counts),
        "moved": moved,
        "accuracy": network.accuracy(split.x_test, split.t_test),
        "diverged": False,
    }


def results(seeds=SEEDS):
    """All activations, ways to sink and optimisers."""
    return sweep(run, name=NAMES, sink=SINKS, optimizer=OPTIMIZERS, seed=seeds)


def choose():
    """For each optimiser the rate with the best validation accuracy, averaged over the activations, nothing sunk.

    A rate at which a run diverges is left out.
    """
    best = {}
    for optimizer, candidates in CANDIDATES.items():
        rows = sweep(
            train_plainly,
            name=NAMES[:4],
            optimizer=[optimizer],
            rate=candidates,
            seed=range(50, 53),
        )
        means = {
            rate: valid.mean() for rate, valid in by(rows, "valid", "rate").items()
        }
        best[optimizer] = max(
            (rate for rate in candidates if not np.isnan(means[rate])), key=means.get
        )
    return best


def train_plainly(name, optimizer, rate, seed):
    """A run of `choose`: the accuracy on the validation part, NaN if it diverged."""
    rng = np.random.default_rng(seed)
    split = data.load("mnist1d", seed)
    network = build(WIDTHS, name, rng)
    try:
        fit(
            network,
            split.x,
            split.t,
            optimizer={"sgd": SGD, "adam": Adam}[optimizer](rate),
            epochs=EPOCHS,
            batch_size=BATCH,
            rng=rng,
        )
    except Diverged:
        return {"valid": np.nan}
    return {"valid": network.accuracy(split.x_valid, split.t_valid)}


def holds(rows):
    """{name: {(sink, optimizer): whether the sentence about this activation is true there, in every seed}}.

    ReLU: some unit was sunk, and none came back. The others: more than half of those sunk came back (all 0 of 0, too),
    and nothing diverged.
    """
    found = {name: {} for name in NAMES}
    for (name, *condition), dead in by(
        rows, "dead", "name", "sink", "optimizer"
    ).items():
        first, last = dead[:, 0], dead[:, -1]
        true = (
            (first > 0) & (last == first)
            if name == "relu"
            else (last < first / 2) | (last + first == 0)
        )
        found[name][tuple(condition)] = bool(
            true.all()
        )  # comparisons with NaN are False
    return found


def verdict(rows):
    """Each of the four sentences (ReLU stays dead, Leaky ReLU comes back, PReLU comes back, GELU does not stay dead) is
    judged over all ways to sink and optimisers: supported if it holds in all, conditional in some, unsupported in none.
    The claim is supported if all four are, unsupported if none is even conditional, conditional otherwise.
    """
    found = holds(rows)
    sentences = {
        "relu": "ReLU関数は死んだまま",
        "leaky_relu": "Leaky ReLU関数は生き返る",
        "prelu": "PReLU関数は生き返る",
        "gelu": "GELU は死なない",
    }
    kept = {name: list(found[name].values()) for name in sentences}
    word = (
        SUPPORTED
        if all(map(all, kept.values()))
        else CONDITIONAL
        if any(map(any, kept.values()))
        else UNSUPPORTED
    )
    counts = [
        f"「{text}」は {len(kept[name])} 通りのうち {sum(kept[name])} 通り"
        for name, text in sentences.items()
    ]
    nan = {
        name: sum(row["diverged"] for row in rows if row["name"] == name)
        for name in sentences
    }
    runs = sum(row["name"] == "relu" for row in rows)
    return Verdict(
        word,
        "、".join(counts)
        + f"で成り立ちます。発散（NaN）は、それぞれ {runs} 回のうち "
        + "、".join(f"{NAMES_JA[name]} {count} 回" for name, count in nan.items())
        + "です。",
    )
