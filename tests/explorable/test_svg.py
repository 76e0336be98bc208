"""What Matplotlib draws, as SVG: where it stands, in which paint, and what of it is shared."""

import base64
import colorsys
import io
import re

import matplotlib
import numpy as np
import pytest
from matplotlib import collections as mcollections
from matplotlib import colors as mcolors
from matplotlib import patches as mpatches
from matplotlib import pyplot as plt
from matplotlib.backend_bases import RendererBase
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.textpath import TextPath
from matplotlib.transforms import Affine2D, IdentityTransform

from explorable import RecordingError, svg
from explorable.svg import OWN, Outline, Renderer

M, L, Q, C, Z, STOP = Path.MOVETO, Path.LINETO, Path.CURVE3, Path.CURVE4, Path.CLOSEPOLY, Path.STOP
HERE = IdentityTransform()
RED, RED_PAINT = (1, 0, 0, 1), "#ff0000"


@pytest.fixture
def ax():
    """Axes that fill a figure of 200 × 100 points: their data are points."""
    axes = Figure(figsize=(200 / 72, 100 / 72), dpi=72).add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 200), ylim=(0, 100))
    return axes


class Sheet(Renderer):
    """A renderer for a figure of 200 × 100 points whose marks are read as one list."""

    def __init__(self, dpi=72):
        super().__init__()
        self.start(Figure(figsize=(200 / 72, 100 / 72)), dpi)

    @property
    def marks(self):
        return [mark for _, marks in self.parts for mark in marks]

    def clear(self):
        self._begin()


@pytest.fixture
def renderer():
    return Sheet()


def told(renderer):
    """The marks so far, as the page has them: without the attributes that are empty."""
    return [(tag, {k: str(v) for k, v in a.items() if not isinstance(v, str) or v}) for tag, a in renderer.marks]


@pytest.fixture
def draw(renderer):
    """``draw(artist)``: the marks of an artist."""

    def drawn(artist):
        renderer.draw_again(artist)
        return told(renderer)

    return drawn


# -- outlines ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("vertices", "codes", "expected"),
    [
        ([(10, 20)], None, "M1000 8000"),
        ([(10, 20), (11, 22), (10, 24)], None, "M1000 8000l100-200-100-200"),
        ([(0.004, 100), (0.006, 99.994)], None, "M0 0l1 1"),  # rounded, not cut
        ([(0, 0), (1, 0), (5, 5), (6, 5), (7, 5)], [M, L, M, L, L], "M0 10000l100 0M500 9500l100 0 100 0"),
        ([(0, 0), (1, 1), (2, 0), (3, 0)], [M, Q, Q, L], "M0 10000Q100 9900 200 10000l100 0"),
        ([(0, 0), (1, 1), (2, 1), (3, 0), (4, 0)], [M, C, C, C, L], "M0 10000C100 9900 200 9900 300 10000l100 0"),
        ([(0, 0), (1, 0), (1, 1), (9, 9)], [M, L, L, Z], "M0 10000l100 0 0-100Z"),
        ([(0, 0), (1, 0), (9, 9), (5, 5), (6, 5)], [M, L, Z, M, L], "M0 10000l100 0ZM500 9500l100 0"),
        ([(0, 0), (1, 0), (9, 9)], [M, L, STOP], "M0 10000l100 0"),
        ([(0, 0), (1, 0), (2, np.nan), (3, 0), (4, 0)], None, "M0 10000l100 0M300 10000l100 0"),
        ([(0, 0), (1, 1), (2, 0), (np.nan, 0)], [M, Q, Q, L], "M0 10000Q100 9900 200 10000"),
        ([(0, 0), (1, 0), (1, 1), (9, 9), (5, 5)], [M, L, L, Z, L], "M0 10000l100 0 0-100Zl500-500"),  # from where it began
        ([(5, 5), (6, 5), (9, 9), (6, 6), (9, 9), (7, 7)], [M, L, Z, L, Z, L], "M500 9500l100 0Zl100-100Zl200-200"),
        ([(np.nan, 0)], None, None),
        (np.empty((0, 2)), None, None),
    ],
)
def test_a_path_keeps_every_vertex_in_hundredths_of_a_point_down_from_the_top(renderer, vertices, codes, expected):
    outline = renderer.outline(Path(vertices, codes), HERE)
    assert outline is None if expected is None else str(outline) == expected


def seen(vertices):
    """The parts of a polyline that lie on the page, each as its two ends."""
    parts = []
    for start, end in zip(vertices, vertices[1:]):
        start, step = np.array(start), np.subtract(end, start)
        with np.errstate(divide="ignore"):
            low, high = np.sort([(0 - start) / step, ((200, 100) - start) / step], axis=0)
        if (first := max(0, *low)) < (last := min(1, *high)):
            parts.append([*(start + first * step), *(start + last * step)])
    return parts


@pytest.mark.parametrize(
    "vertices",
    [
        [(10, 20), (3e6, 2e9)],
        [(10, 20), (2e9, 3e8), (90, 21)],  # out and back
        [(-8e8, -9e8), (8e8, 9.1e8)],  # across
        [(-9e5, -2e5), (-1e5, 9e5), (8e5, 9.1e5)],  # past it
        [(-1.7e6, -1.6e5), (1.7e6, 2.2e6)],  # past a corner; its ends pulled in alone would lead across
    ],
)
def test_a_line_far_away_keeps_its_direction(renderer, vertices):
    outline = renderer.outline(Path(vertices), HERE)
    assert np.abs(outline.numbers).max() <= 2**24  # more is not exact in single precision
    x, y = outline.numbers.reshape(2, -1) / 100
    assert np.array(seen(np.c_[x, 100 - y])) == pytest.approx(np.array(seen(vertices)), abs=0.1)


