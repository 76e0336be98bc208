"""Step an update function over the grid of control values and record what it changes."""

import contextlib
import itertools
import random

import numpy as np
from IPython.utils.capture import capture_output
from matplotlib._pylab_helpers import Gcf
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis, Tick
from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase
from matplotlib.collections import (
    Collection,
    FillBetweenPolyCollection,
    LineCollection,
    PathCollection,
    PolyCollection,
    QuadMesh,
)
from matplotlib.contour import ContourSet
from matplotlib.figure import FigureBase
from matplotlib.image import AxesImage, _ImageBase
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch, Rectangle, StepPatch
from matplotlib.quiver import Quiver
from matplotlib.text import Annotation, Text

from . import encode, page
from .errors import RecordingError
from .svg import PER_POINT, Outline, Renderer, is_white

CHECKS = 8  # grid points that are replayed against a full draw: the two ends and random ones

_FOLLOWED = (Line2D, Text, Patch, Collection, _ImageBase)
_CRISP = ("none", "nearest", "auto", "antialiased")

# The way out for what update may not do.
_ONCE = "Set it once, before explore"
_MOVED_BY = {  # how an artist is moved that update makes anew; the first kind that fits counts
    Axes: "move the artists in it",
    Line2D: "move it with set_data",
    Text: "change it with set_text and set_position",
    StepPatch: "change it with set_data",
    Rectangle: "change it with set_height (for a histogram take stairs instead of hist, and its set_data)",
    Patch: "change it with its setters",
    FillBetweenPolyCollection: "change it with set_data",
    Quiver: "change it with set_UVC",
    ContourSet: "change it with set_paths(other.get_paths()), where other is drawn into axes of its own, "
    "matplotlib.figure.Figure().add_subplot()",
    LineCollection: "change it with set_segments",
    PathCollection: "move it with set_offsets",
    QuadMesh: "change it with set_array",
    PolyCollection: "change it with set_verts",
    Collection: "change it with its setters",
    _ImageBase: "change it with set_data",
}
_OF_AXES = [  # what a full draw shows at many places and this names at one
    ("the x-scale of {}", Axes.get_xscale),
    ("the y-scale of {}", Axes.get_yscale),
    ("the x-limits of {}", Axes.get_xlim),
    ("the y-limits of {}", Axes.get_ylim),
    ("the z-limits of {}", lambda axes: axes.get_zlim() if hasattr(axes, "get_zlim") else None),
    ("the view of {}", lambda axes: [getattr(axes, part, None) for part in ("elev", "azim", "roll")]),
    ("{} (axis on or off)", lambda axes: axes.axison),
    ("{} (visible or not)", Axes.get_visible),
    ("the position of {}", lambda axes: axes.get_position().bounds),
]


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
        """Take over what the artist draws in `frame`; marks it no longer draws are hidden."""
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

    `drawing` is a list of ``("static", tag, attributes)`` and ``("unit", Unit)`` in drawing
    order, `shape` the number of values of each control, `start` the index of the start values.
    """

    def __init__(self, figure, update, controls):
        self.figure, self.update, self.controls = figure, update, controls
        self.shape = tuple(len(c.values) for c in controls)
        self.start = tuple(c.start for c in controls)
        self.width, self.height = figure.get_size_inches() * 72
        self.renderer = Renderer(self.width, self.height, figure.dpi)
        self.units, self.drawing, self.channels = [], [], []
        self.drawn, self.stack, self.owner = [], (), (None, None)
        self.groups = {}  # axes -> attributes

    # the figure

    def name(self, artist, parents=()):
        """How an error message calls `artist`."""
        chain = [*parents, artist]
        axes = next((a for a in reversed(chain) if isinstance(a, Axes)), None)
        axes = axes or artist.axes
        where = ""
        if axes is not None and axes in self.figure.axes:
            title = axes.get_title()
            where = f" of axes {self.figure.axes.index(axes)}" + (f" ({title!r})" if title else "")
        for part in chain:
            if isinstance(part, Axis) and not (part is not artist and artist is part.label):
                grid = any(isinstance(tick, Tick) and artist is tick.gridline for tick in parents)
                return f"the {'grid' if grid else 'ticks'} of the {part.axis_name}-axis{where}"
            if isinstance(part, Legend):
                return f"the legend{where}"
        if isinstance(artist, Axes):
            return f"the axes{where.replace(' of axes', '')}"
        label = artist.get_text() if isinstance(artist, Text) else str(artist.get_label() or "")
        label = "" if label.startswith("_") else label
        return type(artist).__name__ + (f" {label!r}" if label else "") + where

    def _survey(self):
        """Find all artists, number those that are followed, and watch them."""
        self._adopt(self.figure, follow=True)
        self.papers = dict(_papers(self.figure, (), []))

    def _adopt(self, artist, parents=(), follow=False):
        """Watch `artist` and its parts; what update adds is drawn under its own name, and not followed."""
        if artist not in self.follower:
            unit = self.follower[parents[-1]] if parents else None
            if follow and isinstance(artist, _FOLLOWED) and (
                isinstance(parents[-1], (Axes, FigureBase))
                or isinstance(parents[-1], Axis) and artist is parents[-1].label
            ):  # fmt: skip
                unit = Unit(artist, len(self.units))
                self.units.append(unit)
            self.follower[artist], self.parents_of[artist] = unit, parents
            self._watch(artist)
        parts = artist.get_children()
        if self.follower[artist] is not None:
            own = [getattr(artist, name, None) for name in ("arrow_patch", "_bbox_patch")]
            parts = [*parts, *(part for part in own if part is not None)]
        for part in parts:
            self._adopt(part, (*parents, artist), follow)

    def _structure(self):
        """What to look at first for the cause of a difference."""
        return (
            self.figure.get_size_inches().tolist(),
            {a: [read(a) for _, read in _OF_AXES] for a in self.follower if isinstance(a, Axes)},
            {a: a.get_children() for a in self.follower if isinstance(a, (Axes, FigureBase))},
        )

    def _cause(self):
        """What update did to the structure of the figure, and the way out, or None."""
        size, axes, children = self._structure()
        old_size, old_axes, old_children = self.structure
        if size != old_size:
            return "changed the size of the figure", _ONCE
        for parent, before in old_children.items():
            now = children[parent]
            if now != before and parent.get_label() == "<colorbar>":
                return "changed the range of a colour bar", "Set vmin and vmax once, before explore"
            if isinstance(parent, Axes) and parent.title not in before:
                return f"cleared {self._called(parent)}", "Move the artists that are there, with set_data and the like"
            # a new legend is judged by what it shows
            for artist in now:
                if artist not in before and not isinstance(artist, Legend):
                    how = next((how for kind, how in _MOVED_BY.items() if isinstance(artist, kind)), "leave it as it is")
                    return f"made {self._called(artist)}", f"Make it before explore, and {how}"
            for artist in before:
                if artist not in now and not isinstance(artist, Legend):
                    return f"removed {self._called(artist)}", "Hide it with set_visible(False)"
        for a, before in old_axes.items():
            for (what, _), old, new in zip(_OF_AXES, before, axes[a]):
                if new != old:
                    wide = ", wide enough for every value" if "limits" in what else ""
                    return f"changed {what.format(self.name(a))}", _ONCE + wide
        return None

    @contextlib.contextmanager
    def _settled(self):
        """Make the figure pyplot's, at 72 dpi and for our renderer; settle its layout; put everything back."""
        figure, canvas, dpi = self.figure, self.figure.canvas, self.figure.dpi
        engine, legends = figure.get_layout_engine(), []
        active, own = Gcf.get_active(), next((m for m in Gcf.figs.values() if m.canvas.figure is figure), None)
        others = [(m.canvas.figure, m.canvas.figure.stale_callback) for m in Gcf.figs.values() if m is not own]
        with capture_output(stdout=True, stderr=False, display=True) as self.output:
            try:
                figure.set_canvas(_Canvas(figure, self.renderer))
                figure._set_dpi(72, forward=False)
                manager = own or FigureManagerBase(figure.canvas, max(Gcf.figs, default=0) + 1)
                figure.canvas.manager = manager
                Gcf.set_active(manager)
                self.managers, self.elsewhere = set(Gcf.figs.values()), None
                for other, _ in others:
                    other.stale_callback = self._drew_elsewhere
                if self.controls:
                    self._call(self.start)
                with self.renderer._draw_disabled():
                    figure.draw(self.renderer)  # settles layout, limits, ticks and legends
                figure.set_layout_engine("none")
                for legend in figure.findobj(Legend):
                    if legend._loc_real == 0:  # "best" would look for a new place in each frame
                        legends.append(legend)
                        self._fix(legend)
                yield
            finally:
                for legend in legends:
                    legend.set_loc("best")
                if engine is not None:
                    figure.set_layout_engine(engine)
                for other, callback in others:
                    other.stale_callback = callback
                for manager in [m for m in Gcf.figs.values() if m.canvas is figure.canvas]:
                    del Gcf.figs[manager.num]
                if active in Gcf.figs.values():
                    Gcf.set_active(active)
                figure._set_dpi(dpi, forward=False)
                figure.set_canvas(canvas)

    def _drew_elsewhere(self, other, value):
        self.elsewhere = other

    def _fix(self, legend):
        within = legend.get_bbox_to_anchor()
        x, y = legend.get_window_extent().p0
        legend.set_loc(((x - within.x0) / within.width, (y - within.y0) / within.height))

    @contextlib.contextmanager
    def _watched(self):
        """Watch what turns stale, and who draws what."""
        self.follower, self.parents_of, self.watched = {}, {}, []
        self.stale = {}  # a set that keeps its order
        try:
            self._survey()
            yield
        finally:
            for artist, callback, animated in self.watched:
                artist.stale_callback = callback
                artist._animated = animated
                del artist.draw
                vars(artist).pop("_check_unsampled_image", None)

    def _watch(self, artist):
        self.watched.append((artist, artist.stale_callback, artist.get_animated()))
        artist.stale_callback = self._became_stale
        artist._animated = False
        artist.draw = self._tracked(artist)
        if (
            isinstance(artist, AxesImage)
            and type(artist).make_image is AxesImage.make_image  # others have cells of their own
            and artist.get_interpolation() in _CRISP
        ):
            artist._check_unsampled_image = lambda image=artist: np.ndim(image.get_alpha()) == 0

    def _became_stale(self, artist, value):
        self.stale.setdefault(artist)

    def _tracked(self, artist):
        """A `draw` for `artist` that files the marks it makes under it, or under its unit."""
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
                if isinstance(artist, Axes):  # in a group, so that the page can tell what a point of it means
                    self.renderer.marks.append(("g", self._group(artist)))
                draw(renderer)
                if isinstance(artist, Axes):
                    self.renderer.marks.append(("/g", {}))
            except RecordingError as error:
                raise RecordingError(f"{self.name(artist, stack)}: {error}") from None
            finally:
                self.renderer.text, self.stack, self.renderer.paper = text, stack, False
                if owner != self.owner:
                    self._file(owner)

        return tracked

    def _group(self, axes):
        """The attributes of the group of `axes`; no values are read off from axes that change."""
        now = _scales(axes)
        known = self.groups.setdefault(axes, {"data-axes": now})
        if known["data-axes"] != now:
            known["data-axes"] = "-"
        return known

    def _file(self, owner):
        """File the marks made so far; those to come belong to `owner`, ``(unit, artist)``."""
        unit, artist = self.owner
        if self.renderer.marks or (unit is not None and owner != self.owner):
            self.drawn.append((unit, artist, self.renderer.marks))
        self.owner = owner
        self.renderer.begin(owner[0].number if owner[0] else None)

    def _draw_all(self):
        """Draw the figure: a list of ``(unit or None, artist, marks)``."""
        self._adopt(self.figure)
        self.drawn, self.stack, self.owner = [], (), (None, None)
        self.renderer.begin_figure()
        self.figure.draw(self.renderer)
        self._file((None, None))
        return self._taken()

    def _draw_unit(self, unit):
        self.drawn, self.stack, self.owner = [], self.parents_of[unit.artist], (None, None)
        self.renderer.begin_figure()
        if hasattr(unit.artist, "do_3d_projection"):  # of 3-D axes, which would ask for it in a full draw
            unit.artist.do_3d_projection()
        unit.artist.draw(self.renderer)
        return self._taken()[0][2]

    def _taken(self):
        drawn, self.drawn = self.drawn, []  # an update may draw, too: for savefig
        return drawn

    # recording

    def values(self, index):
        return {c.name: c.values[i] for c, i in zip(self.controls, index)}

    def at(self, index):
        return ", ".join(c.at(i) for c, i in zip(self.controls, index))

    def value(self, track, index):
        """The value of `track` in the frame at `index`."""
        if len(track.values) == 1:
            return track.values[0]
        return track.values[track.grid(self.shape)[index]]

    def _call(self, index):
        try:
            self.update(**self.values(index))
        except Exception as error:
            raise RecordingError(
                f"update failed at {self.at(index)}: {type(error).__name__}: {error}. "
                "Take these values out of the controls, or let update deal with them."
            ) from error
        self._stayed_inside(index)

    def _stayed_inside(self, index):
        """Refuse what update did beside setting artists of the figure."""
        for manager in [m for m in Gcf.figs.values() if m not in self.managers]:
            Gcf.destroy(manager)
            self._refuse(
                f"made a new figure (Figure {manager.num})", index,
                "Make one figure before explore, and set the artists of that one in update",
            )  # fmt: skip
        if self.elsewhere is not None:
            self._refuse(
                f"drew into another figure (Figure {self.elsewhere.number})", index,
                "One recording shows one figure: put what belongs together into axes of the figure given to explore",
            )  # fmt: skip
        if self.output.outputs:
            self._refuse(
                "displayed something (plt.show, display)", index,
                "Leave that out, and set artists of the figure given to explore: that one is shown, and no other output",
            )  # fmt: skip
        if printed := self.output.stdout.strip():
            self._refuse(
                f"printed {printed.splitlines()[0]!r}", index,
                "Only the figure is recorded: write it there, with set_text or set_title",
            )  # fmt: skip

    def run(self):
        """Record every frame, check some of them, and leave the figure at its start values."""
        with self._settled():
            with self._watched():
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
            self.images = [page.png(self.figure, scale) for scale in (1, 2)]
        return self

    def _record(self, base):
        self.structure = self._structure()
        axes = list(self.structure[1])
        watched = {u: u.unmarked() for u in self.units if isinstance(u.artist, (Annotation, Collection))}
        # The first frame holds what the figure shows now; its own changes come on top.
        for unit, _, marks in base:
            if unit is not None:
                unit.record(0, marks)
        for frame, index in enumerate(itertools.product(*map(range, self.shape))):
            self.stale.clear()
            self._call(index)
            for a in axes:
                a.viewLim  # noqa: B018 - asking for the limits settles an autoscale that update asked for
            fresh, whole = {}, False
            for artist in self.stale:
                unit = self.follower[artist]
                if unit is not None:
                    fresh.setdefault(unit)
                elif not (isinstance(artist, Axis) and artist.label in self.stale):
                    whole = True
            for paper, under in self.papers.items():
                if any(patch in self.stale for patch in under):
                    fresh.setdefault(self.follower[paper])
            for unit, before in watched.items():
                if (now := unit.unmarked()) is not before:
                    watched[unit] = now
                    fresh.setdefault(unit)
            for unit in fresh:
                if unit.artist.get_zorder() != unit.zorder and not hasattr(unit.artist, "do_3d_projection"):
                    self._refuse(
                        f"changed the zorder of {self.name(unit.artist)}", index,
                        "Draw it twice, before and behind, and hide one with set_visible",
                    )  # fmt: skip
            if whole:  # what is not followed was set, perhaps to what it was: only a full draw can tell
                now = self._draw_all()
                if (artist := self._other(base, now)) is not None:
                    legend = any(isinstance(part, Legend) for part in (artist, *self.parents_of[artist]))
                    way_out = _ONCE + (", and write what changes into a title or a text" if legend else "")
                    what, way_out = self._cause() or (f"changed {self._called(artist)}", way_out)
                    self._refuse(what, index, way_out)
                for unit, _, marks in now:
                    if unit is not None:
                        unit.record(frame, marks)
            else:
                for unit in fresh:
                    unit.record(frame, self._draw_unit(unit))

    def _refuse(self, what, index, way_out):
        raise RecordingError(f"update {what} at {self.at(index)}. {way_out}.")

    def _other(self, base, now):
        """The first artist that is not followed and in `now` not drawn as in `base`, or None."""
        if _unfollowed(base) == _unfollowed(now):
            return None
        before, after = self._by_name(base), self._by_name(now)
        for name in before | after:
            if (name in before) != (name in after):
                return (before | after)[name][0]
        old, new = list(before), list(after)
        if old != new:  # of those that changed places, the one that went furthest is the cause

            def distance(name):
                return abs(new.index(name) - old.index(name)), isinstance(name, Unit)

            return after[max(new, key=distance)][0]
        return next(artist for name, (artist, marks) in before.items() if after[name][1] != marks)

    def _by_name(self, drawn):
        """Who drew which marks that are not followed; a legend made anew goes by the name of the old one."""
        out = {}
        for unit, artist, marks in drawn:
            name = self._called(artist) if unit is None else unit
            out.setdefault(name, (artist, []))[1].extend(() if unit else _plain(marks))
        return out

    def _called(self, artist):
        return self.name(artist, self.parents_of[artist])

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
            artist = self._other(base, now)
            if artist is None:
                wrong = (unit.artist for unit, _, drawn in now if unit and not self._same(unit, index, readers, drawn))
                artist = next(wrong, None)
            if artist is not None:
                self._differs(artist, index, now)

    def _same(self, unit, index, readers, drawn):
        """Whether `unit` as recorded at `index` is what was `drawn` now."""
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
        drawn = [(tag, {**a, "d": self._trim(a["d"], next(straight, None))} if tag == "path" else a) for tag, a in drawn]
        return _plain(replayed) == _plain(drawn)

    def _trim(self, outline, straight):
        if straight is None:
            return outline
        size = round(self.width * PER_POINT), round(self.height * PER_POINT)
        return encode.trim(outline, size, straight)

    def _differs(self, artist, index, now):
        if (cause := self._cause()) is not None:
            what, way_out = cause
            self._refuse(what, index, way_out)
        self._call(index)
        again = self._draw_all()
        if [_plain(marks) for _, _, marks in again] != [_plain(marks) for _, _, marks in now]:
            why = (
                "Called twice with these values, update draws two pictures: it uses random numbers without a seed or "
                "keeps something from call to call. Make the generator in update, np.random.default_rng(0), and "
                "compute everything from the arguments."
            )
        else:
            why = (
                "Either update leaves some of it as the call before did: set all of it in every call. Or it changes it "
                "without a setter: then set its attribute stale to True as well. Or it is none of the lines, texts, "
                "patches, collections and images of the figure: then leave it as it is."
            )
        raise RecordingError(f"replayed at {self.at(index)}, {self._called(artist)} differs from a full draw. {why}")


