"""Figures of 勾配と誤差逆伝播法."""

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer.activations import sigmoid, sigmoid_grad
from hidden_layer_book import plots
from hidden_layer_book.figures._parts import matrix, minus, slider, two_digits
from hidden_layer_book.plots import ACCENT, MUTED, STYLES


def descent():
    """Does a larger learning rate reach the bottom of the valley sooner?"""
    w1, w2 = np.meshgrid(np.linspace(-2, 2, 81), np.linspace(-1.4, 1.4, 57))
    fig, ax = plots.panels(height=3.9)
    ax.contour(w1, w2, w1**2 + 4 * w2**2, levels=[0.1, 0.5, 1, 2, 4, 6, 8], colors=MUTED, linewidths=1)
    (path,) = ax.plot([], "o-", color=ACCENT, linewidth=1.6, markersize=4)
    ax.plot(0, "+", color=MUTED, markersize=12, markeredgewidth=2)
    ax.set(xlabel="$w_1$", ylabel="$w_2$")

    @explore(
        fig,
        play="steps",
        rate=slider("学習率 η", 0.01, 0.27, 0.01, 0.05),
        steps=widgets.IntSlider(description="回数", min=0, max=20, value=10),
    )
    def draw(rate, steps):
        "学習率と回数を動かすと、出発点から谷底へ向かう足跡が変わる"
        powers = np.arange(steps + 1)
        w = np.array([1.5 * (1 - 2 * rate) ** powers, 1.2 * (1 - 8 * rate) ** powers])
        path.set_data(*w)
        ax.set_title(f"{steps} 回後の損失 {two_digits(w[0, -1] ** 2 + 4 * w[1, -1] ** 2)}", loc="left")

    return draw


def chain_rule():
    """What is the gradient at w1 proportional to?"""
    x, t, w1, w3 = 1.0, 1.5, 0.5, 1.5
    fig, ax = plots.panels(height=2.9)
    names = [rf"$\partial L/\partial {name}$" for name in ("y", "h_2", "z_2", "h_1", "z_1")]
    bars = ax.bar(range(5), np.ones(5), color=STYLES["sigmoid"]["color"], width=0.62)
    texts = [ax.text(i, i, None, ha="center", va="bottom") for i in range(5)]
    ax.set(xlim=(-0.5, 4.5), ylim=(0, 2.2), ylabel="大きさ", xticks=range(5), xticklabels=names)

    @explore(fig, play="w2", w2=slider("重み w₂", -3, 3, 0.1, -1.0))
    def draw(w2):
        "重み w₂ を動かすと、出力側から入力側へ戻る勾配の大きさが、矢印ごとに変わる"
        h1 = sigmoid(w1 * x)
        h2 = sigmoid(w2 * h1)
        factors = [w3 * h2 - t, w3, sigmoid_grad(w2 * h1), w2, sigmoid_grad(w1 * x)]
        gradients = np.cumprod(factors)
        for bar, text, gradient in zip(bars, texts, gradients):
            bar.set_height(abs(gradient))
            text.set_y(abs(gradient))
            text.set_text(minus(f"{gradient:z.3f}"))
        ax.set_title(r"$\partial L/\partial w_1$ = " + minus(f"{gradients[-1] * x:z.4f}"), loc="left")

    return draw


def transposed():
    """Where do the rows of a matrix go when it is transposed?"""
    W = np.arange(1, 7).reshape(2, 3)
    colors = np.array([[ACCENT] * 3, [STYLES["sigmoid"]["color"]] * 3])
    fig, ax = plots.panels(height=1.9)
    matrix(ax, W, 0, 2.5, colors, "$W$（2 行 3 列）")
    matrix(ax, W.T, 6, 3, colors.T, r"$W^{\top}$（3 行 2 列）")
    ax.annotate("", (5.5, 1.5), (3.6, 1.5), arrowprops={"arrowstyle": "->", "color": MUTED})
    ax.set(xlim=(-0.6, 8.8), ylim=(-0.1, 4), aspect="equal")
    ax.axis("off")
    return still(fig, "2 行 3 列の行列の 1 行目が、転置した 3 行 2 列の行列では 1 列目に、2 行目が 2 列目になる")
