"""Moving figures of 実験: 死んだニューロン."""

import contourpy
import ipywidgets as widgets
import numpy as np
from sklearn.datasets import make_moons

from explorable import explore, still
from hidden_layer.optim import Adam
from hidden_layer.sweep import by
from hidden_layer.training import fit
from hidden_layer_book import plots
from hidden_layer_book.experiments import dead_relu as experiment
from hidden_layer_book.figures._parts import corners
from hidden_layer_book.plots import ACCENT, MUTED, STYLES
from hidden_layer_book.tables import name_ja

NAMES = ("relu", "leaky_relu", "prelu", "gelu")
SHORT = ["ReLU", "Leaky ReLU", "PReLU", "GELU", "0.25 で固定"]
COLORS = [STYLES[name]["color"] for name in NAMES] + [MUTED]
SINKS_JA = {
    "1 層目を −1 へ": "first_1",
    "1 層目を −10 へ": "first_10",
    "2 層目を −1 へ": "second_1",
    "学習率 3 で 1 エポック": "rate_3",
    "学習率 10 で 1 エポック": "rate_10",
}
OPTIMIZERS_JA = {"SGD": "sgd", "Adam": "adam"}

UNITS, PUSHED, REACH = 8, 4, 3.2
EPOCHS = (0, 2, 5, 10, 15, 20, 30, 40, 60, 80, 100)
CORNERS = 36  # points of the boundary, at most
TOLERANCE = 0.04  # how far the boundary may be drawn from where it is


def moons():
    """100 points in two half moons, standardised, and their classes."""
    x, t = make_moons(100, noise=0.15, random_state=0)
    return (x - x.mean(axis=0)) / x.std(axis=0), t


def edge(w, b):
    """Where the line w·x + b = 0 enters and leaves the picture: shape (2, 2), NaN if it never does."""
    # Along the line from its point nearest to the origin; each side of the square cuts a part off.
    near, along = -b * w / (w @ w), np.array([-w[1], w[0]])
    with np.errstate(divide="ignore"):
        cuts = np.sort([(-REACH - near) / along, (REACH - near) / along], axis=0)
    ends = np.array([cuts[0].max(), cuts[1].min()])
    return near + ends[:, None] * along if ends[0] < ends[1] else np.full((2, 2), np.nan)


def boundary(network):
    """Where both classes have the same score: shape (CORNERS, 2), pieces parted and the rest filled by NaN."""
    axis = np.linspace(-REACH, REACH, 61)
    scores = network.scores(np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2))
    lines = contourpy.contour_generator(axis, axis, (scores[:, 1] - scores[:, 0]).reshape(61, 61)).lines(0)
    gaps = np.full((CORNERS, 2), np.nan)
    pieces = [np.vstack([corners(line, TOLERANCE), gaps[:1]]) for line in sorted(lines, key=len, reverse=True)]
    return np.vstack([*pieces, gaps])[:CORNERS]


def coarse(points):
    """Rounded to what the eye can tell in the picture: fewer different numbers make a lighter page."""
    return np.round(points / 0.05) * 0.05


def train(name, depth):
    """Train 2-8-2 with four units pushed `depth` below zero (None: none): boundary, lines, dead units and loss."""
    rng = np.random.default_rng(0)
    x, t = moons()
    network = experiment.build((2, UNITS, 2), name, rng)
    affine = network.layers[0]
    if depth is not None:
        affine.params["b"][:PUSHED] -= experiment.largest(network, x)[0][:PUSHED] + depth
    film = []

    def look(epoch):
        if epoch in EPOCHS:
            w, b = affine.params["W"].T, affine.params["b"]
            film.append(
                (
                    coarse(boundary(network)),
                    coarse(np.array([edge(*unit) for unit in zip(w, b)])),
                    experiment.largest(network, x)[0] < 0,
                    network.last.forward(network.scores(x), t),
                )
            )

    fit(network, x, t, optimizer=Adam(0.02), epochs=EPOCHS[-1], batch_size=20, rng=rng, after_epoch=look)
    return film


def film():
    """Which units of a small network come back to life while it trains?"""
    starts = {"ふつう": None} | {f"{PUSHED} 個を −{depth:.0f} へ": depth for depth in (1.0, 8.0)}
    runs = {(name, depth): train(name, depth) for name in NAMES for depth in starts.values()}
    x, t = moons()
    fig, (ax, below) = plots.panels(2, height=6.2, height_ratios=[3.4, 1])
    for label, marker in enumerate("os"):
        ax.scatter(*x[t == label].T, s=16, marker=marker, color=("#1f6fd0", "#d55e00")[label], alpha=0.7, linewidths=0)
    units = [ax.plot([], linewidth=1.4)[0] for _ in range(UNITS)]
    (border,) = ax.plot([], color=ACCENT, linewidth=2.6)
    ax.set(xlim=(-REACH, REACH), ylim=(-REACH, REACH), aspect="equal", xlabel="$x_1$", ylabel="$x_2$")
    ax.grid(visible=False)
    (count,) = below.plot(EPOCHS, EPOCHS, color=MUTED, drawstyle="steps-post")
    (now,) = below.plot([], "o", color=ACCENT)
    below.set(xlim=(-2, EPOCHS[-1] + 2), ylim=(-0.4, UNITS + 0.4), yticks=[0, 4, 8], xlabel="エポック", ylabel="沈んだ数")

    @explore(
        fig,
        play="epoch",
        name=widgets.Dropdown(description="活性化関数", value="relu", options={name_ja(name): name for name in NAMES}),
        depth=widgets.Dropdown(description="始め", options=starts, value=1.0),
        epoch=widgets.SelectionSlider(description="エポック", options=EPOCHS, value=EPOCHS[-1]),
    )
    def draw(name, depth, epoch):
        "訓練が進むと、境界とニューロンの線が動き、沈んだニューロンの数が変わる"
        run, frame = runs[name, depth], EPOCHS.index(epoch)
        edge_now, lines, dead, loss = run[frame]
        border.set_data(*edge_now.T)
        for unit, line, is_dead in zip(units, lines, dead):
            unit.set_data(*line.T)
            unit.set_color(MUTED if is_dead else STYLES[name]["color"])
            unit.set_alpha(0.35 if is_dead else 0.9)
        counts = [int(step[2].sum()) for step in run]
        count.set_ydata(counts)
        now.set_data([epoch], [counts[frame]])
        ax.set_title(f"損失 {loss:.2f}   沈んだニューロン {counts[frame]} / {UNITS}", loc="left")

    return draw


