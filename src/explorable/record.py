"""Step an update function over the grid of control values and record what it changes."""

import contextlib
import itertools
import random

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import FigureCanvasBase
from matplotlib.collections import Collection
from matplotlib.figure import FigureBase
from matplotlib.image import AxesImage, _ImageBase
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text

from . import encode
from .errors import RecordingError
from .svg import UNIT, Outline, Renderer, is_white

CHECKS = 8  # grid points that are replayed against a full draw: the two ends and random ones

_FOLLOWED = (Line2D, Text, Patch, Collection, _ImageBase)
_CRISP = ("none", "nearest", "auto", "antialiased")
_HINT = (
    "A recorded figure follows lines, texts, collections, patches and images; ticks, limits, "
    "legends and the set of artists stay as they are when @explore is reached."
)


class Mark:
    """One SVG element: its tag and, for each attribute, the values it takes over the frames."""

    def __init__(self, tag):
        self.tag = tag
        self.attributes = {}
        self.straight = None  # for a path: whether it is straight in every frame

    def attribute(self, name):
        if name not in self.attributes:
            self.attributes[name] = Track()
        return self.attributes[name]


class Track:
    """The distinct values of one attribute and the frames at which it changes."""

    def __init__(self):
        self.ids, self.values, self.changes = {}, [], []

    def put(self, frame, value):
        key = value.key() if isinstance(value, Outline) else value
        number = self.ids.get(key)
        if number is None:
            number = self.ids[key] = len(self.values)
            self.values.append(value)
        if not self.changes or self.changes[-1][1] != number:
            self.changes.append((frame, number))

    def grid(self, shape):
        """The number of the value of every frame.  Before the first one known, that one holds."""
        frames = [frame for frame, _ in self.changes]
        frames[0] = 0
        counts = np.diff(frames + [int(np.prod(shape))])
        return np.repeat([number for _, number in self.changes], counts).reshape(shape)


class Unit:
    """An artist that the recording follows, and the marks that it draws."""

    def __init__(self, artist, number):
        self.artist, self.number = artist, number
        self.zorder = artist.get_zorder()
        self.marks = []

    def unmarked(self):
        """What can be set without the artist being marked as stale."""
        return self.artist.xy if isinstance(self.artist, Annotation) else self.artist.get_array()

    def record(self, frame, drawn):
        """Take over what the artist draws in *frame*; marks it no longer draws are hidden."""
        at, seen = 0, set()
        for tag, attributes in drawn:
            found = next((i for i in range(at, len(self.marks)) if self.marks[i].tag == tag), None)
            new = found is None
            if new:
                found = at
                self.marks.insert(at, Mark(tag))
            mark, at = self.marks[found], found + 1
            seen.add(id(mark))
            known = mark.attributes
            for name, value in attributes.items():
                if name not in known:
                    known[name] = Track()
                    if frame and not new:
                        known[name].put(0, "")
                known[name].put(frame, value)
            if frame and new:
                mark.attribute("display").put(0, "none")
            for name in known.keys() - attributes.keys():  # "display" is never drawn
                known[name].put(frame, "")
        for mark in self.marks:
            if id(mark) not in seen and mark.tag != "/g":
                if "display" not in mark.attributes:
                    mark.attribute("display").put(0, "")
                mark.attribute("display").put(frame, "none")


