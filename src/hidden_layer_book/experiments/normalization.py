"""Should normalisation stand before the activation or after it?"""

import numpy as np
from hidden_layer import data
from hidden_layer.initializers import he, xavier
from hidden_layer.layers import Affine, activation
from hidden_layer.network import Network
from hidden_layer.normalization import BatchNorm, LayerNorm
from hidden_layer.optim import SGD
from hidden_layer.sweep import by, sweep
from hidden_layer.training import fit

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, Verdict
from hidden_layer_book.experiments.which_wins import clear
from hidden_layer_book.tables import name_ja

KINDS = {"batch": BatchNorm, "layer": LayerNorm}
KIND_NAMES = {"batch": "バッチ正規化", "layer": "レイヤー正規化"}
NAMES = ("sigmoid", "relu")
PLACES = ("before", "after")
WIDTHS, EPOCHS, BATCH = (64, 64, 64), 5, 100
SEEDS = range(10)
RATES = (0.1, 0.3, 1.0, 3.0, 10.0)
# The best of RATES on the validation part, on the seeds 50 to 54: what choose() returns.
RATE = {
    ("batch", "sigmoid", "before"): 3.0,
    ("batch", "sigmoid", "after"): 1.0,
    ("batch", "relu", "before"): 1.0,
    ("batch", "relu", "after"): 1.0,
    ("layer", "sigmoid", "before"): 0.3,
    ("layer", "sigmoid", "after"): 1.0,
    ("layer", "relu", "before"): 1.0,
    ("layer", "relu", "after"): 1.0,
}


def build(kind, name, place, widths, rng):
    "全結合層、正規化、活性化関数を、place の順に並べる"
    init = xavier if name == "sigmoid" else he
    layers = []
    for fan_in, n in zip(widths, widths[1:-1]):
        W = init(rng, fan_in, n)
        norm, f = KINDS[kind](n), activation(name)
        pair = [norm, f] if place == "before" else [f, norm]
        layers += [Affine(W, np.zeros(n)), *pair]
    W = init(rng, *widths[-2:])
    return Network([*layers, Affine(W, np.zeros(widths[-1]))])


def run(kind, name, place, rate, seed):
    """64 個のニューロンの中間層を 3 つもつネットワークを、SGD で 5 エポック訓練する。

    valid, test: 訓練したあとの、検証データとテストデータでの正解率
    """
    split = data.load("digits", seed)
    rng = np.random.default_rng(seed)
    widths = (split.x.shape[1], *WIDTHS, 10)
    network = build(kind, name, place, widths, rng)
    fit(
        network,
        split.x,
        split.t,
        optimizer=SGD(rate),
        epochs=EPOCHS,
        batch_size=BATCH,
        rng=rng,
    )
    return {
        "valid": network.accuracy(split.x_valid, split.t_valid),
        "test": network.accuracy(split.x_test, split.t_test),
    }


def choose():
    """The learning rate of each kind, activation and place, on seeds of its own."""
    valid = by(
        sweep(
            run, kind=KINDS, name=NAMES, place=PLACES, rate=RATES, seed=range(50, 55)
        ),
        "valid",
        "kind",
        "name",
        "place",
        "rate",
    )
    return {
        (kind, name, place): max(
            RATES, key=lambda rate: valid[kind, name, place, rate].mean()
        )
        for kind in KINDS
        for name in NAMES
        for place in PLACES
    }


def results(seeds=SEEDS):
    """Both kinds with both activations in both places, each with its learning rate."""
    return [
        row
        for (kind, name, place), rate in RATE.items()
        for row in sweep(
            run, kind=[kind], name=[name], place=[place], rate=[rate], seed=seeds
        )
    ]


def gains(rows):
    """{(kind, name): accuracy before the activation minus that after it, for each seed}."""
    test = by(rows, "test", "kind", "name", "place")
    return {
        (kind, name): test[kind, name, "before"] - test[kind, name, "after"]
        for kind in KINDS
        for name in NAMES
    }


def verdict(rows):
    """Supported if "before" is clearly better with both kinds and both activations; conditional if with some of them."""
    found = gains(rows)
    held = [clear(gain) and gain.mean() > 0 for gain in found.values()]
    return Verdict(
        SUPPORTED if all(held) else CONDITIONAL if any(held) else UNSUPPORTED,
        "正解率の差（前 − 後、種ごとの差の平均 ± 標準偏差）は、"
        + "、".join(
            f"{KIND_NAMES[kind]}と{name_ja(name)}で {gain.mean():.3f} ± {gain.std(ddof=1):.3f}"
            f"（{'はっきりした差' if clear(gain) else 'ばらつきの中'}）"
            for (kind, name), gain in found.items()
        )
        + "です。",
    )
