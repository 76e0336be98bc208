"""Moving figure of 実験：tanh関数とシグモイド関数."""

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer.sweep import by
from hidden_layer_book import plots
from hidden_layer_book.experiments import tanh_and_sigmoid as experiment
from hidden_layer_book.plots import MUTED, STYLES

PAIRS = {
    "σ と tanh": ("σ", "tanh"),
    "σ−½ と 4(σ−½)（傾き）": ("σ−½", "4(σ−½)"),
    "σ と 4(σ−½)+½（傾き）": ("σ", "4(σ−½)+½"),
    "σ と σ−½（中心）": ("σ", "σ−½"),
    "4(σ−½)+½ と 4(σ−½)（中心）": ("4(σ−½)+½", "4(σ−½)"),
    "tanh+1 と tanh（中心）": ("tanh+1", "tanh"),
    "4(σ−½)+½ と σ（重み4倍）": ("4(σ−½)+½", experiment.HEAVIER),
    "σ−½ と σ（バイアス補正）": ("σ−½", experiment.SHIFTED),
}
FLOOR = 0.02


def written(name, epochs):
    """How many epochs a function takes, for a label."""
    reached = np.isfinite(epochs)
    if reached.all():
        return f"{name}：平均 {epochs.mean():.1f} エポック"
    return f"{name}：{len(epochs)} 回のうち {reached.sum()} 回だけ届く" if reached.any() else f"{name}：どの種でも届かない"


def drawn(losses):
    """Losses as fine as the figure shows them: not below FLOOR, in steps of a hundredth of a power of ten."""
    return 10 ** (np.log10(np.maximum(losses, FLOOR)).round(2))


def curves():
    """Which of slope and centring makes the loss fall earlier, and at which depth?"""
    losses = by(experiment.results(), "losses", "name", "depth")
    steps = np.unique(np.geomspace(experiment.STEPS, experiment.EPOCHS * experiment.STEPS, 44).astype(int))
    seeds = len(experiment.SEEDS)
    # The seeds of a function are one line, with gaps (NaN) between them.
    x = np.tile(np.append(steps / experiment.STEPS, np.nan), seeds)
    y = {key: np.hstack([drawn(values[:, steps - 1]), np.full((seeds, 1), np.nan)]).ravel() for key, values in losses.items()}

    fig, ax = plots.panels(height=4.2)
    ax.axhline(experiment.THRESHOLD, color=MUTED, linewidth=1)
    looks = [{**STYLES[name], "linewidth": 1.4, "alpha": 0.9} for name in ("sigmoid", "tanh")]
    lines = [ax.plot(x, x, **look)[0] for look in looks]
    texts = [
        ax.text(0.98, height, None, transform=ax.transAxes, color=look["color"], ha="right", va="top")
        for height, look in zip((0.97, 0.88), looks)
    ]
    ax.set(
        xscale="log",
        yscale="log",
        xlabel="エポック",
        ylabel="訓練データの損失",
        xticks=[1, 2, 5, 10, 20, 40],
        xticklabels=[1, 2, 5, 10, 20, 40],
        xlim=(1, experiment.EPOCHS),
        ylim=(FLOOR, 12),  # above the curves there is room for the texts
    )
    ax.minorticks_off()

    @explore(
        fig,
        play="depth",
        pair=widgets.Dropdown(description="比べる組", options=PAIRS, value=("σ", "tanh")),
        depth=widgets.SelectionSlider(description="中間層の数", options=experiment.DEPTHS, value=3),
    )
    def draw(pair, depth):
        "比べる 2 つの関数と中間層の数を選ぶと、5 つの種の損失の下がり方が変わる"
        for line, text, name in zip(lines, texts, pair):
            line.set_ydata(y[name, depth])
            text.set_text(written(name, experiment.epochs_to(losses[name, depth])))

    return draw


def square():
    """How many epochs do the four combinations of slope and centre take, at each depth?"""
    names = (("σ", "σ−½"), ("4(σ−½)+½", "4(σ−½)"))
    losses = by(experiment.results(), "losses", "name", "depth")
    fig, axes = plots.panels(height=2.7, ncols=len(experiment.DEPTHS), sharey=True)
    for ax, depth in zip(axes, experiment.DEPTHS):
        epochs = np.array([[experiment.epochs_to(losses[name, depth]).mean() for name in row] for row in names])
        ax.imshow(np.log(np.minimum(epochs, experiment.EPOCHS)), cmap=plots.SHADE, vmin=np.log(2), vmax=np.log(experiment.EPOCHS))
        for (row, column), mean in np.ndenumerate(epochs):
            text = f"{mean:.1f}" if np.isfinite(mean) else "届か\nない"
            ax.text(column, row, text, ha="center", va="center", linespacing=plots.LINES)
        ax.set_title(f"中間層 {depth} 個", loc="left")
        ax.set(xticks=[0, 1], xticklabels=["½", "0"], yticks=[0, 1], yticklabels=["¼", "1"], xlabel="中心")
        ax.tick_params(length=0)
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
    axes[0].set_ylabel("傾き")
    return still(
        fig,
        "損失が 0.1 以下になるまでのエポック数の平均。1 層では、傾き ¼ で中心 ½ のときだけ少し遅い。3 層と 5 層では、傾きが ¼ の上の段が遅く、"
        "中心が ½ だともっと遅い。傾きが 1 の下の段では、中心による違いは小さい",
    )
