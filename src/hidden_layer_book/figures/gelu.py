"""Moving figures of GELU."""

import ipywidgets as widgets
import numpy as np
from scipy.special import ndtr

from explorable import explore
from hidden_layer.activations import gelu, gelu_grad, sigmoid
from hidden_layer_book import plots
from hidden_layer_book.figures._parts import minus, slider, tangent_line
from hidden_layer_book.plots import ACCENT, MUTED, STYLES


def definition():
    """How do Φ(x) and xΦ(x) follow x?"""
    t = np.linspace(-4, 4, 161)
    density = np.exp(-(t**2) / 2) / np.sqrt(2 * np.pi)
    fig, (top, bottom) = plots.panels(2, height=5.0, sharex=True)
    top.plot(t, density, color=MUTED, linewidth=1.6)
    area = top.fill_between(t, density, color=STYLES["gelu"]["color"], alpha=0.35, linewidth=0)
    plots.draw(bottom, "relu", t, linewidth=1.4)
    plots.draw(bottom, "gelu", t)
    (point,) = bottom.plot([], "o", color=ACCENT, markersize=8)
    bottom.legend(loc="upper left")
    top.set(xlim=(-4, 4), ylim=(0, 0.45), ylabel="標準正規分布")
    bottom.set(ylim=(-0.6, 4), xlabel="x", ylabel="値")

    @explore(fig, play="x", x=slider("x", -4, 4, 0.1, 1.0))
    def definition(x):
        "上の塗った面積が Φ(x)、下の赤い点が x·Φ(x)"
        inside = np.minimum(t, x)  # points to the right of x are folded onto it, so that their number stays the same
        area.set_data(inside, 0, np.exp(-(inside**2) / 2) / np.sqrt(2 * np.pi))
        y = float(gelu(x))
        point.set_data([x], [y])
        top.set_title(minus(f"面積 Φ({x:.1f}) = {ndtr(x):.5f}"), loc="left")
        bottom.set_title(minus(f"GELU({x:.1f}) = {x:.1f} × {ndtr(x):.5f} = {y:.5f}"), loc="left")

    return definition


def expectation():
    """Does the mean of a gate that opens with probability Φ(x) approach GELU?"""
    rng = np.random.default_rng(0)
    x = np.linspace(-3, 3, 61)
    counts = [1, 2, 5, 10, 30, 100, 300, 1000]
    lots = rng.random((counts[-1], len(x)))
    fig, ax = plots.panels(height=3.4)
    plots.draw(ax, "gelu", x)
    means = ax.scatter(x, x, s=16, color=ACCENT, zorder=3, label="門を通した値の平均")
    ax.legend(loc="upper left")
    ax.set(xlim=(-3.1, 3.1), ylim=(-3.1, 3.1), xlabel="x", ylabel="値")

    @explore(fig, play="n", n=widgets.SelectionSlider(description="回数", options=counts, value=1))
    def draw(n):
        "確率 Φ(x) で通す門を n 回ためした平均。回数を増やすと GELU に近づく"
        mean = x * np.mean(lots[:n] < ndtr(x), axis=0)
        means.set_offsets(np.column_stack([x, mean]))
        ax.set_title(f"{n} 回の平均   GELU との差（平均） {np.mean(np.abs(mean - gelu(x))):.3f}", loc="left")

    return draw


def slope():
    """Where does the slope of GELU change its sign?"""
    t = np.linspace(-4, 1.6, 225)
    fig, (top, bottom) = plots.panels(2, height=5.0, sharex=True)
    plots.draw(top, "gelu", t)
    plots.draw(bottom, "gelu", t, derivative=True)
    plots.draw(bottom, "relu", [-4, -1e-9], derivative=True, color=MUTED, linewidth=1.2)
    plots.draw(bottom, "relu", [1e-9, 1.6], derivative=True, color=MUTED, linewidth=1.2, label="_")
    (tangent,) = top.plot([], color=ACCENT, linewidth=1.8)
    (point,) = top.plot([], "o", color=ACCENT, markersize=7)
    (mark,) = bottom.plot([], "o", color=ACCENT, markersize=7)
    bottom.legend(loc="upper left")
    top.set(xlim=(-4, 1.6), ylim=(-0.45, 1.7), ylabel="GELU(x)")
    bottom.set(ylim=(-0.25, 1.4), xlabel="x", ylabel="GELU′(x)")

    @explore(fig, play="x", x=slider("x", -4, 1.6, 0.05, -1.5))
    def draw(x):
        "x を動かすと接線の傾きが変わり、x=−0.75 の左では負になる"
        y, rise = float(gelu(x)), float(gelu_grad(x))
        tangent.set_data(*tangent_line(x, y, rise, 0.8))
        point.set_data([x], [y])
        mark.set_data([x], [rise])
        top.set_title(minus(f"GELU({x:.2f}) = {y:.4f}"), loc="left")
        bottom.set_title(
            minus(f"傾き {rise:.4f}") + ("（負）" if rise < -5e-5 else "（ほぼ 0）" if rise < 5e-5 else "（正）"), loc="left"
        )

    return draw


def approximations():
    """Where do the tanh form and the sigmoid form depart from GELU?"""
    t = np.linspace(-5, 5, 241)
    forms = {"tanh 近似": lambda x: gelu(x, approximate="tanh"), "シグモイド近似": lambda x: x * sigmoid(1.702 * x)}
    fig, (top, bottom) = plots.panels(2, height=5.0, sharex=True)
    plots.draw(top, "gelu", t)
    (curve,) = top.plot(t, t, "--", color=ACCENT, linewidth=1.6, label="近似")
    top.legend(loc="upper left")
    (error,) = bottom.plot(t, t, color=ACCENT, linewidth=1.8)
    (mark,) = bottom.plot([], "o", color=ACCENT, markersize=7)
    top.set(xlim=(-5, 5), ylim=(-0.5, 3), ylabel="値")
    bottom.set(ylim=(1e-7, 0.1), yscale="log", xlabel="x", ylabel="誤差の大きさ")

    @explore(fig, form=widgets.ToggleButtons(description="式", options=list(forms)), x=slider("x", -5, 5, 0.1, 2.0))
    def draw(form, x):
        "近似の式を選ぶと、正確な GELU との差が下に示される"
        y = forms[form](t)
        curve.set_ydata(y)
        error.set_ydata(np.maximum(np.abs(y - gelu(t)), 1e-7))
        here = float(forms[form](x) - gelu(x))
        mark.set_data([x], [max(abs(here), 1e-7)])
        bottom.set_title(minus(f"x = {x:.1f} での誤差の大きさ {abs(here):.6f}"), loc="left")

    return draw