@pytest.mark.parametrize(
    ("vertices", "codes"),
    [
        ([(10, 20), (60, 20), (1e9, 9e8), (-4e9, 8e8), (10, 20)], [M, L, L, L, Z]),
        ([(-1e9, -1e9), (1e9, -1e9), (1e9, 1e9), (-1e9, 1e9)], [M, L, L, L]),
        ([(10, 20), (0, 9e6), (90, 20)], [M, Q, Q]),
        ([(10, 20), (5e5, 9e6), (-5e5, 3e5), (90, 20)], [M, C, C, C]),
    ],
)
def test_an_area_that_reaches_far_away_has_the_same_inside(renderer, vertices, codes):
    outline = renderer.outline(Path(vertices, codes), HERE)
    x, y = outline.numbers.reshape(2, -1) / 100
    page = np.stack(np.meshgrid(np.arange(3, 200, 7), np.arange(3, 100, 7)), axis=-1).reshape(-1, 2)
    inside = Path(vertices, codes).contains_points(page)
    assert (Path(np.c_[x, 100 - y]).contains_points(page) == inside).all() and inside.any()


def test_an_outline_is_stored_as_its_commands_and_all_x_then_all_y(renderer):
    outline = renderer.outline(Path([(i, 0) for i in range(12)]), HERE)
    assert (outline.commands, outline.numbers.tolist()) == ("M1L11", [100 * i for i in range(12)] + [10000] * 12)
    assert renderer.outline(Path([(1, 2)]), HERE).commands == "M1"
    same, other = Outline("M1", np.int32([1, 2])), Outline("M1", np.int32([1, 3]))
    assert same == Outline("M1", np.int32([1, 2])) != other
    assert Outline("M2", np.int32([1, 2])) != same and len({same, other, Outline("M1", np.int32([1, 2]))}) == 2
    assert str(Outline("M2", np.int32([1, 3, 2, 4]))) == "M1 2M3 4"


def test_a_curved_scale_moves_each_vertex(ax, draw):
    ax.set(xscale="log", xlim=(1, 100))
    ((_, attributes),) = draw(ax.plot([1, 10, 100], [0, 50, 100])[0])
    assert attributes["d"] == "M0 10000l10000-5000 10000-5000"


# -- colours ----------------------------------------------------------------------------------


def luminance(rgb):
    """The relative luminance of WCAG 2."""
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


def lightness(rgb):
    return (max(rgb) + min(rgb)) / 2


LEVELS = (0, 0.02, 0.04045, *np.arange(1, 11) / 10)
GRID = [(r, g, b) for r in LEVELS for g in LEVELS for b in LEVELS]


def test_luminance_is_that_of_wcag():
    assert [svg._luminance(rgb) for rgb in GRID] == pytest.approx([luminance(rgb) for rgb in GRID], abs=1e-12)


# the bars of chroma and lightness, from either side
EDGES = [(0.06, 0, 0), (0.059, 0, 0), (0.875, 0.625, 0.625), (0.88, 0.625, 0.625), (1, 0.65, 0.65), (1, 0.66, 0.66)]


def test_a_colour_plays_the_same_part_on_a_dark_page():
    for rgb in GRID + EDGES:
        dark = svg._on_dark(rgb)
        chroma = max(rgb) - min(rgb)
        if chroma < 0.06 or (chroma < 0.35 and lightness(rgb) > 0.75):  # a grey or a tint is turned over
            assert lightness(dark) == pytest.approx(1 - 0.9 * lightness(rgb))
        elif luminance(rgb) >= 0.16:  # bright enough on both
            assert dark == pytest.approx(rgb)
        else:  # raised until it can be seen, and no further
            hue, light, saturation = colorsys.rgb_to_hls(*dark)
            assert luminance(dark) >= 0.22
            assert luminance(colorsys.hls_to_rgb(hue, light - 0.02, saturation)) < 0.22
        if chroma > 0 and 0.001 < lightness(dark) < 0.999:
            assert colorsys.rgb_to_hls(*dark)[::2] == pytest.approx(colorsys.rgb_to_hls(*rgb)[::2])


def raised(rgb, steps):
    hue, light, saturation = colorsys.rgb_to_hls(*rgb)
    for _ in range(steps):
        light += 0.02
    return colorsys.hls_to_rgb(hue, light, saturation)


@pytest.mark.parametrize(("enough", "steps"), [(0.16, 0), (0.22, 3)])
def test_a_colour_that_is_just_bright_enough_is_raised_no_further(enough, steps):
    for red in np.arange(0, 0.2, 0.0005).tolist():  # a green to go with it, halving until the luminance is met to the last bit
        low, high = 0.2, 0.6
        while low < (green := (low + high) / 2) < high:
            rgb = red, green, 0.0
            reached = svg._luminance(raised(rgb, steps) if steps else rgb)
            if reached == enough:
                assert svg._on_dark(rgb) == pytest.approx(raised(rgb, steps), abs=1e-6)
                return
            low, high = (green, high) if reached < enough else (low, green)
    pytest.fail("no colour has this luminance")


@pytest.mark.parametrize(
    ("rgb", "expected"),
    [
        ((0, 0, 0), "currentColor"),
        ((1, 1, 1, 0.5), "var(--explorable-paper,#fff)"),
        (np.array([1.0, 0, 0, 1]), "#ff0000"),
        (mcolors.to_rgba("navy"), "var(--explorable-light,#000080)var(--explorable-dark,#7676ff)"),
        ((0.5, 0.5, 0.5), "var(--explorable-light,#808080)var(--explorable-dark,#8c8c8c)"),
    ],
)
def test_a_paint_has_a_second_colour_where_the_first_would_be_lost(rgb, expected):
    assert svg.paint(rgb) == expected


# -- fill and stroke --------------------------------------------------------------------------

SQUARE = Path([(0, 0), (1, 0), (1, 1), (0, 0)], [M, L, L, Z])
LINE = {"stroke": "currentColor", "stroke-width": "100"}


