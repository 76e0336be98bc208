"""Figures of 正規化の 4 つ."""

import ipywidgets as widgets
import numpy as np

from explorable import explore, still
from hidden_layer.normalization import BatchNorm
from hidden_layer.sweep import by
from hidden_layer_book import plots
from hidden_layer_book.experiments import normalization as experiment
from hidden_layer_book.figures._parts import minus
from hidden_layer_book.plots import ACCENT, MUTED, STYLES
from hidden_layer_book.tables import name_ja

GROUPS = 2  # of the channels, in group normalisation
# Name, and which elements share a mean with those of datum i and channel c: their data and channels.
KINDS = {
    "バッチ正規化": lambda i, c: (slice(None), slice(c, c + 1)),
    "レイヤー正規化": lambda i, c: (slice(i, i + 1), slice(None)),
    "インスタンス正規化": lambda i, c: (slice(i, i + 1), slice(c, c + 1)),
    "グループ正規化": lambda i, c: (slice(i, i + 1), slice(c // GROUPS * GROUPS, c // GROUPS * GROUPS + GROUPS)),
}


def axes():
    """Which elements of (N, C, H, W) share a mean?"""
    x = np.random.default_rng(4).integers(0, 10, (3, 4, 2, 2))
    data, channels, height, width = x.shape

    def blocks(values):
        """(N, C, H, W) as a picture: a row of blocks a datum, with gaps between them."""
        gaps = np.pad(values.astype(float), ((0, 0), (0, 0), (0, 1), (0, 1)), constant_values=np.nan)
        return gaps.transpose(0, 2, 1, 3).reshape(data * (height + 1), -1)[:-1, :-1]

    fig, ax = plots.panels(height=4.2)
    colors = plots.SHADE.with_extremes(bad="none")
    image = ax.imshow(blocks(np.zeros(x.shape)), cmap=colors, vmin=0, vmax=1, aspect="auto")
    for (row, column), value in np.ndenumerate(blocks(x)):
        if np.isfinite(value):
            ax.text(column, row, f"{value:g}", ha="center", va="center")
    frame = ax.scatter([0], [0], marker="s", s=480, facecolors="none", edgecolors=ACCENT, linewidths=2)
    ax.set(
        xticks=np.arange(channels) * (width + 1) + (width - 1) / 2,
        xticklabels=[f"チャネル {c + 1}" for c in range(channels)],
        yticks=np.arange(data) * (height + 1) + (height - 1) / 2,
        yticklabels=[f"データ {i + 1}" for i in range(data)],
    )
    ax.grid(visible=False)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)

    @explore(
        fig,
        play="kind",
        kind=widgets.Dropdown(description="正規化", options=list(KINDS)),
        i=widgets.IntSlider(description="データ", min=1, max=data, value=2),
        c=widgets.IntSlider(description="チャネル", min=1, max=channels, value=3),
    )
    def axes(kind, i, c):
        "赤く塗ったマスは、枠で囲んだマスと平均を共有する。正規化を変えると、塗られる範囲が変わる"
        where = KINDS[kind](i - 1, c - 1)
        shared = np.zeros(x.shape)
        shared[where] = 1
        image.set_data(blocks(shared))
        frame.set_offsets([[(c - 1) * (width + 1), (i - 1) * (height + 1)]])
        m, mean, std, own = x[where].size, x[where].mean(), x[where].std(), x[i - 1, c - 1, 0, 0]
        ax.set_title(f"平均は {x.size // m} 個、1 個を共有するのは {m} マス", loc="left")
        ax.set_xlabel(minus(f"枠のマス：({own} − {mean:.2f}) ÷ {std:.2f} = {(own - mean) / std:.2f}"))

    return axes


def running():
    """How fast does the running mean reach the true one, and how much does it waver?"""
    steps, true = 100, 3.0
    lots = np.random.default_rng(1).normal(true, 2, (steps, 128, 1))
    fig, ax = plots.panels(height=3.2)
    ax.axhline(true, color=MUTED, linestyle="--", linewidth=1.6, label="データ全体の平均")
    (line,) = ax.plot(np.arange(steps + 1), np.zeros(steps + 1), color=ACCENT, linewidth=1.8, label="移動平均")
    ax.legend(loc="lower right")
    ax.set(xlim=(0, steps), ylim=(-1, 5.5), xlabel="訓練で forward を呼んだ回数", ylabel="平均")

    @explore(
        fig,
        play="momentum",
        momentum=widgets.SelectionSlider(description="momentum", options=(0.01, 0.03, 0.1, 0.3, 1.0), value=0.1),
        size=widgets.SelectionSlider(description="バッチの件数", options=(2, 8, 32, 128), value=8),
    )
    def running(momentum, size):
        "momentum とバッチの件数を変えると、移動平均の追いつく速さと揺れが変わる"
        layer = BatchNorm(1, momentum=momentum)
        means = [0.0]
        for batch in lots:
            layer.forward(batch[:size])
            means.append(float(layer.mean[0]))
        line.set_ydata(means)
        ax.set_title(f"{steps} 回のあと {minus(f'{means[-1]:.2f}')}（データ全体では {true:.2f}）", loc="left")

    return running


def places():
    """Is the accuracy higher with the normalisation before the activation, or after it?"""
    test = by(experiment.results(), "test", "kind", "name", "place")
    fig, axes = plots.panels(2, height=4.2, sharex=True)
    for ax, kind in zip(axes, experiment.KINDS):
        groups = {
            f"{name_ja(name)}の{'前' if place == 'before' else '後'}": test[kind, name, place]
            for name in experiment.NAMES
            for place in experiment.PLACES
        }
        plots.strip_plot(ax, groups, [STYLES[name]["color"] for name in experiment.NAMES for _ in experiment.PLACES])
        ax.set_title(experiment.KIND_NAMES[kind], loc="left")
    axes[-1].set_xlabel("テストの正解率")
    return still(
        fig,
        "正規化を活性化関数の前に置いたときと後に置いたときの正解率。点は種、細い線は平均 ± 標準偏差。レイヤー正規化をシグモイド関数の"
        "前に置いたときだけ低く、ほかでは、前と後の点が重なる",
    )
