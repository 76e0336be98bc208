"""tanh converges faster than the sigmoid, from slope and centring together."""

import numpy as np
from hidden_layer import data
from hidden_layer.activations import sigmoid, sigmoid_grad, tanh, tanh_grad
from hidden_layer.initializers import xavier
from hidden_layer.layers import Activation, Affine
from hidden_layer.network import Network
from hidden_layer.optim import SGD
from hidden_layer.sweep import by, sweep
from hidden_layer.training import Diverged, fit

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, Verdict


def scaled(f, f_grad, scale=1.0, shift=0.0):
    """`scale` · f + `shift`, and its derivative."""
    return lambda x: scale * f(x) + shift, lambda x: scale * f_grad(x)


FUNCTIONS = {  # the largest slope is 1/4 or 1, the value at 0 is 0 or not: of σ all four combinations
    "σ": (sigmoid, sigmoid_grad),
    "σ−½": scaled(sigmoid, sigmoid_grad, shift=-0.5),
    "4(σ−½)+½": scaled(sigmoid, sigmoid_grad, 4.0, -1.5),
    "4(σ−½)": scaled(sigmoid, sigmoid_grad, 4.0, -2.0),
    "tanh+1": scaled(tanh, tanh_grad, shift=1.0),
    "tanh": (tanh, tanh_grad),
}
# Two controls: σ, but what stands behind it starts so that the first outputs are those of the network of 4(σ−½)+½
# (weights four times as large, and biases that take one and a half off) and of σ−½ (biases that take the half off).
HEAVIER, SHIFTED = "σ（重み4倍）", "σ（バイアス補正）"
NAMES = (*FUNCTIONS, HEAVIER, SHIFTED)
# Pairs that differ in one thing alone: the slope, at the same value at 0; the value at 0, at the same slope.
SLOPE = (("σ−½", "4(σ−½)"), ("σ", "4(σ−½)+½"))
CENTRE = (("σ", "σ−½"), ("4(σ−½)+½", "4(σ−½)"), ("tanh+1", "tanh"))

DEPTHS = (1, 3, 5)
SEEDS = range(5)
WIDTH, EPOCHS, BATCH, STEPS = 50, 40, 100, 12  # 12 steps are an epoch of the 1200 rows
THRESHOLD = 0.1
STOP = 0.05  # a run ends after the first epoch with a mean loss of at most that, or after EPOCHS

RATES = (0.05, 0.1, 0.2, 0.4, 0.8, 1.6, 3.2, 6.4, 12.8, 25.6)
LEARNING_RATE = {  # choose()
    ("σ", 1): 6.4,
    ("σ", 3): 3.2,
    ("σ", 5): 3.2,
    ("σ−½", 1): 12.8,
    ("σ−½", 3): 6.4,
    ("σ−½", 5): 6.4,
    ("4(σ−½)+½", 1): 1.6,
    ("4(σ−½)+½", 3): 0.8,
    ("4(σ−½)+½", 5): 0.4,
    ("4(σ−½)", 1): 1.6,
    ("4(σ−½)", 3): 0.8,
    ("4(σ−½)", 5): 0.4,
    ("tanh+1", 1): 1.6,
    ("tanh+1", 3): 0.4,
    ("tanh+1", 5): 0.2,
    ("tanh", 1): 3.2,
    ("tanh", 3): 1.6,
    ("tanh", 5): 0.8,
    (HEAVIER, 1): 6.4,
    (HEAVIER, 3): 3.2,
    (HEAVIER, 5): 1.6,
    (SHIFTED, 1): 6.4,
    (SHIFTED, 3): 3.2,
    (SHIFTED, 5): 3.2,
}