@pytest.mark.parametrize(
    ("settings", "face", "expected"),
    [
        ({}, None, LINE),
        ({"linewidth": [0]}, None, None),
        ({"linewidth": [0.25]}, None, LINE | {"stroke-width": "25"}),
        ({"linewidth": [0]}, RED, {"fill": RED_PAINT}),
        ({"linewidth": [0]}, RED[:3], {"fill": RED_PAINT}),
        ({"linewidth": [0]}, (1, 0, 0, 0.5), {"fill": RED_PAINT, "fill-opacity": "0.500"}),
        ({"linewidth": [0]}, (1, 0, 0, 0), None),
        ({}, (1, 0, 0, 0), LINE),
        ({"foreground": [RED]}, None, LINE | {"stroke": RED_PAINT}),
        ({"foreground": [RED[:3]]}, None, LINE | {"stroke": RED_PAINT}),
        ({"foreground": [(1, 0, 0, 0.25)]}, None, LINE | {"stroke": RED_PAINT, "stroke-opacity": "0.250"}),
        ({"foreground": [(1, 0, 0, 0)]}, None, None),
        ({"foreground": [(1, 0, 0, 0)]}, RED, {"fill": RED_PAINT}),
        ({"alpha": [0.5]}, RED, {"fill": RED_PAINT, "fill-opacity": "0.500"} | LINE | {"stroke-opacity": "0.500"}),
        ({"alpha": [0]}, RED, None),
        ({"joinstyle": ["miter"]}, None, LINE | {"stroke-linejoin": "miter"}),
        ({"joinstyle": ["bevel"]}, None, LINE | {"stroke-linejoin": "bevel"}),
        ({"joinstyle": ["round"]}, None, LINE),  # as the whole figure has it
        ({"capstyle": ["projecting"]}, None, LINE | {"stroke-linecap": "square"}),
        ({"capstyle": ["round"]}, None, LINE | {"stroke-linecap": "round"}),
        ({"dashes": [0, [1, 2.5]]}, None, LINE | {"stroke-dasharray": "100 250"}),
        ({"dashes": [3, [1, 2]]}, None, LINE | {"stroke-dasharray": "100 200", "stroke-dashoffset": "300"}),
    ],
)
def test_a_path_is_filled_and_stroked_as_asked(renderer, settings, face, expected):
    gc = renderer.new_gc()
    for name, values in settings.items():
        getattr(gc, f"set_{name}")(*values)
    renderer.draw_path(gc, SQUARE, HERE, face)
    shape = {"d": "M0 10000l100 0 0-100Z"}
    assert told(renderer) == ([] if expected is None else [("path", shape | expected)])
    # a marker is styled alike
    renderer.clear()
    renderer.draw_markers(gc, SQUARE, HERE, Path([(5, 5), (6, 5)]), HERE, face)
    marker = {"id": f"{OWN}m0-1", "d": "M0 0l100 0 0-100Z"}
    assert told(renderer)[:1] == ([] if expected is None else [("marker", marker | expected)])


def test_white_paper_is_left_to_the_page(renderer):
    gc = renderer.new_gc()
    gc.set_linewidth(0)
    renderer.draw_path(gc, SQUARE, HERE, (1, 1, 1))
    assert len(renderer.marks) == 1
    for paper, face, fills in ((True, (1, 1, 1), 0), (True, (1, 1, 1, 0.5), 0), (True, RED, 1), (False, (1, 1, 1), 1)):
        renderer.clear()
        renderer.stack[-1].paper = paper
        renderer.draw_path(gc, SQUARE, HERE, face)
        assert len(renderer.marks) == fills


def test_a_path_of_which_nothing_is_left_is_not_drawn(renderer):
    renderer.draw_path(renderer.new_gc(), Path([(np.nan, 0)]), HERE)
    renderer.draw_markers(renderer.new_gc(), Path([(np.nan, 0)]), HERE, Path([(5, 5), (6, 5)]), HERE)
    assert renderer.marks == []


# -- clips and hatches ------------------------------------------------------------------------


def test_what_is_clipped_alike_shares_a_clip(ax, draw, renderer):
    inset = ax.inset_axes([0.1, 0.2, 0.5, 0.25])
    artists = [a.plot([0, 1], [0, 1])[0] for a in (ax, ax, inset, ax)]
    artists[-1].set_clip_path(mpatches.Rectangle((0, 0), 0, 0).get_path(), Affine2D().scale(30, 20))  # and within its axes
    clips = [draw(artist)[0][1]["clip-path"] for artist in artists]
    assert clips == [f"url(#{OWN}d{i})" for i in (0, 0, 1, 2)]
    assert renderer.defs == {
        ("clipPath", "", '<rect x="0" y="0" width="20000" height="10000"/>'): "d0",
        ("clipPath", "", '<rect x="2000" y="5500" width="10000" height="2500"/>'): "d1",
        ("clipPath", f' clip-path="url(#{OWN}d0)"', '<path d="M0 10000l3000 0 0-2000-3000 0Z"/>'): "d2",
    }
    artists[0].set_clip_on(False)
    assert "clip-path" not in draw(artists[0])[0][1]


@pytest.mark.parametrize(
    ("face", "forced", "below"),
    [
        (RED, None, ' fill="#ff0000"'),
        ((1, 0, 0, 0.25), None, ' fill="#ff0000" fill-opacity="0.250"'),
        (RED, 0.5, ' fill="#ff0000" fill-opacity="0.500"'),
        ((1, 0, 0, 0), None, None),
        (None, None, None),
    ],
)
@pytest.mark.parametrize(("alpha", "seen"), [(1, ""), (0.75, '{}-opacity="0.750"')])
def test_a_hatch_is_a_pattern_of_one_inch(renderer, face, forced, below, alpha, seen):
    gc = renderer.new_gc()
    gc.set_hatch("-")
    gc.set_hatch_color(mcolors.to_rgba("#ff7f0e", alpha))
    gc.set_alpha(forced)
    for _ in range(2):
        renderer.draw_path(gc, SQUARE, HERE, face)
    assert [a["fill"] for _, a in renderer.marks] == [f"url(#{OWN}d0)"] * 2
    ((tag, more, shape),) = [key for key in renderer.defs if key[0] == "pattern"]
    assert more == ' patternUnits="userSpaceOnUse" width="7200" height="7200"'
    fill, stroke = (f' {kind}="#ff7f0e"' + (f" {seen.format(kind)}" if seen else "") for kind in ("fill", "stroke"))
    ground = "" if below is None else f'<rect width="7200" height="7200"{below}/>'
    assert shape.startswith(f'{ground}<path d="M0 6600l7200 0M0 5400l7200 0')
    assert shape.endswith(f'"{fill}{stroke} stroke-width="100"/>')


