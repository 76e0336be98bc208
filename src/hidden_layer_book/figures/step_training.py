"""Figures of 実験：ステップ関数の訓練."""

import ipywidgets as widgets
import numpy as np
from matplotlib.collections import PatchCollection
from matplotlib.colors import LinearSegmentedColormap, to_rgba
from matplotlib.patches import Rectangle

from explorable import explore, still
from hidden_layer import data
from hidden_layer.network import fully_connected
from hidden_layer.sweep import by
from hidden_layer_book import networks, plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.experiments import step_training as experiment
from hidden_layer_book.figures._parts import two_digits
from hidden_layer_book.plots import MUTED, STYLES

UNITS, SIDE = 8, 8
RATE = 3.0  # one rate for all three
SIGNS = LinearSegmentedColormap.from_list(
    "signs",
    [
        to_rgba(networks.NEGATIVE),
        to_rgba(networks.NEGATIVE, 0.85),
        to_rgba(networks.NEGATIVE, 0),
        to_rgba(networks.POSITIVE, 0.85),
        to_rgba(networks.POSITIVE),
    ],
    5,
)
DARKEST = 0.5  # weights beyond it are not drawn any darker


def pictures(weights):
    """The weights of the units side by side, each as a picture of 8 × 8 pixels, with gaps (NaN) between them.

    Parameters
    ----------
    weights : ndarray, shape (64, 8)
        A column for each unit.

    Returns
    -------
    ndarray, shape (8, 71)
    """
    row = np.full((SIDE, UNITS, SIDE + 1), np.nan)
    row[:, :, :SIDE] = weights.reshape(SIDE, SIDE, UNITS).transpose(0, 2, 1)
    return row.reshape(SIDE, -1)[:, :-1]


def film():
    """Do the weights of the hidden layer move?"""
    names = experiment.TRAINED
    runs = {
        row["name"]: row
        for row in experiment.results(experiment.SEEDS[:1])
        if row["width"] == UNITS and row["learning_rate"] == RATE and row["name"] in names
    }
    films = {name: [pictures(now) for now in row["first"]] for name, row in runs.items()}

    fig, (before, now, bottom) = plots.panels(3, height=4.2, height_ratios=(1, 1, 3))
    for ax, label in ((before, "訓練前"), (now, "いま")):
        # Few colours: a picture of each epoch is then a few hundred bytes. A weight near 0 lets the page through.
        image = ax.imshow(films["step"][0], cmap=SIGNS, vmin=-DARKEST, vmax=DARKEST, aspect="auto")
        frames = [Rectangle((left - 0.5, -0.5), SIDE, SIDE) for left in range(0, UNITS * (SIDE + 1), SIDE + 1)]
        ax.add_collection(PatchCollection(frames, facecolor="none", edgecolor="black", linewidth=1, clip_on=False))
        ax.set(xticks=[], yticks=[SIDE / 2 - 0.5], yticklabels=[label])
        ax.tick_params(length=0)
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
    (curve,) = bottom.plot(experiment.WATCHED, experiment.WATCHED)
    (dot,) = bottom.plot([], "o", color=plots.ACCENT, markersize=8)
    bottom.set(xlim=(-0.5, experiment.EPOCHS + 0.5), ylim=(0, 1.02), xlabel="エポック", ylabel="正解率")
    bottom.set_xticks(range(0, experiment.EPOCHS + 1, 5))

    @explore(
        fig,
        play="epoch",
        name=widgets.Dropdown(
            description="ネットワーク", value="step", options={experiment.NAMES_JA[name]: name for name in names}
        ),
        epoch=widgets.SelectionSlider(description="エポック", options=experiment.WATCHED, value=experiment.EPOCHS),
    )
    def draw(name, epoch):
        "活性化関数とエポックを選ぶと、中間層の 8 個のニューロンの重みと、テストの正解率が変わる"
        row, place = runs[name], experiment.WATCHED.index(epoch)
        image.set_data(films[name][place])
        curve.set_ydata(row["test"])
        curve.set_color(STYLES["sigmoid" if name == "sigmoid" else "step"]["color"])
        dot.set_data([epoch], [row["test"][place]])
        distance = f"{row['moved'][place]:.2f}" if row["moved"][place] else "0"
        before.set_title(f"中間層の重みが動いた距離 {distance}", loc="left")
        bottom.set_title(f"テストの正解率 {row['test'][place]:.2f}", loc="left")

    return draw


