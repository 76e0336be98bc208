"""Moving figures of ReLU関数."""

import numpy as np

from explorable import explore
from hidden_layer.activations import relu, relu_grad
from hidden_layer_book import plots
from hidden_layer_book.figures._parts import minus, slider
from hidden_layer_book.plots import ACCENT, MUTED, STYLES


def subgradient():
    """Which slopes at 0 stay below the graph?"""
    x = np.linspace(-2, 2, 201)
    fig, ax = plots.panels(height=3.2)
    plots.draw(ax, "relu", x)
    (line,) = ax.plot([], "--", linewidth=1.8)
    ax.set(xlim=(-2, 2), ylim=(-1.2, 2.2), xlabel="x", ylabel="ReLU(x)")

    @explore(fig, play="slope", slope=slider("直線の傾き", -0.5, 1.5, 0.1, 0.5))
    def draw(slope):
        "x=0 を通る直線の傾きを動かす。0 から 1 までなら、直線はグラフの上に出ない"
        line.set_data([-2, 2], [-2 * slope, 2 * slope])
        supports = -1e-9 <= slope <= 1 + 1e-9
        line.set_color(ACCENT if supports else MUTED)
        ax.set_title(
            minus(f"傾き {slope:z.1f}：") + ("劣勾配である" if supports else "グラフの上に出る（劣勾配でない）"), loc="left"
        )

    return draw


def dying():
    """How far can the bias fall before no sample teaches the unit any more?"""
    data = np.random.default_rng(0).normal(size=40)
    x = np.linspace(-3, 3, 241)
    fig, (top, bottom) = plots.panels(2, height=4.8, height_ratios=[3, 1])
    (curve,) = top.plot(x, x, color=STYLES["relu"]["color"])
    points = top.scatter([], [], s=28, zorder=3)
    (bar,) = bottom.barh(0, len(data), color=STYLES["relu"]["color"], height=0.6)
    top.set(xlim=(-3, 3), ylim=(-0.3, 5), xlabel="データ x", ylabel="出力 ReLU(x+b)")
    bottom.set(xlim=(0, 40), ylim=(-0.5, 0.5), yticks=[], xlabel="勾配を届けるデータの数")
    bottom.grid(axis="y", visible=False)

    @explore(fig, play="b", b=slider("バイアス b", -4, 2, 0.1, 0.0))
    def dying(b):
        "バイアスを下げると、出力が 0 のデータが増え、やがて全部になる"
        z = data + b
        curve.set_ydata(relu(x + b))
        points.set_offsets(np.column_stack([data, relu(z)]))
        points.set_color([ACCENT if alive else MUTED for alive in relu_grad(z) == 1])
        alive = int(np.sum(relu_grad(z)))
        bar.set_width(alive)
        top.set_title(f"40 件のうち {alive} 件から勾配が届く" if alive else "0 件：死んだニューロン", loc="left")

    return dying