def test_the_lines_of_a_hatch_lie_still_wherever_a_shape_is_placed(renderer):
    gc = renderer.new_gc()
    gc.set_hatch("/")
    gc.set_hatch_color(RED)
    renderer.draw_path_collection(
        gc, HERE, [SQUARE], [np.diag([10, 10, 1])], [(30, 0), (60, 0)], HERE, [RED], [], [], [], [], [], None,
    )  # fmt: skip
    assert [a["d"] for _, a in told(renderer)] == ["M3000 10000l1000 0 0-1000Z", "M6000 10000l1000 0 0-1000Z"]


# -- markers ----------------------------------------------------------------------------------


def test_markers_share_a_shape_and_are_named_after_their_artist(ax, renderer):
    lines = [ax.plot([5, np.nan, 7], [5, 5, 5], "s")[0] for _ in range(2)]

    def names(*artists):
        renderer.clear()
        for artist in artists:
            artist.draw(renderer)
        return [attributes["id"].removeprefix(OWN) for tag, attributes in told(renderer) if tag == "marker"]

    assert names(*lines) == names(*lines) == ["m0-1", "m1-1"]
    assert names(lines[1]) == ["m1-1"]
    assert told(renderer)[1][1] == {
        "d": "M500 9500l200 0", **{f"marker-{part}": f"url(#{OWN}m1-1)" for part in ("start", "mid", "end")},
        "clip-path": f"url(#{OWN}d0)",
    }  # fmt: skip
    for _ in range(2):  # by nobody, or twice by one
        renderer.draw_markers(renderer.new_gc(), SQUARE, HERE, lines[0].get_path(), HERE)
    assert [a["id"] for tag, a in told(renderer)[2:] if tag == "marker"] == [f"{OWN}m2-{i}" for i in (1, 2)]


def test_a_lone_marker_is_drawn_once(renderer):
    renderer.draw_markers(renderer.new_gc(), SQUARE, HERE, Path([(5, 5)]), HERE, RED)
    assert told(renderer)[1] == ("path", {"d": "M500 9500Z", "marker-start": f"url(#{OWN}m0-1)"})
    assert renderer.marks[1][1]["d"].commands == "M1Z1"


def test_the_mark_of_a_tick_is_a_plain_path(renderer):
    tick = Path([(0, 0), (0, -3), (1, -3)])
    renderer.draw_markers(renderer.new_gc(), tick, Affine2D().scale(2), Path([(5, 15)]), HERE, RED)
    assert told(renderer) == [("path", {"d": "M500 8500l0 600 200 0", "fill": RED_PAINT, **LINE})]
    renderer.clear()
    renderer.draw_markers(renderer.new_gc(), tick, HERE, Path([(5, 15), (6, 15)]), HERE)
    assert told(renderer)[0][0] == "marker"


def test_there_is_no_marker_at_what_guides_a_curve_or_is_not_finite(renderer):
    gc = renderer.new_gc()
    renderer.draw_markers(gc, SQUARE, HERE, Path([(0, 0), (9, 9), (2, 0), (3, 0)], [M, Q, Q, L]), Affine2D().scale(2))
    assert told(renderer)[1][1]["d"] == "M0 10000l400 0 200 0"
    assert renderer.marks[1][1]["d"].commands == "M1L2"
    renderer.clear()
    renderer.draw_markers(gc, SQUARE, HERE, Path([(np.nan, 0), (0, np.inf)]), HERE)
    assert renderer.marks == []


def test_no_marker_of_many_on_a_straight_line_is_left_out(renderer):
    line = Path([(i, 1) for i in range(200)], [M] + [L] * 199)  # Matplotlib would draw it as two points
    renderer.draw_markers(renderer.new_gc(), SQUARE, HERE, line, HERE)
    assert renderer.marks[1][1]["d"].commands == "M1L199"


def test_markers_are_clipped_where_they_stand(ax, draw):
    marker, places = draw(ax.plot([5, 6], [7, 7], "s", clip_on=True)[0])
    assert "clip-path" not in marker[1] and places[1]["clip-path"] == f"url(#{OWN}d0)"


# -- collections ------------------------------------------------------------------------------


def test_one_shape_in_several_sizes_is_kept_and_scaled(ax, draw):
    dots = ax.scatter([10, np.nan, 30], [20, 50, 40], s=[4, 9, 16], c=["r", "b", "#ff7f0e"], marker="s", linestyle="--", lw=2)
    start, *marks, end = draw(dots)
    assert start == ("g", {"clip-path": f"url(#{OWN}d0)"}) and end == ("/g", {})
    assert marks == [
        (
            "path",
            {
                "d": "M-5000 5000l10000 0 0-10000-10000 0Z",
                "transform": f"translate({place})scale({side / 100:.4f})",
                "fill": colour, "stroke": colour,
                "stroke-width": f"{200 / (side / 100):.1f}",
                "stroke-dasharray": " ".join(f"{200 * n / (side / 100):.1f}" for n in (3.7, 1.6)),
            },
        )
        for place, side, colour in (("1000 8000", 2, "#ff0000"), ("3000 6000", 4, "#ff7f0e"))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("shape", "transform"),
    [
        ([(0, 0), (2, 0), (2, 2)], Affine2D().scale(2, 3)),
        ([(0, 0), (2, 0), (2, 2)], Affine2D().scale(2, 2).rotate_deg(45)),
        ([(0, 0), (2, 0), (2, 2)], Affine2D().scale(-2, -2)),
        ([(0, 0), (2, 0), (2, 2)], Affine2D().scale(2, 2).translate(1, 0)),
        ([(0, 0), (2, 0), (2, 2)], Affine2D().scale(2, 2).translate(0, 1)),
        ([(0, 0), (2, 0), (2, 2)], Affine2D(np.array([[2.0, 1, 0], [0, 2, 0], [0, 0, 1]]))),
        ([(0, 0), (2, 0), (2, 2)], Affine2D(np.array([[2.0, 0, 0], [1, 2, 0], [0, 0, 1]]))),
    ],
)
def test_a_shape_that_is_turned_or_stretched_is_drawn_as_it_is(renderer, shape, transform):
    path = Path(shape)
    collect(renderer, [path], transforms=[transform.get_matrix()], offsets=[(10, 20)])
    x, y = np.rint(transform.transform(path.vertices) * 100).astype(int).T
    (mark,) = [a for tag, a in renderer.marks if tag == "path"]
    assert mark["transform"] == "translate(1000 8000)"
    assert mark["d"].numbers.tolist() == [*x, *-y]


