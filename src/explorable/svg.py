"""A Matplotlib renderer that turns what an artist draws into small, plain SVG marks.

Matplotlib's own SVG backend clips and simplifies paths, so their vertices change from frame to
frame; this one writes every vertex where it is.  All lengths are whole hundredths of a point.
Colours that would be lost on a dark page come as a pair, of which the style sheet picks one, and
text keeps its anchor, so that it can be drawn in the reader's font and grow on a small screen.
"""

import base64
import colorsys
import functools
import html
import io
import itertools
import math
import re
import sys
import unicodedata

import numpy as np
from matplotlib import colors as mcolors
from matplotlib import image as mimage
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.backend_bases import RendererBase
from matplotlib.path import Path
from matplotlib.text import Text
from matplotlib.textpath import TextToPath
from matplotlib.transforms import Affine2D

from .errors import RecordingError, named

PER_POINT = 100  # units of the SVG in a point
OWN = "\ue000"  # stands for the figure's own name until that is known
ROOM = 1.2  # text is laid out this much larger than drawn: room to grow on a phone
FAR = 1.6e5  # farthest coordinate in points that lines lead to: browsers, with single precision, hold its hundredths
LIMIT = 2e7  # farthest coordinate that still fits an int32

_CAP = {"butt": "butt", "projecting": "square", "round": "round"}
_ANCHOR = {"left": "start", "center": "middle", "right": "end"}
_SHARE = {"left": 0.0, "center": 0.5, "right": 1.0}
_LETTERS = {Path.MOVETO: "M", Path.LINETO: "L", Path.CURVE3: "Q", Path.CURVE4: "C"}
POINTS = {"M": 1, "L": 1, "Q": 2, "C": 3, "Z": 0}


class Outline:
    """The ``d`` of a path: its commands (``"M1L240"``) and its numbers, all x and then all y."""

    __slots__ = ("commands", "numbers")

    def __init__(self, commands, numbers):
        self.commands, self.numbers = commands, numbers

    def __eq__(self, other):
        return isinstance(other, Outline) and self.commands == other.commands and np.array_equal(self.numbers, other.numbers)

    def __hash__(self):
        return hash((self.commands, self.numbers.tobytes()))

    def __str__(self):
        half = len(self.numbers) // 2
        points = np.stack([self.numbers[:half], self.numbers[half:]], axis=1).tolist()
        out, at, before, start = [], 0, "", None
        for letter, count in runs_of(self.commands):
            if letter == "L":  # relative coordinates are shorter
                x, y = start if before == "Z" else points[at - 1]
                steps = []
                for u, v in points[at : at + count]:
                    steps.append(f"{u - x} {v - y}")
                    x, y = u, v
                out.append("l" + " ".join(steps).replace(" -", "-"))
                at += count
            else:
                for _ in range(count):
                    upto = at + POINTS[letter]
                    out.append(letter + " ".join(f"{u} {v}" for u, v in points[at:upto]))
                    at = upto
            if letter == "M":
                start = points[at - 1]
            before = letter
        return "".join(out)


def runs_of(commands):
    """``"M1L240"`` as ``("M", 1), ("L", 240)``."""
    return [(letter, int(count)) for letter, count in re.findall(r"([A-Z])(\d+)", commands)]


@functools.lru_cache(maxsize=512)
def _commands(codes):
    out, i = [], 0
    while i < len(codes):
        letter = _LETTERS.get(codes[i], "Z")
        if out and out[-1][0] == letter:
            out[-1][1] += 1
        else:
            out.append([letter, 1])
        i += POINTS[letter] or 1
    return "".join(f"{letter}{count}" for letter, count in out)


def _pulled_in(points, codes):
    """A path, some of which lies beyond `FAR`, with that laid onto the border.

    Every segment is split where it crosses a border line.  What is moved then stays outside, so that lines keep
    their direction and areas their inside where they can be seen.
    """
    if codes is None:
        codes = np.full(len(points), Path.LINETO, Path.code_type)
        codes[0] = Path.MOVETO
    elif np.isin(codes, (Path.CURVE3, Path.CURVE4)).any():
        path = Path(points, codes).cleaned(curves=False)
        points, codes = path.vertices[:-1], path.codes[:-1]  # the last one is a stop
    out, kinds = [], []
    start = last = None
    for point, code in zip(points.tolist(), codes.tolist()):
        if code == Path.MOVETO:
            start = point
        elif code == Path.CLOSEPOLY:
            point = start
        if code != Path.MOVETO:
            steps = [v - u for u, v in zip(last, point)]
            crossings = ((edge - u) / step for u, step in zip(last, steps) if step for edge in (-FAR, FAR))
            for share in sorted(share for share in crossings if 0 < share < 1):
                out.append([u + share * step for u, step in zip(last, steps)])
                kinds.append(Path.LINETO)
        out.append(point)
        kinds.append(code)
        last = point
    return np.clip(out, -FAR, FAR), np.array(kinds, Path.code_type)


