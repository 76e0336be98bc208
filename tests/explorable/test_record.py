"""What a recording follows, what it refuses, and what it says when it does."""

import io
import itertools
import re
import subprocess
import sys
import textwrap
from importlib.resources import files

import nbclient
import nbformat
import numpy as np
import pytest
from IPython.display import Audio, display
from ipywidgets import IntSlider
from matplotlib import pyplot as plt
from matplotlib.collections import PolyCollection
from matplotlib.figure import Figure
from matplotlib.patches import Circle

from explorable import RecordingError, encode, explore, interactive, limits, page, still
from explorable.errors import named
from explorable.record import Recording
from explorable.svg import OWN, Renderer


def changes(shown):
    """The attributes that change, each with its values over the first control."""
    recording = shown._views.recording
    out = {}
    for channel in recording.channels:
        reader = encode.Reader(channel, recording.shape, recording.thin)
        rest = (0,) * (len(recording.shape) - 1)
        values = [reader[(i, *rest)] for i in range(recording.shape[0])]
        out.setdefault(channel["a"], []).append([str(v) for v in values])
    return out


def seen(recording, point=()):
    """What is seen at a grid point, tag and attributes, with what clips and hatches look like instead of their names."""
    shapes = {f"{OWN}{name}": shape for r in recording.renderers for (_, _, shape), name in r.defs.items()}
    out = []
    for mark, attributes in itertools.chain(*(recording._replayed(unit, point) for unit in recording.scene.units)):
        for name, value in attributes.items():
            if name in ("fill", "clip-path"):
                attributes[name] = re.sub(r"url\(#([^)]*)\)", lambda found: shapes[found[1]], value)
            elif "marker-" in name or name == "id":
                attributes[name] = value and "a marker"
        if not mark.tag.startswith("/"):
            out.append((mark, {name: value for name, value in attributes.items() if value != ""}))
    return out


def check(recording, build, values):
    """The recording of `build` shows what a figure shows that has only been drawn at each of `values`."""
    for at, k in enumerate(values):
        figure, ax = plt.subplots(figsize=(4, 3))
        build(ax)(k)
        ours, theirs = seen(recording, (at,)), seen(Recording(None, [], figure).run())
        assert [mark.tag for mark, _ in ours] == [mark.tag for mark, _ in theirs], k
        for (mark, now), (_, then) in zip(ours, theirs):
            assert now.keys() == then.keys(), (k, mark.tag)
            if mark.straight:  # in every frame: then its ends are enough
                then["d"] = encode.trim(then["d"], (), True)
            for name in now:
                if now[name] != then[name]:
                    (template, numbers), (template2, numbers2) = (encode.split(name, one[name]) for one in (now, then))
                    assert template == template2 and encode.near(name, numbers, numbers2, encode.TOLERANCE), (k, mark.tag, name)


# -- what is followed -----------------------------------------------------------------------


def line(ax, **style):
    return ax.plot([0, 1, 2], [0, 1, 0], **style)[0]


def vlines(ax):
    return ax.vlines([0, 1], 0, 1)


def legend(ax):
    line(ax, label="old", marker="o")
    ax.scatter([0], [0], label="dots")
    return ax.legend(loc="upper left")


