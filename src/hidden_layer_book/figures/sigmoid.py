"""Moving figures of シグモイド関数."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer.activations import sigmoid, sigmoid_grad
from hidden_layer_book import plots
from hidden_layer_book.figures._parts import minus, slider, tangent_line, two_digits
from hidden_layer_book.plots import ACCENT, MUTED, STYLES


def tangent():
    """Where does the tangent of the sigmoid lie down?"""
    x = np.linspace(-10, 10, 241)
    fig, (top, bottom) = plots.panels(2, height=4.8, sharex=True)
    plots.draw(top, "sigmoid", x)
    plots.draw(bottom, "sigmoid", x, derivative=True)
    (line,) = top.plot([], color=ACCENT, linewidth=1.8)
    (point,) = top.plot([], "o", color=ACCENT, markersize=8)
    (slope_point,) = bottom.plot([], "o", color=ACCENT, markersize=8)
    bottom.axhline(0.25, color=MUTED, linestyle=":", linewidth=1.2)
    top.set(xlim=(-10, 10), xticks=(-10, -5, 0, 5, 10), ylim=(-0.15, 1.15), ylabel="σ(x)")
    bottom.set(ylim=(-0.02, 0.28), xlabel="x", ylabel="σ′(x)")

    @explore(fig, play="x0", x0=slider("x", -10, 10, 0.1, 0.0))
    def tangent(x0):
        "点を動かすと、上に接線、下にその傾きが示される。傾きは x=0 で最大 0.25"
        y0, slope = float(sigmoid(x0)), float(sigmoid_grad(x0))
        line.set_data(*tangent_line(x0, y0, slope, 2.5))
        point.set_data([x0], [y0])
        slope_point.set_data([x0], [slope])
        top.set_title(minus(f"σ({x0:.1f}) = {y0:.4f}"), loc="left")
        bottom.set_title(minus(f"σ′({x0:.1f}) = y(1−y) = {slope:.6f}"), loc="left")

    return tangent


def gain():
    """Does the sigmoid become the step function when its input is scaled up?"""
    x = np.linspace(-4, 4, 481)
    fig, (top, bottom) = plots.panels(2, height=4.8, sharex=True)
    plots.draw(top, "step", x)
    curve = plots.draw(top, "sigmoid", x, label="シグモイド関数 σ(kx)")
    slope_curve = plots.draw(bottom, "sigmoid", x, derivative=True)
    top.legend(loc="upper left")
    top.set(xlim=(-4, 4), ylim=(-0.1, 1.1), ylabel="値")
    bottom.set(ylim=(-0.2, 5.4), xlabel="x", ylabel="σ(kx) の傾き")

    gains = [0.5, 1.0, 1.5, 2.0, 3.0, 4.0, 6.0, 8.0, 12.0, 16.0, 20.0]
    slider = widgets.SelectionSlider(description="ゲイン k", options=gains, value=1.0)

    @explore(fig, play="k", k=slider)
    def gain(k):
        "ゲイン k を大きくすると、シグモイド関数がステップ関数に近づき、坂の幅が狭くなる"
        curve.set_ydata(sigmoid(k * x))
        slope_curve.set_ydata(k * sigmoid_grad(k * x))
        bottom.set_title(f"温度 T = 1/k = {1 / k:.3g}   x=0 での傾き k/4 = {k / 4:.3g}", loc="left")

    return gain


def chain_gradients(w, x0, depth=10):
    """Gradients of the output of a chain of one-unit sigmoid layers with respect to the input of each layer.

    The layers are x_l = σ(w x_{l-1} − w/2), l = 1 … depth, so that x = 0.5 stays where it is.

    Parameters
    ----------
    w, x0 : float
        The weight of every layer, and the input of the first.
    depth : int
        Number of layers.

    Returns
    -------
    ndarray of float64, shape (depth,)
        Entry l − 1 is ∂x_depth/∂x_{l−1}, the product of w σ′(z) over the layers l … depth.
    """
    factors, x = [], x0
    for _ in range(depth):
        z = w * x - w / 2
        factors.append(w * float(sigmoid_grad(z)))
        x = float(sigmoid(z))
    return np.cumprod(factors[::-1])[::-1]


def chain():
    """Does a larger weight save the gradient in a deep chain of sigmoids?"""
    depth, powers = 10, (-12, -10, -8, -6, -4, -2, 0, 2, 4)
    fig, ax = plots.panels(height=3.6)
    bars = ax.bar(np.arange(1, depth + 1), np.ones(depth), bottom=powers[0], color=STYLES["sigmoid"]["color"], width=0.7)
    ax.axhline(color=MUTED, linewidth=1.2)
    ax.set(
        xlim=(0.4, depth + 0.6),
        xlabel="層（左が入力側）",
        ylabel="勾配の大きさ",
        xticks=range(1, depth + 1),
        yticks=powers,
        yticklabels=[f"$10^{{{power}}}$" for power in powers],
    )

    @explore(fig, play="w", w=slider("重み w", 0.5, 10, 0.25, 1.0), x0=slider("入力 x₀", 0.0, 1.0, 0.05, 0.5))
    def chain(w, x0):
        "重みと入力を動かすと、各層に届く勾配の大きさが変わる。入力に近い層ほど小さくなることが多い"
        gradients = chain_gradients(w, x0, depth)
        for bar, power in zip(bars, np.log10(gradients)):
            bar.set_height(max(power - powers[0], 0))
        ax.set_title(f"第 1 層に届く勾配は、出力側の {two_digits(gradients[0])} 倍", loc="left")

    return chain
