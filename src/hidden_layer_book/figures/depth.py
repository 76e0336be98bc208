"""Figures of 実験の進め方 and 実験: 深さと初期値."""

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer.sweep import by, sweep
from hidden_layer_book import plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.experiments import depth as experiment
from hidden_layer_book.figures._parts import two_digits
from hidden_layer_book.plots import DOTS, MUTED, STYLES
from hidden_layer_book.tables import INIT_NAMES

FLOOR = 1e-32


def arriving(rows):
    """Gradient at each layer relative to the output, from the factors of the layers: shape (seeds, depth + 1)."""
    factor = np.atleast_2d(rows)
    products = np.cumprod(factor[:, ::-1], axis=1)[:, ::-1]
    return np.hstack([products, np.ones((len(factor), 1))])


def seeds():
    """Does every seed say the same of twenty layers with He's initialisation?"""
    factor = by(experiment.results(), "factor", "name", "init")
    fig, ax = plots.panels(height=2.7)
    for place, name in enumerate(experiment.NAMES):
        through = factor[name, "he"].prod(axis=1)
        ax.scatter(through, [place] * len(through), color=STYLES[name]["color"], **DOTS)
    ax.axvline(0.1, color=MUTED, linestyle="--", linewidth=1.4)
    ax.text(0.1, -0.62, "10 分の 1", ha="center", va="bottom", color=MUTED)
    names = [ACTIVATIONS[name].name_ja for name in experiment.NAMES]
    ax.set(xscale="log", xlabel="20 層を通った勾配（倍）", yticks=range(len(names)), yticklabels=names)
    ax.set(ylim=(len(names) - 0.5, -0.6), xlim=(1e-11, 1e2))
    ax.grid(axis="y", visible=False)
    return still(
        fig,
        "Heの初期値で 20 層を通った勾配。シグモイド関数の 5 つの点は 100 億分の 1 の近くに集まり、GELU の点は 10 分の 1 の両側に散らばる",
    )


def gradient():
    """How much of the gradient reaches each layer, and what does the initialisation change?"""
    rows = sweep(
        experiment.run, name=experiment.NAMES, init=experiment.INITIALIZERS, depth=experiment.DEPTHS, seed=experiment.SEEDS
    )
    measured, predicted = (by(rows, value, "name", "init", "depth") for value in ("factor", "predicted"))
    deepest = max(experiment.DEPTHS)
    seeds = len(experiment.SEEDS)

    fig, ax = plots.panels(height=3.8)
    dots = ax.scatter([], [], s=16, alpha=0.6, linewidths=0, zorder=3, label="計算した勾配（5 つの種）")
    (line,) = ax.plot([], "--", color=MUTED, linewidth=1.6, label="予測")
    ax.axhline(1, color=MUTED, linewidth=0.8)
    ax.legend(loc="lower right")
    ax.set(
        xlim=(-0.8, deepest + 0.8),
        ylim=(FLOOR, 1e3),
        yscale="log",
        xlabel="層（左が入力側）",
        ylabel="届く勾配の大きさ",
        xticks=(0, 5, 10, 15, 20),
    )

    @explore(
        fig,
        play="depth",
        name=widgets.Dropdown(
            description="活性化関数", value="sigmoid", options={ACTIVATIONS[name].name_ja: name for name in experiment.NAMES}
        ),
        init=widgets.Dropdown(description="初期値", value="xavier", options={ja: name for name, ja in INIT_NAMES.items()}),
        depth=widgets.SelectionSlider(description="層の数", options=experiment.DEPTHS, value=20),
    )
    def draw(name, init, depth):
        "活性化関数、初期値、層の数を変えると、各層に届く勾配の大きさが変わる"
        values = arriving(measured[name, init, depth])
        # Layers that are not there sit outside the axes, so that the number of dots stays the same.
        places = np.full((seeds, deepest + 1), -50.0)
        heights = np.ones((seeds, deepest + 1))
        places[:, : depth + 1], heights[:, : depth + 1] = np.arange(depth + 1), np.maximum(values, FLOOR)
        dots.set_offsets(np.column_stack([places.ravel(), heights.ravel()]))
        dots.set_color(STYLES[name]["color"])
        line.set_data(np.arange(depth + 1), np.maximum(arriving(predicted[name, init, depth]).mean(axis=0), FLOOR))
        rate = values[:, 0].mean() ** (1 / depth)
        ax.set_title(f"1 層あたり {rate:.2f} 倍、{depth} 層で {two_digits(values[:, 0].mean())} 倍", loc="left")

    return draw