def collect(renderer, paths, transforms=(), offsets=(), faces=(RED,), edges=(), widths=(), styles=(), master=HERE, **more):
    renderer.draw_path_collection(
        renderer.new_gc(), master, paths, transforms, np.reshape(offsets, (-1, 2)), HERE, np.reshape(faces, (-1, 4)),
        edges, widths, styles, [], [], None, **more,
    )  # fmt: skip


def test_what_there_is_less_of_is_used_again(renderer):
    blue = mcolors.to_rgba("blue")
    collect(
        renderer, [SQUARE], faces=[RED, blue], edges=[(0, 0, 0, 1), RED, (0, 0, 0, 0)], widths=[1, 2],
        styles=[(0, None), (0, [1, 2])], transforms=[np.eye(3), np.diag([2, 2, 1]), np.diag([3, 3, 1]), np.diag([4, 4, 1])],
    )  # fmt: skip
    blue = svg.paint(blue)
    assert [a for _, a in told(renderer)] == [
        {"d": "M0 10000l100 0 0-100Z", "fill": RED_PAINT, "stroke": "currentColor", "stroke-width": "100"},
        {"d": "M0 10000l200 0 0-200Z", "fill": blue, "stroke": RED_PAINT, "stroke-width": "200", "stroke-dasharray": "100 200"},
        {"d": "M0 10000l300 0 0-300Z", "fill": RED_PAINT},
        {
            "d": "M0 10000l400 0 0-400Z",
            "fill": blue,
            "stroke": "currentColor",
            "stroke-width": "200",
            "stroke-dasharray": "100 200",
        },
    ]


def test_what_is_not_given_is_left_out(renderer):
    collect(renderer, [])
    collect(renderer, [SQUARE], faces=())
    collect(renderer, [SQUARE], faces=(), offsets=[(1, 1)])
    collect(renderer, [Path([(np.nan, 0)])], offsets=[(1, 1)])
    assert renderer.marks == []
    collect(renderer, [SQUARE], faces=(), edges=[RED])
    collect(renderer, [SQUARE], edges=[RED[:3]])
    assert [a for _, a in told(renderer)] == [
        {"d": "M0 10000l100 0 0-100Z", "stroke": RED_PAINT, "stroke-width": "100"},
        {"d": "M0 10000l100 0 0-100Z", "fill": RED_PAINT, "stroke": RED_PAINT, "stroke-width": "100"},
    ]


def test_a_collection_as_a_whole_can_be_moved(renderer):
    collect(renderer, [SQUARE], transforms=[np.diag([2, 2, 1])], master=Affine2D().translate(10, 0))
    collect(renderer, [SQUARE], master=Affine2D().translate(20, 0))
    assert [a["d"] for _, a in told(renderer)] == ["M1000 10000l200 0 0-200Z", "M2000 10000l100 0 0-100Z"]


def test_a_shape_of_any_size_can_be_placed(renderer):
    clear = (0, 0, 0, 0)
    collect(
        renderer, [SQUARE], offsets=[(1, 0), (2, 0), (3, 0)], faces=[clear], edges=[clear, RED], styles=[(3, [1, 2])],
    )  # fmt: skip
    collect(renderer, [SQUARE], transforms=[np.diag([0, 0, 1])], offsets=[(4, 0)], edges=[RED])
    collect(renderer, [Path([(0, 0), (0, 0)])], offsets=[(5, 0)])
    stroke = {"stroke": RED_PAINT, "stroke-width": "100"}
    assert [a for tag, a in told(renderer) if tag == "path"] == [
        {
            "d": "M0 0l1000 0 0-1000Z", "transform": "translate(200 10000)scale(0.1000)", "stroke": RED_PAINT,
            "stroke-width": "1000.0", "stroke-dasharray": "1000.0 2000.0", "stroke-dashoffset": "3000.0",
        },
        {"d": "M0 0l0 0 0 0Z", "transform": "translate(400 10000)", "fill": RED_PAINT, **stroke},
        {"d": "M0 0l0 0", "transform": "translate(500 10000)scale(0.0000)", "fill": RED_PAINT},
    ]  # fmt: skip


def test_paths_come_in_turn_and_each_where_it_belongs(renderer):
    other = Path([(0, 0), (4, 0)])
    collect(renderer, [SQUARE, other], offsets=[(0, 0), (10, 0), (0, 10)])
    assert [(tag, a.get("transform")) for tag, a in told(renderer)] == [
        ("g", None),
        *(("path", f"translate({place})scale({scale})") for place, scale in (
            ("0 10000", "0.1000"), ("1000 10000", "0.1000"), ("0 9000", "0.1000"),
        )),
        ("/g", None),
    ]  # fmt: skip


