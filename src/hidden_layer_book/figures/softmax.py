"""Figures of ソフトマックスと温度."""

import ipywidgets as widgets
import numpy as np
from matplotlib.collections import PatchCollection
from matplotlib.patches import Rectangle

from explorable import explore
from hidden_layer.softmax import softmax, softmax_jacobian
from hidden_layer_book import networks, plots
from hidden_layer_book.figures._parts import minus, slider
from hidden_layer_book.plots import MUTED, STYLES

SCORES = {1: (2.0, 1.0, 0.5, -1.0), 2: (2.0, 2.0, 0.5, -1.0)}  # by how many share the first place
TEMPERATURES = (0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 50.0)


def temperature():
    """What becomes of the probabilities towards T = 0, and towards infinity?"""
    classes = len(SCORES[1])
    fig, ax = plots.panels(height=3.2)
    bars = ax.bar(range(classes), np.ones(classes), color=STYLES["sigmoid"]["color"], width=0.62)
    values = [ax.text(k, 0, "", ha="center", va="bottom") for k in range(classes)]
    names = [ax.text(k, -0.05, "", ha="center", va="top") for k in range(classes)]
    ax.set(xlim=(-0.5, classes - 0.5), ylim=(-0.17, 1.12), xticks=(), yticks=np.linspace(0, 1, 5), ylabel="確率")
    ax.spines["bottom"].set_visible(False)

    @explore(
        fig,
        play="T",
        T=widgets.SelectionSlider(description="温度 T", options=TEMPERATURES, value=1.0),
        first=widgets.ToggleButtons(description="最大の得点", options={"1 つ": 1, "同点で 2 つ": 2}),
    )
    def temperature(T, first):
        "4 つの得点のソフトマックス関数。温度 T を下げると最大の得点に集まり、上げるとどれも 1/4 に近づく"
        y = softmax(SCORES[first], T)
        for bar, value, name, probability, score in zip(bars, values, names, y, SCORES[first]):
            bar.set_height(probability)
            value.set_y(probability + 0.01)
            value.set_text(f"{probability:.3f}")
            name.set_text(minus(f"得点 {score:g}"))
        ax.set_title(f"T = {T:g}   いちばん大きい確率 {y.max():.3f}", loc="left")

    return temperature


def jacobian():
    """If one score grows, which probabilities grow and which shrink?"""
    K, strongest = 3, 0.25
    fig, (left, right) = plots.plt.subplots(1, 2, figsize=(plots.WIDTH, 2.9), width_ratios=(2, 3))
    rows = np.arange(K)[::-1] + 0.5
    bars = left.barh(rows, np.ones(K), color=STYLES["sigmoid"]["color"], height=0.5)
    values = [left.text(0, row, "", va="center") for row in rows]
    left.set(xlim=(0, 1.45), ylim=(0, K), xticks=(0, 0.5, 1), yticks=rows, yticklabels=[f"$y_{k + 1}$" for k in range(K)])
    left.grid(visible=False)
    cells = PatchCollection([Rectangle((j, row - 0.5), 1, 1) for row in rows for j in range(K)])
    cells.set(facecolor="none", edgecolor=MUTED)
    right.add_collection(cells, autolim=False)
    entries = [right.text(j + 0.5, row, "", ha="center", va="center") for row in rows for j in range(K)]
    right.set(xlim=(0, K), ylim=(0, K), xticks=np.arange(K) + 0.5, yticks=rows)
    right.set(xticklabels=[f"$z_{k + 1}$" for k in range(K)], yticklabels=[f"$y_{k + 1}$" for k in range(K)])
    right.tick_params(length=0)
    right.grid(visible=False)
    right.spines[:].set_visible(False)
    right.set_title(r"$\partial y_k/\partial z_j$", loc="left")
    left.set_title("確率", loc="left")

    @explore(fig, play="z1", z1=slider("得点 z₁", -4, 4, 0.5, 1.0), z2=slider("得点 z₂", -4, 4, 0.5, 0.0))
    def jacobian(z1, z2):
        "3 つの確率と、そのヤコビ行列。得点 z₁、z₂ を動かす（z₃ は 0）。青は正、橙は負で、濃いほど大きい"
        z = np.array([z1, z2, 0.0])
        for bar, value, probability in zip(bars, values, softmax(z)):
            bar.set_width(probability)
            value.set_x(probability + 0.05)
            value.set_text(f"{probability:.3f}")
        slopes = softmax_jacobian(z).ravel()
        cells.set_facecolor(networks.colors(slopes, networks.FULLEST * abs(slopes) / strongest))
        for entry, slope in zip(entries, slopes):
            entry.set_text(minus(f"{slope:z.3f}"))

    return jacobian