FOLLOWED = {
    "line data": (line, lambda a, k: a.set_ydata([0, k, 0]), {"d"}),
    "line colour": (line, lambda a, k: a.set_color(["r", "g", "b"][k]), {"stroke"}),
    "line alpha": (line, lambda a, k: a.set_alpha(1 - k / 4), {"stroke-opacity"}),
    "line width": (line, lambda a, k: a.set_linewidth(1 + k), {"stroke-width"}),
    "line style": (line, lambda a, k: a.set_linestyle(["-", "--", ":"][k]), {"stroke-dasharray", "stroke-linecap"}),
    "line visible": (line, lambda a, k: a.set_visible(k != 1), {"display"}),
    "line with gaps": (line, lambda a, k: a.set_ydata([0, [1, np.nan, 2][k], 0]), {"d"}),
    "marker": (lambda ax: line(ax, marker="o"), lambda a, k: a.set_marker(["o", "s", "^"][k]), {"d", "stroke-linejoin"}),
    "marker size": (lambda ax: line(ax, marker="o"), lambda a, k: a.set_markersize(2 + k), {"d"}),
    "lone dot": (lambda ax: ax.plot([0], [0], "o")[0], lambda a, k: a.set_data([k], [0]), {"d"}),
    "text": (lambda ax: ax.text(0, 0, ""), lambda a, k: a.set_text(f"k = {k}"), {"#"}),
    "text place": (lambda ax: ax.text(0, 0, "x"), lambda a, k: a.set_position((k, 0)), {"x"}),
    "text colour": (lambda ax: ax.text(0, 0, "x"), lambda a, k: a.set_color(["r", "g", "b"][k]), {"fill"}),
    "text size": (lambda ax: ax.text(0, 0, "x"), lambda a, k: a.set_fontsize(8 + k), {"font-size"}),
    "math": (lambda ax: ax.text(0, 0, "x"), lambda a, k: a.set_text(f"$x_{k}$ and $2^{k}$"), {"#"}),
    "title": (lambda ax: ax, lambda a, k: a.set_title(f"k = {k}"), {"#"}),
    "axis label": (lambda ax: ax, lambda a, k: a.set_xlabel(f"k = {k}"), {"#"}),
    "annotation": (
        lambda ax: ax.annotate("a", (0, 0), (1, 1), arrowprops={"arrowstyle": "-"}),
        lambda a, k: setattr(a, "xy", (k / 2, 0)), {"d"},
    ),
    "text box": (
        lambda ax: ax.text(0.2, 0.2, "x", bbox={"fc": "w"}),
        lambda a, k: a.get_bbox_patch().set_facecolor(["r", "g", "b"][k]), {"fill"},
    ),
    "scatter offsets": (lambda ax: ax.scatter([0, 1], [0, 1]), lambda a, k: a.set_offsets([[0, 0], [1, k / 2]]), {"d"}),
    "scatter size": (lambda ax: ax.scatter([0, 1], [0, 1]), lambda a, k: a.set_sizes([10 + 20 * k]), {"d"}),
    "scatter sizes": (
        lambda ax: ax.scatter([0, 1], [0, 1], s=[10, 20]),
        lambda a, k: a.set_sizes([10 + k, 20]), {"transform", "stroke-width"},
    ),
    "scatter colours": (
        lambda ax: ax.scatter([0, 1], [0, 1], c=[0, 1]),
        lambda a, k: a.set_array(np.array([0.3 * k, 1])), {"fill", "stroke"},
    ),
    "fill_between": (
        lambda ax: ax.fill_between([0, 1, 2], [1, 1, 2]),
        lambda a, k: a.set_data([0, 1, 2], [0, 0, 0], [1, k, 2]), {"d"},
    ),
    "polygons": (
        lambda ax: ax.add_collection(PolyCollection([[(0, 0), (1, 0), (0, 1)]])),
        lambda a, k: a.set_verts([[(0, 0), (1, k / 2), (0, 1)]]), {"d"},
    ),
    "vlines": (vlines, lambda a, k: a.set_segments([[(0, 0), (0, 1)], [(1, 0), (1, k)]]), {"d"}),
    "vlines colour": (vlines, lambda a, k: a.set_colors(["r", "g", "b"][k]), {"stroke"}),
    "bar": (lambda ax: ax.bar([0, 1], [1, 2])[0], lambda a, k: a.set_height(k), {"d"}),
    "circle": (lambda ax: ax.add_patch(Circle((0, 0), 0.5)), lambda a, k: a.set_radius(0.2 + k), {"d"}),
    "span": (lambda ax: ax.axvspan(0, 1), lambda a, k: a.set_xy((k / 2, 0)), {"d"}),
    "hatch": (lambda ax: ax.bar([0], [1])[0], lambda a, k: a.set_hatch(["/", "x", ""][k]), {"fill"}),
    "image": (lambda ax: ax.imshow(np.eye(3)), lambda a, k: a.set_data(np.eye(3) * k / 2), {"href"}),
    "image range": (lambda ax: ax.imshow(np.eye(3)), lambda a, k: a.set_clim(0, 1 + k), {"href"}),
    "arrows": (lambda ax: ax.quiver([0], [0], [1], [1], scale=4), lambda a, k: a.set_UVC([1], [k]), {"d"}),
    "spine": (lambda ax: ax.spines["top"], lambda a, k: a.set_visible(k == 0), {"display"}),
    "background": (lambda ax: ax.patch, lambda a, k: a.set_facecolor(["w", "0.9", "0.8"][k]), {"fill"}),
    "figure text": (lambda ax: ax.figure.text(0, 0, ""), lambda a, k: a.set_text(f"{k}"), {"#"}),
    "figure title": (lambda ax: ax.figure.suptitle("x"), lambda a, k: a.set_text(f"{k}"), {"#"}),
    "scatter visible": (lambda ax: ax.scatter([0, 1], [0, 1], s=[10, 20]), lambda a, k: a.set_visible(k != 1), {"display"}),
    "arrow": (
        lambda ax: ax.annotate("a", (0, 0), (1, 1), arrowprops={"arrowstyle": "-"}).arrow_patch,
        lambda a, k: a.set_color(["r", "g", "b"][k]), {"stroke"},
    ),
    "figure line": (lambda ax: ax.figure.add_artist(plt.Line2D([0, 1], [0, 1])), lambda a, k: a.set_ydata([0, k]), {"d"}),
    "animated": (lambda ax: line(ax, animated=True), lambda a, k: a.set_ydata([0, k, 0]), {"d"}),
    "legend text": (legend, lambda a, k: a.get_texts()[0].set_text("new" * (k + 1)), {"#", "d"}),
    "legend line": (legend, lambda a, k: a.legend_handles[0].set_color(["r", "g", "b"][k]), {"stroke", "fill"}),
    "legend dots": (legend, lambda a, k: a.legend_handles[1].set_color(["r", "g", "b"][k]), {"fill"}),
    "legend visible": (legend, lambda a, k: a.set_visible(k != 1), {"display"}),
    "legend frame": (legend, lambda a, k: a.get_frame().set_facecolor(["r", "g", "b"][k]), {"fill"}),
}  # fmt: skip


@pytest.mark.parametrize("name", FOLLOWED)
def test_follows(name, record):
    make, change, expected = FOLLOWED[name]

    def build(ax):
        ax.set(xlim=(-1, 3), ylim=(-1, 3))
        artist = make(ax)
        return lambda k: change(artist, k)

    shown = record(build, k=(0, 2))
    got = changes(shown)
    assert expected <= set(got), got.keys()
    check(shown._views.recording, build, range(3))
    # the player finds what moves by a mark of its own
    assert shown._views.html().count(" data-x") == len(shown._views.recording.element)
    assert all(len(set(values)) > 1 for values in got["d" if "d" in expected else min(expected)])


@pytest.mark.parametrize("name", ["line data", "text", "legend text", "legend dots"])
def test_what_is_followed_is_drawn_without_the_rest(name, record, monkeypatch):
    make, change, _ = FOLLOWED[name]
    drawn, draw = [], Figure.draw
    monkeypatch.setattr(Figure, "draw", lambda figure, renderer: (drawn.append(figure), draw(figure, renderer)))

    def build(ax):
        artist = make(ax)
        return lambda k: change(artist, k % 3)

    counts = []
    for last in (20, 40):
        drawn.clear()
        record(build, k=(0, last))
        counts.append(len(drawn))
    assert counts[0] == counts[1]


def test_the_coordinates_are_those_of_the_data(sigmoid_figure):
    draw = sigmoid_figure
    shown = explore(draw.figure, gain=(0.5, 4, 0.5), x0=(-4, 4, 1))(draw)
    recording = shown._views.recording
    readers = [encode.Reader(c, recording.shape) for c in recording.channels if c["a"] == "d"]
    height = 3 * 72
    for index in [(0, 0), (3, 5), (7, 8)]:
        gain = recording.controls[0].values[index[0]]
        points = draw.left.transData.transform(np.c_[draw.x, 1 / (1 + np.exp(-gain * draw.x))])
        points *= 72 / draw.figure.dpi
        got = readers[0][index].numbers.reshape(2, -1).T / 100
        assert np.abs(got - np.c_[points[:, 0], height - points[:, 1]]).max() <= 0.01 * encode.TOLERANCE + 0.00501


def test_a_straight_line_is_two_points_however_many_it_was_drawn_with(sigmoid_figure):
    draw = sigmoid_figure
    shown = explore(draw.figure, gain=(0.5, 4, 0.5), x0=(-4, 4, 1))(draw)
    assert [c["t"] for c in shown._views.recording.channels][:3] == [["M1L160"], ["M1L1"], ["M1Z1"]]