def rates():
    """Is it the learning rate that makes the difference? The accuracy at every rate, and the rate chosen for each."""
    test = by(experiment.results(), "test", "name", "width", "learning_rate")
    colors = {"step": STYLES["step"], "straight_through": STYLES["prelu"], "sigmoid": STYLES["sigmoid"]}
    fig, axes = plots.panels(len(experiment.WIDTHS), height=7.6, sharex=True)
    for ax, width in zip(axes, experiment.WIDTHS):
        for name, look in colors.items():
            accuracy = np.array([test[name, width, rate][:, -1] for rate in experiment.RATES])
            ax.plot(experiment.RATES, accuracy.mean(axis=1), **look, label=experiment.NAMES_JA[name])
            ax.scatter(np.repeat(experiment.RATES, len(accuracy.T)), accuracy, color=look["color"], **plots.DOTS | {"s": 12})
            own = experiment.RATES.index(experiment.LEARNING_RATE[name, width])
            ax.plot(
                experiment.RATES[own],
                accuracy[own].mean(),
                "o",
                color=look["color"],
                markersize=13,
                fillstyle="none",
                markeredgewidth=2,
            )
        frozen = [test["frozen", width, rate][:, -1].mean() for rate in experiment.RATES]
        ax.plot(experiment.RATES, frozen, "+", color=MUTED, markersize=13, label=experiment.NAMES_JA["frozen"], zorder=4)
        ax.set_title(f"幅 {width}", loc="left")
        ax.set(xscale="log", xticks=experiment.RATES, xticklabels=[f"{rate:g}" for rate in experiment.RATES], ylim=(0, 1.02))
        ax.minorticks_off()
    axes[0].legend(loc="lower right", ncols=2, bbox_to_anchor=(1, 1))
    axes[1].set_ylabel("テストの正解率")
    axes[-1].set_xlabel("学習率（4 つとも同じ値）")
    return still(
        fig,
        "学習率と、テストの正解率。幅 8、24、72 のどれでも、どの学習率でも、ステップ関数は straight-through とシグモイド関数の下にあり、"
        "固定したネットワークと同じ値になる",
    )


def gradients():
    """Up to which layer does the gradient come back?"""
    split = data.load("digits", 0)
    fig, axes = plots.panels(2, height=6.0)
    for ax, name in zip(axes, ("step", "sigmoid")):
        network = fully_connected((64, 8, 8, 10), name, "xavier", np.random.default_rng(0))
        network.loss(split.x[:100], split.t[:100])
        network.backward()
        found = [gradient for place, gradient in network.grads.items() if place.endswith("W")]
        net = networks.draw(ax, [64, 8, 8, 10], captions=["入力", "中間層 1", "中間層 2", "出力"], heads=False)
        for k, gradient in enumerate(found):
            if gradient.any():
                net.set_weights(k, gradient / abs(found[-1]).max())
            else:
                net.arrows[k].lines.set(linewidth=0.7, linestyle=":")
            middle = (net.positions[k][0, 0] + net.positions[k + 1][0, 0]) / 2
            ax.text(middle, 2.55, two_digits(np.linalg.norm(gradient)), ha="center", va="bottom", fontsize=networks.SMALL)
        ax.set_ylim(top=3.1)
        ax.set_title(f"{ACTIVATIONS[name].name_ja}（数は、重みの勾配の大きさ）", loc="left")
    return still(
        fig,
        "入力 64 個、中間層 8 個と 8 個、出力 10 個のネットワークの、重みの勾配。ステップ関数では出力層だけに勾配があり、"
        "中間層の勾配はちょうど 0。シグモイド関数では、すべての層に勾配がある",
    )
