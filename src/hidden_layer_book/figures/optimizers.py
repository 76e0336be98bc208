"""The figure of 更新と正則化の早見."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer.optim import NAG, SGD, AdaGrad, Adam, Momentum, RMSProp
from hidden_layer_book import plots
from hidden_layer_book.figures._parts import two_digits
from hidden_layer_book.plots import ACCENT, MUTED

METHODS = {"SGD": SGD, "モーメンタム": Momentum, "NAG": NAG, "AdaGrad": AdaGrad, "RMSProp": RMSProp, "Adam": Adam}
RATES = (0.01, 0.03, 0.06, 0.1, 0.3, 1.0)
UPDATES = 40


def loss(w):
    """A valley, twenty times as steep along w2 as along w1."""
    return (w[0] ** 2 + 20 * w[1] ** 2) / 2


def path(method, rate):
    """The places of `UPDATES` updates from the same start, shape (UPDATES + 1, 2)."""
    optimizer, params, places = method(rate), {"w": np.array([-4.0, 1.0])}, []
    for _ in range(UPDATES + 1):
        places.append(params["w"].copy())
        optimizer.update(params, {"w": np.array([1.0, 20.0]) * params["w"]})
    return np.array(places)


def valley():
    """Which way does each method go down a valley?"""
    w1, w2 = np.meshgrid(np.linspace(-5, 5, 101), np.linspace(-2, 2, 61))
    fig, ax = plots.panels(height=3.6)
    ax.contour(w1, w2, loss((w1, w2)), levels=[0.3, 1, 3, 6, 10, 20, 35], colors=MUTED, linewidths=1)
    ax.plot(0, 0, "+", color=MUTED, markersize=12, markeredgewidth=2)
    (line,) = ax.plot([], "o-", color=ACCENT, linewidth=1.6, markersize=4)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", xlim=(-5, 5), ylim=(-2, 2))
    paths = {(name, rate): path(method, rate) for name, method in METHODS.items() for rate in RATES}

    @explore(
        fig,
        play="steps",
        name=widgets.Dropdown(description="手法", options=list(METHODS), value="SGD"),
        rate=widgets.SelectionSlider(description="学習率 η", options=RATES, value=0.06),
        steps=widgets.IntSlider(description="回数", min=0, max=UPDATES, value=20),
    )
    def valley(name, rate, steps):
        "手法と学習率と回数を動かすと、谷を下る足跡が変わる"
        places = paths[name, rate][: steps + 1]
        line.set_data(*np.clip(places, -50, 50).T)  # what leaves the picture is far away, not endless
        value = loss(places[-1])
        ax.set_title(f"{steps} 回後の損失 {two_digits(value)}" if value < 1e4 else f"{steps} 回後：発散している", loc="left")

    return valley