def test_a_dead_control_costs_nothing(record):
    def build(ax):
        curve, dot = line(ax), ax.plot([0], [0], "o")[0]
        ax.set(ylim=(0, 50))

        def draw(a, b):
            curve.set_ydata([0, a, 0])
            dot.set_data([0], [b])

        return draw

    small, large = record(build, a=(0, 20), b=(0, 1)), record(build, a=(0, 20), b=(0, 40))
    axes = [sorted(group[0] for group in c["g"]) for c in large._views.recording.channels]
    assert axes == [[[], [], [0]], [[], [], [1]]]
    first = [view._views.recording.channels[0]["g"] for view in (small, large)]
    assert first[0] == first[1]


def test_a_control_that_changes_nothing_is_a_warning_that_names_it(record):
    def build(ax):
        curve = line(ax)
        return lambda a, lost, single: curve.set_ydata([0, a, 0])

    with pytest.warns(UserWarning) as said:
        html = record(build, a=(0, 2), lost=(0, 1), single=["only"])._views.html()
    assert [str(one.message) for one in said] == [
        f"explorable: the control {name!r} changes nothing and is left out" for name in ("lost", "single")
    ]
    assert said[0].filename.endswith("conftest.py")  # where explore was called
    assert html.count('<div class="explorable-row">') == 1 and html.count('<div class="explorable-row" hidden="hidden">') == 2


def test_an_artist_that_is_hidden_at_the_start_keeps_its_place(record):
    def build(ax):
        curve = line(ax, visible=False, zorder=1)
        ax.plot([0, 1], [0, 1], color="r")

        def draw(show):
            curve.set_visible(show)

        return draw

    html = record(build, show=False)._views.html()
    assert html.index('display="none"') < html.index("#ff0000")


def test_what_is_hidden_may_go_on_changing(record):
    def build(ax):
        curve = line(ax)
        return lambda k: curve.set(visible=k in (0, 3), linewidth=1 + k)

    got = changes(record(build, k=(0, 3)))
    assert got["display"] == [["", "none", "none", ""]]


def test_several_axes_twins_and_insets(record):
    def build(ax):
        twin, inset = ax.twinx(), ax.inset_axes([0.1, 0.6, 0.3, 0.3])
        curves = [line(a) for a in (ax, twin, inset)]
        for a in (ax, twin, inset):
            a.set_ylim(0, 3)

        def draw(k):
            for curve in curves:
                curve.set_ydata([0, k, 0])

        return draw

    assert len(changes(record(build, k=(0, 2)))["d"]) == 3


def test_the_layout_is_settled_before_the_recording():
    figure, ax = plt.subplots(layout="constrained")
    text = ax.set_xlabel("x")

    def draw(k):
        text.set_text("x" * k)

    assert set(changes(explore(figure, k=(1, 5))(draw))) == {"#"}


def test_the_best_place_of_a_legend_is_found_once(record):
    def build(ax):
        curve = line(ax, label="curve")
        ax.set(ylim=(0, 3))
        ax.legend(loc="best")
        return lambda k: curve.set_ydata([3, 3, k] if k else [0, 0, 3])

    assert set(changes(record(build, k=(0, 3)))) == {"d"}


def test_the_figure_is_left_at_the_start_values_and_closed(sigmoid_figure):
    draw, figure = sigmoid_figure, sigmoid_figure.figure
    dpi = figure.dpi
    explore(figure, gain=(0.5, 4, 0.5), x0=(-4, 4, 1))(draw)
    assert draw.left.texts[0].get_text() == "σ(0.0) = 0.5000"
    assert not plt.fignum_exists(figure.number)
    assert figure.dpi == dpi
    assert not any("_became_stale" in getattr(artist.stale_callback, "__qualname__", "") for artist in figure.findobj())


def test_the_function_stays_a_function(sigmoid_figure):
    shown = explore(sigmoid_figure.figure, gain=(0.5, 4, 0.5), x0=(-4, 4, 1))(sigmoid_figure)
    shown(2.0, x0=1.0)
    assert sigmoid_figure.left.texts[0].get_text() == "σ(1.0) = 0.8808"


def test_a_curve_is_cut_only_where_it_cannot_be_seen(record):
    def build(ax):
        ax.set_position((0, 0, 1, 1))
        ax.set(xlim=(0, 1), ylim=(0, 1))  # of a figure of 28800 × 21600
        curve, dots = line(ax), ax.plot([9, 9, 9], [9, 9, 9], "o")[0]

        def draw(k):
            curve.set_data(k + np.array([0, 3, 4, 5, 0]), [0, -3, -4, -5, 0])
            dots.set_data([9, 8, 9], [k, 9, 9])

        return draw

    recording = record(build, k=[0, 0.5, -9])._views.recording
    curve, dots = (encode.Reader(c, recording.shape) for c in recording.channels if c["a"] == "d")
    for k, points in enumerate([
        [[0, 86400, 57600, 144000, 0], [21600, 86400, 43200, 129600, 21600]],
        [[14400, 100800, 57600, 158400, 14400], [21600, 86400, 43200, 129600, 21600]],
        [[-28800, -28800, -28800, -28800, -28800], [21600, 86400, 43200, 129600, 21600]],
    ]):  # fmt: skip
        assert np.abs(curve[k,].numbers.reshape(2, -1) - points).max() <= encode.TOLERANCE
    assert dots[0,].numbers[:3] == pytest.approx(
        [259200, 230400, 259200], abs=encode.TOLERANCE
    )  # of markers each stands for itself


def test_every_frame_is_recorded_once_and_the_ends_and_some_between_are_replayed(record):
    def calls(k):
        seen = []

        def build(ax):
            ax.set_axis_off()
            curve = line(ax)

            def draw(k):
                seen.append(k)
                curve.set_ydata([0, k, 0])

            return draw

        record(build, k=k)
        return seen

    first, again = calls((0, 20)), calls((0, 20))
    settle, at_rest, again_, *grid = first[:23]
    assert first == again and {settle, at_rest, again_} == {10} and first[-1] == 10
    assert grid == [k for k in range(21) if k != 10]
    assert len(first[23:-1]) == len(set(first[23:-1])) == 8 and {0, 20} <= set(first[23:-1])
    assert sorted(calls((0, 4))[7:-1]) == [0, 1, 2, 3, 4]


