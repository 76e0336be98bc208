"""Moving figures of Leaky ReLU関数."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer.activations import leaky_relu, leaky_relu_grad, prelu
from hidden_layer_book import plots
from hidden_layer_book.figures._parts import minus, slider
from hidden_layer_book.plots import ACCENT, MUTED, STYLES


def recovery():
    """How fast does a dead unit come back when the negative slope grows?"""
    data = np.random.default_rng(0).normal(size=40)
    target = np.maximum(0, data)
    steps = 400

    def biases(negative_slope):
        w, b = 1.0, -5.0
        path = [b]
        for _ in range(steps):
            z = w * data + b
            delta = 2 * (leaky_relu(z, negative_slope) - target) * leaky_relu_grad(z, negative_slope) / len(data)
            w, b = w - 0.1 * np.sum(delta * data), b - 0.1 * np.sum(delta)
            path.append(b)
        return np.array(path)

    fig, ax = plots.panels(height=3.2)
    (path,) = ax.plot(np.arange(steps + 1), color=STYLES["leaky_relu"]["color"])
    ax.axhline(color=MUTED, linestyle=":", linewidth=1.4)
    ax.annotate("正解のバイアス", (steps, 0), xytext=(0, 6), textcoords="offset points", ha="right")
    ax.set(xlim=(0, steps), ylim=(-5.5, 1.2), xlabel="更新の回数", ylabel="バイアス b")

    slopes = [0.0, 0.01, 0.02, 0.05, 0.1, 0.15, 0.2, 0.3, 0.4, 0.5]

    @explore(fig, play="a", a=widgets.SelectionSlider(description="傾き a", options=slopes, value=0.01))
    def draw(a):
        "負の側の傾き a を大きくすると、死んだニューロンのバイアスが速く戻る"
        b = biases(a)
        path.set_ydata(b)
        ax.set_title(minus(f"{steps} 回後の b = {b[-1]:z.2f}"), loc="left")

    return draw


def defaults():
    """How different do the frameworks' default slopes look?"""
    x = np.linspace(-5, 2, 211)
    choices = {"ReLU（0）": 0.0, "PyTorch・JAX（0.01）": 0.01, "tf.nn・Keras の関数（0.2）": 0.2, "Keras の層（0.3）": 0.3}
    fig, ax = plots.panels(height=3.2)
    plots.draw(ax, "relu", x, color=MUTED, linewidth=1.4)
    (curve,) = ax.plot(x, x, color=STYLES["leaky_relu"]["color"])
    ax.set(xlim=(-5, 2), ylim=(-1.7, 2.1), xlabel="x", ylabel="f(x)")

    @explore(fig, a=widgets.Dropdown(description="既定値", options=choices, value=0.01))
    def draw(a):
        "フレームワークの既定の傾きを選ぶと、負の側の形が変わる"
        curve.set_ydata(leaky_relu(x, a))
        ax.set_title(minus(f"f(-5) = {-5 * a:z.2f}"), loc="left")

    return draw


def family():
    """How do ReLU, Leaky ReLU and PReLU differ on the negative side?"""
    x = np.linspace(-4, 2, 181)
    fig, ax = plots.panels(height=3.4)
    plots.draw(ax, "relu", x)
    leaky = plots.draw(ax, "leaky_relu", x)
    learned = plots.draw(ax, "prelu", x)
    (dot_leaky,) = ax.plot([], "o", color=ACCENT, markersize=7)
    (dot_learned,) = ax.plot([], "o", color=ACCENT, markersize=7)
    ax.legend(loc="lower right")
    ax.set(xlim=(-4, 2), ylim=(-2.2, 2.2), xlabel="x", ylabel="f(x)")

    @explore(fig, alpha=slider("PReLU の α", -0.5, 0.5, 0.05, 0.25), a=slider("Leaky の a", 0.0, 0.3, 0.01, 0.01))
    def draw(alpha, a):
        "2 つの傾きを動かすと、負の側の出力が変わる。ReLU関数は 0 のまま"
        leaky.set_ydata(leaky_relu(x, a))
        learned.set_ydata(prelu(x, alpha))
        dot_leaky.set_data([-3], [-3 * a])
        dot_learned.set_data([-3], [-3 * alpha])
        ax.set_title(minus(f"x = -3 で  ReLU 0   Leaky {-3 * a:z.2f}   PReLU {-3 * alpha:z.2f}"), loc="left")

    return draw
