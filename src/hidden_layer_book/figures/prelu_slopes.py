"""Moving figure of 実験: PReLU関数の傾き."""

import ipywidgets as widgets
import numpy as np

from explorable import explore
from hidden_layer.sweep import by
from hidden_layer_book import plots
from hidden_layer_book.experiments import prelu_slopes as experiment
from hidden_layer_book.plots import MUTED, STYLES

DATASETS_JA = {"digits": "digits", "mnist1d": "mnist1d"}


def slopes():
    """Which layer's slope becomes the largest?"""
    rows = [row for row in experiment.results() if row["name"] == "prelu" and row["optimizer"] == "momentum"]
    alpha = by(rows, "alpha", "dataset", "depth", "start")
    deepest, seeds = max(experiment.DEPTHS), len(experiment.SEEDS)
    places = np.arange(1, deepest + 1)
    fig, ax = plots.panels(height=3.8)
    thin = [ax.plot([], "o-", color=STYLES["prelu"]["color"], alpha=0.35, linewidth=1, markersize=3.5)[0] for _ in range(seeds)]
    (mean,) = ax.plot([], "s-", color=STYLES["prelu"]["color"], linewidth=2.6)
    (begin,) = ax.plot([], "--", color=MUTED, linewidth=1.4)
    ax.set(xlim=(0.6, deepest + 0.4), ylim=(-1, 2.2), xticks=places, xlabel="層（左が入力側）", ylabel="α")

    @explore(
        fig,
        play="epoch",
        dataset=widgets.Dropdown(description="データ", options=DATASETS_JA, value="mnist1d"),
        depth=widgets.Dropdown(description="層の数", options=experiment.DEPTHS, value=6),
        start=widgets.Dropdown(description="始めの α", options=experiment.STARTS, value=0.25),
        epoch=widgets.IntSlider(description="進み [%]", min=0, max=100, step=20, value=100),
    )
    def draw(dataset, depth, start, epoch):
        "データ、層の数、始めの α、訓練の進みを変えると、層ごとの α が変わる"
        values = alpha[dataset, depth, start]
        now = round(epoch / 100 * experiment.EPOCHS[dataset])
        # The layers that a net of 3 does not have lie on its last one: the lines keep their number of points.
        layers = np.minimum(places, depth)
        # Two decimals are finer than the picture, and make a lighter page.
        for line, run in zip(thin, values[:, now].round(2)):
            line.set_data(layers, run[layers - 1])
        mean.set_data(layers, values[:, now].round(2).mean(axis=0)[layers - 1])
        begin.set_data([0.6, deepest + 0.4], [start, start])
        first = int((values[:, now, 0] >= values[:, now].max(axis=1)).sum())
        ax.set_title(
            f"{now} エポック   最初の層が最大 {first} / {seeds}" if now else f"0 エポック   すべて {start:g}", loc="left"
        )

    return draw