@pytest.mark.skipif(matplotlib.__version_info__ < (3, 11), reason="before 3.11 Matplotlib gives a collection one hatch colour")
def test_hatches_of_a_collection_have_their_own_colours(ax, draw, renderer):
    bars = mcollections.PolyCollection(
        [[(0, 0), (9, 0), (9, 9)], [(20, 0), (29, 0), (29, 9)]], hatch="/", edgecolors=["#ff0000", "#ff7f0e"]
    )
    draw(ax.add_collection(bars))
    assert [RED_PAINT in key[2] for key in renderer.defs if key[0] == "pattern"] == [True, False]


def test_the_cells_of_a_mesh_leave_no_light_between_them(renderer, ax, draw):
    gc = renderer.new_gc()
    gc.set_antialiased(False)
    renderer.draw_path(gc, SQUARE, HERE, RED)
    assert told(renderer)[0][1]["shape-rendering"] == "crispEdges"
    sharp = [[a.get("shape-rendering") for _, a in draw(artist)] for artist in (
        ax.pcolormesh([[1, 2]]), ax.pcolormesh([[1, 2]], antialiased=True), ax.fill_between([0, 1], 1)
    )]  # fmt: skip
    assert sharp == [["crispEdges"] * 2, [None] * 2, [None]]


def test_a_filter_of_pixels_is_refused(ax, draw):
    (line,) = ax.plot([0, 1])
    line.set_agg_filter(lambda pixels, dpi: (pixels, 0, 0))
    with pytest.raises(RecordingError, match="agg_filter"):
        draw(line)


def test_gouraud_shading_is_refused(renderer):
    with pytest.raises(RecordingError, match="gouraud"):
        renderer.draw_gouraud_triangles(renderer.new_gc(), [], [], HERE)


# -- images -----------------------------------------------------------------------------------

PIXELS = np.uint8([[[255, 0, 0, 255], [0, 255, 0, 255], [0, 0, 9, 255]], [[0, 0, 255, 255], [9, 9, 9, 255], [0, 9, 0, 255]]])


def pixels(attributes):
    data = attributes["href"].removeprefix("data:image/png;base64,")
    return np.rint(plt.imread(io.BytesIO(base64.b64decode(data))) * 255).astype(np.uint8)


@pytest.mark.parametrize("x", [1, -1])
@pytest.mark.parametrize("y", [1, -1])
def test_an_image_lies_as_its_transform_says(renderer, x, y):
    # its first row is where the transform takes 0
    box = Affine2D().scale(30 * x, 20 * y).translate(50 - 15 * x, 50 - 10 * y)
    renderer.draw_image(renderer.new_gc(), 1, 2, PIXELS, box)
    ((tag, attributes),) = told(renderer)
    assert (pixels(attributes) == PIXELS[::-y, ::x]).all()
    assert tag == "image" and {k: v for k, v in attributes.items() if k != "href"} == {
        "x": "3600", "y": "3800", "width": "3000", "height": "2000",
        "image-rendering": "pixelated", "preserveAspectRatio": "none",
    }  # fmt: skip


def test_an_image_made_for_the_page_has_two_pixels_for_a_point(renderer):
    assert renderer.get_image_magnification() == 2
    gc = renderer.new_gc()
    gc.set_alpha(0.5)  # it is in the pixels
    renderer.draw_image(gc, 10, 20, PIXELS)
    ((_, attributes),) = told(renderer)
    assert (pixels(attributes) == PIXELS[::-1]).all()
    del attributes["href"]
    assert attributes == {"x": "1000", "y": "7900", "width": "150", "height": "100", "preserveAspectRatio": "none"}


def test_an_image_can_be_seen_through_and_clipped(ax, draw):
    image = ax.imshow(np.eye(2), extent=(0, 100, 0, 100), alpha=0.25, cmap="gray")
    image._check_unsampled_image = lambda: True
    attributes = draw(image)[0][1]
    assert (attributes["opacity"], attributes["clip-path"]) == ("0.250", f"url(#{OWN}d0)")
    assert (pixels(attributes)[..., 0] == [[255, 0], [0, 255]]).all()


def test_an_image_can_be_turned(renderer):
    turned = Affine2D().scale(30, 20).rotate_deg(90).translate(60, 10)
    renderer.draw_image(renderer.new_gc(), 1, 2, PIXELS, turned)
    ((_, attributes),) = told(renderer)
    assert (pixels(attributes) == PIXELS).all()
    a, b, c, d, x, y = (float(v) for v in re.findall(r"-?[\d.]+", attributes["transform"]))
    assert (x, y) == (6100, 8800)
    assert (a, b, c, d) == pytest.approx((0, -3000, -2000, 0))
    assert (attributes["width"], attributes["height"]) == ("1", "1")


def test_an_image_on_the_figure_has_its_pixels(renderer):
    figure = Figure(figsize=(200 / 72, 100 / 72), dpi=72)
    image = figure.figimage(np.eye(30), 40, 20)
    sizes = []
    for dpi in (72, 144):
        renderer = Sheet(dpi)
        image.draw(renderer)
        sizes.append([renderer.marks[0][1][name] for name in ("x", "y", "width", "height")])
    assert sizes == [["4000", "5000", "3000", "3000"], ["2000", "7500", "1500", "1500"]]


def test_an_image_of_nothing_is_not_drawn(renderer):
    renderer.draw_image(renderer.new_gc(), 0, 0, np.empty((0, 0, 4), np.uint8))
    assert renderer.marks == []


def test_an_image_has_no_date_and_no_program(renderer):
    with plt.rc_context({"savefig.format": "jpg"}):  # a PNG whatever else is saved
        renderer.draw_image(renderer.new_gc(), 0, 0, PIXELS)
    assert b"Software" not in base64.b64decode(renderer.marks[0][1]["href"].partition(",")[2])


def test_what_matplotlib_asks_of_the_renderer(renderer):
    assert renderer.get_canvas_width_height() == (200, 100)
    assert renderer.flipy() is False  # y points up
    assert renderer.option_image_nocomposite() and renderer.option_scale_image()