class Recording:
    """What `record` brings home.

    *drawing* is a list of ``("static", tag, attributes)`` and ``("unit", Unit)`` in drawing
    order, *shape* the number of values of each control, *start* the index of the start values.
    """

    def __init__(self, figure, update, controls):
        self.figure, self.update, self.controls = figure, update, controls
        self.shape = tuple(len(c.values) for c in controls)
        self.start = tuple(c.start for c in controls)
        self.width, self.height = figure.get_size_inches() * 72
        self.renderer = Renderer(self.width, self.height, figure.dpi)
        self.units, self.drawing, self.channels = [], [], []

    # the figure

    def name(self, artist, parents=()):
        """How an error message calls *artist*."""
        chain = [*parents, artist]
        axes = next((a for a in reversed(chain) if isinstance(a, Axes)), None)
        axes = axes or artist.axes
        where = ""
        if axes is not None and axes in self.figure.axes:
            title = axes.get_title()
            where = f" of axes {self.figure.axes.index(axes)}" + (f" ({title!r})" if title else "")
        for part in chain:
            if isinstance(part, Axis) and not (part is not artist and artist is part.label):
                return f"the ticks of the {part.axis_name}-axis{where}"
            if isinstance(part, Legend):
                return f"the legend{where}"
        if isinstance(artist, Axes):
            return f"the axes{where.replace(' of axes', '')}"
        label = artist.get_text() if isinstance(artist, Text) else str(artist.get_label() or "")
        label = "" if label.startswith("_") else label
        return type(artist).__name__ + (f" {label!r}" if label else "") + where

    def _survey(self):
        """Number the artists that are followed; find the follower of every artist, or None."""
        follower, parents_of = {}, {}

        def walk(artist, unit, parents):
            followed = isinstance(artist, _FOLLOWED) and parents and (
                isinstance(parents[-1], (Axes, FigureBase))
                or isinstance(parents[-1], Axis) and artist is parents[-1].label
            )  # fmt: skip
            if followed:
                unit = Unit(artist, len(self.units))
                self.units.append(unit)
                for part in ("arrow_patch", "_bbox_patch"):
                    if (own := getattr(artist, part, None)) is not None:
                        walk(own, unit, (*parents, artist))
            follower[artist], parents_of[artist] = unit, parents
            for child in artist.get_children():
                walk(child, unit, (*parents, artist))

        walk(self.figure, None, ())
        self.papers = dict(_papers(self.figure, (), []))
        self.follower, self.parents_of = follower, parents_of

    def _snapshot(self):
        axes = list(self.figure.axes)
        return (
            tuple(self.figure.get_size_inches()),
            {a: (a.get_xlim(), a.get_ylim(), list(a.get_children())) for a in axes},
            list(self.figure.get_children()),
        )

    def _cause(self, stale):
        """The name of what changed that is not followed, as precisely as can be told."""
        size, axes, children = self._snapshot()
        old_size, old_axes, old_children = self.snapshot
        if size != old_size:
            return "the size of the figure"
        for before, now in [(old_children, children)] + [
            (old_axes[a][2], axes[a][2]) for a in old_axes if a in axes
        ]:
            for artist in now:
                if artist not in before:
                    return f"the new artist {self.name(artist)}"
            for artist in before:
                if artist not in now:
                    return f"the removed artist {self.name(artist, self.parents_of[artist])}"
        for a in old_axes:
            for i, axis in enumerate("xy"):
                if axes[a][i] != old_axes[a][i]:
                    return f"the {axis}-limits of {self.name(a)}"
        artist = max(stale, key=lambda a: len(self.parents_of[a]))
        return self.name(artist, self.parents_of[artist])

    @contextlib.contextmanager
    def _prepared(self):
        """Draw at 72 dpi with our renderer, watch what turns stale, and put everything back."""
        figure, canvas, dpi = self.figure, self.figure.canvas, self.figure.dpi
        put_back = []
        try:
            figure.set_canvas(_Canvas(figure, self.renderer))
            figure._set_dpi(72, forward=False)
            with self.renderer._draw_disabled():
                figure.draw(self.renderer)  # settles layout, limits, ticks and legends
            figure.set_layout_engine("none")
            for legend in figure.findobj(Legend):
                if legend._loc_real == 0:  # "best" would look for a new place in each frame
                    self._fix(legend)
            self._survey()
            self.stale = {}  # a set that keeps its order
            for artist in self.follower:
                put_back.append((artist, artist.stale_callback, artist.get_animated()))
                artist.stale_callback = self._became_stale
                artist._animated = False
                artist.draw = self._tracked(artist)
                if (
                    isinstance(artist, AxesImage)
                    and type(artist).make_image is AxesImage.make_image  # others have cells of their own
                    and artist.get_interpolation() in _CRISP
                ):
                    artist._check_unsampled_image = lambda image=artist: np.ndim(image.get_alpha()) == 0
            yield
        finally:
            for artist, callback, animated in put_back:
                artist.stale_callback = callback
                artist._animated = animated
                del artist.draw
                vars(artist).pop("_check_unsampled_image", None)
            figure._set_dpi(dpi, forward=False)
            figure.set_canvas(canvas)

    def _fix(self, legend):
        within = legend.get_bbox_to_anchor()
        x, y = legend.get_window_extent().p0
        legend.set_loc(((x - within.x0) / within.width, (y - within.y0) / within.height))

    def _became_stale(self, artist, value):
        self.stale.setdefault(artist)

    def _tracked(self, artist):
        """A `draw` for *artist* that files the marks it makes under it, or under its unit."""
        draw, unit = artist.draw, self.follower[artist]

        def tracked(renderer):
            text, stack, owner = self.renderer.text, self.stack, self.owner
            self.renderer.paper = artist in self.papers and all(map(_bare, self.papers[artist]))
            if unit is None or unit.artist is artist:
                self._file((unit, artist))
            if isinstance(artist, Text):
                self.renderer.text = artist
            self.stack = (*stack, artist)
            try:
                draw(renderer)
            except RecordingError as error:
                raise RecordingError(f"{self.name(artist, stack)}: {error}") from None
            finally:
                self.renderer.text, self.stack, self.renderer.paper = text, stack, False
                if owner != self.owner:
                    self._file(owner)

        return tracked

    def _file(self, owner):
        """File the marks made so far; those to come belong to *owner*, ``(unit, artist)``."""
        unit, artist = self.owner
        if self.renderer.marks or (unit is not None and owner != self.owner):
            self.drawn.append((unit, artist, self.renderer.marks))
        self.owner = owner
        self.renderer.begin(owner[0].number if owner[0] else None)

    def _draw_all(self):
        """Draw the figure: a list of ``(unit or None, artist, marks)``."""
        self.drawn, self.stack, self.owner = [], (), (None, None)
        self.renderer.begin_figure()
        self.figure.draw(self.renderer)
        self._file((None, None))
        return self.drawn

    def _draw_unit(self, unit):
        self.drawn, self.stack, self.owner = [], self.parents_of[unit.artist], (None, None)
        self.renderer.begin_figure()
        unit.artist.draw(self.renderer)
        return self.drawn[0][2]

    # recording

    def values(self, index):
        return {c.name: c.values[i] for c, i in zip(self.controls, index)}

    def at(self, index):
        return ", ".join(c.at(i) for c, i in zip(self.controls, index))

    def value(self, track, index):
        """The value of *track* in the frame at *index*."""
        if len(track.values) == 1:
            return track.values[0]
        return track.values[track.grid(self.shape)[index]]

    def _call(self, index):
        try:
            self.update(**self.values(index))
        except Exception as error:
            message = f"update failed at {self.at(index)}: {type(error).__name__}: {error}"
            raise RecordingError(message) from error

    def run(self):
        """Record every frame, check some of them, and leave the figure at its start values."""
        if self.controls:
            self._call(self.start)
        with self._prepared():
            base = self._draw_all()
            if self.controls:
                self._record(base)
            else:
                for unit, _, marks in base:
                    if unit is not None:
                        unit.record(0, marks)
            for unit, _, marks in base:
                if unit is not None:
                    self.drawing.append(("unit", unit))
                else:
                    self.drawing += [("static", *mark) for mark in marks]
            self._encode()
            if self.controls:
                self._check(base)
                self._call(self.start)
        return self

    def _record(self, base):
        self.snapshot = self._snapshot()
        watched = {u: u.unmarked() for u in self.units if isinstance(u.artist, (Annotation, Collection))}
        # The first frame holds what the figure shows now; its own changes come on top.
        for unit, _, marks in base:
            if unit is not None:
                unit.record(0, marks)
        for frame, index in enumerate(itertools.product(*map(range, self.shape))):
            self.stale.clear()
            self._call(index)
            fresh = {}
            for artist in self.stale:
                unit = self.follower[artist]
                if unit is not None:
                    fresh.setdefault(unit)
                elif not (isinstance(artist, Axis) and artist.label in self.stale):
                    self._refuse(self._cause(self.stale), index)
            for paper, under in self.papers.items():
                if any(patch in self.stale for patch in under):
                    fresh.setdefault(self.follower[paper])
            for unit, before in watched.items():
                if (now := unit.unmarked()) is not before:
                    watched[unit] = now
                    fresh.setdefault(unit)
            for unit in fresh:
                if unit.artist.get_zorder() != unit.zorder:
                    self._refuse(f"the zorder of {self.name(unit.artist)}", index)
                unit.record(frame, self._draw_unit(unit))

    def _refuse(self, what, index):
        raise RecordingError(f"update changed {what} at {self.at(index)}. {_HINT}")

    def _encode(self):
        """Turn the tracks that change into channels; `element` numbers the marks that have any."""
        self.element = {}
        for unit in self.units:
            for mark in unit.marks:
                if mark.tag == "path" and "marker-start" not in mark.attributes:
                    track = mark.attributes["d"]
                    mark.straight = encode.straight(track.values)
                    track.values = [self._trim(v, mark.straight) for v in track.values]
        for kind, *item in self.drawing:
            for mark in item[0].marks if kind == "unit" else ():
                for name, track in mark.attributes.items():
                    if len(track.values) < 2:
                        continue
                    number = self.element.setdefault(mark, len(self.element))
                    channel = encode.encode(name, track.values, track.grid(self.shape))
                    self.channels.append({"e": number, **channel})

    def dead(self):
        """The names of the controls that change nothing, though they have more than one value."""
        alive = {axis for channel in self.channels for axes, *_ in channel["g"] for axis in axes}
        return [c.name for axis, c in enumerate(self.controls) if len(c.values) > 1 and axis not in alive]

    def _check(self, base):
        """Replay some grid points and compare each with a full draw of the figure."""
        last = int(np.prod(self.shape)) - 1
        between = range(1, last)
        chosen = random.Random(last).sample(between, min(CHECKS - 2, len(between)))
        chosen = dict.fromkeys([last, *chosen, 0])
        readers = {}
        marks = {number: mark for mark, number in self.element.items()}
        for channel in self.channels:
            mark = marks[channel["e"]]
            readers[mark, channel["a"]] = encode.Reader(channel, self.shape)
        for index in (tuple(map(int, np.unravel_index(f, self.shape))) for f in chosen):
            self._call(index)
            now = self._draw_all()
            before, after = [a for _, a, _ in base], [a for _, a, _ in now]
            if after != before:
                for artist in before + after:
                    if (artist in before) != (artist in after):
                        self._differs(artist, index)
                # of those that changed places, the one that went furthest is the cause
                self._differs(max(after, key=lambda artist: abs(after.index(artist) - before.index(artist))), index)
            for (unit, artist, drawn), (_, _, first) in zip(now, base):
                if unit is None:
                    same = _plain(drawn) == _plain(first)
                else:
                    same = self._same(unit, index, readers, drawn)
                if not same:
                    self._differs(artist, index)

    def _same(self, unit, index, readers, drawn):
        """Whether *unit* as recorded at *index* is what was *drawn* now."""
        replayed, marks = [], []
        for mark in unit.marks:
            attributes = {}
            for name, track in mark.attributes.items():
                reader = readers.get((mark, name))
                attributes[name] = track.values[0] if reader is None else reader[index]
            shown = attributes.pop("display", None) != "none"
            if mark.tag == "g":
                group = shown
            if group if mark.tag == "/g" else shown:
                replayed.append((mark.tag, attributes))
                marks.append(mark)
        straight = iter([mark.straight for mark in marks if mark.tag == "path"])
        drawn = [
            (tag, {**a, "d": self._trim(a["d"], next(straight, None))} if tag == "path" else a)
            for tag, a in drawn
        ]
        return _plain(replayed) == _plain(drawn)

    def _trim(self, outline, straight):
        if straight is None:
            return outline
        size = round(self.width * UNIT), round(self.height * UNIT)
        return encode.trim(outline, size, straight)

    def _differs(self, artist, index):
        raise RecordingError(
            f"replayed at {self.at(index)}, {self.name(artist, self.parents_of[artist])} "
            "differs from a full draw. Either update does not set all that it depends on (so that "
            f"the picture depends on the order of the calls), or it changes what is not followed. {_HINT}"
        )


