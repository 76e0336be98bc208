"""Are the functions beyond the exam's list better than ReLU and GELU?"""

import numpy as np
from hidden_layer import data, more_activations
from hidden_layer.initializers import he, variance_scaling
from hidden_layer.layers import Activation
from hidden_layer.network import fully_connected
from hidden_layer.optim import Adam
from hidden_layer.sweep import by, sweep
from hidden_layer.training import fit

from hidden_layer_book.experiments import (
    CONDITIONAL,
    SUPPORTED,
    UNSUPPORTED,
    Verdict,
    which_wins,
)
from hidden_layer_book.tables import name_ja

DATASET = "mnist1d"
NAMES = ("silu", "elu", "selu", "softplus", "mish", "hard_swish")
SHOWN = ("silu", "elu", "selu", "hard_swish")  # all six would take too long to build
REFERENCES = ("relu", "gelu")  # their runs are those of which_wins
# As in which_wins; written here again, since a change of this file runs everything anew.
WIDTHS, EPOCHS, BATCH = (64, 64), 20, 100
SEEDS = range(10)
RATES = (0.001, 0.003, 0.01, 0.03)
# The best of RATES on the validation part, on the seeds 50 to 54: what choose() returns.
RATE = {
    "silu": 0.01,
    "elu": 0.01,
    "selu": 0.01,
    "softplus": 0.01,
    "mish": 0.01,
    "hard_swish": 0.01,
}
# The best of NAMES there: what choose_candidate() returns.
CANDIDATE = "hard_swish"


def run(name, rate, seed):
    """64 ニューロンの中間層を 2 つもつネットワークを、Adam で訓練する。

    name は、hidden_layer.more_activations の関数の名前。
    valid, test: 訓練したあとの、検証データとテストデータでの正解率
    """
    split = data.load(DATASET, seed)
    rng = np.random.default_rng(seed)
    if name == "selu":
        init = variance_scaling  # LeCunの初期値
    else:
        init = he
    widths = (split.x.shape[1], *WIDTHS, 10)
    network = fully_connected(widths, "relu", init, rng)
    f = getattr(more_activations, name)
    f_grad = getattr(more_activations, f"{name}_grad")
    for place in (1, 3):
        network.layers[place] = Activation(f, f_grad, name)
    fit(
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
    }


def _valid():
    """Validation accuracy of each activation and rate, on the seeds for choosing."""
    rows = sweep(run, name=NAMES, rate=RATES, seed=range(50, 55))
    return by(rows, "valid", "name", "rate")


def choose():
    """The learning rate of each activation, on seeds of its own."""
    valid = _valid()
    return {
        name: max(RATES, key=lambda rate: valid[name, rate].mean()) for name in NAMES
    }


def choose_candidate():
    """The best of the new activations, each with its rate, on the same seeds: so the test is of one, not of the luckiest."""
    valid = _valid()
    return max(NAMES, key=lambda name: max(valid[name, rate].mean() for rate in RATES))


def results(seeds=SEEDS):
    """Those of SHOWN with their learning rates, and ReLU and GELU as in which_wins."""
    rows = [
        row
        for name in REFERENCES
        for row in sweep(
            which_wins.run,
            dataset=[DATASET],
            name=[name],
            rate=[which_wins.RATE[DATASET, name]],
            seed=seeds,
        )
    ]
    for name in SHOWN:
        rows += sweep(run, name=[name], rate=[RATE[name]], seed=seeds)
    return rows


def verdict(rows):
    """Supported if the candidate is clearly better than both ReLU and GELU; conditional if than one of them."""
    test = by(rows, "test", "name")
    ahead = {name: test[CANDIDATE] - test[name] for name in REFERENCES}
    won = [d.mean() > 0 and which_wins.clear(d) for d in ahead.values()]
    return Verdict(
        SUPPORTED if all(won) else CONDITIONAL if any(won) else UNSUPPORTED,
        "".join(
            f"正解率の差（候補の {name_ja(CANDIDATE)} − {name_ja(name)}）は {d.mean():.3f} ± {d.std(ddof=1):.3f}"
            f"（種ごとの差の平均 ± 標準偏差）で、{'はっきりしています' if which_wins.clear(d) else 'ばらつきの中です'}。"
            for name, d in ahead.items()
        ),
    )
