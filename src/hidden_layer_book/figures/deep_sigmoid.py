"""Figures of 実験: 深いシグモイドのネットワークを救う."""

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer import data
from hidden_layer.layers import Affine
from hidden_layer.sweep import by
from hidden_layer_book import networks, plots
from hidden_layer_book.experiments import deep_sigmoid as experiment
from hidden_layer_book.figures._parts import two_digits
from hidden_layer_book.plots import ACCENT, STYLES

METHODS = {"そのまま": "plain", "重みを大きく": "gain", "バッチ正規化": "batch_norm"}
WHEN = {"訓練前": 0, "訓練後": 1}


def histograms():
    """Does a unit of this layer answer differently to different data, or the same to all?"""
    rows = {row["method"]: row for row in experiment.results() if row["seed"] == 0}
    places = np.linspace(-0.5, 0.5, 21)
    fig, ax = plots.panels(height=3.2)
    bars = ax.bar(places, np.ones(21), width=0.047, color=STYLES["sigmoid"]["color"])
    ax.set(xlim=(-0.53, 0.53), ylim=(0, 1.02), xlabel="ニューロンの平均からのずれ", ylabel="割合")

    @explore(
        fig,
        play="layer",
        method=widgets.Dropdown(description="方法", options=METHODS, value="plain"),
        when=widgets.ToggleButtons(description="時点", options=WHEN, value=0),
        layer=widgets.IntSlider(description="層", min=1, max=experiment.LAYERS, value=1),
    )
    def draw(method, when, layer):
        "方法、時点、層を変えると、データによって出力がどれだけ変わるかが分かる"
        counts = rows[method]["histograms"][when, layer - 1]
        for bar, height in zip(bars, counts / counts.sum()):
            bar.set_height(height)
        ax.set_title(f"{layer} 層目   データによる標準偏差 {two_digits(rows[method]['spread'][when, layer - 1])}", loc="left")

    return draw


def curves():
    """Which remedy lets ten layers learn, and how fast? Every seed a thin line, the mean a thick one."""
    values = by(experiment.results(), "curve", "method")
    names = METHODS | {"ReLU関数": "relu"}
    epochs = np.arange(experiment.EPOCHS + 1)
    fig, ax = plots.panels(height=3.2)
    thin = [ax.plot(epochs, linewidth=1, alpha=0.6)[0] for _ in experiment.SEEDS]
    (mean,) = ax.plot(epochs, linewidth=2.6)
    ax.axhline(0.1, color=ACCENT, linewidth=1, linestyle="--", zorder=3)
    ax.set(xlim=(0, experiment.EPOCHS), ylim=(0, 1.02), xlabel="エポック", ylabel="テストの正解率")

    @explore(fig, method=widgets.ToggleButtons(description="方法", options=names, value="plain"))
    def draw(method):
        "方法を変えると、正解率の上がり方が変わる"
        color = STYLES["relu" if method == "relu" else "sigmoid"]["color"]
        for line, curve in zip([*thin, mean], [*values[method], values[method].mean(axis=0)]):
            line.set_ydata(curve)
            line.set_color(color)
        ax.set_title(f"{experiment.EPOCHS} エポック後の平均 {values[method][:, -1].mean():.2f}（破線は当てずっぽう）", loc="left")

    return draw


def arriving(method, seed=0):
    """Norms of the gradients before training, of ∂L/∂h of the input and of each hidden layer, by the first 100 data.

    Returns
    -------
    ndarray of float64, shape (LAYERS + 1,)
        Entry 0 is that of the network's input.
    """
    split = data.load("digits", seed)
    network = experiment.build(method, experiment.CHOSEN[method][0], np.random.default_rng(seed))
    network.loss(split.x[:100], split.t[:100])
    d, found = network.last.backward(), []
    for layer in reversed(network.layers):
        d = layer.backward(d)
        if isinstance(layer, Affine):
            found.insert(0, np.linalg.norm(d))
    return np.array(found)


def arrows():
    """How far back does the gradient reach in ten layers of sigmoids?"""
    fig, axes = plots.panels(len(METHODS), height=3.6)
    names = ["入力", *(f"{layer}" for layer in range(1, experiment.LAYERS + 1))]
    for ax, (title, method) in zip(axes, METHODS.items()):
        sizes = arriving(method)[::-1]
        net = networks.draw(ax, [1] * len(names), captions=names[::-1], gap=1.4, radius=0.3)
        ax.set_ylim(-1.1, 0.5)
        ax.invert_xaxis()  # gradients go from right to left
        for k, size in enumerate(sizes[1:] / sizes[0]):
            net.set_weights(k, [[size]])
        ax.set_title(
            f"{title}：入力に届く勾配は、{experiment.LAYERS} 層目の {two_digits(sizes[-1] / sizes[0])} 倍",
            loc="left",
        )
    return still(
        fig,
        "10 個の中間層を右から左へ戻る勾配。そのままでは数層で矢印が見えなくなり、重みを大きくした方法とバッチ正規化では入力まで矢印が続く",
    )