def returning():
    """Who comes back, by how the units were sunk and by optimiser?"""
    rows = experiment.results()
    dead = by(rows, "dead", "name", "sink", "optimizer")
    names, seeds = experiment.NAMES, len(experiment.SEEDS)
    heights = np.linspace(-0.24, 0.24, seeds)
    fig, ax = plots.panels(height=3.4)
    dots = [ax.scatter([], [], s=34, color=color, alpha=0.75, linewidths=0, zorder=3) for color in COLORS]
    notes = [ax.text(0.5, place, None, va="center", ha="center", color=MUTED) for place in range(len(names))]
    ax.set(
        xlim=(-0.04, 1.04),
        ylim=(len(names) - 0.5, -0.5),
        yticks=range(len(names)),
        yticklabels=SHORT,
        xlabel="まだ負のままの割合",
    )
    ax.grid(axis="y", visible=False)

    @explore(
        fig,
        play="epoch",
        sink=widgets.Dropdown(description="沈め方", options=SINKS_JA, value="first_1"),
        optimizer=widgets.Dropdown(description="最適化", options=OPTIMIZERS_JA, value="adam"),
        epoch=widgets.SelectionSlider(description="エポック", options=experiment.WATCHED, value=experiment.EPOCHS),
    )
    def draw(sink, optimizer, epoch):
        "沈め方と最適化手法とエポックを変えると、負のまま残るニューロンの割合が変わる"
        sunk = []
        for place, name in enumerate(names):
            counts = dead[name, sink, optimizer]
            share = counts[:, experiment.WATCHED.index(epoch)] / np.maximum(counts[:, 0], 1)
            lost = int(np.isnan(share).sum())
            sunk += list(counts[~np.isnan(share), 0])
            # Runs that diverged are no dots at all: they stand outside the axes.
            dots[place].set_offsets(np.column_stack([np.nan_to_num(share, nan=-50), place + heights]))
            notes[place].set_text(f"発散 {lost} 回" if lost else " ")
        many = f"{min(sunk):.0f}" if min(sunk) == max(sunk) else f"{min(sunk):.0f}〜{max(sunk):.0f}"
        ax.set_title(f"沈んだ {many} 個の、{epoch} エポック後", loc="left")

    return draw


def shares(rows):
    """How many of the sunk units are still down at the end: {(sink, optimizer, name): a share for each seed}.

    0 where nothing was sunk, NaN where the run diverged.
    """
    dead = by(rows, "dead", "sink", "optimizer", "name")
    return {key: counts[:, -1] / np.maximum(counts[:, 0], 1) for key, counts in dead.items()}


def staying():
    """Who stays down, by activation and by how it was sunk?"""
    left = shares(experiment.results())
    fig, axes = plots.panels(2, height=6.6, sharex=True)
    for ax, (optimizer_ja, optimizer) in zip(axes, OPTIMIZERS_JA.items()):
        means = np.array([[left[sink, optimizer, name].mean() for name in experiment.NAMES] for sink in SINKS_JA.values()])
        ax.imshow(means, cmap=plots.SHADE, vmin=0, vmax=1, aspect="auto")
        for (row, column), mean in np.ndenumerate(means):
            ax.text(column, row, "発散" if np.isnan(mean) else f"{mean:.2f}", ha="center", va="center")
        ax.set_title(optimizer_ja, loc="left")
        ax.set_xticks(range(len(SHORT)), [name.replace(" ", "\n") for name in SHORT], linespacing=plots.LINES)
        ax.set_yticks(range(len(SINKS_JA)), [sink.replace(" で ", "\nで ") for sink in SINKS_JA], linespacing=plots.LINES)
        ax.tick_params(length=0)
        ax.grid(visible=False)
        ax.spines[:].set_visible(False)
    return still(
        fig,
        "10 エポック後にまだ沈んでいる割合。行は沈め方、列は活性化関数で、上が SGD、下が Adam。1 層目の ReLU関数はどれも 1.00。"
        "Adam で −1 から戻る列は Leaky ReLU、PReLU、GELU、0.25 で固定。−10 では、GELU は 1.00、ほかも半分より多くが残る",
    )