@pytest.mark.parametrize("anchor", [None, (0.1, 0.2, 0.5, 0.6)])
def test_the_best_place_of_a_legend_is_a_place_like_another(anchor):
    def legend(place):
        figure, ax = plt.subplots()
        ax.plot([0, 1], [1, 0], label="falls")
        ax.set(xlim=(-9, 1), ylim=(0, 9))
        legend = ax.legend(loc=place, bbox_to_anchor=anchor)
        Recording(None, [], figure).run()
        figure.set_dpi(72)
        return legend.get_window_extent(Renderer()).extents

    assert legend("best") == pytest.approx(legend("upper right"), abs=0.01)


@pytest.mark.parametrize(("places", "papers"), [
    ([(0, 0, 0.4, 1), (0.5, 0, 0.4, 1)], 0),
    ([(0, 0, 0.4, 1), (0.3, 0, 0.4, 1), (0.9, 0, 0.1, 1)], 1),
    ([(0, 0, 1, 1), (0, 0, 0.5, 1), (0.4, 0, 0.2, 1)], 2),
])  # fmt: skip
def test_white_is_drawn_only_where_it_hides_something(places, papers):
    figure = plt.figure()
    for place in places:
        figure.add_axes(place, xticks=[], yticks=[])
    drawn = page.figure(Recording(None, [], figure).run(), "axes")
    assert drawn.count('fill="var(--explorable-paper,#fff)"') == papers


def test_lines_of_a_text_stand_at_its_anchor_and_white_on_a_box_is_drawn(record):
    def build(ax):
        ax.set_position((0, 0, 1, 1))
        ax.set(xlim=(0, 288), ylim=(0, 216))
        ax.text(100, 100, "one line\nand two", ha="center", ma="center")
        text = ax.text(100, 50, r"$\frac{1}{2}$", color="w", bbox={"fc": "k"})
        return lambda k: text.set_x(100 + k)

    html = record(build, k=(0, 1))._views.html()
    lines = re.findall(r"<text ([^>]*)>(?:one line|and two)</text>", html)
    assert len(lines) == 2 and all(' dx="' not in line and line.startswith('x="10000"') and "middle" in line for line in lines)
    assert re.search(r'<path data-x [^>]*fill="var\(--explorable-paper,#fff\)"', html)


def test_the_function_may_ask_how_large_its_figure_is(record):
    sizes = set()
    record(lambda ax: lambda k: ax.set_title(f"{k}", size=(sizes.add(ax.figure.canvas.get_width_height()), 9)[1]), k=(0, 1))
    assert sizes == {(288, 216)}  # in pixels: one is a point while it is recorded


# -- what needs the whole figure drawn again --------------------------------------------------


def table_cell(ax):
    cell = ax.table([["1"]], loc="center")[0, 0]
    return lambda k: cell.set_facecolor(["r", "g", "b"][k])


def contour(ax, k=0):
    x = np.linspace(-1, 1, 9)
    return ax.contour(x, x, np.add.outer(x**2, (1 + k) * x**2), levels=[0.2, 0.5])


def surface(k):
    x, y = np.meshgrid(np.linspace(0, 1, 4), np.linspace(0, 1, 4))
    return x, y, x * y * (1 + k)


def solid(ax):
    """3-D axes in the place of `ax`, with limits."""
    place, figure = ax.get_position(), ax.figure
    ax.remove()
    ax = figure.add_axes(place, projection="3d")
    ax.set(xlim=(0, 1), ylim=(0, 1), zlim=(0, 3))
    return ax


def colour_bar(ax):
    image = ax.imshow(np.eye(3))
    ax.figure.colorbar(image)
    return lambda k: image.set_clim(0, 1 + k)


def histogram(ax):
    ax.set(xlim=(0, 3), ylim=(0, 3))
    bars = [ax.hist([0, 1, 1])[2]]

    def draw(k):
        bars.pop().remove()
        bars.append(ax.hist([0, 1, 1 + k], color="C0")[2])

    return draw


def axis_text(ax):
    return lambda k: ax.yaxis.get_ticklabels()[0].set_color(["r", "g", "b"][k])


ANEW = {
    "x-limits": lambda ax: lambda k: ax.set_xlim(0, 1 + k),
    "y-limits": lambda ax: lambda k, curve=line(ax): ax.set_ylim(0, 1 + k),
    "autoscale": lambda ax: lambda k, curve=line(ax): (curve.set_ydata([0, k, 0]), ax.relim(), ax.autoscale_view()),
    "ticks": lambda ax: lambda k: ax.set_xticks([0, 1 / (1 + k)]),
    "tick labels": axis_text,
    "scale": lambda ax: lambda k: ax.set(yscale=["linear", "log", "linear"][k], ylim=(1, 10)),
    "new legend": lambda ax: lambda k, curve=line(ax): (curve.set_label(f"k = {k}"), ax.legend(loc="upper left")),
    "histogram": histogram,
    "cleared axes": lambda ax: lambda k: (ax.clear(), ax.plot([0, k]), ax.hist([0, 1, 1 + k]), contour(ax, k), ax.text(0, 0, k)),
    "cleared figure": lambda ax: lambda k, figure=ax.figure: (figure.clear(), figure.add_subplot().plot([0, k])),
    "one more curve": lambda ax: lambda k: (ax.clear(), [ax.plot([0, i], "o-", label=f"{i}") for i in range(k)], k and ax.legend()),
    "colour bar": colour_bar,
    "grid": lambda ax: lambda k: ax.grid(k == 1),
    "axis off": lambda ax: lambda k: ax.set_axis_off() if k == 1 else ax.set_axis_on(),
    "hidden axes": lambda ax: lambda k: ax.set_visible(k != 1),
    "layout": lambda ax: lambda k: ax.figure.subplots_adjust(left=0.2 + k / 10),
    "figure size": lambda ax: lambda k: ax.figure.set_size_inches(4, 3 + k),
    "zorder": lambda ax: lambda k, curves=(line(ax), line(ax, zorder=2.5)): curves[0].set_zorder(k + 1),
    "table": table_cell,
    "view": lambda ax: lambda k, ax=solid(ax): ax.view_init(30, 30 * k),
}  # fmt: skip


