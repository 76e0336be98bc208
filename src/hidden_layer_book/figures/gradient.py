"""Figures of 勾配と誤差逆伝播法."""

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer.activations import sigmoid, sigmoid_grad
from hidden_layer_book import networks, plots
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


def factors():
    """Which factor makes the gradient at w1 vanish when w1 grows?"""
    x, t, w2, w3 = 1.0, 1.5, -1.0, 1.5
    names = ("x", "z_1", "h_1", "z_2", "h_2", "y")
    rows = [f"${name}$" for name in names], [rf"$\partial L/\partial {name}$" for name in names[:0:-1]]
    fig, axes = plots.panels(2, height=3.4)
    there, back = (networks.draw(ax, [1] * len(row), captions=row, gap=2.0, radius=0.46) for ax, row in zip(axes, rows))
    axes[0].set(xlim=(-0.6, 10.6), ylim=(-1.1, 0.8))
    axes[1].set(xlim=(10.6, -0.6), ylim=(-1.1, 1.4))  # from right to left, each gradient below its value
    above = [[ax.text(2 * k + 1, 0.2, "", ha="center", fontsize=networks.SMALL) for k in range(n)] for ax, n in zip(axes, (5, 4))]
    for text in above[0][1::2]:
        text.set_text(r"$\sigma$")
    for k, name in enumerate(("w_3", r"\sigma′(z_2)", "w_2", r"\sigma′(z_1)")):
        axes[1].text(2 * k + 1, 0.65, rf"$\times {name}$", ha="center", fontsize=networks.SMALL)

    @explore(fig, play="w1", w1=slider("重み w₁", -8, 8, 0.5, 0.5))
    def draw(w1):
        "上の段は左から右へ進む値、下の段は右から左へ戻る勾配。重み w₁ を動かすと、矢印ごとに掛ける数が変わる"
        z1 = w1 * x
        h1 = sigmoid(z1)
        z2 = w2 * h1
        h2 = sigmoid(z2)
        y = w3 * h2
        factors = [w3, sigmoid_grad(z2), w2, sigmoid_grad(z1)]
        gradients = np.cumprod([y - t, *factors])
        for k, value in enumerate((x, z1, h1, z2, h2, y)):
            there.set_values(k, [value])
        for k, gradient in enumerate(gradients):
            back.set_values(k, [gradient])
            if k:
                back.set_weights(k - 1, [[gradient]])
        for text, w in zip(above[0][::2], (w1, w2, w3)):
            text.set_text(minus(f"×{w:.1f}"))
        for text, factor in zip(above[1], factors):
            text.set_text(minus(f"{factor:.3f}"))
        axes[0].set_title(f"順伝播：値　$L$ = {(y - t) ** 2 / 2:.4f}", loc="left")
        axes[1].set_title(r"逆伝播：勾配　$\partial L/\partial w_1$ = " + minus(f"{gradients[-1] * x:z.4f}"), loc="left")

    return draw
