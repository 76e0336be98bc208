"""Networks as drawings: units, arrows, values, factors, by-passes and shared parameters, in the look of the book.

    fig, ax = plots.panels(height=2.6)
    net = networks.draw(ax, [2, 3, 1], captions=["入力層", "中間層", "出力層"])
    net.set_weights(0, W)  # of shape (2, 3), as in `Affine`: thickness and colour of the arrows
    net.set_values(1, h)  # filling of the units, with their numbers

Layers are counted from 0, the input; arrows k lead from layer k to layer k + 1. All artists are collections and texts
that are made once and changed by setters, so `explorable.explore` records them. Positive is blue, negative orange.

`graph` draws a computational graph instead: values in circles, operations in boxes, an arrow for each use.
"""

from collections.abc import Sequence

import numpy as np
from matplotlib.axes import Axes
from matplotlib.collections import LineCollection, PatchCollection, PolyCollection
from matplotlib.colors import to_rgba
from matplotlib.patches import Circle, Rectangle
from matplotlib.text import Text
from numpy.typing import ArrayLike, NDArray

from hidden_layer_book.plots import ACCENT, MUTED

POSITIVE, NEGATIVE = "#0072b2", "#d55e00"
RADIUS = 0.34  # of a unit, if nothing else is said; neighbours in a layer are 1 apart
HEAD = 0.17  # length of an arrowhead
THICKEST = 5.0  # points
THINNEST = 0.02  # points: not to be seen, but there, so that a recording keeps every arrow in its place
FULLEST = 0.55  # opacity of the fullest unit: black and white text stay legible on it
SMALL = 10.0  # points, all text
LABEL = 0.34  # height of a text below a unit
BOX = 0.44  # side of an operation in a computational graph
SHIFT = 0.2  # how far an arrow backwards lies beside the one forwards
Floats = NDArray[np.float64]


def colors(values: ArrayLike, opacity: ArrayLike = 1.0) -> Floats:
    """POSITIVE or NEGATIVE for each value, shape (n, 4), with the opacities given."""
    values = np.asarray(values, float)
    out = np.where((values >= 0)[:, None], to_rgba(POSITIVE), to_rgba(NEGATIVE))
    out[:, 3] = opacity
    return out


def _strings(texts: object, shape: tuple[int, ...]) -> NDArray[np.str_]:
    return np.broadcast_to(np.asarray(texts, dtype=str), shape)