def _scales(axes):
    """What the player reads values by, of x and of y: the scale, the limits, and where these lie in the SVG.

    ``"linear -4 4 1200 8000 log 1 100 6000 300"``; ``"-"`` if positions are no two numbers, as of dates or in polar axes.
    """
    if axes.name != "rectilinear":
        return "-"
    box, height = axes.bbox.extents, axes.figure.bbox.height
    out = []
    for axis, limits, places in (
        (axes.xaxis, axes.get_xlim(), box[[0, 2]]),
        (axes.yaxis, axes.get_ylim(), height - box[[1, 3]]),
    ):
        if axis.get_scale() not in ("linear", "log") or axis.have_units():
            return "-"
        out += [axis.get_scale(), *(f"{limit:.9g}" for limit in limits), *(str(round(place * PER_POINT)) for place in places)]
    return " ".join(out)


def _unfollowed(drawn):
    """What is drawn, as comparable values: units for what they draw, and the marks of all else."""
    return [part for unit, _, marks in drawn for part in ([unit] if unit else _plain(marks))]


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
        (tag, {k: v.key() if isinstance(v, Outline) else v for k, v in attributes.items() if v != "" and k != "data-axes"})
        for tag, attributes in marks
    ]


class _Canvas(FigureCanvasBase):
    """A canvas that measures text as our renderer will draw it."""

    def __init__(self, figure, renderer):
        super().__init__(figure)
        self.renderer = renderer

    def get_renderer(self):
        return self.renderer
