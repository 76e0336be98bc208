"""Moving figures of tanh関数."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer.activations import sigmoid, sigmoid_grad, tanh, tanh_grad
from hidden_layer_book import plots
from hidden_layer_book.figures._parts import minus, slider
from hidden_layer_book.plots import ACCENT, MUTED

TARGET = np.array([1.0, -1.0])


def slopes():
    """Is the slope of tanh always larger than that of the sigmoid?"""
    x = np.linspace(-4, 4, 241)
    fig, (top, bottom) = plots.panels(2, height=5.0, sharex=True)
    for name in ("sigmoid", "tanh"):
        plots.draw(top, name, x)
        plots.draw(bottom, name, x, derivative=True)
    top.legend(loc="upper left")
    values = [top.plot([], "o", color=ACCENT, markersize=7)[0] for _ in range(2)]
    marks = [bottom.plot([], "o", color=ACCENT, markersize=7)[0] for _ in range(2)]
    top.set(xlim=(-4, 4), ylim=(-1.15, 1.15), ylabel="値")
    bottom.set(ylim=(-0.05, 1.1), xlabel="x", ylabel="傾き")

    @explore(fig, play="x0", x0=slider("x", -4, 4, 0.1, 0.0))
    def draw(x0):
        "x を動かすと、tanh関数とシグモイド関数の値と傾きが並んで示される"
        pairs = [(sigmoid(x0), sigmoid_grad(x0)), (tanh(x0), tanh_grad(x0))]
        for value, mark, (y, slope) in zip(values, marks, pairs):
            value.set_data([x0], [y])
            mark.set_data([x0], [slope])
        (s, s_slope), (t, t_slope) = pairs
        top.set_title(minus(f"σ({x0:.1f}) = {s:.3f}   tanh({x0:.1f}) = {t:.3f}"), loc="left")
        bottom.set_title(f"傾き  σ′ = {s_slope:.4f}   tanh′ = {t_slope:.4f}", loc="left")

    return draw


def sgd_path(center):
    """Path of a linear neuron's two weights in 60 steps of stochastic gradient descent.

    The learning rate is divided by the mean square of the input, so that the centers are comparable.

    Parameters
    ----------
    center : float
        Mean of both inputs; their spread around it is the same for every center.

    Returns
    -------
    ndarray of float64, shape (61, 2)
        The weights, from (0, 0) towards (1, −1).
    """
    inputs = center + np.random.default_rng(1).uniform(-0.5, 0.5, (60, 2))
    path = [np.zeros(2)]
    for h in inputs:
        error = h @ (path[-1] - TARGET)
        path.append(path[-1] - 0.35 / np.mean(np.sum(inputs**2, axis=1)) * error * h)
    return np.array(path)


def zigzag():
    """Which way do two weights go when all inputs are positive?"""
    fig, ax = plots.panels(height=4.2)
    ax.plot(*sgd_path(0.0)[0], "s", color=MUTED, markersize=7)
    ax.annotate("始め", sgd_path(0.0)[0], xytext=(-8, 6), textcoords="offset points", ha="right")
    (path,) = ax.plot([], ".-", color=ACCENT, linewidth=1.4, markersize=5)
    (head,) = ax.plot([], "o", color=ACCENT, markersize=8)
    ax.plot(*TARGET, "*", color=MUTED, markersize=15)
    ax.annotate("正解", TARGET, xytext=(8, 6), textcoords="offset points")
    ax.set(xlim=(-0.6, 1.6), ylim=(-1.35, 0.5), xlabel="$w_1$", ylabel="$w_2$")

    paths = {center: sgd_path(center) for center in (0.0, 0.25, 0.5, 0.75, 1.0)}

    @explore(
        fig,
        play="steps",
        center=widgets.SelectionSlider(description="入力の中心", options=list(paths), value=1.0),
        steps=widgets.IntSlider(description="更新の回数", min=0, max=60, value=15),
    )
    def draw(center, steps):
        "入力の中心を 0 から離すと、重みの通り道がジグザグになる"
        walked = paths[center]
        path.set_data(*walked[: int(steps) + 1].T)
        head.set_data(*walked[[int(steps)]].T)
        ax.set_title(f"{int(steps)} 回の更新のあと、正解までの距離 {np.linalg.norm(walked[int(steps)] - TARGET):.2f}", loc="left")

    return draw
