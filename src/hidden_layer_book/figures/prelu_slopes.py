"""Moving figure of 実験: PReLU関数の傾き."""

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer.sweep import by
from hidden_layer_book import plots
from hidden_layer_book.experiments import prelu_slopes as experiment
from hidden_layer_book.plots import MUTED, STYLES

DATASETS_JA = {"digits": "digits", "mnist1d": "mnist1d"}
OPTIMIZERS_JA = {"momentum": "モーメンタム", "adam": "Adam"}


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


def gains(rows):
    """What PReLU, from 0.25, is better than ReLU: {(dataset, depth, optimizer): the difference of the accuracies by seed}."""
    usual = [row for row in rows if row["name"] == "relu" or (row["name"], row["start"]) == ("prelu", 0.25)]
    accuracy = by(usual, "accuracy", "name", "dataset", "depth", "optimizer")
    conditions = [key[1:] for key in accuracy if key[0] == "relu"]
    return {key: accuracy["prelu", *key] - accuracy["relu", *key] for key in conditions}


def better():
    """Is PReLU more accurate than ReLU?"""
    found = gains(experiment.results())
    conditions = [
        (dataset, depth, optimizer)
        for dataset in experiment.DATASETS
        for depth in experiment.DEPTHS
        for optimizer in experiment.OPTIMIZERS
    ]
    groups = {
        f"{dataset} {depth} 層\n{OPTIMIZERS_JA[optimizer]}": found[dataset, depth, optimizer]
        for dataset, depth, optimizer in conditions
    }
    fig, ax = plots.panels(height=5.8)
    plots.strip_plot(ax, groups, [STYLES["prelu"]["color"]] * len(groups))
    plots.plt.setp(ax.get_yticklabels(), linespacing=plots.LINES)
    ax.axvline(color=MUTED, linestyle="--", linewidth=1.4)
    ax.set_xlabel("正解率の差（PReLU関数 − ReLU関数）")
    return still(
        fig,
        "点は種、細い線は平均 ± 標準偏差。digits では、差は 0 のまわりに散らばる。mnist1d では多くの点が 0 より右にあり、"
        "6 層のモーメンタムでは、すべての点が右にある",
    )