class Arrows:
    """The arrows between two layers.

    Attributes
    ----------
    lines : LineCollection
        The shafts, that from unit i to unit j at i · (shown units of the target) + j.
    heads : PolyCollection or None
    shown : pair of list of int
        Which units it comes from, and which it goes to, are drawn.
    """

    def __init__(self, ax: Axes, ways: list[Floats], shown: tuple[Sequence[int], Sequence[int]], shape: tuple[int, int],
                 full: float, heads: bool, spots: Floats) -> None:  # fmt: skip
        self._ax, self.shown, self._shape, self._full = ax, shown, shape, full
        self._spots, self._texts = spots, list[Text]()
        self.heads: PolyCollection | None = None
        shafts = ways
        if heads:
            self._tips = np.array([way[-1] for way in ways])
            along = np.array([way[-1] - way[-2] for way in ways])
            self._along = along / np.hypot(*along.T)[:, None]
            shafts = [np.vstack([w[np.hypot(*(w - w[-1]).T) > HEAD], w[-1] - 0.9 * HEAD * a]) for w, a in zip(ways, self._along)]
            self.heads = PolyCollection([np.zeros((3, 2))] * len(ways), facecolors=MUTED, linewidths=0, zorder=2)
            ax.add_collection(self.heads, autolim=False)
        self.lines = LineCollection(shafts, colors=MUTED, linewidths=1.2, zorder=1)
        ax.add_collection(self.lines, autolim=False)
        self._set_heads(np.full(len(ways), 1.2))
        self._colors = np.tile(to_rgba(MUTED), (len(ways), 1))  # without regard to dead units

    def _paint(self, now: Floats) -> None:
        for artist in (self.lines, self.heads):
            if artist is not None:
                artist.set_color(now)

    def _set_heads(self, widths: Floats) -> None:
        if self.heads is None:
            return
        half = (0.012 * widths + 0.05 * np.minimum(widths, 1))[:, None]
        across = self._along[:, ::-1] * [-1, 1] * half
        base = self._tips - HEAD * self._along
        self.heads.set_verts(list(np.stack([self._tips, base + across, base - across], axis=1)))

    def set_weights(self, W: ArrayLike) -> None:
        """Thickness |w| and colour by sign, for W of shape (units from, units to); 0 is no arrow."""
        W = np.asarray(W, float)
        if W.shape != self._shape:
            raise ValueError(
                f"W must have a row for each unit it comes from and a column for each it goes to, {self._shape}, not {W.shape}"
            )
        w = W[np.ix_(*self.shown)].ravel()
        widths = np.maximum(np.round(THICKEST * np.minimum(abs(w) / self._full, 1), 2), THINNEST)
        self._colors = colors(w)
        self._paint(self._colors)
        self.lines.set_linewidth(widths)
        self._set_heads(widths)

    def set_dead(self, dead: NDArray[np.bool_]) -> None:
        """Turn arrows grey, for one bool each; `set_weights` gives them their colours back."""
        self._paint(np.where(dead[:, None], to_rgba(MUTED), self._colors))

    def set_texts(self, texts: object) -> None:
        """A text on each arrow, such as its factor: an array of str that broadcasts to (units from, units to)."""
        wanted = _strings(texts, self._shape)[np.ix_(*self.shown)].ravel()
        if not self._texts:
            for x, y in self._spots:
                text = self._ax.text(x, y, "", ha="center", va="center", fontsize=SMALL, zorder=4)
                text.set_bbox({"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # the page: the arrow ends at it
                self._texts.append(text)
        for text, word in zip(self._texts, wanted):
            text.set_text(str(word))
            text.set_visible(bool(word))


class Network:
    """What `draw` returns; its setters change the drawing.

    Attributes
    ----------
    positions : list of ndarray, shape (shown units, 2)
        The middles of the units of each layer.
    shown : list of list of int
        Which units of each layer are drawn: all, or the first and the last ones around "⋮".
    units : list of PatchCollection
    arrows : list of Arrows
        Those from layer k to layer k + 1.
    captions : list of Text
    description : str
        The layers in words (Japanese), for those who cannot see them.
    """

    def __init__(
        self,
        ax: Axes,
        widths: Sequence[int],
        captions: Sequence[str],
        gap: float,
        most: int,
        full: float,
        heads: bool,
        radius: float,
    ):
        self.radius = radius
        self.ax, self.widths, self._full, self._heads = ax, list(widths), full, heads
        self.shown, self.positions, self.units, self.arrows = [], [], [], []  # type: ignore[var-annotated]
        self._inside: dict[int, list[Text]] = {}
        self._below: dict[int, list[Text]] = {}
        slots = [min(width, most) for width in widths]
        self._top, self._bottom = max(slots) / 2 - 0.5 + self.radius, -max(slots) / 2 + 0.5 - self.radius
        for k, (width, slot) in enumerate(zip(widths, slots)):
            y = (slot - 1) / 2 - np.arange(slot)
            if width > slot:
                hole = slot // 2  # the units above it are the first ones, those below it the last ones
                dots = [Circle((k * gap, y[hole] + step), 0.035) for step in (0.18, 0, -0.18)]
                ax.add_collection(PatchCollection(dots, facecolor=MUTED, edgecolor="none"), autolim=False)
                y = np.delete(y, hole)
                self.shown.append([*range(hole), *range(width - (slot - hole - 1), width)])
            else:
                self.shown.append(list(range(width)))
            self.positions.append(np.column_stack([np.full(len(y), k * gap), y]))
            circles = PatchCollection([Circle(at, self.radius) for at in self.positions[-1]], zorder=3)
            circles.set(facecolor="none", edgecolor="black", linewidth=1.3)
            self.units.append(ax.add_collection(circles, autolim=False))
        for k in range(len(widths) - 1):
            self.arrows.append(self._between(k, k + 1))
        self.captions = [
            ax.text(at[0, 0], self._bottom - 0.14, caption, ha="center", va="top", fontsize=SMALL, linespacing=1.25)
            for at, caption in zip(self.positions, captions)
        ]
        if captions:
            self._bottom -= 0.2 + 0.4 * (max(caption.count("\n") for caption in captions) + 1)
        self._side = 0.25 if not captions else 0.75 - self.radius
        ax.set_axis_off()
        ax.set(aspect="equal", xlim=(-self.radius - self._side, (len(widths) - 1) * gap + self.radius + self._side))
        self._limit()
        names = [caption.replace("\n", " ") for caption in captions] or [f"{width} 個" for width in widths]
        self.description = (
            f"左から {'、'.join(names)} の順に並ぶ {len(widths)} 層のネットワーク。隣り合う層のニューロンは矢印で結ばれる"
        )

    def _limit(self) -> None:
        self.ax.set_ylim(self._bottom - 0.1, self._top + 0.1)

    def _between(self, start: int, end: int, shift: float = 0.0) -> Arrows:
        n, m = len(self.positions[start]), len(self.positions[end])
        # So far along, crossing arrows are evenly spaced: 1 / (the smaller number of units + 1) apart.
        share = n / (n + 1) if n < m else 1 / (m + 1)
        ways, spots = [], []
        for one in self.positions[start]:
            for other in self.positions[end]:
                along = (other - one) / np.hypot(*(other - one))
                aside = shift * np.array([-along[1], along[0]])
                reach = along * np.sqrt(self.radius**2 - shift**2)
                ways.append(np.array([one + reach + aside, other - reach + aside]))
                spots.append(one + share * (other - one) + 2.2 * aside)
        return Arrows(
            self.ax, ways, (self.shown[start], self.shown[end]), (self.widths[start], self.widths[end]),
            self._full, self._heads, np.array(spots),
        )  # fmt: skip

    def _written(self, texts: dict[int, list[Text]], k: int, words: object, drop: float) -> None:
        if k not in texts:
            side = "center" if not drop else "top"
            texts[k] = [
                self.ax.text(x, y - drop, "", ha="center", va=side, fontsize=SMALL, zorder=5) for x, y in self.positions[k]
            ]
        for text, word in zip(texts[k], _strings(words, (self.widths[k],))[self.shown[k]]):
            text.set_text(str(word))

    def set_weights(self, k: int, W: ArrayLike) -> None:
        """Thickness and colour of the arrows from layer k, for W of shape (units of k, units of k + 1)."""
        self.arrows[k].set_weights(W)

    def set_factors(self, k: int, texts: object) -> None:
        """A text on each arrow from layer k: an array of str that broadcasts to (units of k, units of k + 1)."""
        self.arrows[k].set_texts(texts)

    def set_values(self, k: int, a: ArrayLike, *, full: float = 1.0, form: str = "{:z.2f}") -> None:
        """Fill the units of layer k by their values, and write these in them.

        Parameters
        ----------
        k : int
        a : array_like, shape (units of k,)
        full : float
            The size of a value that fills its unit.
        form : str
            How a value is written; "" for not at all.
        """
        a = np.asarray(a, float)
        if a.shape != (self.widths[k],):
            raise ValueError(f"a must have a value for each unit of layer {k}, shape ({self.widths[k]},), not {a.shape}")
        shown = a[self.shown[k]]
        self.units[k].set_facecolor(colors(shown, FULLEST * np.minimum(abs(shown) / full, 1)))
        if form:
            self.set_texts(k, [form.format(value).replace("-", "−") for value in a])

    def set_texts(self, k: int, texts: object) -> None:
        """A text in each unit of layer k, such as its symbol: an array of str that broadcasts to the units."""
        self._written(self._inside, k, texts, 0.0)

    def set_labels(self, k: int, texts: object) -> None:
        """A text below each unit of layer k, such as the symbol of the value in it."""
        if not self._below:  # the captions make room
            for caption in self.captions:
                caption.set_y(caption.get_position()[1] - LABEL)
            self._bottom -= LABEL
            self._limit()
        self._written(self._below, k, texts, self.radius + 0.04)

    def set_dead(self, k: int, dead: ArrayLike) -> None:
        """Units of layer k that are dead, an array of bool, turn grey, with their arrows: call it after `set_weights`."""
        shown = np.broadcast_to(np.asarray(dead, bool), (self.widths[k],))[self.shown[k]]
        self.units[k].set_edgecolor([MUTED if one else "black" for one in shown])
        self.units[k].set_linestyle([(0, (1.2, 1.6)) if one else (0, None) for one in shown])
        for arrows, axis in zip(self.arrows[max(k - 1, 0) : k + 1], (1, 0) if k else (0,)):
            arrows.set_dead(np.repeat(shown, len(arrows.shown[1])) if axis == 0 else np.tile(shown, len(arrows.shown[0])))

    def backward(self, k: int) -> Arrows:
        """Arrows from layer k + 1 back to layer k, below those forwards: for δ. Weights of shape (units of k + 1, units of k)."""
        return self._between(k + 1, k, SHIFT)

    def bypass(self, start: int, end: int) -> Arrows:
        """An arrow over the layers between, from the uppermost unit of layer `start` to that of layer `end`.

        Where the layers have several units it stands for all of them. Weights of shape (1, 1).
        """
        (x0, y0), (x1, y1) = self.positions[start][0], self.positions[end][0]
        lean = self.radius * np.array([0.5, 0.75**0.5])  # it leaves and arrives at 60°
        one, other = np.array([x0, y0]) + lean, np.array([x1, y1]) + lean * [-1, 1]
        top = max(at[0, 1] for at in self.positions[start : end + 1]) + self.radius + 0.35
        height = (top - 0.25 * (one[1] + other[1]) / 2) / 0.75  # of the two inner points of a cubic Bézier curve
        inner = np.array([[one[0] + (height - one[1]) / 3**0.5, height], [other[0] - (height - other[1]) / 3**0.5, height]])
        t = np.linspace(0, 1, 41)[:, None]
        way = (1 - t) ** 3 * one + 3 * t * (1 - t) ** 2 * inner[0] + 3 * t**2 * (1 - t) * inner[1] + t**3 * other
        self._top = max(self._top, top + 0.2)
        self._limit()
        return Arrows(self.ax, [way], ([0], [0]), (1, 1), self._full, self._heads, way[20:21])

    def share(self, k: int, text: str) -> Text:
        """One parameter that all units of layer k use: `text` above the layer, and a rail from it to each of them.

        Returns
        -------
        Text
            For `set_text`.
        """
        at = self.positions[k]
        rail = at[0, 0] + self.radius + 0.16
        top = at[0, 1] + self.radius + 0.22
        ways = [np.array([[rail, top], [rail, at[-1, 1]]])]
        ways += [np.array([[rail, y], [x + self.radius, y]]) for x, y in at]
        self.ax.add_collection(LineCollection(ways, colors=ACCENT, linewidths=1.6, zorder=2), autolim=False)
        self._top = max(self._top, top + 0.4)
        self._limit()
        return self.ax.text(rail, top + 0.04, text, ha="center", va="bottom", fontsize=SMALL, color=ACCENT)


def draw(
    ax: Axes,
    widths: Sequence[int],
    *,
    captions: Sequence[str] = (),
    gap: float = 2.5,
    most: int = 6,
    full: float = 1.0,
    heads: bool = True,
    radius: float = RADIUS,
) -> Network:
    """Draw a network into axes of its own.

    Parameters
    ----------
    ax : Axes
        Its frame and ticks are taken away.
    widths : sequence of int
        Units from input to output, as for `hidden_layer.network.fully_connected`.
    captions : sequence of str, optional
        A text below each layer; it may have several lines.
    gap : float
        From layer to layer; units are 1 apart. Five layers in a figure as wide as the book: 2, and numbers of 4 characters.
    most : int
        So many places a layer has at most: of a larger one the first and the last units are drawn, with "⋮" between.
    full : float
        The size of the weight with the thickest arrow.
    heads : bool
        Whether arrows have heads. Between layers of many units lines are clearer.
    radius : float
        Of a unit, less than 0.5.

    Returns
    -------
    Network

    Raises
    ------
    ValueError
        If a layer has no unit, or there is not one caption for each layer.
    """
    if not widths or min(widths) < 1:
        raise ValueError(f"widths must hold a number of units, 1 or more, for each layer, not {widths!r}")
    if captions and len(captions) != len(widths):
        raise ValueError(f"captions must be one for each of the {len(widths)} layers, not {len(captions)}")
    return Network(ax, widths, captions, gap, most, full, heads, radius)


class Graph:
    """What `graph` returns; its setters change the drawing.

    Attributes
    ----------
    forward, back : Arrows
        One for each edge, in its order: along it, and against it beside that one. Weights of shape (1, edges).
    gradients : list of Text
        Those below the circles.
    """

    def __init__(self, ax: Axes, values: dict[str, tuple[float, float]], operations: dict[str, tuple[float, float]],
                 edges: Sequence[tuple[str, str]], radius: float) -> None:  # fmt: skip
        self.ax = ax
        circles = PatchCollection([Circle(at, radius) for at in values.values()], zorder=3)
        circles.set(facecolor="none", edgecolor="black", linewidth=1.3)
        ax.add_collection(circles, autolim=False)
        half = BOX / 2
        boxes = PatchCollection([Rectangle((x - half, y - half), BOX, BOX) for x, y in operations.values()], zorder=3)
        boxes.set(facecolor="none", edgecolor=MUTED, linewidth=1.3)
        ax.add_collection(boxes, autolim=False)
        for name, (x, y) in operations.items():
            ax.text(x, y, name[0], ha="center", va="center", fontsize=SMALL)
        self._inside = [ax.text(x, y, "", ha="center", va="center", fontsize=SMALL) for x, y in values.values()]
        self.gradients = [
            ax.text(x, y - radius - 0.06, "", ha="center", va="top", fontsize=SMALL, color=ACCENT) for x, y in values.values()
        ]
        for name, (x, y) in values.items():
            ax.text(x, y + radius + 0.06, f"${name}$", ha="center", va="bottom", fontsize=SMALL)
        reach = dict.fromkeys(values, radius) | dict.fromkeys(operations, 0.62 * BOX)
        self.forward = self._arrows(edges, values | operations, reach)
        self.back = self._arrows([(end, start) for start, end in edges], values | operations, reach)
        ax.set_axis_off()
        ax.set_aspect("equal")

    def _arrows(
        self, edges: Sequence[tuple[str, str]], places: dict[str, tuple[float, float]], reach: dict[str, float]
    ) -> Arrows:
        ways = []
        for start, end in edges:
            one, other = np.array(places[start], float), np.array(places[end], float)
            along = (other - one) / np.hypot(*(other - one))
            aside = 0.07 * np.array([-along[1], along[0]])
            ways.append(np.array([one + reach[start] * along, other - reach[end] * along]) + aside)
        return Arrows(
            self.ax, ways, ([0], range(len(edges))), (1, len(edges)), 1.0, True, np.array([w.mean(axis=0) for w in ways])
        )

    def set_values(self, texts: Sequence[str]) -> None:
        """A text in each circle."""
        for artist, text in zip(self._inside, texts, strict=True):
            artist.set_text(text)

    def set_gradients(self, texts: Sequence[str]) -> None:
        """A text below each circle."""
        for artist, text in zip(self.gradients, texts, strict=True):
            artist.set_text(text)


def graph(
    ax: Axes,
    values: dict[str, tuple[float, float]],
    operations: dict[str, tuple[float, float]],
    edges: Sequence[tuple[str, str]],
    *,
    radius: float = RADIUS,
) -> Graph:
    """Draw a computational graph.

    Parameters
    ----------
    ax : Axes
        Its frame and ticks are taken away; its limits are left to the caller.
    values, operations : dict
        {name: (x, y)}: circles with the name above, as a formula; boxes with the first letter of their name in them.
    edges : sequence of (str, str)
        From a value to an operation that uses it, and from an operation to its value.
    radius : float
        Of a circle.
    """
    return Graph(ax, values, operations, edges, radius)
