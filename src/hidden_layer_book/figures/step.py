"""Moving figures of ステップ関数."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer.activations import sigmoid, sigmoid_grad, step, step_grad
from hidden_layer_book import plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.figures._parts import minus, slider, tangent_line
from hidden_layer_book.plots import ACCENT, STYLES


def neuron():
    """What do weight and bias change in y = f(w x + b)?"""
    fig, ax = plots.panels(height=2.8)
    (curve,) = ax.plot([], color=STYLES["step"]["color"])
    (threshold,) = ax.plot([], color=ACCENT, linestyle="--", linewidth=1.4)
    ax.set(xlim=(-3, 3), ylim=(-0.2, 1.2), xlabel="x", ylabel="y = f(wx + b)", yticks=[0, 1])

    weight = widgets.SelectionSlider(description="重み w", options=[-2.0, -1.0, -0.5, 0.5, 1.0, 2.0], value=1.0)

    @explore(fig, w=weight, b=slider("バイアス b", -2, 2, 0.1, 0.0))
    def draw(w, b):
        "重みとバイアスを動かすと、出力が切り替わる位置と向きが変わる"
        switch = -b / w
        left, right = (0.0, 1.0) if w > 0 else (1.0, 0.0)
        inside = np.clip(switch, -3, 3)
        curve.set_data(
            [-3, inside, inside, 3], [left, left, right, right] if abs(switch) <= 3 else [left if switch > 3 else right] * 4
        )
        threshold.set_data([switch, switch], [-0.15, 1.15])
        ax.set_title(minus(f"切り替わるのは x = −b/w = {switch:z.2f}"), loc="left")

    return draw


def loss_valley():
    """Can the slope of the loss lead a step unit, or a sigmoid unit, to where the loss is low?"""
    data = np.array([-2.0, -1.0, 0.0, 2.0, 3.0, 4.0]) - 1
    target = step(data)
    weights = np.linspace(-3, 3, 301)
    pairs = {"step": (step, step_grad), "sigmoid": (sigmoid, sigmoid_grad)}

    def loss(f, w):
        return np.mean((f(np.multiply.outer(w, data)) - target) ** 2, axis=-1)

    def gradient(f, f_grad, w):
        z = w * data
        return float(np.mean(2 * (f(z) - target) * f_grad(z) * data))

    fig, ax = plots.panels(height=3.2)
    (curve,) = ax.plot(weights, weights)
    (tangent,) = ax.plot([], color=ACCENT, linewidth=1.8)
    (point,) = ax.plot([], "o", color=ACCENT, markersize=8)
    ax.set(xlim=(-3, 3), ylim=(-0.08, 1.08), xlabel="重み w", ylabel="損失 L(w)")

    names = {ACTIVATIONS[name].name_ja: name for name in pairs}
    menu = widgets.ToggleButtons(description="関数", options=names)

    @explore(fig, play="w", name=menu, w=slider("重み w", -3, 3, 0.1, -1.0))
    def draw(name, w):
        "重み w の位置での損失と、その接線。ステップ関数では、w=0 を除いて接線が水平になる"
        f, f_grad = pairs[name]
        height, slope = float(loss(f, w)), gradient(f, f_grad, w)
        curve.set_ydata(loss(f, weights))
        curve.set_color(STYLES[name]["color"])
        tangent.set_data(*tangent_line(w, height, slope, 0.7))
        point.set_data([w], [height])
        ax.set_title(minus(f"L({w:.1f}) = {height:.3f}   勾配 dL/dw = {slope:z.3f}"), loc="left")

    return draw
