"""Figures of モデル訓練の8ステップ."""

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer import data
from hidden_layer.network import fully_connected
from hidden_layer.optim import SGD
from hidden_layer.training import fit
from hidden_layer_book import plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.figures._parts import matrix
from hidden_layer_book.plots import ACCENT, MUTED, STYLES

EPOCHS = 20


def accuracies(name, width):
    """Accuracy of a 64-width-10 network on load_digits before training and after each epoch.

    Parameters
    ----------
    name : str
        A key of `ACTIVATIONS`, used in the hidden layer.
    width : int
        Number of hidden units.

    Returns
    -------
    ndarray of float64, shape (2, EPOCHS + 1)
        Training accuracy and validation accuracy.
    """
    split, rng = data.load("digits", 0), np.random.default_rng(0)
    network = fully_connected((64, width, 10), name, "he", rng)
    curves = []

    def watch(epoch):
        curves.append((network.accuracy(split.x, split.t), network.accuracy(split.x_valid, split.t_valid)))

    fit(network, split.x, split.t, optimizer=SGD(0.1), epochs=EPOCHS, batch_size=100, rng=rng, after_epoch=watch)
    return np.array(curves).T


def matrix_product():
    """Which row and which column make one number of a matrix product?"""
    X, W = np.array([[1, 2, 3], [4, 5, 6]]), np.array([[1, 0], [2, 1], [0, 3]])
    row, column, one = (np.full(shape, "none", dtype=object) for shape in ((2, 3), (3, 2), (2, 2)))
    row[1], column[:, 0], one[1, 0] = STYLES["sigmoid"]["color"], STYLES["tanh"]["color"], ACCENT
    fig, ax = plots.panels(height=2.2)
    matrix(ax, X, 0, 2.5, row, "$X$")
    matrix(ax, W, 4, 3, column, "$W$")
    matrix(ax, X @ W, 7.5, 2.5, one, "$XW$")
    ax.text(3.5, 1.5, "×", ha="center", va="center")
    ax.text(6.75, 1.5, "=", ha="center", va="center")
    ax.text(4.75, -0.25, "4×1 + 5×2 + 6×0 = 14", ha="center", va="top")
    ax.set(xlim=(-0.2, 9.7), ylim=(-0.9, 4), aspect="equal")
    ax.axis("off")
    return still(fig, "左の行列の 2 行目 4、5、6 と、右の行列の 1 列目 1、2、0 を順に掛けて足すと、積の 2 行 1 列目の 14 になる")


def digits():
    """How do width and activation of the hidden layer change learning on handwritten digits?"""
    widths = (1, 2, 4, 8, 16, 32, 64)
    names = {ACTIVATIONS[name].name_ja: name for name in ("identity", "sigmoid", "tanh", "relu", "gelu")}
    runs = {(name, width): accuracies(name, width) for name in names.values() for width in widths}
    epochs = np.arange(EPOCHS + 1)
    fig, ax = plots.panels(height=3.4)
    (train,) = ax.plot(epochs, color=MUTED, linewidth=1.5, linestyle="--")
    (valid,) = ax.plot(epochs, linewidth=2.4)
    ax.set(xlabel="エポック", ylabel="正解率", xticks=(0, 5, 10, 15, 20), xlim=(0, EPOCHS), ylim=(0, 1.02))

    @explore(
        fig,
        play="width",
        name=widgets.Dropdown(description="活性化関数", options=names, value="relu"),
        width=widgets.SelectionSlider(description="中間層の幅", options=widths, value=32),
    )
    def draw(name, width):
        "活性化関数と中間層の幅を変えると、正解率の上がり方が変わる"
        for line, curve in zip((train, valid), runs[name, width]):
            line.set_ydata(curve)
        valid.set_color(STYLES[name]["color"])
        trained, checked = runs[name, width][:, -1]
        ax.set_title(f"{EPOCHS} エポック後   検証（実線）{checked:.3f}   訓練（破線）{trained:.3f}", loc="left")

    return draw