def _papers(figure, under, boxes):
    """The backgrounds that lie on nothing but the backgrounds of figures, each with those.

    A white one is the reader's page, unless it has to hide what lies under it.
    """
    yield figure.patch, under
    for artist in sorted(figure.get_children(), key=Artist.get_zorder):
        if isinstance(artist, FigureBase):
            yield from _papers(artist, (*under, figure.patch), boxes)
        elif isinstance(artist, Axes):
            if not artist.bbox.count_overlaps(boxes):
                yield artist.patch, (*under, figure.patch)
            boxes.append(artist.bbox)
        elif artist is not figure.patch and artist.get_visible():
            boxes.append(artist.get_window_extent())


def _bare(patch):
    """Whether a background shows nothing but the page."""
    colour = patch.get_facecolor()
    return not patch.get_visible() or patch.get_hatch() is None and (colour[3] == 0 or is_white(colour))


def _plain(marks):
    """Marks as comparable values."""
    return [
        (tag, {k: v.key() if isinstance(v, Outline) else v for k, v in attributes.items() if v != ""})
        for tag, attributes in marks
    ]


class _Canvas(FigureCanvasBase):
    """A canvas that measures text as our renderer will draw it."""

    def __init__(self, figure, renderer):
        super().__init__(figure)
        self.renderer = renderer

    def get_renderer(self):
        return self.renderer