@pytest.mark.parametrize("name", ANEW)
def test_what_needs_the_whole_figure_is_drawn_anew(name, record):
    def build(ax):
        update = ANEW[name](ax)

        def draw(k):
            update(k)  # what it returns would be shown, too

        return draw

    recording = record(build, k=(0, 2))._views.recording
    assert recording.dead() == []
    check(recording, build, range(3))


def test_what_is_printed_and_figures_of_its_own_stand_beside_the_given_one(record, html_of):
    other = plt.figure().add_subplot()

    def build(ax):
        def draw(k):
            print("k is", k)
            ax.set_title(f"title {k}")
            plt.subplots()[1].set_title(f"new {k}")
            other.set_title(f"other {k}")

        return draw

    shown = record(build, k=(0, 2))
    assert sorted(map(sorted, changes(shown)["#"])) == [
        [f"{word} {k}" for k in range(3)] for word in ("k is", "new", "other", "title")
    ]
    html = html_of(shown)
    assert html.count("<svg") == 3 and re.search(r'<pre [^>]*class="explorable-text"[^>]*>k is 1</pre>', html)
    assert plt.get_fignums() == []  # the other one has been shown, too


# -- more settings than are visited -------------------------------------------------------------


@pytest.fixture
def few(monkeypatch):
    monkeypatch.setattr(limits, "settings", 20)


def test_between_visited_settings_the_player_guesses_what_lies_on_a_straight_line(few):
    def f(a=3, b=0):
        plt.figure(figsize=(4, 3))
        plt.plot([0, 1, 2], [0, a * b, a])
        plt.ylim(-99, 99)

    recording = interactive(f, a=(0, 40), b=(0, 5))._views.recording
    assert set(recording.thin) == {0} and 3 in recording.thin[0] and recording.notes == [] and recording.shape == (41, 6)
    for a, b in ((20, 5), (1, 1), (39, 2)):
        f(a, b)
        ours, theirs = (
            next(one["d"].numbers for _, one in seen(*at) if one.get("stroke") == "#1f77b4")
            for at in ((recording, (a, b)), (Recording(None, [], plt.gcf()).run(),))
        )
        assert np.abs(ours - theirs).max() <= 37


def test_controls_that_do_not_meet_are_visited_one_after_the_other(few):
    called = []

    def f(a=3, b=0):
        called.append((a, b))
        left, right = plt.subplots(1, 2, figsize=(4, 3))[1]
        left.set_title(f"left {a}")
        right.set_title(f"right {b}")

    recording = interactive(f, a=(0, 8), b=(0, 8))._views.recording
    assert recording.shape == (9, 9) and recording.thin == {} and recording.notes == []
    assert len(called) < 40  # 17, those that told that they do not meet, and the checks
    titles = [one["#"] for mark, one in seen(recording, (7, 5)) if mark.tag == "text" and "t " in one["#"]]
    assert titles == ["left 7", "right 5"]


@pytest.mark.parametrize("last", [22, 24, 26, 30])
@pytest.mark.parametrize("change", [
    lambda k, b: plt.plot([0, 1], [b, b + np.sin(k / 2)]),
    lambda k, b: plt.text(0, 0, "turned", rotation=round(100 + 15 * np.sin(k / 2)) + 3 * b, rotation_mode="anchor"),
    lambda k, b: plt.title(k * b),
])  # fmt: skip
def test_what_cannot_be_guessed_is_offered_at_the_visited_settings_alone(few, change, last):
    def f(k=0, b=0):
        plt.ylim(-3, 3)
        change(k, b)

    with pytest.warns(UserWarning, match=f"k: .* of its {last + 1} values are offered"):
        recording = interactive(f, k=(0, last), b=(0, 1))._views.recording
    assert recording.thin == {} and 1 < recording.shape[0] == len(recording.controls[0].values) < 20


# -- what changes nothing -----------------------------------------------------------------------


# what a teacher writes beside the change that is meant, at values that change nothing
HARMLESS = {
    "limits": lambda ax: ax.set_ylim(0, 3),
    "everything at once": lambda ax: ax.set(xlim=(0, 2), ylim=(0, 3), xlabel="x", title="same"),
    "axis": lambda ax: ax.axis((0, 2, 0, 3)),
    "autoscale of fixed limits": lambda ax: (ax.set_xlim(0, 2), ax.set_ylim(0, 3), ax.relim(), ax.autoscale_view()),
    "grid": lambda ax: ax.grid(True),
    "ticks": lambda ax: ax.set_xticks([0, 1, 2], ["a", "b", "c"]),
    "tick parameters": lambda ax: ax.tick_params(direction="in"),
    "scale": lambda ax: (ax.set_xscale("linear"), ax.set_xlim(0, 2)),
    "aspect": lambda ax: ax.set_aspect("equal"),
    "axis off": lambda ax: ax.set_axis_off(),
    "subplots_adjust": lambda ax: ax.figure.subplots_adjust(left=0.2),
    "tight layout": lambda ax: ax.figure.tight_layout(),
    "legend": lambda ax: ax.legend(loc="upper left"),
    "background": lambda ax: (ax.set_facecolor("0.9"), ax.figure.set_facecolor("w")),
    "behind": lambda ax: ax.set_axisbelow(True),
    "title of the figure": lambda ax: ax.figure.suptitle("same"),
    "drawn": lambda ax: (ax.figure.canvas.draw(), plt.draw(), plt.pause(0.001)),
    "saved": lambda ax: ax.figure.savefig(io.BytesIO()),
    "made and removed": lambda ax: ax.axhline(1).remove(),
    "the current axes": lambda ax: (plt.sca(ax), plt.grid(True), plt.ylim(0, 3), plt.show()),
}


@pytest.mark.parametrize("name", HARMLESS)
def test_what_changes_nothing_passes(name, record):
    def build(ax):
        curve = line(ax, label="curve")
        ax.set(xlim=(0, 2), ylim=(0, 3))

        def draw(k):
            curve.set_ydata([0, k, 0])
            HARMLESS[name](ax)

        return draw

    shown = record(build, k=(0, 3))
    assert [c["a"] for c in shown._views.recording.channels] == ["d"]
    got = changes(shown)["d"][0]
    assert len(set(got)) == 4


def test_what_is_set_beside_a_change_is_followed(record):
    def build(ax):
        curve = line(ax)
        ax.set_axis_off()

        def draw(k):
            curve.set_ydata([0, k, 0])
            ax.set_ylim(0, 3 + k)  # without an axis only the curve shows it, and what is read off it
            ax.figure.suptitle(f"k = {k}")

        return draw

    assert sorted(changes(record(build, k=(0, 3)))) == ["#", "d", "data-axes"]