# -- text -------------------------------------------------------------------------------------


def written(ax, draw, text, **settings):
    """The one mark of a text at (50, 40)."""
    ((tag, attributes),) = draw(ax.text(50, 40, text, **settings))
    assert tag == "text"
    return attributes


PLAIN = {"x": "5000", "y": "6000", "font-size": "calc(1000px*var(--explorable-text,1))", "fill": "currentColor", "#": "text"}


@pytest.mark.parametrize(
    ("settings", "expected"),
    [
        ({}, {}),
        ({"ha": "center"}, {"text-anchor": "middle"}),
        ({"ha": "right"}, {"text-anchor": "end"}),
        ({"va": "top"}, {"dy": "0.759em"}),
        ({"va": "bottom"}, {"dy": "-0.208em"}),
        ({"fontsize": 12.5}, {"font-size": "calc(1250px*var(--explorable-text,1))"}),
        ({"color": "r"}, {"fill": "#ff0000"}),
        ({"color": (1, 0, 0, 0.5)}, {"fill": "#ff0000", "fill-opacity": "0.500"}),
        ({"alpha": 0.25}, {"fill-opacity": "0.250"}),
        ({"weight": "bold"}, {"font-weight": "bold"}),
        ({"weight": 400}, {}),
        ({"weight": "regular"}, {}),
        ({"style": "italic"}, {"font-style": "italic"}),
        ({"family": "monospace"}, {"font-family": "monospace"}),
        *(({"family": name}, {"font-family": name}) for name in ("serif", "cursive", "fantasy")),
        ({"clip_on": True}, {"clip-path": f"url(#{OWN}d0)"}),
    ],
)
def test_a_text_says_what_is_unlike_the_page(ax, draw, settings, expected):
    assert written(ax, draw, "text", **settings) == PLAIN | expected


def test_a_turned_text_is_moved_and_turned(ax, draw):
    attributes = written(ax, draw, "text", rotation=22.5, rotation_mode="anchor")
    assert attributes.pop("transform") == "translate(5000 6000)rotate(-22.50)"
    assert attributes == {k: v for k, v in PLAIN.items() if k not in "xy"}


def test_the_clip_of_a_turned_text_is_not_turned(ax, draw):
    group, (tag, text), end = draw(ax.text(50, 40, "text", rotation=30, clip_on=True))
    assert (group, tag, end) == (("g", {"clip-path": f"url(#{OWN}d0)"}), "text", ("/g", {}))
    assert "clip-path" not in text


def test_text_is_escaped_and_blanks_are_not_drawn(ax, draw):
    assert written(ax, draw, 'a<b>&"')["#"] == 'a&lt;b&gt;&amp;"'
    assert draw(ax.text(0, 0, "  ")) == []


def test_a_letter_is_measured_with_room_to_grow(renderer):
    prop = FontProperties(size=10)
    of = {s: np.array(RendererBase().get_text_width_height_descent(s, prop, False)) * 1.2 for s in "hgx"}
    for letter, size in of.items():
        assert renderer.get_text_width_height_descent(letter, prop, False) == pytest.approx(size)
    width, height, descent = renderer.get_text_width_height_descent("xhgh", prop, False)
    assert width == pytest.approx(of["x"][0] + 2 * of["h"][0] + of["g"][0])
    assert (height, descent) == pytest.approx((of["h"][1] - of["h"][2] + of["g"][2], of["g"][2]))
    assert renderer.get_text_width_height_descent("", prop, False) == (0, 0, 0)
    # another size is another letter
    twice = renderer.get_text_width_height_descent("x", FontProperties(size=20), False)
    assert twice == pytest.approx(2 * of["x"])


def test_math_and_lines_are_measured_with_the_same_room(renderer):
    prop = FontProperties(size=10)
    known = RendererBase().get_text_width_height_descent("$x_2$", prop, True)
    assert renderer.get_text_width_height_descent("$x_2$", prop, True) == pytest.approx(np.array(known) * 1.2)
    _, height, descent = renderer.get_text_width_height_descent("lp", prop, False)
    assert renderer._get_font_height_metrics(prop) == pytest.approx((height - descent, descent, 0))


ACROSS = [("left", None), ("center", "middle"), ("right", "end")]


@pytest.mark.parametrize("rotation", [0, 90])
@pytest.mark.parametrize(("side", "anchor"), ACROSS)
def test_text_grows_about_its_anchor(ax, draw, side, anchor, rotation):
    across = {"ha": side} if rotation == 0 else {"va": {"left": "bottom", "right": "top"}.get(side, side)}
    for text, settings in (("some text", {}), (".", {"fontsize": 1})):
        attributes = written(ax, draw, text, rotation=rotation, **across, **settings)
        if rotation:
            assert attributes["transform"] == "translate(5000 6000)rotate(-90.00)"
        else:
            assert (attributes["x"], attributes["y"]) == ("5000", "6000")
        assert attributes.get("text-anchor") == anchor
        assert "dx" not in attributes


@pytest.mark.parametrize("text", ["text", "two\nlines of it", "$x_2$", "a $b$"])
@pytest.mark.parametrize("rotation", [0, 90, 33])
@pytest.mark.parametrize("ha", ["left", "center", "right"])
def test_text_stands_where_matplotlib_has_it(ax, renderer, monkeypatch, text, rotation, ha):
    asked = []

    def draw_text(self, gc, x, y, s, prop, angle, *args, **more):
        asked.append((x, y, self.get_text_width_height_descent(s, prop, "$" in s)[0]))
        original(self, gc, x, y, s, prop, angle, *args, **more)

    original = Renderer.draw_text
    monkeypatch.setattr(Renderer, "draw_text", draw_text)
    ax.text(50, 40, text, rotation=rotation, ha=ha, va="center", fontsize=20, ma="right").draw(renderer)
    along = np.array([np.cos(np.radians(rotation)), np.sin(np.radians(rotation))])
    up = np.array([-along[1], along[0]])
    for (x, y, width), (_, attributes) in zip(asked, told(renderer), strict=True):
        dx, dy = (float(attributes.get(name, "0").removesuffix("em")) * 20 * 1.2 for name in ("dx", "dy"))
        start = {"middle": 0.5, "end": 1}.get(attributes.get("text-anchor"), 0) * width
        assert (50, 40) + along * (dx - start) - up * dy == pytest.approx((x, y), abs=0.02)
        if rotation:
            assert attributes["transform"] == f"translate(5000 6000)rotate(-{rotation:.2f})"