def run(name, depth, learning_rate, seed):
    """50 ニューロンの中間層を depth 個もつネットワークを、SGD で訓練する。

    1 エポックの損失の平均が 0.05 以下になったら終える。長くて 40 エポック。
    losses: 各ステップの損失。直前の 12 ステップ（1 エポック）の平均。
        最初の 11 ステップと、終えたあとは NaN。発散したら、すべて NaN
    end: 終えたときの、その平均。発散したら NaN
    test: 終えたときの、テストデータでの正解率。発散したら NaN
    """
    split = data.load("digits", seed)
    rng = np.random.default_rng(seed)
    widths = (64, *[WIDTH] * depth, 10)
    layers = []
    for fan_in, fan_out in zip(widths, widths[1:]):
        W, b = xavier(rng, fan_in, fan_out), np.zeros(fan_out)
        if layers:
            f, f_grad = FUNCTIONS.get(name, FUNCTIONS["σ"])
            layers.append(Activation(f, f_grad, name))
            if name == HEAVIER:
                b -= 1.5 * W.sum(axis=0)
                W *= 4
            if name == SHIFTED:
                b -= 0.5 * W.sum(axis=0)
        layers.append(Affine(W, b))
    network = Network(layers)
    smooth = np.full(EPOCHS * STEPS, np.nan)
    losses = []
    try:
        for _ in range(EPOCHS):
            epoch = fit(
                network,
                split.x,
                split.t,
                optimizer=SGD(learning_rate),
                epochs=1,
                batch_size=BATCH,
                rng=rng,
            )
            losses.extend(epoch)
            if epoch.mean() <= STOP:
                break
    except Diverged:
        return {"losses": smooth, "end": np.nan, "test": np.nan}
    means = np.convolve(losses, np.full(STEPS, 1 / STEPS), "valid")
    smooth[STEPS - 1 : len(losses)] = means
    test = network.accuracy(split.x_test, split.t_test)
    return {"losses": smooth, "end": means[-1], "test": test}


def epochs_to(losses, threshold=THRESHOLD):
    """Epochs until the smoothed loss is at most `threshold`, along the last axis; inf where it never is."""
    below = losses <= threshold
    return np.where(below.any(axis=-1), (below.argmax(axis=-1) + 1) / STEPS, np.inf)


def choose():
    """The learning rates of LEARNING_RATE: of RATES the one with the fewest epochs to the threshold on average; where
    that is infinite for all, the one with the lowest loss at the end on average."""
    rows = sweep(run, name=NAMES, depth=DEPTHS, learning_rate=RATES, seed=range(50, 55))
    losses, end = (
        by(rows, value, "name", "depth", "learning_rate") for value in ("losses", "end")
    )

    def cost(*setting):
        return epochs_to(losses[setting]).mean(), np.nan_to_num(
            end[setting], nan=np.inf
        ).mean()

    return {
        (name, depth): min(RATES, key=lambda rate: cost(name, depth, rate))
        for name in NAMES
        for depth in DEPTHS
    }


def results(seeds=SEEDS):
    """All functions and depths, each with its own learning rate."""
    return [
        row
        for name in NAMES
        for depth in DEPTHS
        for row in sweep(
            run,
            name=(name,),
            depth=(depth,),
            seed=seeds,
            learning_rate=(LEARNING_RATE[name, depth],),
        )
    ]


def earlier(epochs, pairs):
    """Of the pairs (slow, fast) at all depths, those where the fast one is at the threshold first in every seed.

    Parameters
    ----------
    epochs : dict
        {(name, depth): epochs to the threshold, one for each seed}.
    pairs : sequence of (name, name)

    Returns
    -------
    list of (name, name, depth)
    """
    return [
        (slow, fast, depth)
        for slow, fast in pairs
        for depth in DEPTHS
        if (epochs[fast, depth] < epochs[slow, depth]).all()
    ]


def verdict(rows, threshold=THRESHOLD):
    """One function is faster than another if it is at the threshold first in every seed. Supported if tanh is faster
    than σ at every depth, and so is, at every depth, in every pair of one centre the function with the larger slope, and
    in every pair of one slope the centred one; unsupported if tanh is faster than σ at no depth; otherwise conditional."""
    epochs = {
        key: epochs_to(losses, threshold)
        for key, losses in by(rows, "losses", "name", "depth").items()
    }
    whole, slope, centre = (
        earlier(epochs, pairs) for pairs in ([("σ", "tanh")], SLOPE, CENTRE)
    )
    tested = [len(DEPTHS) * n for n in (1, len(SLOPE), len(CENTRE))]
    complete = [len(found) == n for found, n in zip((whole, slope, centre), tested)]
    word = SUPPORTED if all(complete) else CONDITIONAL if whole else UNSUPPORTED
    return Verdict(
        word,
        f"どの種でも tanh がシグモイド関数より先に届く深さは、{tested[0]} 通りのうち {len(whole)} 通りです。"
        f"中心をそろえて傾きだけを 4 倍にした {tested[1]} 組のうち、どの種でも速くなるのは {len(slope)} 組です。"
        f"傾きをそろえて中心だけを 0 にした {tested[2]} 組のうち、どの種でも速くなるのは {len(centre)} 組です。",
    )