def test_pyplot_means_the_figure_that_was_given(record):
    def build(ax):
        plt.figure()
        plt.close(ax.figure)  # as after the cell that made it

        def draw(k):
            plt.title(f"k = {k}")

        return draw

    assert changes(record(build, k=(0, 3)))["#"] == [["k = 0", "k = 1", "k = 2", "k = 3"]]
    assert plt.get_fignums() == [2] and plt.gcf().number == 2


def test_contours_move_to_the_paths_of_others(record):
    def build(ax):
        lines = contour(ax)

        def draw(k):
            other = contour(ax, k)
            lines.set_paths(other.get_paths())
            other.remove()

        return draw

    got = changes(record(build, k=(0, 2)))
    assert all(len(set(values)) == 3 for values in got["d"])


SOLID = {
    "curve": (
        lambda ax: ax.plot([0, 1, 0], [0, 1, 1], [0, 1, 0])[0],
        lambda artist, k: artist.set_data_3d([0, 1, 0], [0, 1, 1], [0, k, 0]),
    ),
    "surface": (
        lambda ax: ax.plot_surface(*surface(0)),
        lambda artist, k: artist.set_verts([np.array([(0, 0, 0), (1, 0, 0), (1, 1, 1 + k)]), np.array([(0, 0, 0), (0, 1, 0), (1, 1, 1 + k)])]),
    ),
    "dots": (
        lambda ax: ax.scatter([0, 1], [0, 1], [0, 1]),
        lambda artist, k: (setattr(artist, "_offsets3d", (np.arange(2), np.arange(2), np.array([0, k]))), setattr(artist, "stale", True)),
    ),
    "text": (lambda ax: ax.text(0, 0, 0, "k"), lambda artist, k: artist.set_position_3d((0, k / 2, 0))),
}  # fmt: skip


@pytest.mark.parametrize("name", SOLID)
def test_follows_in_three_dimensions(name, record):
    make, change = SOLID[name]

    def build(ax):
        artist = make(solid(ax))
        return lambda k: change(artist, k)

    got = changes(record(build, k=(0, 2)))
    values = [v for name, all_values in got.items() for v in all_values if name in ("d", "x", "y", "transform")]
    assert any(len(set(v)) == 3 for v in values)


@pytest.mark.parametrize("setting", [{"savefig.bbox": "tight"}, {"savefig.transparent": True}, {"savefig.pad_inches": 3}])
def test_how_files_are_saved_is_not_how_a_figure_is_shown(record, setting):
    def shown():
        figure, ax = plt.subplots(figsize=(4, 3), facecolor="0.8")
        ax.set_facecolor("0.5")
        return still(figure, "axes")._repr_mimebundle_()

    plain = shown()
    with plt.rc_context(setting):
        assert shown() == plain
        record(lambda ax: lambda k: ax.set_title(k), k=(0, 1))


@pytest.mark.parametrize("layout", [None, "constrained", "tight", "compressed"])
def test_layout_and_legends_are_put_back(layout):
    figure, ax = plt.subplots(layout=layout)
    curve = line(ax, label="curve")
    ax.set(xlim=(0, 2), ylim=(0, 3))
    legends = [ax.legend(), ax.inset_axes([0.1, 0.1, 0.3, 0.3]).legend([curve], ["up"], loc="lower left")]
    engine, places = figure.get_layout_engine(), [legend._loc for legend in legends]
    explore(figure, k=(0, 2))(lambda k: curve.set_ydata([0, k, 0]))
    assert figure.get_layout_engine() is engine
    assert [legend._loc for legend in legends] == places
    with pytest.raises(RecordingError):
        explore(figure, k=(0, 2))(lambda k: 1 / k)
    assert figure.get_layout_engine() is engine and [legend._loc for legend in legends] == places


README = files("explorable").joinpath("README.md").read_text("utf-8")


def examples(section):
    """The code in the table of a section of the README."""
    table = README.split(f"\n## {section}\n")[1].split("\n## ")[0].split("|---|---|")[1].split("\n\n")[0]
    rows = [row.split(" | ") for row in table.strip().splitlines()]
    column = 1 if section == "What it follows" else 0
    return [code for row in rows for code in re.findall("`([^`]*)`", row[column])]


def run(code):
    """Record a figure that has all that the examples of the README speak of; `code` is what the function does."""
    fig, (ax, right) = plt.subplots(1, 2, figsize=(6, 3))
    x, edges, field = np.linspace(0, 1, 5), np.linspace(0, 3, 7), np.add.outer(np.arange(4), np.arange(4)) / 2
    in_space = any(word in code for word in ("space", "spiral", "surface"))
    space = solid(right) if in_space else None

    def faces(k):
        return [np.array([(0, 0, 0), (1, 0, 0), (1, 1, k)])]

    made = {  # only what the code speaks of: a figure with all of it takes its time, and seconds in space
        "curve": lambda: ax.plot(x, x)[0],
        "note": lambda: ax.annotate("a", (0, 0), (1, 1), arrowprops={"arrowstyle": "-"}),
        "dots": lambda: ax.scatter([0], [0]), "bars": lambda: ax.bar([0], [1]),
        "steps": lambda: ax.stairs(np.histogram(x, edges)[0], edges), "area": lambda: ax.fill_between(x, 0, x),
        "sticks": lambda: ax.vlines([1], 0, 1), "image": lambda: ax.imshow(field, vmin=0, vmax=9, aspect="auto"),
        "mesh": lambda: ax.pcolormesh(field, vmin=0, vmax=9), "arrows": lambda: ax.quiver([0], [0], [1], [1]),
        "lines": lambda: ax.contour(field, levels=[1]), "cells": lambda: ax.table([["1"]]),
        "spiral": lambda: space.plot(x, x, x)[0], "surface": lambda: space.plot_surface(field, field.T, field),
    }  # fmt: skip
    names = {name: make() for name, make in made.items() if name == "curve" or re.search(rf"\b{name}\b", code)}
    names |= {
        "fig": fig, "ax": ax, "x": x, "edges": edges, "field": field, "space": space, "faces": faces, "plt": plt, "np": np,
        "Figure": Figure,
    }  # fmt: skip
    ax.set(xlim=(0, 3), ylim=(0, 3))
    plt.sca(ax)
    code, anew = code.removeprefix("interact: "), code.startswith("interact: ")

    def function(k):
        exec(code, names | {"k": k, "display": display, "Audio": Audio, "IntSlider": IntSlider})

    return (interactive(function, k=(1, 3)) if anew else explore(fig, k=(1, 3))(function))._views.recording


