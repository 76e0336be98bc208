"""Figures of モデル訓練の8ステップ."""

import ipywidgets as widgets
import numpy as np
from matplotlib.collections import PolyCollection
from sklearn.datasets import load_digits

from explorable import explore, still
from hidden_layer import data
from hidden_layer.network import fully_connected
from hidden_layer.optim import SGD
from hidden_layer.training import fit
from hidden_layer_book import networks, plots
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


def network():
    """In which order do the pixels of a picture go into the network?"""
    picture = load_digits().images[0]
    fig, ax = plots.panels(height=4.6)
    widths = [64, 32, 10]
    captions = [f"{layer}\n{width} 個" for layer, width in zip(("入力層", "中間層", "出力層"), widths)]
    net = networks.draw(ax, widths, captions=captions, gap=4.0, most=10, heads=False, radius=0.42)
    for arrows in net.arrows:
        arrows.lines.set(linewidth=0.4, alpha=0.6)
    net.set_values(0, picture.ravel(), full=picture.max(), form="{:.0f}")
    net.set_texts(2, [f"{digit}" for digit in range(10)])

    side, left = 0.62, -7.4
    rows, columns = np.divmod(np.arange(64), 8)
    corners = np.array([left, 4 * side]) + side * np.column_stack([columns, -rows])
    pixels = [corner + side * np.array([[0, 0], [1, 0], [1, -1], [0, -1]]) for corner in corners]
    ink = PolyCollection(pixels, edgecolor=MUTED, linewidth=0.5)
    ink.set_facecolor([(0, 0, 0, value / picture.max()) for value in picture.ravel()])
    ax.add_collection(ink, autolim=False)
    ax.text(left, 4 * side + 1.2, "左上の画素から", ha="left", va="bottom", fontsize=networks.SMALL, color=ACCENT)
    ax.text(left + 8 * side, -4 * side - 0.4, "右下の画素まで", ha="right", va="top", fontsize=networks.SMALL, color=ACCENT)
    for pixel, unit in ((0, 0), (63, -1)):
        ends = pixels[pixel].mean(axis=0), net.positions[0][unit] - [net.radius + 0.08, 0]
        ax.annotate("", ends[1], ends[0], arrowprops={"arrowstyle": "->", "color": ACCENT, "linewidth": 1.4})
    ax.set_xlim(left - 0.1)
    return still(
        fig,
        "手書きの 0 の 8×8 の画像が、左上から 1 行ずつ 64 個の入力になり、32 個の中間層を通って、10 個の出力へ進むネットワーク",
    )