# -- colours ------------------------------------------------------------------------------------


def _luminance(rgb):
    r, g, b = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in rgb)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def _on_dark(rgb):
    """The colour that plays on a dark page the part that `rgb` plays on a white one."""
    hue, light, saturation = colorsys.rgb_to_hls(*rgb)
    chroma = max(rgb) - min(rgb)
    if chroma < 0.06 or (light > 0.75 and chroma < 0.35):  # grey, or a pale tint
        light = 1 - 0.9 * light
    elif _luminance(rgb) < 0.16:
        while _luminance(colorsys.hls_to_rgb(hue, light, saturation)) < 0.22:
            light += 0.02
    return colorsys.hls_to_rgb(hue, light, saturation)


@functools.lru_cache(maxsize=4096)
def _paint(rgb):
    light = mcolors.to_hex(rgb)
    if light == "#000000":
        return "currentColor"
    if light == "#ffffff":
        return "var(--explorable-paper,#fff)"
    dark = mcolors.to_hex(_on_dark(rgb))
    if dark == light:
        return light
    # On a light page --explorable-light is "initial", so its fallback counts, and
    # --explorable-dark is empty; on a dark page it is the other way round.
    return f"var(--explorable-light,{light})var(--explorable-dark,{dark})"


def paint(rgb):
    """The SVG paint for an RGB triple: black follows the page's text, white its background."""
    return _paint(tuple(rgb[:3]))


def _opacity(alpha):
    return "" if alpha >= 1 else f"{alpha:.3f}"


def is_white(rgb):
    """Whether a colour is that of paper."""
    return mcolors.to_hex(rgb) == "#ffffff"


def _painted(kind, colour, alpha):
    return f' {kind}="{colour}"' + (f' {kind}-opacity="{_opacity(alpha)}"' if alpha < 1 else "")


def _length(points):
    return str(round(float(points) * PER_POINT))


# -- the renderer -------------------------------------------------------------------------------


class _Group:
    """An artist that is drawing: its key, and what its drawing needs to know."""

    __slots__ = ("artist", "closed", "key", "paper", "text")

    def __init__(self, key, artist, text, paper):
        self.key, self.artist, self.text, self.paper, self.closed = key, artist, text, paper, 0


def _bare(patch):
    """Whether a background shows nothing but the page."""
    colour = patch.get_facecolor()
    return not patch.get_visible() or patch.get_hatch() is None and (colour[3] == 0 or is_white(colour))


