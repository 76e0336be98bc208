"""Moving figures of PReLU関数."""

import numpy as np

from explorable import explore
from hidden_layer.activations import prelu, prelu_grad_alpha
from hidden_layer_book import networks, plots
from hidden_layer_book.figures._parts import minus, slider
from hidden_layer_book.plots import MUTED, STYLES


def alpha():
    """What does a negative slope α do, and one above 1?"""
    x = np.linspace(-3, 3, 241)
    fig, (top, bottom) = plots.panels(2, height=4.8, sharex=True)
    top.plot(x, x, ":", color=MUTED, linewidth=1.4)
    (curve,) = top.plot(x, x, color=STYLES["prelu"]["color"])
    # Two lines, so that the jump of the slope at 0 is a gap.
    (left,) = bottom.plot([], color=STYLES["prelu"]["color"])
    bottom.plot([0, 3], [1, 1], color=STYLES["prelu"]["color"])
    top.set(xlim=(-3, 3), ylim=(-3.2, 3.2), ylabel="f(x)")
    bottom.set(ylim=(-1.2, 2.2), xlabel="x", ylabel="傾き ∂f/∂x")

    @explore(fig, play="slope", slope=slider("α", -1.0, 2.0, 0.05, 0.25))
    def draw(slope):
        "α を動かすと、負の側の傾きが変わる。α が負なら谷の形、1 なら直線になる"
        curve.set_ydata(prelu(x, slope))
        left.set_data([-3, 0], [slope, slope])
        shape = (
            "谷の形（単調でない）"
            if slope < -1e-9
            else "ReLU関数と同じ"
            if slope < 1e-9
            else "負の側をゆるやかに通す"
            if slope < 1 - 1e-9
            else "恒等関数と同じ"
            if slope < 1 + 1e-9
            else "負の側のほうが急"
        )
        top.set_title(minus(f"α = {slope:z.2f}：{shape}"), loc="left")

    return draw


def learning():
    """Where does α go from different starts and with different learning rates?"""
    data = np.random.default_rng(0).normal(size=200)
    target = prelu(data, 0.4)
    steps = np.arange(41)
    fig, ax = plots.panels(height=3.2)
    (path,) = ax.plot(steps, ".-", color=STYLES["prelu"]["color"], linewidth=1.8)
    ax.axhline(0.4, color=MUTED, linestyle=":", linewidth=1.4)
    ax.annotate("データの傾き 0.4", (40, 0.4), xytext=(0, 6), textcoords="offset points", ha="right")
    ax.set(xlim=(0, 40), ylim=(-1.1, 1.8), xlabel="更新の回数", ylabel="α")

    @explore(fig, start=slider("初期値", -1.0, 1.5, 0.25, 0.25), rate=slider("学習率", 0.1, 2.0, 0.1, 0.2))
    def draw(start, rate):
        "初期値と学習率を変えると、α がデータの傾き 0.4 に近づく道筋が変わる"
        alphas = [start]
        for _ in steps[1:]:
            error = prelu(data, alphas[-1]) - target
            alphas.append(alphas[-1] - rate * np.mean(2 * error * prelu_grad_alpha(data)))
        path.set_ydata(alphas)
        ax.set_title(minus(f"40 回後の α = {alphas[-1]:z.3f}"), loc="left")

    return draw


def shared():
    """From which units does the gradient of the one α come?"""
    x2, t, slope = 1.0, 1.0, 0.25
    W, v = np.array([[1.0, -1.0, 0.5, 1.0], [-0.5, 0.5, 1.0, 1.0]]), np.array([1.0, 0.5, -1.0, 1.5])
    fig, ax = plots.panels(height=4.2)
    net = networks.draw(ax, [2, 4, 1], captions=["入力 $x$", "中間層 $z$", "出力 $y$"], gap=3.2, full=2.0)
    net.share(1, f"α = {slope}")
    net.set_weights(0, W)
    net.set_weights(1, v[:, None])

    @explore(fig, play="x1", x1=slider("入力 x₁", -2, 2, 0.25, -1.5))
    def draw(x1):
        "1 つの α を共有する 4 個のニューロン。入力 x₁ を動かすと、z が負のニューロンが変わり、α の勾配に足される数が変わる"
        z = np.array([x1, x2]) @ W
        y = prelu(z, slope) @ v
        parts = (y - t) * v * prelu_grad_alpha(z)
        net.set_values(0, [x1, x2], full=3.0)
        net.set_values(1, z, full=3.0)
        net.set_values(2, [y], full=3.0)
        net.set_labels(1, [minus(f"{part:z.2f}") if part else "0" for part in parts])
        ax.set_title(r"$\partial L/\partial\alpha$ = " + minus(f"{parts.sum():z.2f}") + "（下の数の和）", loc="left")

    return draw