@pytest.mark.parametrize("code", examples("What it follows"))
def test_what_the_readme_says_is_followed(code):
    assert run(code).dead() == []


@pytest.mark.parametrize("code", examples("What it refuses"))
def test_what_the_readme_says_is_refused(code):
    with pytest.raises(RecordingError, match="k=|Nothing changes|is not supported|are not supported"):
        run(code)


NOTEBOOK = [
    """
    from matplotlib import pyplot as plt
    from explorable import explore, interact
    fig, ax = plt.subplots()
    """,
    """
    def update(k):
        plt.title(f"title {k}")
        plt.show()
    explore(fig, k=(0, 2))(update)
    """,
    """
    fig, ax = plt.subplots()
    def update(k):
        ax.set_title(f"title {k}")
        display(fig)
    explore(fig, k=(0, 2))(update)
    """,
    """
    @interact(k=(0, 2))
    def update(k=1):
        plt.figure()
        plt.title(f"title {k}")
        plt.show()
        return fig
    """,
    """
    @interact(k=(0, 2))
    def update(k=1):
        ax.set_title(f"title {k}")
        display(f"text {k}")
    """,
]


def test_in_a_notebook_everything_is_shown_once():
    cells = [nbformat.v4.new_code_cell(textwrap.dedent(source)) for source in NOTEBOOK]
    notebook = nbformat.v4.new_notebook(cells=cells)
    nbclient.NotebookClient(notebook, kernel_name="python3", timeout=120, coalesce_streams=True).execute()
    first, *others = [[output.get("data", output) for output in cell["outputs"]] for cell in notebook.cells]
    assert [len(shown) for shown in (first, *others)] == [1] * len(NOTEBOOK)  # the first: the figure that its cell leaves open
    assert set(first[0]) == {"text/plain", "image/png"}
    for (shown,), pictures, words in zip(others, (1, 1, 2, 1), (["title"], ["title"], ["title"], ["title", "text"])):
        assert shown["text/html"].count("<svg") == pictures
        assert all(f"{word} 1" in shown["text/html"] for word in words)


# -- what is refused ----------------------------------------------------------------------------


def test_an_artist_is_named_by_its_kind_its_label_and_its_axes():
    figure, (left, right) = plt.subplots(1, 2)
    top = figure.suptitle("top")
    right.set(title="Title", xlabel="below")
    odd = figure.add_artist(plt.Line2D([0, 1], [0, 1]))
    odd.set_label(None)
    inset = left.inset_axes([0.1, 0.6, 0.3, 0.3])
    for artist, name in (
        (figure, "Figure"), (figure.patch, "Rectangle"), (top, "Text 'top'"), (odd, "Line2D"),
        (left, "the axes 0"), (right, "the axes 1 ('Title')"), (line(inset), "Line2D"),
        (line(left), "Line2D of axes 0"), (line(right, label="up"), "Line2D 'up' of axes 1 ('Title')"),
        (line(right, label=3), "Line2D '3' of axes 1 ('Title')"), (right.title, "Text 'Title' of axes 1 ('Title')"),
        (right.xaxis.label, "Text 'below'"),
    ):  # fmt: skip
        assert named(artist) == name


@pytest.mark.parametrize("change", [
    lambda ax, k: setattr(ax.legend_, "_visible", k < 5),
    lambda ax, k: setattr(ax.lines[0], "_visible", k < 5),
    lambda ax, k: setattr(ax.lines[0], "_visible", k > 4),
    lambda ax, k: setattr(ax.lines[0], "zorder", k),
    lambda ax, k: setattr(ax.lines[0], "zorder", 9 - k),
])  # fmt: skip
def test_refuses_what_is_hidden_or_moved_behind_the_back_of_its_artist(record, change):
    def build(ax):
        curves = line(ax, label="one"), line(ax, label="two")
        ax.legend(loc="upper left")

        def draw(k):
            curves[1].set_ydata([0, k / 9, 0])
            change(ax, k)

        return draw

    with pytest.raises(RecordingError, match=r"replayed at k=\d, .* of axes 0 differs from a full draw"):
        record(build, k=(0, 9))


def test_refuses_what_is_taken_away_for_good(record):
    def build(ax):
        curves = [line(ax, label="gone"), line(ax)]
        return lambda k: curves.pop(0).remove() if k == 2 and len(curves) > 1 else None

    with pytest.raises(RecordingError, match=r"replayed at k=\d, Line2D.* differs from a full draw.*state"):
        record(build, k=(0, 2))


def test_a_recording_in_which_nothing_changes_is_refused(record):
    with pytest.raises(RecordingError, match="Nothing changes over k, single: .*explore shows the figure that it was given"):
        record(lambda ax: lambda k, single: None, k=(0, 2), single=["one"])


def test_refuses_what_it_cannot_draw(record):
    with pytest.raises(RecordingError, match="QuadMesh of axes 0: gouraud shading is not supported"):
        record(lambda ax: (ax.pcolormesh(np.eye(3), shading="gouraud"), lambda k: None)[1], k=(0, 1))


def test_refuses_what_depends_on_the_calls_before(record):
    def build(ax):
        curve, seen = line(ax, label="memory"), []

        def draw(k):
            seen.append(k)
            curve.set_ydata([0, len(seen), 0])

        return draw

    with pytest.raises(RecordingError, match="Called twice with k=4, Line2D 'memory' of axes 0 differs: .*some state is kept"):
        record(build, k=(0, 9))


ADDED = {
    "a line": lambda ax: lambda k: ax.plot([0, k]),
    "the same line": lambda ax: lambda k: ax.axhline(0),
    "a text": lambda ax: lambda k: ax.text(0, 0, f"{k}"),
    "bars": lambda ax: lambda k: ax.bar([0], [k]),
    "contours": lambda ax: lambda k: contour(ax, k),
    "axes": lambda ax: lambda k: ax.figure.add_axes([0, 0, 0.1, 0.1]),
    "by pyplot": lambda ax: lambda k: plt.plot([0, k]),
}