class Renderer(RendererBase):
    """Collects marks, ``(tag, attributes)``, of which `attributes` maps names to str or `Outline`.

    They come in `parts`, ``(key, marks)`` in the order of drawing.  A key says who draws: the way from the figure
    down to an artist, each step a class and which one of it among its siblings.  The same key in another
    drawing is the same thing as far as anyone can tell; with `lasting`, for a figure whose artists stay, an artist
    keeps its key.
    """

    # Shared by all, for a font is a font:
    _letters: dict = {}  # font -> letter -> width, ascent, descent
    _paths = TextToPath()  # knows formulas that it has parsed

    def __init__(self, name="", lasting=False):
        super().__init__()
        self._text2path = self._paths
        self.name = name  # what the names of its definitions begin with
        self.lasting = lasting
        self.defs = {}  # clip paths and hatches: definition -> name
        self.where = {}  # artist -> its key
        self._taken = set()  # the keys in `where`
        self._counts = {}  # key and class -> how many of them there are below
        self._clips = {}  # clip rectangle and height -> attributes
        self._numbers = {}  # key -> number, for the names of markers
        self.width = self.height = 0

    def start(self, figure, dpi, papers=()):
        """Get ready to draw `figure`, which is at 72 dpi; its own `dpi` is for images that lie on it pixel by pixel.

        `papers` maps backgrounds that lie on nothing but backgrounds to those.
        """
        self.width, self.height = figure.get_size_inches() * 72
        self.dpi, self.papers = dpi, papers
        if not self.lasting:
            self.where, self._taken, self._counts = {}, set(), {}
        self._begin()

    def _begin(self):
        self.parts, self.stack = [], [_Group((), None, None, False)]
        self._turn()

    def _turn(self):
        """What is drawn now belongs to another part than what was drawn before."""
        self.current, self._markers = None, 0

    def forget(self, artists):
        """Keep the keys of these artists alone: the others are gone."""
        self.where = {artist: key for artist, key in self.where.items() if artist in artists}
        self._taken = set(self.where.values())

    def draw_again(self, artist):
        """The parts of one artist of the figure that was drawn last; where it had drawn nothing, it has no key yet."""
        self._begin()
        kept = None if artist in self.where else (self.where, self._taken)
        if kept:
            self.where, self._taken = dict(self.where), set(self._taken)
        try:
            artist.draw(self)
        finally:
            if kept:
                self.where, self._taken = kept
        return self.parts

    @property
    def artist(self):
        """Who draws now."""
        return self.stack[-1].artist

    def _refusal(self, why):
        return RecordingError(f"{named(self.artist)}: {why}" if self.artist else why)

    def open_group(self, s, gid=None):
        self.open(sys._getframe(1).f_locals.get("self"), s)  # who draws calls this from its draw

    def open(self, artist, otherwise=""):
        above = self.stack[-1]
        key = self.where.get(artist)
        if key is None:
            name = type(artist).__name__ if isinstance(artist, Artist) else otherwise
            if self.lasting:  # the first that is free: what was made in place of an artist goes by its number
                number = next(n for n in itertools.count() if (*above.key, (name, n)) not in self._taken)
            else:
                number = self._counts[above.key, name] = self._counts.get((above.key, name), -1) + 1
            key = self.where[artist] = (*above.key, (name, number))
            self._taken.add(key)
        text = artist if isinstance(artist, Text) else above.text
        paper = artist in self.papers and all(map(_bare, self.papers[artist]))
        self.stack.append(_Group(key, artist, text, paper))
        self._turn()
        if isinstance(artist, Axes):  # in a group, so that the page can tell what a point of it means
            self.parts.append(((*key, "<"), [("axes", {"data-axes": self._scales(artist)})]))

    def close_group(self, s):
        closed = self.stack.pop()
        self.stack[-1].closed += 1
        self._turn()
        if isinstance(closed.artist, Axes):
            self.parts.append(((*closed.key, ">"), [("/axes", {})]))

    def _scales(self, axes):
        """What the player reads values by, of x and of y: the scale, the limits, and where these lie in the SVG.

        ``"linear -4 4 1200 8000 log 1 100 6000 300"``; ``"-"`` if positions are no two numbers, as of dates or in polar
        axes.  The limits have as many digits as a reading on the page can have.
        """
        if axes.name != "rectilinear":
            return "-"
        box, out = axes.bbox.extents, []
        for axis, limits, places in (
            (axes.xaxis, axes.get_xlim(), box[[0, 2]]),
            (axes.yaxis, axes.get_ylim(), self.height - box[[1, 3]]),
        ):
            if axis.get_scale() not in ("linear", "log") or axis.have_units():
                return "-"
            digits = 4 - math.floor(math.log10(abs(limits[1] - limits[0])))
            ends = limits if axis.get_scale() == "log" else [round(limit, digits) for limit in limits]
            out += [axis.get_scale(), *(f"{end:.9g}" for end in ends), *(str(round(place * PER_POINT)) for place in places)]
        return " ".join(out)

    def mark(self, tag, attributes):
        if self.current is None:
            group = self.stack[-1]
            self.current = (*group.key, group.closed) if group.closed else group.key
            self.parts.append((self.current, []))
        self.parts[-1][1].append((tag, attributes))

    # what Matplotlib asks a renderer

    def get_canvas_width_height(self):
        return self.width, self.height

    def flipy(self):
        return False

    def option_image_nocomposite(self):
        return True

    def option_scale_image(self):
        return True

    def get_image_magnification(self):
        return 2.0

    def get_text_width_height_descent(self, s, prop, ismath):
        if ismath:
            w, h, d = super().get_text_width_height_descent(s, prop, ismath)
            return w * ROOM, h * ROOM, d * ROOM
        # Letter by letter: the reader's font will be another one anyway, and it is much faster.
        known = self._letters.setdefault(prop.copy(), {})
        for char in set(s) - known.keys():
            w, h, d = super().get_text_width_height_descent(char, prop, False)
            known[char] = w * ROOM, (h - d) * ROOM, d * ROOM
        sizes = [known[char] for char in s] or [(0, 0, 0)]
        descent = max(d for _, _, d in sizes)
        return sum(w for w, _, _ in sizes), max(a for _, a, _ in sizes) + descent, descent

    def _get_font_height_metrics(self, prop):  # asked for by Matplotlib >= 3.11
        _, h, d = self.get_text_width_height_descent("lp", prop, False)
        return h - d, d, 0

    # geometry

    def outline(self, path, transform, height=None):
        """The `Outline` of `path` under `transform`, which is affine, or None if nothing is left of it.

        y counts from `height` (of the figure) downwards.
        """
        points, codes = transform.transform(path.vertices), path.codes
        if not np.isfinite(points).all():
            path = Path(points, codes).cleaned(remove_nans=True, curves=True)
            points, codes = path.vertices, path.codes
        if codes is not None and (codes == Path.STOP).any():
            keep = codes != Path.STOP
            points, codes = points[keep], codes[keep]
        n = len(points)
        if n == 0:
            return None
        if np.abs(points).max() > FAR:
            points, codes = _pulled_in(points, codes)
        if codes is None:
            commands = f"M1L{n - 1}" if n > 1 else "M1"
        else:
            commands = _commands(codes.tobytes())
            closed = codes == Path.CLOSEPOLY
            if closed.any():
                points = points[~closed]
        return Outline(commands, self._whole(points, height))

    def _whole(self, points, height=None):
        out = np.empty((2, len(points)))
        out[0] = points[:, 0]
        np.subtract(self.height if height is None else height, points[:, 1], out=out[1])
        np.clip(out, -LIMIT, LIMIT, out=out)
        return np.rint(out * PER_POINT).astype(np.int32).ravel()

    def _position(self, x, y):
        return f"{round(float(x) * PER_POINT)} {round(float(self.height - y) * PER_POINT)}"

    # style

    def _style(self, gc, face):
        if gc.get_sketch_params() is not None:
            raise self._refusal("sketch (xkcd) lines are not supported; leave out plt.xkcd() and set_sketch_params")
        out = {}
        alpha = 0 if face is None else gc.get_alpha() if gc.get_forced_alpha() else mcolors.to_rgba(face)[3]
        if gc.get_hatch() is not None:
            out["fill"] = f"url(#{OWN}{self._hatch(gc, face, alpha)})"
        elif alpha > 0 and not (self.stack[-1].paper and is_white(face)):
            out["fill"] = paint(face)
            out["fill-opacity"] = _opacity(alpha)
        width, rgb = gc.get_linewidth(), gc.get_rgb()
        if width > 0 and rgb[3] > 0:
            out["stroke"] = paint(rgb)
            out["stroke-opacity"] = _opacity(rgb[3])
            out["stroke-width"] = _length(width)
            if gc.get_joinstyle() != "round":
                out["stroke-linejoin"] = gc.get_joinstyle()
            if gc.get_capstyle() != "butt":
                out["stroke-linecap"] = _CAP[gc.get_capstyle()]
            offset, dashes = gc.get_dashes()
            if dashes is not None:
                out["stroke-dasharray"] = " ".join(map(_length, dashes))
                if offset:
                    out["stroke-dashoffset"] = _length(offset)
        if out and not gc.get_antialiased():  # else light shines through between the cells of a mesh
            out["shape-rendering"] = "crispEdges"
        return out

    def _clip(self, gc):
        """The clip of `gc` as attributes: its rectangle, its path, or what lies in both."""
        out = {}
        if (box := gc.get_clip_rectangle()) is not None:
            key = box.extents.tobytes(), self.height
            if key not in self._clips:
                x0, y0, x1, y1 = (round(v * PER_POINT) for v in box.extents.tolist())
                top = round(self.height * PER_POINT) - y1
                self._clips[key] = self._clip_to(f'<rect x="{x0}" y="{top}" width="{x1 - x0}" height="{y1 - y0}"/>', {})
            out = self._clips[key]
        path, transform = gc.get_clip_path()
        if path is not None:
            out = self._clip_to(f'<path d="{self.outline(path, transform) or ""}"/>', out)
        return out

    def _clip_to(self, shape, clip):
        more = "".join(f' {name}="{value}"' for name, value in clip.items())
        name = self.defs.setdefault(("clipPath", more, shape), f"{self.name}d{len(self.defs)}")
        return {"clip-path": f"url(#{OWN}{name})"}

    def _hatch(self, gc, face, alpha):
        size, edge = 72 * PER_POINT, mcolors.to_rgba(gc.get_hatch_color())
        lines = self.outline(gc.get_hatch_path(), Affine2D().scale(72), 72)
        colour, width = paint(edge), _length(gc.get_hatch_linewidth())
        shape = f'<rect width="{size}" height="{size}"{_painted("fill", paint(face), alpha)}/>' if alpha > 0 else ""
        shape += (
            f'<path d="{lines}"{_painted("fill", colour, edge[3])}{_painted("stroke", colour, edge[3])} stroke-width="{width}"/>'
        )
        kind = f' patternUnits="userSpaceOnUse" width="{size}" height="{size}"'
        return self.defs.setdefault(("pattern", kind, shape), f"{self.name}d{len(self.defs)}")

    # drawing

    def draw_path(self, gc, path, transform, rgbFace=None):
        style = self._style(gc, rgbFace)
        if "fill" not in style and "stroke" not in style:
            return
        if (outline := self.outline(path, transform)) is not None:
            self.mark("path", {"d": outline, **style, **self._clip(gc)})

    def draw_markers(self, gc, marker_path, marker_trans, path, trans, rgbFace=None):
        style = self._style(gc, rgbFace)
        if "fill" not in style and "stroke" not in style:
            return
        shape = self.outline(marker_path, marker_trans, 0)
        if path.codes is None:
            points = trans.transform(path.vertices)
        else:
            points = np.array([v[-2:] for v, _ in path.iter_segments(trans, simplify=False)]).reshape(-1, 2)
        points = points[np.isfinite(points).all(axis=1)]
        if shape is None or len(points) == 0:
            return
        if len(points) == 1 and len(marker_path.vertices) <= 3:  # the mark of a tick
            moved = marker_trans + Affine2D().translate(*points[0])
            return self.draw_path(gc, marker_path, moved, rgbFace)
        self.mark("marker", {"id": (name := self._marker()), "d": shape, **style})
        ref = f"url(#{name})"
        if len(points) == 1:
            line, ends = "M1Z1", {"marker-start": ref}
        else:
            line = f"M1L{len(points) - 1}"
            ends = {"marker-start": ref, "marker-mid": ref, "marker-end": ref}
        outline = Outline(line, self._whole(points))
        self.mark("path", {"d": outline, **ends, **self._clip(gc)})

    def _marker(self):
        """A name for a marker: the same one in each drawing."""
        key = (*self.stack[-1].key, self.stack[-1].closed)
        self._markers += 1
        return f"{OWN}{self.name}m{self._numbers.setdefault(key, len(self._numbers))}-{self._markers}"

    def draw_path_collection(
        self, gc, master_transform, paths, all_transforms, offsets, offset_trans,
        facecolors, edgecolors, linewidths, linestyles, antialiaseds, urls,
        offset_position, *, hatchcolors=None,
    ):  # fmt: skip
        if len(paths) == 0:
            return
        transforms = [Affine2D(t) + master_transform for t in all_transforms]
        transforms = transforms or [master_transform]
        places = offset_trans.transform(offsets) if len(offsets) else [(0, 0)]
        moved = bool(np.any(places))
        group = []
        pen = self.new_gc()
        pen.copy_properties(gc)
        for i in range(max(len(paths), len(transforms), len(places))):
            place = places[i % len(places)]
            if not np.isfinite(place).all():
                continue
            pen.set_linewidth(0)
            if len(edgecolors):
                pen.set_foreground(tuple(edgecolors[i % len(edgecolors)]))
                pen.set_linewidth(linewidths[i % len(linewidths)] if len(linewidths) else 1)
                if len(linestyles):
                    pen.set_dashes(*linestyles[i % len(linestyles)])
            if len(antialiaseds):
                pen.set_antialiased(antialiaseds[i % len(antialiaseds)])
            if hatchcolors is not None and len(hatchcolors):
                pen.set_hatch_color(tuple(hatchcolors[i % len(hatchcolors)]))
            face = tuple(facecolors[i % len(facecolors)]) if len(facecolors) else None
            path, transform = paths[i % len(paths)], transforms[i % len(transforms)]
            if not moved:
                self.draw_path(pen, path, transform, face)
                continue
            if pen.get_hatch() is not None:  # its lines lie still, wherever the path is moved to
                self.draw_path(pen, path, transform + Affine2D().translate(*place), face)
                continue
            style = self._style(pen, face)
            if "fill" not in style and "stroke" not in style:
                continue
            where = f"translate({self._position(*place)})"
            m = transform.get_matrix()
            if m[0, 0] == m[1, 1] > 0 and not m[0, 1] and not m[1, 0] and not m[:2, 2].any():
                # One shape in several sizes: the shape is kept and scaled.
                largest = np.nanmax(np.abs(path.vertices), initial=1e-9)
                size = 10.0 ** math.ceil(3 - math.log10(largest))  # 1000 units or a few more
                scale = m[0, 0] * PER_POINT / size
                transform = Affine2D().scale(size / PER_POINT)
                where += f"scale({scale:.4f})"
                for name in ("stroke-width", "stroke-dasharray", "stroke-dashoffset"):
                    if name in style:
                        lengths = (float(v) / scale for v in style[name].split())
                        style[name] = " ".join(f"{v:.1f}" for v in lengths)
            if (shape := self.outline(path, transform, 0)) is not None:
                group.append(("path", {"d": shape, "transform": where, **style}))
        if group:  # clipped as a whole, for a clip path moves with what it clips
            for one in [("g", self._clip(gc)), *group, ("/g", {})]:
                self.mark(*one)

    def start_filter(self):
        raise self._refusal("agg_filter works on pixels and is not supported")

    def draw_gouraud_triangles(self, gc, triangles_array, colors_array, transform):
        raise self._refusal("gouraud shading is not supported; use shading='flat'")

    def draw_image(self, gc, x, y, im, transform=None):
        if im.size == 0:
            return
        if transform is None:
            x0, y0 = x, y
            x1, y1 = x + im.shape[1] / 2, y + im.shape[0] / 2
            style = {}
        else:
            (x0, y0), (x1, y1) = transform.transform([(0, 0), (1, 1)]) + (x, y)
            # attributes: a strict style-src refuses inline styles
            style = {"image-rendering": "pixelated", "opacity": _opacity(gc.get_alpha())}
        turned = transform is not None and transform.get_matrix()[[0, 1], [1, 0]].any()
        if turned:
            (a, c), (b, d) = transform.get_matrix()[:2, :2] * PER_POINT
            style["transform"] = f"matrix({a:.2f} {-b:.2f} {c:.2f} {-d:.2f} {self._position(x0, y0)})"
            pixels, box = im, {"width": "1", "height": "1"}
        else:
            pixels = im[:: -1 if y1 > y0 else 1, :: 1 if x1 > x0 else -1]
            left, top = self._position(min(x0, x1), max(y0, y1)).split()
            box = {"x": left, "y": top, "width": _length(abs(x1 - x0)), "height": _length(abs(y1 - y0))}
        png = io.BytesIO()
        mimage.imsave(png, pixels, format="png", metadata={"Software": None})
        href = "data:image/png;base64," + base64.b64encode(png.getvalue()).decode()
        style |= {"preserveAspectRatio": "none", **self._clip(gc)}
        self.open(sys._getframe(1).f_locals.get("self"), "image")  # images open no group
        self.mark("image", {**box, "href": href, **style})
        self.close_group("image")

    # text

    def draw_text(self, gc, x, y, s, prop, angle, ismath=False, mtext=None):
        if not s.strip():
            return
        runs = self._math_runs(s, prop) if ismath else html.escape(s, quote=False)
        if runs is None:  # a fraction or a root: draw its shapes
            return super().draw_text(gc, x, y, s, prop, angle, ismath)
        text = mtext or self.stack[-1].text
        turn = math.radians(angle)
        along = np.array([math.cos(turn), math.sin(turn)])
        across = np.array([-along[1], along[0]])
        here, side = np.array([x, y]), "left"
        if isinstance(text, Text):
            at = text.get_transform().transform(text.get_unitless_position())
            width = self.get_text_width_height_descent(s, prop, ismath)[0]
            if mtext is None:  # one of several lines
                side = text._get_multialignment()
            elif width > 0:  # the end or middle that is nearest to the anchor, turned or not
                share = (at - here) @ along / width
                side = min(_SHARE, key=lambda name: abs(_SHARE[name] - share))
            here = here + along * width * _SHARE[side] - at
        else:
            at, here = here, np.zeros(2)
        size = prop.get_size_in_points()
        em = here @ along / size / ROOM, -(here @ across) / size / ROOM
        place = self._position(*at).split()
        out = {}
        if angle:
            out["transform"] = f"translate({' '.join(place)})rotate({-angle:.2f})"
        else:
            out["x"], out["y"] = place
        for name, shift in zip(("dx", "dy"), em):
            if float(written := f"{shift:.3f}"):
                out[name] = f"{written}em"
        if side != "left":
            out["text-anchor"] = _ANCHOR[side]
        out["font-size"] = f"calc({_length(size)}px*var(--explorable-text,1))"
        weight, style, family = prop.get_weight(), prop.get_style(), prop.get_family()
        if weight not in ("normal", "regular", 400):
            out["font-weight"] = str(weight)
        if style != "normal":
            out["font-style"] = style
        if family[0] in ("serif", "monospace", "cursive", "fantasy"):
            out["font-family"] = family[0]
        rgb = gc.get_rgb()
        out["fill"], out["fill-opacity"] = paint(rgb), _opacity(rgb[3])
        clip = self._clip(gc)
        if angle and clip:  # the clip of a text turns with the text
            self.mark("g", clip)
            self.mark("text", {**out, "#": runs})
            self.mark("/g", {})
        else:
            self.mark("text", {**out, **clip, "#": runs})

    def _math_runs(self, s, prop):
        """Mathtext as ``<tspan>``s in the reader's font, or None if it is no plain line of text."""
        parsed = self._text2path.mathtext_parser.parse(s, 72, prop)
        if parsed.rects:
            return None
        size, base = prop.get_size_in_points(), None
        out, end = [], None
        letters, accents = [], []
        for glyph in sorted(parsed.glyphs, key=lambda g: g[-2]):
            (font, points, code), (x, y) = glyph[:3], glyph[-2:]
            font.set_size(points, 72)
            shape, scale = font.load_char(code), round(points / size, 2)
            middle = x + (shape.bbox[0] + shape.bbox[2]) / 128
            if unicodedata.combining(chr(code)):
                accents.append((chr(code), scale, middle))
                continue
            family, style = font.family_name.lower(), font.style_name.lower()
            if base is None and points == size:
                base = y
            if base is None or family.startswith("cm") or not chr(code).isprintable():
                return None  # begins above the line; or a font with its letters in places of its own
            if end is not None and x < end - 0.3 * points:
                return None  # something stands above something else
            if end is not None and x > end + 0.12 * size:
                out.append(" ")
            end = x + shape.linearHoriAdvance / 65536
            slanted = "italic" in style or "oblique" in style
            letters.append((len(out), scale, middle))
            out.append((chr(code), scale, slanted, round((y - base) / size, 2)))
        for accent, scale, middle in accents:  # the reader's font puts it on its letter
            number, of, centre = min(letters, key=lambda letter: abs(letter[2] - middle), default=(0, 0, 0))
            if of != scale or abs(centre - middle) > 0.25 * scale * size:
                return None
            out[number] = (out[number][0] + accent, *out[number][1:])
        return _spans(out)


def _spans(glyphs):
    """Join neighbouring glyphs of one style into one ``<tspan>``."""
    out, style, level = [], None, 0.0
    for glyph in glyphs:
        char, look = (glyph, style) if glyph == " " else (glyph[0], glyph[1:])
        if look != style:
            scale, slanted, height = look
            attributes = f' dy="{(level - height) / scale:.2f}em"' if height != level else ""
            attributes += f' font-size="{scale:g}em"' if scale != 1 else ""
            attributes += ' font-style="italic"' if slanted else ""
            out.append([attributes, ""])
            style, level = look, height
        out[-1][1] += html.escape(char, quote=False)
    return "".join(f"<tspan{a}>{t}</tspan>" if a else t for a, t in out)