def test_a_text_that_no_artist_asked_for_stands_where_it_is_told(renderer):
    renderer.draw_text(renderer.new_gc(), 50, 40, "text", FontProperties(size=10), 0)
    assert told(renderer) == [("text", PLAIN)]


def test_a_text_without_width_is_drawn(ax, draw):
    assert written(ax, draw, "\u200b")["#"] == "\u200b"


ITALIC = '<tspan font-style="italic">{}</tspan>'.format


@pytest.mark.parametrize("size", [10, 12.5])
@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("f $x$ g", f"f {ITALIC('x')} g"),
        ("$a < b$ & \"c\"", f"{ITALIC('a ')}&lt; {ITALIC('b')} &amp; \"c\""),
        (r"$\alpha = 0.5$", f"{ITALIC('α ')}= 0.5"),
        ("$x_{ij}y$", ITALIC("x") + '<tspan dy="0.21em" font-size="0.7em" font-style="italic">ij</tspan>'
         '<tspan dy="-0.15em" font-style="italic">y</tspan>'),
        (r"$\mathrm{e}^{-x}$", 'e<tspan dy="-0.59em" font-size="0.7em">−</tspan>'
         '<tspan font-size="0.7em" font-style="italic">x</tspan>'),
        (r"$2^{2^{2^2}}$", '2<tspan dy="-0.59em" font-size="0.7em">2</tspan><tspan dy="-0.59em" font-size="0.49em">2</tspan>'
         '<tspan dy="-0.59em" font-size="0.34em">2</tspan>'),
        (r"$\hat{x}$", ITALIC("x\u0302")),  # the reader's font puts the accent on its letter
        (r"$\bar{x}$", ITALIC("x\u0304")),
        (r"$\hat{y}$ of $\vec{i}$", ITALIC("y\u0302") + " of " + ITALIC("i\u20d7")),
        ("$x_{2_2}$", ITALIC("x") + '<tspan dy="0.21em" font-size="0.7em">2</tspan>'
         '<tspan dy="0.20em" font-size="0.49em">2</tspan>'),
        (r"$W\hspace{0.12}W\hspace{0.127}W$", ITALIC("WW W")),  # a gap is a blank from 0.12 em on
        (r"$W\hspace{-0.25}W$", ITALIC("WW")),
    ],
)  # fmt: skip
def test_a_line_of_math_is_text(renderer, text, expected, size):
    runs = renderer._math_runs(text, FontProperties(size=size))
    if matplotlib.__version_info__ < (3, 11):  # it puts scripts on whole pixels: the heights above are not those it says
        runs, expected = (re.sub("<tspan>(.)</tspan>", r"\1", re.sub(' dy="[^"]*"', "", each)) for each in (runs, expected))
    assert runs == expected


@pytest.mark.parametrize(("shift", "expected"), [(12, ITALIC("WW")), (12.01, ITALIC("W W")), (-30, ITALIC("WW")), (-30.01, None)])
def test_letters_a_little_apart_are_one_word_and_a_little_over_another_one_line(renderer, monkeypatch, shift, expected):
    prop = FontProperties(size=100)
    parser = renderer._text2path.mathtext_parser
    parsed = parser.parse("$WW$", 72, prop)
    first, (*second, x, y) = parsed.glyphs
    monkeypatch.setattr(type(parser), "parse", lambda *_: parsed._replace(glyphs=[first, (*second, x + shift, y)]))
    assert renderer._math_runs("$WW$", prop) == expected


@pytest.mark.parametrize(
    "text",
    [
        r"$\frac{1}{2}$",
        r"$\sqrt{2}$",
        "$x_2^3$",
        "$^2x$",
        r"$\widehat{xyz}$",
        r"$\sum_{i=1}^n$",
        r"$\mathcal{L}$",
        r"$W\hspace{-0.4}W$",
    ],
)
def test_math_of_more_than_one_line_is_a_shape(ax, draw, text):
    ((tag, attributes),) = draw(ax.text(50, 40, text))
    assert tag == "path" and attributes["fill"] == "currentColor"


def test_the_shape_of_a_formula_is_that_formula_turned_as_its_text(renderer):
    text, size = r"$\frac{1}{2}+\sqrt{x}$", 10
    renderer.draw_text(renderer.new_gc(), 50, 40, text, FontProperties(size=size), 30, ismath=True)
    ((_, attributes),) = told(renderer)
    shape = TextPath((0, 0), text, size)
    assert attributes["d"] == str(renderer.outline(shape, Affine2D().rotate_deg(30).translate(50, 40)))


def test_a_text_is_no_formula_unless_it_is_said_to_be_one(renderer):
    renderer.draw_text(renderer.new_gc(), 50, 40, "$x$", FontProperties(size=10), 0)
    ((_, attributes),) = told(renderer)
    assert attributes["#"] == "$x$"


@pytest.mark.parametrize(
    ("fontset", "text", "expected"),
    [
        ("cm", "$x_2$", None),
        ("stixsans", r"$\alpha$", None),  # which has it where no other font has it
        ("stix", r"$x\alpha$", ITALIC("xα")),
        ("dejavuserif", r"$\mathit{W}x$", ITALIC("Wx")),
    ],
)
def test_math_is_text_if_its_font_has_letters_where_others_have_them(renderer, fontset, text, expected):
    with plt.rc_context({"mathtext.fontset": fontset}):
        assert renderer._math_runs(text, FontProperties(size=10)) == expected
