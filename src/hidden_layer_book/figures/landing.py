"""The moving figure of the landing page: a small network learns."""

from typing import NamedTuple

import contourpy
import ipywidgets as widgets
import numpy as np
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.patches import Circle
from matplotlib.path import Path

from explorable import explore
from hidden_layer.layers import activation
from hidden_layer.network import fully_connected
from hidden_layer.optim import SGD
from hidden_layer.training import fit
from hidden_layer_book import networks, plots
from hidden_layer_book.catalogue import ACTIVATIONS
from hidden_layer_book.figures._parts import corners
from hidden_layer_book.plots import ACCENT, MUTED, STYLES

INIT = {"identity": "xavier", "sigmoid": "xavier", "tanh": "xavier", "relu": "he", "gelu": "he"}
ROWS = {2: [1, 3], 3: [0, 2, 4], 5: [0, 1, 2, 3, 4]}  # number of units -> where they stand among five
SEEDS, SHOWN = range(5), 4  # of the one that is shown, a unit dies
EPOCHS = 80
WATCHED = (*range(11), *range(12, 21, 2), 23, 26, 29, *range(32, 61, 4), *range(65, EPOCHS + 1, 5))

REACH = 2.5  # of the plane, to each side
SIDE = 5.0  # of the plane in the drawing, where units are 1 apart
RADIUS = 0.45  # of a unit
LEVELS = (-2.0, 0.0, 2.0)  # of the score: where the colour of the plane changes
# Below, between and above them; so pale that a point has a contrast of 3:1 on its own side, also on the dark twins.
TINTS = ("#fbe4d2", "#fef4ec", "#eaf4fa", "#c6e1f3")
STEPS = ((-0.9, -0.5, -0.1), (0.1, 0.5, 0.9))  # of a unit's value, on each side of 0: where its colour changes
HIGHEST = 1.0  # loss in the picture
TOLERANCE = 0.012  # how far a border may be drawn from where it is


def ring():
    """60 points about the origin, class 1, and 60 in a ring around them, class 0."""
    rng = np.random.default_rng(0)
    radius = np.concatenate([0.9 * rng.uniform(0, 1, 60) ** 0.6, rng.uniform(1.5, 2.2, 60)])
    angle = rng.uniform(0, 2 * np.pi, 120)
    return np.column_stack([radius * np.cos(angle), radius * np.sin(angle)]), np.repeat([1, 0], 60)


class Moment(NamedTuple):
    """The network after an epoch. Its two scores are told as one, their difference: v · h + c."""

    loss: float
    right: int  # of the 120 points
    W: np.ndarray  # of the hidden layer, (2, units)
    b: np.ndarray  # (units,)
    v: np.ndarray  # (units,)
    c: float


def train(name, units, seed):
    """Train a 2-units-2 network on `ring` with SGD: a Moment for each epoch of WATCHED."""
    x, t = ring()
    rng = np.random.default_rng(seed)
    network = fully_connected((2, units, 2), name, INIT[name], rng)
    film = []

    def look(epoch):
        if epoch in WATCHED:
            scores = network.scores(x)
            W, b, V, c = (p.copy() for p in network.params.values())
            right = int((scores.argmax(axis=1) == t).sum())
            film.append(Moment(float(network.last.forward(scores, t)), right, W, b, V[:, 1] - V[:, 0], c[1] - c[0]))

    fit(network, x, t, optimizer=SGD(0.5), epochs=EPOCHS, batch_size=40, rng=rng, after_epoch=look)
    return film


def regions(name, W, b, v, c):
    """Where the score exceeds each of LEVELS: a Path each, in the plane."""
    axis = np.linspace(-REACH, REACH, 51)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)
    score = activation(name).forward(points @ W + b) @ v + c
    areas = contourpy.contour_generator(axis, axis, score.reshape(51, 51), fill_type="OuterOffset")
    found = []
    for level in LEVELS:
        vertices, codes = [np.empty((0, 2))], [np.empty(0, Path.code_type)]
        for polygon, offsets in zip(*areas.filled(level, np.inf)):
            for start, stop in zip(offsets, offsets[1:]):
                kept = corners(polygon[start:stop], TOLERANCE)
                vertices.append(np.round(kept / 0.02) * 0.02)
                codes.append([Path.MOVETO, *[Path.LINETO] * (len(kept) - 2), Path.CLOSEPOLY])
        found.append(Path(np.concatenate(vertices), np.concatenate(codes)))
    return found


def intervals(name, steps):
    """The z from … to … where f(z) lies beyond each of `steps`, on one side of 0: shape (steps, 2), or None if nowhere."""
    z = np.linspace(-30, 30, 12001)
    value = ACTIVATIONS[name].function(z)
    beyond = [np.flatnonzero(value > step if step > 0 else value < step) for step in steps]
    if not len(beyond[1]):  # GELU falls to −0.17: no colour for that
        return None
    found = z[[places[[0, -1]] for places in beyond]]
    return np.where(abs(found) == 30, np.sign(found) * np.inf, found)


def stripes(beyond, w, b):
    """What of a disc of radius 1 has z = w·x + b in each interval of `beyond`, as segments along w: shape (steps, 2, 2)."""
    length = np.hypot(*w)
    reach = np.clip((beyond - b) / length / REACH, -1, 1)
    return np.round(reach[..., None] * (w / length) / 0.025) * 0.025


def is_dead(name, z):
    """Whether each unit is dead, for z of shape (N, units): ReLU, and no datum above 0."""
    return (name == "relu") & (z.max(axis=0) < 0)


