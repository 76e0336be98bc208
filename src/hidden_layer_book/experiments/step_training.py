"""A hidden layer whose slope is 0 does not learn by gradient descent, and that costs accuracy."""

import numpy as np
from hidden_layer import data
from hidden_layer.activations import sigmoid, sigmoid_grad, step, step_grad
from hidden_layer.initializers import xavier
from hidden_layer.layers import Activation, Affine
from hidden_layer.network import Network
from hidden_layer.optim import SGD
from hidden_layer.sweep import by, sweep
from hidden_layer.training import fit

from hidden_layer_book.experiments import CONDITIONAL, SUPPORTED, UNSUPPORTED, Verdict

# name -> function, derivative. From one line to the next a single thing changes: the way back, then the way there.
# "frozen" has the hidden layers of "step", but they take no part in the training: there is no way back.
FUNCTIONS = {
    "step": (step, step_grad),
    "frozen": (step, None),
    "straight_through": (step, sigmoid_grad),
    "sigmoid": (sigmoid, sigmoid_grad),
}
NAMES_JA = {
    "step": "ステップ関数",
    "frozen": "固定（対照）",
    "straight_through": "straight-through",
    "sigmoid": "シグモイド関数",
}
TRAINED = ("step", "straight_through", "sigmoid")
WIDTHS = (8, 24, 72)
SEEDS = range(5)
EPOCHS, BATCH = 20, 100
WATCHED = (0, 1, 2, 3, 5, 8, 12, 20)

RATES = (0.3, 1.0, 3.0, 10.0)
CANDIDATES = (
    *RATES,
    30.0,
)  # one more to choose from: none of the best should be the last
LEARNING_RATE = {  # choose()
    ("step", 8): 1.0,
    ("step", 24): 1.0,
    ("step", 72): 1.0,
    ("straight_through", 8): 10.0,
    ("straight_through", 24): 3.0,
    ("straight_through", 72): 10.0,
    ("sigmoid", 8): 3.0,
    ("sigmoid", 24): 3.0,
    ("sigmoid", 72): 3.0,
}


def run(name, width, learning_rate, seed):
    """64-width-width-10 のネットワークを、SGD で 20 エポック訓練する。

    losses: 各ステップの損失
    moved: 中間層のパラメータの、最初からの変化。最初のノルムとの比
    test: テストデータでの正解率
    first: 最初の層の重みの一部
        （この 3 つは、エポック WATCHED で。0 は訓練の前）
    valid: 検証データでの正解率（最後）
    """
    split = data.load("digits", seed)
    rng = np.random.default_rng(seed)
    layers = []
    for fan_in, fan_out in ((64, width), (width, width), (width, 10)):
        if layers:
            layers.append(Activation(*FUNCTIONS[name], name))
        layers.append(Affine(xavier(rng, fan_in, fan_out), np.zeros(fan_out)))
    network = Network(layers)
    hidden = Network(layers[:-1])
    start = {key: p.copy() for key, p in hidden.params.items()}
    moved, test, first = [], [], []

    def watch(epoch):
        if epoch not in WATCHED:
            return
        distance = sum(
            np.sum((p - start[key]) ** 2) for key, p in hidden.params.items()
        )
        size = sum(np.sum(p**2) for p in start.values())
        moved.append(np.sqrt(distance / size))
        test.append(network.accuracy(split.x_test, split.t_test))
        first.append(layers[0].params["W"][:, :8].copy())

    if name == "frozen":
        # 中間層の出力を 1 回だけ計算し、出力層だけを訓練する
        trained, x = Network(layers[-1:]), hidden.scores(split.x)
    else:
        trained, x = network, split.x
    losses = fit(
        trained,
        x,
        split.t,
        optimizer=SGD(learning_rate),
        epochs=EPOCHS,
        batch_size=BATCH,
        rng=rng,
        after_epoch=watch,
    )
    return {
        "losses": losses,
        "moved": np.array(moved),
        "test": np.array(test),
        "first": np.array(first),
        "valid": network.accuracy(split.x_valid, split.t_valid),
    }


def choose():
    """The learning rates of LEARNING_RATE: of CANDIDATES the one with the best mean accuracy on the validation part."""
    rows = sweep(
        run,
        name=TRAINED,
        width=WIDTHS,
        learning_rate=CANDIDATES,
        seed=range(50, 55),
    )
    valid = by(rows, "valid", "name", "width", "learning_rate")
    return {
        (name, width): max(CANDIDATES, key=lambda rate: valid[name, width, rate].mean())
        for name, width, _ in valid
    }


def results(seeds=SEEDS):
    """All networks and widths, each with all learning rates."""
    return sweep(run, name=FUNCTIONS, width=WIDTHS, learning_rate=RATES, seed=seeds)


def chosen(values):
    """Of {(name, width, learning rate): value} those with the rate of LEARNING_RATE; "frozen" has that of "step"."""
    return {
        (name, width): values[name, width, LEARNING_RATE[trained, width]]
        for name in FUNCTIONS
        for trained in ["step" if name == "frozen" else name]
        for width in WIDTHS
    }


def verdict(rows):
    """Three conditions on a width, each in every seed. The hidden layers stay: at every learning rate no weight or bias
    of them moves by a bit, and the losses are those of the frozen network, bit for bit. It costs at the same rate: at
    each rate the test accuracy at the end is below that of straight-through and of the sigmoid. It costs at their own
    rates: so it is where each has the rate chosen for it. Supported if all three hold at every width, unsupported if
    they do at none, conditional between."""
    moved, losses, test = (
        by(rows, value, "name", "width", "learning_rate")
        for value in ("moved", "losses", "test")
    )
    end = {key: values[:, -1] for key, values in test.items()}
    own = chosen(end)

    def worse(step, *others):
        return all((step < other).all() for other in others)

    still = [
        width
        for width in WIDTHS
        if not any(moved["step", width, rate].any() for rate in RATES)
        and all(
            np.array_equal(losses["step", width, rate], losses["frozen", width, rate])
            for rate in RATES
        )
    ]
    same_rate = [
        (width, rate)
        for width in WIDTHS
        for rate in RATES
        if worse(*(end[name, width, rate] for name in TRAINED))
    ]
    own_rate = [
        width for width in WIDTHS if worse(*(own[name, width] for name in TRAINED))
    ]
    whole = [
        width
        for width in WIDTHS
        if width in still
        and width in own_rate
        and all((width, rate) in same_rate for rate in RATES)
    ]
    word = (
        SUPPORTED
        if len(whole) == len(WIDTHS)
        else CONDITIONAL
        if whole
        else UNSUPPORTED
    )
    accuracies = "、".join(
        f"幅 {width} で "
        + "、".join(f"{own[name, width].mean():.2f}" for name in TRAINED)
        for width in WIDTHS
    )
    return Verdict(
        word,
        f"{len(WIDTHS)} 通りの幅のうち {len(still)} 通りで、どの学習率でも、中間層の重みは 1 ビットも動かず、"
        "損失は固定したネットワークと全ステップでビットまで一致します。正解率が、どの種でも straight-through とシグモイド関数より低いのは、"
        f"学習率をそろえると {len(WIDTHS) * len(RATES)} 通りのうち {len(same_rate)} 通り、"
        f"それぞれに合う学習率では {len(WIDTHS)} 通りのうち {len(own_rate)} 通りです。"
        f"合う学習率での平均は、ステップ関数、straight-through、シグモイド関数の順に、{accuracies}です。",
    )
