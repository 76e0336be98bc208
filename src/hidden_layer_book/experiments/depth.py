"""Gradients vanish with depth, and initialisation decides how fast."""

import numpy as np
from hidden_layer.initializers import INITIALIZERS
from hidden_layer.layers import Affine, activation
from hidden_layer.sweep import by, sweep

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, Verdict
from hidden_layer_book.tables import scientific

NAMES = ("sigmoid", "tanh", "relu", "leaky_relu", "gelu")
DEPTHS = (5, 10, 20)
SEEDS = range(5)
WIDTH, BATCH = 256, 64


def build(name, init, depth, x, rng):
    "全結合層と活性化関数を depth 組作り、x を前へ通す"
    layers = []
    for _ in range(depth):
        W = INITIALIZERS[init](rng, WIDTH, WIDTH)
        affine, f = Affine(W, np.zeros(WIDTH)), activation(name)
        x = f.forward(affine.forward(x))
        layers.append((affine, f))
    return layers


def back(affine, f, d):
    "勾配 d を 1 層戻す。戻った勾配、倍率、倍率の予想を返す"
    slope = f.backward(np.ones_like(d))
    arrived = affine.backward(f.backward(d))
    factor = geometric_mean(norms(arrived) / norms(d))
    n_var = WIDTH * affine.params["W"].var()
    chi = np.sqrt(n_var * np.mean(slope**2, axis=1))
    return arrived, factor, geometric_mean(chi)


def norms(d):
    """The norm of each row."""
    return np.linalg.norm(d, axis=1)


def geometric_mean(values):
    """The mean for numbers that differ in their powers of ten."""
    return np.exp(np.mean(np.log(values)))


def run(name, init, depth, seed):
    """256 個のニューロンの層を depth 個、乱数で作り、乱数のベクトルを後ろから流す。

    戻り値は、どれも入力側の層から並ぶ、長さ depth の配列。
    factor: その層を通ると、勾配の大きさが何倍になるか
    predicted: その予想 √(n · Var(w) · E[f′²])。E は測った値
    weights: その層の dL/dW のノルム
    """
    rng = np.random.default_rng(seed)
    layers = build(name, init, depth, rng.normal(size=(BATCH, WIDTH)), rng)
    d = rng.normal(size=(BATCH, WIDTH))
    factor, predicted, weights = np.empty((3, depth))
    for i in reversed(range(depth)):
        affine, f = layers[i]
        d, factor[i], predicted[i] = back(affine, f, d)
        weights[i] = np.linalg.norm(affine.grads["W"])
    return {"factor": factor, "predicted": predicted, "weights": weights}


def results(seeds=SEEDS):
    """All activations under all initialisations, 20 layers deep."""
    return sweep(run, name=NAMES, init=INITIALIZERS, depth=(20,), seed=seeds)


def verdict(rows):
    """Supported if every combination loses a factor of 10 or more over 20 layers, in every seed; conditional if some
    do and some do not."""
    through = {
        key: values.prod(axis=1)
        for key, values in by(rows, "factor", "name", "init").items()
    }
    vanishing = [key for key, values in through.items() if values.max() < 0.1]
    word = (
        SUPPORTED
        if len(vanishing) == len(through)
        else CONDITIONAL
        if vanishing
        else UNSUPPORTED
    )
    sigmoid = max(through["sigmoid", init].max() for init in INITIALIZERS)
    relu = [(through["relu", init] ** (1 / 20)).mean() for init in INITIALIZERS]
    return Verdict(
        word,
        f"{len(through)} 通りのうち {len(vanishing)} 通りで、20 層を通ると勾配が 10 分の 1 より小さくなります。"
        f"シグモイド関数では、3 つの初期値のどれでも {scientific(sigmoid)} 倍以下です。ReLU関数の 1 層あたりの倍率は、"
        f"小さい乱数で {relu[0]:.2f}、Xavierの初期値で {relu[1]:.2f}、Heの初期値で {relu[2]:.2f} です。",
    )