@pytest.mark.parametrize("what", ADDED)
def test_refuses_what_is_added_in_each_call_and_never_taken_away(record, what):
    with pytest.raises(RecordingError, match="^Called twice with k=1, .* differs: .*state"):
        record(ADDED[what], k=(0, 2))
    assert plt.get_fignums() == [1]


def test_says_that_random_numbers_need_a_seed(record):
    def build(ax):
        curve, rng = line(ax, label="noise"), np.random.default_rng()
        return lambda k: curve.set_ydata(rng.random(3))

    with pytest.raises(RecordingError, match="'noise' of axes 0 differs: there are random numbers without a seed.*default_rng"):
        record(build, k=(0, 9))


def test_says_that_update_has_to_set_everything(record):
    def build(ax):
        curve = line(ax, label="once")

        def draw(k):
            if k == 9:
                curve.set_color("r")  # and never back

        return draw

    with pytest.raises(
        RecordingError, match="'once' of axes 0 differs from a full draw. Either update leaves some of it.*every call"
    ):
        record(build, k=(0, 9))


def test_refuses_what_changes_behind_the_back_of_its_artist(record):
    def build(ax):
        bars = ax.bar([0, 1], [1, 2], label="bars")
        ax.set_ylim(0, 9)

        def draw(k):
            bars[0]._height = k  # no setter, so nothing tells the recorder

        return draw

    with pytest.raises(RecordingError, match="replayed at k=.*Rectangle.*differs from a full draw"):
        record(build, k=(0, 9))


def test_random_points_catch_what_the_ends_do_not_show(record):
    def build(ax):
        bars = ax.bar([0, 1], [1, 2])
        ax.set_ylim(0, 9)

        def draw(k):
            bars[0]._height = 1 if k in (0, 30) else 5

        return draw

    with pytest.raises(RecordingError, match=r"replayed at k=\d+, Rectangle"):
        record(build, k=(0, 30))


def test_refuses_ticks_that_change_behind_its_back(record):
    def build(ax):
        ax.set_title("Title")
        state = {"k": 0}
        ax.xaxis.set_major_formatter(lambda value, place: f"{value + state['k']:.1f}")
        return lambda k: state.update(k=k)

    with pytest.raises(RecordingError, match=r"replayed at k=\d, .* differs from a full draw"):
        record(build, k=(0, 9))


def test_refuses_sketch_lines(record):
    with plt.xkcd(), pytest.raises(RecordingError, match="sketch .xkcd. lines are not supported; leave out plt.xkcd"):
        record(lambda ax: lambda k: None, k=(0, 1))


def test_an_error_in_the_function_names_the_values(record):
    with pytest.raises(
        RecordingError, match=r"failed at a=2, b='y': ZeroDivisionError: division by zero. Take these values out"
    ) as caught:
        record(lambda ax: lambda a, b: 1 / (a - 2) if b == "y" else None, a=(0, 3), b=["x", "y"])
    assert isinstance(caught.value.__cause__, ZeroDivisionError)


def test_the_figure_is_put_back_after_an_error(sigmoid_figure):
    figure = sigmoid_figure.figure
    canvas, dpi = figure.canvas, figure.dpi
    with pytest.raises(RecordingError):
        explore(figure, gain=(0, 1), x0=(0, 1))(lambda gain, x0: 1 / gain)
    assert (figure.canvas, figure.dpi) == (canvas, dpi)


def test_too_many_frames_are_refused_before_anything_is_drawn(record):
    calls = []
    with pytest.raises(ValueError, match="10201 frames, more than 10000"):
        record(lambda ax: lambda a, b: calls.append(a), a=(0, 100), b=(0, 100))
    assert not calls


@pytest.mark.parametrize(
    ("function", "controls", "message"),
    [
        (lambda a: None, {"b": (0, 1)}, "do not fit"),
        (lambda a, b: None, {"a": (0, 1)}, "missing a required argument: 'b'"),
    ],
)
def test_a_function_that_does_not_take_its_controls_is_refused(function, controls, message):
    with pytest.raises(TypeError, match=message):
        explore(plt.figure(), **controls)(function)


def test_what_is_no_figure_is_refused():
    with pytest.raises(TypeError, match="fig: expected a matplotlib Figure, got Axes; take its .figure"):
        explore(plt.subplots()[1], a=(0, 1))
    for controls in ({"a": (0, 1)}, {}):  # as for interact
        with pytest.raises(TypeError, match="got function, a function: make the figure first, then put @explore.fig, …. above"):
            explore(lambda a: None, **controls)
    with pytest.raises(TypeError, match="fig: expected a matplotlib Figure, got NoneType"):
        still(None, "nothing")


# -- the same code, the same bytes ------------------------------------------------------------

SCRIPT = """
import hashlib, numpy as np
from matplotlib import pyplot as plt
from explorable import explore, still
figure, axes = plt.subplots(1, 2, figsize=(5, 3), layout="constrained")
x = np.linspace(0, 1, 30)
curves = [axes[i % 2].plot(x, x, "o-", label=str(i))[0] for i in range(4)]
dots = axes[0].scatter(x, x, s=20 + x, c=x)
image = axes[1].imshow(np.outer(x, x), extent=(0, 1, 0, 1), aspect="auto")
axes[0].legend()
def draw(a, b):
    for k, curve in enumerate(curves):
        curve.set_ydata(x ** (1 + a) * k / 4)
    dots.set_array(x * a)
    image.set_data(np.outer(x, x) * b)
    axes[0].set_title(f"$a_0 = {a}$")
shown = explore(figure, a=(0, 2), b=(0, 1, 0.5))(draw)
bundle = repr(shown._repr_mimebundle_())
print(hashlib.sha256(bundle.encode()).hexdigest())
"""


def test_the_same_code_gives_the_same_bytes():
    runs = [
        subprocess.run(
            [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=True,
            env={"PYTHONHASHSEED": seed, "MPLBACKEND": "agg", "PATH": "", "HOME": str(home)},
        ).stdout
        for seed, home in [("1", "/nonexistent"), ("2", "/nonexistent")]
    ]  # fmt: skip
    assert runs[0] == runs[1] and len(runs[0]) > 60


def test_recording_twice_gives_the_same_bytes(record, html_of):
    def build(ax):
        curve = line(ax)
        return lambda k: curve.set_ydata([0, k, 0])

    assert html_of(record(build, k=(0, 2))) == html_of(record(build, k=(0, 2)))
