"""Figures of 実験：ステップ関数の訓練."""

import ipywidgets as widgets
import matplotlib.pyplot as plt
import numpy as np

from explorable import explore, still
from hidden_layer import data
from hidden_layer.network import fully_connected
from hidden_layer_book import networks, plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.experiments import step_training as experiment
from hidden_layer_book.figures._parts import two_digits
from hidden_layer_book.plots import STYLES

UNITS, SIDE = 8, 8
DARKEST = 0.6  # weights beyond it are not drawn any darker


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
    names = ("step", "straight_through", "sigmoid")
    runs = {
        row["name"]: row for row in experiment.results(experiment.SEEDS[:1]) if row["width"] == UNITS and row["name"] in names
    }
    films = {name: [pictures(now) for now in row["first"]] for name, row in runs.items()}

    fig, (before, now, bottom) = plots.panels(3, height=4.2, height_ratios=(1, 1, 3))
    for ax, label in ((before, "訓練前"), (now, "いま")):
        # Few colours: a picture of each epoch is then a few hundred bytes.
        image = ax.imshow(films["step"][0], cmap=plt.get_cmap("RdBu", 7), vmin=-DARKEST, vmax=DARKEST, aspect="auto")
        ax.set(xticks=[], yticks=[SIDE / 2 - 0.5], yticklabels=[label])
        ax.tick_params(length=0)
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
    (curve,) = bottom.plot(np.arange(experiment.EPOCHS + 1))
    (dot,) = bottom.plot([], "o", color=plots.ACCENT, markersize=8)
    bottom.set(xlim=(-0.5, experiment.EPOCHS + 0.5), ylim=(0, 1.02), xlabel="エポック", ylabel="正解率")

    @explore(
        fig,
        play="epoch",
        name=widgets.Dropdown(
            description="ネットワーク", value="step", options={experiment.NAMES_JA[name]: name for name in names}
        ),
        epoch=widgets.SelectionSlider(description="エポック", options=experiment.WATCHED, value=30),
    )
    def draw(name, epoch):
        "活性化関数とエポックを選ぶと、中間層の 8 個のニューロンの重みと、テストの正解率が変わる"
        row = runs[name]
        image.set_data(films[name][experiment.WATCHED.index(epoch)])
        curve.set_ydata(row["test"])
        curve.set_color(STYLES["sigmoid" if name == "sigmoid" else "step"]["color"])
        dot.set_data([epoch], [row["test"][epoch]])
        distance = f"{row['moved'][epoch]:.2f}" if row["moved"][epoch] else "0"
        before.set_title(f"中間層の重みが動いた距離 {distance}", loc="left")
        bottom.set_title(f"テストの正解率 {row['test'][epoch]:.2f}", loc="left")

    return draw


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