def learning():
    """What does a small network learn with each activation?"""
    films = {(name, units): [train(name, units, seed) for seed in SEEDS] for name in INIT for units in ROWS}
    losses = {key: np.array([[moment.loss for moment in film] for film in of_all]) for key, of_all in films.items()}
    shown = {key: of_all[SHOWN] for key, of_all in films.items()}
    maps = {key: [regions(key[0], *moment[2:]) for moment in film] for key, film in shown.items()}
    sides = {name: [intervals(name, steps) for steps in STEPS] for name in INIT} | {None: [None, None]}
    x, t = ring()

    fig, (ax, below) = plots.panels(2, height=4.6, height_ratios=(3.2, 1.1))
    net = networks.draw(ax, [2, 5, 1], captions=["入力", "中間層", "出力"], gap=1.9, full=4.0, heads=False, radius=RADIUS)
    for (left, y), name in zip(net.positions[0], ("$x_1$", "$x_2$")):
        ax.text(left - RADIUS - 0.1, y, name, ha="right", va="center", fontsize=networks.SMALL)
    net.set_texts(2, "$y$")
    left = net.positions[2][0, 0] + RADIUS + 0.1
    ax.text(
        left + SIDE / 2, net.captions[0].get_position()[1], "青と答えるところ", ha="center", va="top", fontsize=networks.SMALL
    )
    ax.set_xlim(-RADIUS - 0.6, left + SIDE + 0.1)

    def place(points):
        return np.array([left + SIDE / 2, 0]) + points * SIDE / 2 / REACH

    frame = place(np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]]) * REACH)
    areas = [PolyCollection([frame], facecolor=tint, linewidth=0, zorder=1) for tint in TINTS]
    areas[2].set(edgecolor="black", linewidth=1.8)
    for area in areas:
        ax.add_collection(area, autolim=False)
    ax.plot(*frame.T, color="black", linewidth=1.8, zorder=2)
    for label, (marker, color) in enumerate([("s", networks.NEGATIVE), ("o", networks.POSITIVE)]):
        ax.scatter(*place(x[t == label]).T, s=13, marker=marker, color=color, edgecolor="white", linewidth=0.4, zorder=3)

    discs, middles = [], np.concatenate(net.positions[:2])
    for middle in middles:
        discs.append([])
        for steps in STEPS:
            disc = LineCollection(np.zeros((len(steps), 2, 2)), linewidths=50, colors=networks.colors(steps, 0.2), zorder=2)
            disc.set_clip_path(Circle(middle, RADIUS, transform=ax.transData))
            discs[-1].append(ax.add_collection(disc, autolim=False))

    def fill(unit, name, w, b):
        """Show in the disc of a unit where its value is positive and where negative; nothing if the name is None."""
        for disc, beyond in zip(discs[unit], sides[name]):
            disc.set_visible(beyond is not None)
            if disc.get_visible():
                disc.set_segments(middles[unit] + RADIUS * stripes(beyond, w, b))

    for column, w in enumerate(np.eye(2)):
        fill(column, "identity", w, 0.0)

    others = below.add_collection(LineCollection(np.zeros((len(SEEDS) - 1, 2, 2)), linewidths=1.0, alpha=0.5), autolim=False)
    (curve,) = below.plot(WATCHED, WATCHED, linewidth=2.6)
    (now,) = below.plot([], "o", color=ACCENT, markersize=8, clip_on=False, zorder=3)
    note = below.text(EPOCHS, 0.95 * HIGHEST, None, ha="right", va="top", color=MUTED)
    below.set(xlim=(-1, EPOCHS + 1), ylim=(0, HIGHEST), xlabel="エポック")

    @explore(
        fig,
        play="epoch",
        name=widgets.Dropdown(
            description="活性化関数",
            options={"なし（恒等関数）" if name == "identity" else ACTIVATIONS[name].name_ja: name for name in INIT},
            value="relu",
        ),
        units=widgets.ToggleButtons(description="中間層", options={f"{units} 個": units for units in ROWS}, value=5),
        epoch=widgets.SelectionSlider(description="エポック", options=WATCHED, value=EPOCHS),
    )
    def draw(name, units, epoch):
        "輪に囲まれた点を分けるネットワークの学習。エポックを進めると、線の太さ、ニューロンの絵、境界、損失が変わる"
        number = WATCHED.index(epoch)
        loss, right, W, b, v, _ = shown[name, units][number]
        rows = ROWS[units]
        into, bias, out, dead = np.zeros((2, 5)), np.zeros(5), np.zeros((5, 1)), np.zeros(5, bool)
        into[:, rows], bias[rows], out[rows, 0], dead[rows] = W, b, v, is_dead(name, x @ W + b)
        net.set_weights(0, into)
        net.set_weights(1, out)
        net.set_dead(1, dead)
        net.units[1].set_linewidth([1.3 if row in rows else networks.THINNEST for row in range(5)])
        for row in range(5):
            fill(2 + row, name if row in rows else None, into[:, row], bias[row])
        for area, region in zip(areas[1:], maps[name, units][number]):
            area.set_verts_and_codes([place(region.vertices)], [region.codes])
        curve.set_ydata(losses[name, units][SHOWN])
        others.set_segments([np.column_stack([WATCHED, one]) for one in np.delete(losses[name, units], SHOWN, axis=0)])
        for line in (curve, others):
            line.set_color(STYLES[name]["color"])
        now.set_data([epoch], [min(loss, HIGHEST)])
        below.set_title(f"{epoch} エポック後   損失 {loss:.2f}   120 個のうち {right} 個が正解", loc="left")
        note.set_text(f"死んだニューロン {dead.sum()} 個" if dead.any() else " ")

    return draw
