"""Call a function over the grid of control values and record what it shows.

Each call gives *parts*: ``(key, marks)`` in the order in which they are drawn, from `capture` (what is shown) and `svg`
(how a figure looks).  A `Scene` keeps one order for the parts of all frames and, for each attribute of each mark, the
values it takes.  `explore` knows one figure and which of its artists a call has touched: then only these are drawn again.
"""

import contextlib
import itertools
import math
import random
from unittest import mock

import numpy as np
from matplotlib.artist import Artist
from matplotlib.axes import Axes
from matplotlib.axis import Axis
from matplotlib.backend_bases import FigureManagerBase
from matplotlib.collections import Collection
from matplotlib.figure import FigureBase
from matplotlib.image import AxesImage, _ImageBase
from matplotlib.legend import Legend
from matplotlib.lines import Line2D
from matplotlib.patches import Patch
from matplotlib.text import Annotation, Text
from tqdm import tqdm

from . import controls, encode, page, rich
from .capture import Capture, measured
from .errors import RecordingError, named
from .quick import Ticks
from .svg import PER_POINT, Renderer

CHECKS = 8  # grid points that are replayed against a call: the two ends and random ones
HALF_A_PIXEL = 37  # in hundredths of a point: how far off what is guessed between two values of a control may be
FOLLOWED = (Line2D, Text, Patch, Collection, _ImageBase, Legend)  # artists that are drawn again alone
_CRISP = ("none", "nearest", "auto", "antialiased")
HTML = {"text": "pre", "html": "div", "error": "pre"}


class Track:
    """The distinct values of one attribute and the frames at which it changes."""

    def __init__(self):
        self.ids, self.values, self.changes = {}, [], []
        self.written = self.values  # without what cannot be seen

    def put(self, frame, value):
        number = self.ids.get(value)
        if number is None:
            number = self.ids[value] = len(self.values)
            self.values.append(value)
        if not self.changes or self.changes[-1][1] != number:
            self.changes.append((frame, number))

    def numbers(self, frames):
        """The number of the value of every frame.  Before the first one known, that one holds."""
        starts = [frame for frame, _ in self.changes]
        starts[0] = 0
        return np.repeat([number for _, number in self.changes], np.diff(starts + [frames]))


class Mark:
    """One element: its tag and, for each attribute, the values it takes over the frames."""

    def __init__(self, tag, inside=False):
        self.tag, self.inside = tag, inside  # inside a group of the same part
        self.attributes = {}
        self.straight = None  # for a path: whether it is straight in every frame

    def put(self, frame, name, value, absent=None):
        """Let the attribute have `value` from `frame` on, and before, if it is new, be `absent`."""
        track = self.attributes.get(name)
        if track is None:
            track = self.attributes[name] = Track()
            if absent is not None and frame:
                track.put(0, absent)
        track.put(frame, value)

    def show(self, frame, shown):
        if self.tag.startswith("/"):  # goes with what it ends
            return
        name = "hidden" if self.tag in HTML.values() else "display"
        if not shown or name in self.attributes:
            self.put(frame, name, "" if shown else "none", absent="")


class Unit:
    """A part of the scene: what has one key, and the marks that it consists of."""

    def __init__(self, key, copy):
        self.key, self.copy = key, copy
        self.marks, self.last = [], None

    def record(self, frame, drawn):
        """Take over what is drawn in `frame`; marks that are no longer drawn are hidden."""
        if drawn == self.last:
            return
        self.last = drawn
        at, seen, inside = 0, set(), False
        for tag, attributes in drawn:
            end = self._end(at) if inside else len(self.marks)
            if tag == "/g":
                at, inside = end + 1, False
                continue
            found = next((i for i in range(at, end) if self.marks[i].tag == tag and self.marks[i].inside == inside), None)
            new = found is None
            if new:
                found = at
                self.marks.insert(at, Mark(tag, inside))
                if tag == "g":
                    self.marks.insert(at + 1, Mark("/g"))
            mark, at = self.marks[found], found + 1
            inside = inside or tag == "g"
            seen.add(id(mark))
            for name, value in attributes.items():
                mark.put(frame, name, value, absent=None if new else "")
            if frame and new:
                mark.show(0, False)
            for name in mark.attributes.keys() - attributes.keys() - {"display", "hidden"}:
                mark.put(frame, name, "")
            mark.show(frame, True)
        for mark in self.marks:
            if id(mark) not in seen:
                mark.show(frame, False)

    def _end(self, at):
        return next(i for i in range(at, len(self.marks)) if self.marks[i].tag == "/g")


class Scene:
    """One order for what is drawn in all frames: a part that stands elsewhere in some of them is there twice."""

    def __init__(self):
        self.units = []

    def record(self, frame, parts, ranks=None):
        """Take down a frame; which unit each part is.

        `ranks` says in which order artists are drawn if all of them are: two that are never seen together have one, too.
        """
        at, seen, found, ends = 0, set(), {}, []
        for key, marks in parts:
            place = at
            if key[-1] == ">":
                place = self.units.index(ends.pop())
            elif at == len(self.units) or self.units[at].key != key:
                end = self.units.index(ends[-1]) if ends else len(self.units)
                place = next((i for i in range(at, end) if self.units[i].key == key), None)
                if place is None:
                    place, copy = at, sum(one.key == key for one in self.units)
                    own = ranks and ranks.get(_steps(key[1:]))
                    while own and place < end and ranks.get(_steps(self.units[place].key[1:]), own) < own:
                        place += 1
                    self.units.insert(place, Unit(key, copy))
                    if key[-1] == "<":
                        self.units.insert(place + 1, Unit((*key[:-1], ">"), copy))
            unit = self.units[place]
            if key[-1] == "<":
                end = (*key[:-1], ">")
                ends.append(next(one for one in self.units[place:] if one.key == end))
            unit.record(frame, _of_copy(marks, unit.copy))
            seen.add(id(unit))
            found[key] = unit
            at = place + 1
        for unit in self.units:
            if id(unit) not in seen:
                unit.record(frame, [])
        return found


def _of_copy(marks, copy):
    """The marks of a part that is there more than once: its markers have names of their own."""
    if not copy:
        return marks

    def named(name, value):
        return value.replace("-", f"c{copy}-", 1) if name == "id" or name.startswith("marker-") else value

    return [(tag, {k: named(k, v) for k, v in attributes.items()}) for tag, attributes in marks]


class Recording:
    """A function, its controls, and after `run` what it shows at every setting of them.

    With `figure` only that one is followed, artist by artist (`explore`); without, each call may make its own.
    `scene` is what is drawn, `channels` what of it changes.  Of a grid of more than `most` points fewer are visited:
    `thin` maps the controls with gaps to the positions that were, and `notes` says so.
    """

    def __init__(self, update, arguments, figure=None, most=math.inf):
        self.update, self.arguments, self.most = update, arguments, most
        self.controls = [c for one in arguments for c in one.controls]
        self.kept = [list(range(len(c.values))) for c in self.controls]  # which values of a control are offered
        self.followed = None if figure is None else Followed(figure)
        self.scene, self.renderers = Scene(), []
        self.frames, self.visits = 0, {}  # visits: grid point -> frame
        self.ticks = None
        self.failed, self.notes = {}, []
        self.stills, self.descriptions, self.result = [], [], None
        self.channels, self.element, self.readers, self.thin = [], {}, {}, {}

    @property
    def shape(self):
        return tuple(len(c.values) for c in self.controls)

    @property
    def start(self):
        return tuple(c.start for c in self.controls)

    def full(self, point):
        """`point` among all the values that the arguments have."""
        return tuple(kept[at] for kept, at in zip(self.kept, point))

    def at(self, point):
        return controls.at(self.arguments, self.full(point))

    def run(self):
        """Visit what there is to visit, check some of it, and leave a figure that was given at its start values."""
        self.capture = Capture(self._draw, self.followed and self.followed.figure)
        with contextlib.ExitStack() as stack:
            stack.enter_context(self.capture.ready())
            stack.enter_context(mock.patch.object(AxesImage, "_check_unsampled_image", _as_it_is))
            if self.followed:
                stack.enter_context(self.followed.watched(self))
            outputs = self._call(self.start) if self.update else []
            self.at_rest = self._whole(outputs)
            self._keep(self.start, self.at_rest)
            if self.controls:
                self._again()
                self._plan()
                if self.followed:
                    self._call(self.start)
        return self

    def value(self, mark, name, point):
        """What an attribute of a mark is at `point`."""
        reader = self.readers.get((mark, name))
        return mark.attributes[name].written[0] if reader is None else reader[point]

    # one call

    def _call(self, point):
        """What a call shows beside a figure that is followed."""
        values = controls.call(self.arguments, self.full(point))
        if self.followed:
            self.followed.stale.clear()
        if self.ticks:
            self.ticks.release()
        try:
            outputs, result = self.capture.call(self.update, **values)
            if not self.frames:
                self.result = result
            return outputs
        except RecordingError as error:
            raise RecordingError(f"At {self.at(point)}: {error}") from error
        except Exception as error:
            said = f"{type(error).__name__}: {error}"
            if self.followed or point == self.start:
                raise RecordingError(
                    f"update failed at {self.at(point)}: {said}. "
                    "Take these values out of the controls, or let update deal with them."
                ) from error
            self.failed[point] = said
            return [one for one in self.capture.outputs if one[0] == "text"] + [("error", said)]

    def _whole(self, outputs):
        """What a call shows, as parts."""
        if self.followed and self.followed.figure not in self.capture.shown:
            number = sum(kind == "figure" for kind, _ in outputs)
            outputs = [*outputs, ("figure", self._draw(self.followed.figure, number))]
        counts, parts = {}, []
        for kind, content in outputs:
            number = counts[kind] = counts.get(kind, -1) + 1
            if kind != "figure":
                content = [((), [(HTML[kind], {"class": f"explorable-{kind}", "#": rich.markup(kind, content)})])]
            parts += [(((kind, number), *key), marks) for key, marks in content]
        return parts

    def _draw(self, figure, number):
        """The parts of a figure as it is now."""
        if number == len(self.renderers):
            self.renderers.append(Renderer(f"f{number}", lasting=self.followed is not None))
        renderer = self.renderers[number]
        if self.followed:
            renderer.forget(set(_in_order(figure)))
        new = self.ticks and figure in self.capture.made
        with measured(figure) as dpi, self.ticks.recycled() if new else contextlib.nullcontext():
            renderer.start(figure, dpi, dict(_papers(figure, (), [])))
            figure.draw(renderer)
        if not self.frames:
            del self.stills[number:], self.descriptions[number:]
            self.stills.append(page.picture(figure))
            self.descriptions.append(description(figure))
        return [(("<",), [("svg", page.root(renderer))]), *renderer.parts, ((">",), [("/svg", {})])]

    def _keep(self, point, parts):
        """Take down a frame."""
        self.visits[point] = self.frames
        units = self.scene.record(self.frames, parts, self.followed and self.followed.ranks(self.renderers[0]))
        if self.followed:
            self.followed.remember(units, self.renderers[0])
        self.frames += 1

    def _record(self, point):
        outputs = self._call(point)
        if self.followed and not outputs and (touched := self.followed.touched()) is not None:
            self.visits[point] = self.frames
            for unit, marks in touched:
                unit.record(self.frames, marks)
            self.frames += 1
        else:
            self._keep(point, self._whole(outputs))

    def _again(self):
        """Call a second time: what cannot be recorded shows soon."""
        again = self._whole(self._call(self.start))
        if (key := _unlike(self.at_rest, again)) is not None:
            raise RecordingError(
                f"Called twice with {self.at(self.start)}, {self._name(key)} differs: there are random numbers without a seed, "
                "or some state is kept from call to call. Make the generator inside, np.random.default_rng(0), and "
                "compute everything from the arguments."
            )

    def _name(self, key):
        """What an error message calls the part of this key."""
        (kind, number), *rest = key
        if kind != "figure":
            return {"text": "what is printed", "html": "what is displayed", "error": "the error"}[kind]
        rest = _steps(rest)
        return next((named(a) for a, k in self.renderers[number].where.items() if k == rest and rest), f"figure {number + 1}")

    # the visit

    def _plan(self):
        groups = [list(range(len(self.controls)))]
        if math.prod(self.shape) > self.most:
            groups = self._groups()
        while True:
            self._visit(groups)
            try:
                return self._encode()
            except encode.Meeting as error:
                together = [axis for group in groups if error.axes & set(group) for axis in group]
                groups = [sorted(together), *(group for group in groups if not error.axes & set(group))]

    def _groups(self):
        """Which controls meet, as far as a sample shows: some number depends on both."""
        chance = random.Random(0)
        group = {axis: {axis} for axis, size in enumerate(self.shape)}
        for i, j in itertools.combinations(range(len(self.shape)), 2):
            for start in (self.start, tuple(map(chance.randrange, self.shape))):
                square = []
                other = {
                    axis: chance.choice([k for k in range(n) if k != start[axis]] or [0]) for axis, n in enumerate(self.shape)
                }
                for moved in ((), (i,), (j,), (i, j)):
                    point = tuple(other[axis] if axis in moved else at for axis, at in enumerate(start))
                    if point not in self.visits:
                        self._record(point)
                    square.append(self.visits[point])
                if group[i] is not group[j] and self._meet(square):
                    group[i] |= group[j]
                    for axis in group[j]:
                        group[axis] = group[i]
        return [sorted(one) for one in {id(one): one for one in group.values()}.values()]

    def _meet(self, square):
        """Whether some number depends on both controls, of which neither, the one, the other and both were moved."""
        for unit in self.scene.units:
            for mark in unit.marks:
                for name, track in mark.attributes.items():
                    numbers = track.numbers(self.frames)[square]
                    if (numbers == numbers[0]).all():
                        continue
                    parts = [encode.split(name, track.values[n]) for n in numbers]
                    if len({template for template, _ in parts}) > 1:
                        columns = [[template for template, _ in parts]]
                    else:
                        columns = zip(*(list(values) for _, values in parts))
                    if any((a != b or c != d) and (a != c or b != d) for a, b, c, d in columns):
                        return True
        return False

    def _visit(self, groups):
        """Visit the product of the controls of each group, the others at their start values."""
        self.thin, self.blocks = {}, []
        for group in groups:
            places = {axis: list(range(self.shape[axis])) for axis in group}
            while math.prod(map(len, places.values())) > self.most / len(groups):
                loose = [axis for axis in group if self.controls[axis].kind == "range" and len(places[axis]) > 3]
                if not loose:
                    raise ValueError(
                        f"{' × '.join(str(self.shape[axis]) for axis in group)} values of "
                        f"{', '.join(self.controls[axis].name for axis in group)} are more than {self.most} settings; offer fewer choices"
                    )
                axis = max(loose, key=lambda axis: len(places[axis]))
                least, last = (len(places[axis]) + 1) // 2, self.shape[axis] - 1
                spread = np.rint(np.linspace(0, last, max(least, 3))).astype(int).tolist()
                places[axis] = sorted({*spread, self.start[axis]})
                if len(places[axis]) > least and self.start[axis] not in spread:  # the start takes a neighbour's place
                    inner = places[axis][1:-1]
                    inner.remove(min((p for p in inner if p != self.start[axis]), key=lambda p: abs(p - self.start[axis])))
                    places[axis] = [0, *inner, last]
                self.thin[axis] = places[axis]
            thin = self.thin.keys() & set(group)
            self.blocks += [encode.Block(places, thin), *(encode.Block({axis: range(self.shape[axis])}) for axis in thin)]
        self.ticks = None if self.followed else Ticks()
        points = dict.fromkeys(point for block in self.blocks for point in block.points(self.start))
        for point in tqdm([p for p in points if p not in self.visits], unit="frame", delay=2, leave=False, disable=None):
            self._record(point)
        self.ticks = None

    def _encode(self):
        """Turn the tracks that change into channels, and check them; `element` numbers the marks that have any."""
        for unit in self.scene.units:
            for mark in unit.marks:
                if mark.tag == "path" and "marker-start" not in mark.attributes:
                    track = mark.attributes["d"]
                    mark.straight = encode.straight(track.values)
                    track.written = [self._trim(v, mark.straight) for v in track.values]
        while True:
            frames = [
                (block, np.array([self.visits[p] for p in block.points(self.start)]).reshape(block.shape))
                for block in self.blocks
            ]
            self.element, self.channels, self.readers, discrete = {}, [], {}, set()
            for unit in self.scene.units:
                for mark in unit.marks:
                    for name, track in mark.attributes.items():
                        numbers = track.numbers(self.frames)
                        visited = [(block, numbers[at]) for block, at in frames]
                        if all((grid == grid.flat[0]).all() for _, grid in visited):
                            continue
                        channel, never = encode.encode(name, track.written, visited)
                        discrete |= never
                        number = self.element.setdefault(mark, len(self.element))
                        self.channels.append({"e": number, **channel})
                        self.readers[mark, name] = encode.Reader(channel, self.shape, self.thin)
            discrete = discrete or self._check()
            if not discrete:
                return
            self._offer_fewer(discrete)

    def _offer_fewer(self, axes):
        """Take the values that were not visited from controls between whose values nothing can be guessed."""
        for axis in axes:
            kept = self.thin.pop(axis)
            control = self.controls[axis]
            self.notes.append(
                f"{control.name}: {len(kept)} of its {len(control.values)} values are offered, since all settings would be too "
                "many to record; give it a larger step, or other controls fewer values"
            )
            self.controls[axis], self.kept[axis] = control.only(kept), [self.kept[axis][at] for at in kept]
            self.blocks = [
                encode.Block({a: range(len(kept)) if a == axis else p for a, p in block.places.items()}, block.thin - {axis})
                for block in self.blocks
                if not (set(block.places) == {axis} and not block.thin)
            ]
            position = {old: new for new, old in enumerate(kept)}

            def moved(points, axis=axis, position=position):
                return {
                    (*p[:axis], position[p[axis]], *p[axis + 1 :]): value for p, value in points.items() if p[axis] in position
                }

            self.visits, self.failed = moved(self.visits), moved(self.failed)

    def dead(self):
        """The positions of the controls that change nothing."""
        alive = {-1 - a if a < 0 else a for channel in self.channels for axes, *_ in channel["g"] for a in axes}
        return [axis for axis in range(len(self.controls)) if axis not in alive]

    def heaviest(self):
        """The name of the control of which most of the weight depends, and what share of it does."""
        weights = [0] * len(self.controls)
        for channel in self.channels:
            for axes, _, _, data in channel["g"]:
                for axis in axes:
                    weights[-1 - axis if axis < 0 else axis] += len(data)
        total = sum(len(data) for channel in self.channels for *_, data in channel["g"])
        return self.controls[weights.index(max(weights))].name, max(weights) / total

    # the check

    def _check(self):
        """Compare what is replayed at some grid points with a call; the thinned axes along which it is not good enough."""
        last = math.prod(self.shape) - 1
        between = range(1, last)
        chosen = random.Random(last).sample(between, min(CHECKS - 2, len(between)))
        points = [tuple(map(int, np.unravel_index(f, self.shape))) for f in dict.fromkeys([last, *chosen, 0])]
        for point in points:
            parts = self._whole(self._call(point))
            key = self._unlike(point, parts)
            if key is None:
                continue
            if off := {axis for axis, places in self.thin.items() if point[axis] not in places}:
                return off
            if point not in self.visits:
                raise encode.Meeting(set(range(len(self.shape))))
            again = self._whole(self._call(point))
            if _unlike(parts, again) is not None:
                self._again()
                why = (
                    "Called twice with these values, update draws two pictures: it uses random numbers without a seed or "
                    "keeps some state from call to call. Make the generator in update, np.random.default_rng(0), and "
                    "compute everything from the arguments."
                )
            else:
                why = (
                    "Either update leaves some of it as the call before did (state): set all of it in every call. Or it "
                    "changes it without a setter: then set its attribute stale to True as well."
                )
            raise RecordingError(f"replayed at {self.at(point)}, {self._name(key)} differs from a full draw. {why}")
        return set()

    def _unlike(self, point, parts):
        """The key of the first part that is not replayed at `point` as it is drawn now, or None."""
        guessed = any(point[axis] not in places for axis, places in self.thin.items())
        slack = HALF_A_PIXEL if guessed else encode.TOLERANCE
        shown, hidden = [], None
        for unit in self.scene.units:
            if hidden is not None:  # so is all that stands in it
                hidden = None if unit is hidden else hidden
            elif unit.key[-1] != ">":
                if marks := self._replayed(unit, point):
                    shown.append((unit, marks))
                elif unit.key[-1] == "<":
                    later = self.scene.units[self.scene.units.index(unit) :]
                    hidden = next(one for one in later if one.key == (*unit.key[:-1], ">"))
        parts = [part for part in parts if part[0][-1] != ">"]
        for (unit, marks), (key, drawn) in itertools.zip_longest(shown, parts, fillvalue=(None, ())):
            if unit is None or _classes(key) != _classes(unit.key):
                return key or unit.key
            straight = iter([mark.straight for mark, _ in marks if mark.tag == "path"])
            now = [
                (tag, {**a, "d": self._trim(a["d"], next(straight, None))} if tag == "path" else a)
                for tag, a in _of_copy(drawn, unit.copy)
            ]
            if not _alike([(mark.tag, attributes) for mark, attributes in marks], now, slack):
                return key
        return None

    def _replayed(self, unit, point):
        """The marks of `unit` that are seen at `point`, with their attributes there."""
        out, group = [], True
        for mark in unit.marks:
            attributes = {name: self.value(mark, name, point) for name in mark.attributes}
            seen = not (attributes.pop("display", "") or attributes.pop("hidden", ""))
            if mark.tag == "g":
                group = seen
            if group if mark.tag == "/g" else seen and (group or not mark.inside):
                out.append((mark, attributes))
        return out

    def _trim(self, outline, straight):
        if straight is None:
            return outline
        size = max(r.width for r in self.renderers), max(r.height for r in self.renderers)
        return encode.trim(outline, [round(length * PER_POINT) for length in size], straight)


class Followed:
    """The figure that is given to `explore`: which of its artists a call has touched, and how these look now."""

    def __init__(self, figure):
        self.figure = figure
        self.stale = {}  # a set that keeps its order
        self.units, self.zorders = {}, {}

    @contextlib.contextmanager
    def watched(self, recording):
        """Make it pyplot's current figure; settle its layout; watch its artists; put everything back."""
        figure, engine = self.figure, self.figure.get_layout_engine()
        legends, self.artists, self.follower = [], [], {}
        with measured(figure):
            FigureManagerBase(figure.canvas, 1)
            try:
                if recording.update:
                    recording._call(recording.start)
                figure.canvas.draw()
                figure.set_layout_engine("none")
                for legend in figure.findobj(Legend):
                    if legend._loc_real == 0:  # "best" would look for a new place in each frame
                        legends.append(legend)
                        within, (x, y) = legend.get_bbox_to_anchor(), legend.get_window_extent().p0
                        legend.set_loc(((x - within.x0) / within.width, (y - within.y0) / within.height))
                self._adopt(figure)
                yield
            finally:
                for artist, callback, animated in self.artists:
                    artist.stale_callback, artist._animated = callback, animated
                for legend in legends:
                    legend.set_loc("best")
                if engine is not None:
                    figure.set_layout_engine(engine)

    def _adopt(self, artist, parents=()):
        """Watch `artist` and its parts; each goes by the nearest one above it that can be drawn again alone, if any."""
        if artist not in self.follower:
            above = self.follower[parents[-1]] if parents else None
            if above is None and isinstance(artist, FOLLOWED) and not hasattr(artist, "do_3d_projection") and (
                isinstance(parents[-1], (Axes, FigureBase))
                or isinstance(parents[-1], Axis) and artist is parents[-1].label
            ):  # fmt: skip
                above = artist
            self.follower[artist] = above
            self.artists.append((artist, artist.stale_callback, artist.get_animated()))
            artist.stale_callback = self._became_stale
            artist._animated = False
        own = [getattr(artist, name, None) for name in ("arrow_patch", "_bbox_patch", "_text")]  # no children to Matplotlib
        for part in [*artist.get_children(), *(part for part in own if isinstance(part, Artist))]:
            self._adopt(part, (*parents, artist))

    def _became_stale(self, artist, value):
        self.stale.setdefault(artist)

    def ranks(self, renderer):
        """The place of each artist in the order of drawing, by its key."""
        return {renderer.where.get(artist): rank for rank, artist in enumerate(_in_order(self.figure))}

    def remember(self, units, renderer):
        """After a draw of the whole figure: which units are whose."""
        self._adopt(self.figure)
        self.renderer = renderer
        artists = {key: artist for artist, key in renderer.where.items()}
        for key, unit in units.items():
            if (above := self.follower.get(artists.get(_steps(key[1:])))) is not None:
                self.units.setdefault(above, {})[key[1:]] = unit
                self.zorders[above] = above.get_zorder()
        self.axes = self.figure.axes
        self.views = {axes: axes.get_proj() for axes in self.axes if hasattr(axes, "get_proj")}  # in three dimensions
        self.unmarked = {a: _unmarked(a) for a in self.units if isinstance(a, (Annotation, Collection))}

    def touched(self):
        """What the last call has changed, as ``(unit, marks)``; None if only a draw of the whole figure can tell."""
        for axes in self.axes:
            axes.viewLim  # noqa: B018 - asking for the limits settles an autoscale that update asked for
        if any((axes.get_proj() != view).any() for axes, view in self.views.items()):  # view_init marks nothing as stale
            return None
        fresh = {}
        for artist in self.stale:
            above = self.follower[artist]
            if above is not None:
                fresh.setdefault(above)
            elif not (isinstance(artist, Axis) and artist.label in self.stale):
                return None
        for paper, under in self.renderer.papers.items():
            if any(patch in self.stale for patch in under):
                fresh.setdefault(paper)
        for artist, before in self.unmarked.items():
            if (now := _unmarked(artist)) is not before:
                self.unmarked[artist] = now
                fresh.setdefault(artist)
        out = []
        for artist in fresh:
            known, drawn = self.units.get(artist, {}), dict(self.renderer.draw_again(artist))
            if not drawn.keys() <= known.keys() or drawn and artist.get_zorder() != self.zorders[artist]:
                return None
            out += [(unit, drawn.get(key, [])) for key, unit in known.items()]
        return out


def _in_order(artist):
    """`artist` and all its parts, seen or not, in the order in which they are drawn."""
    yield artist
    for part in sorted(artist.get_children(), key=Artist.get_zorder):
        yield from _in_order(part)


def _unmarked(artist):
    """What can be set without the artist being marked as stale."""
    return artist.xy if isinstance(artist, Annotation) else artist.get_array()


def _steps(key):
    """Of a part's key, that of its artist."""
    return tuple(step for step in key if isinstance(step, tuple))


def _classes(key):
    """Of a part's key what can be seen: of two ticks alike, made in different calls, either may have the lower number."""
    return key and (key[0], *(step[0] if isinstance(step, tuple) else step for step in key[1:]))


def _as_it_is(image):
    """Whether the cells of an image, and not pixels made of them, are drawn."""
    return (
        type(image).make_image is AxesImage.make_image  # others have cells of their own
        and image.get_interpolation() in _CRISP
        and np.ndim(image.get_alpha()) == 0
    )


def _unlike(one, other):
    """The key of the first part in which two drawings differ, or None."""
    for (key, marks), (key2, marks2) in itertools.zip_longest(one, other, fillvalue=(None, ())):
        if _classes(key) != _classes(key2) or not _alike(marks, marks2, 0):
            return key2 or key
    return None


def _alike(marks, others, slack):
    """Whether two lists of marks are the same, but for lengths that differ by up to `slack`."""
    if len(marks) != len(others):
        return False
    for (tag, one), (tag2, other) in zip(marks, others):
        if tag != tag2:
            return False
        for name in one.keys() | other.keys():
            a, b = one.get(name, ""), other.get(name, "")
            if a == b:
                continue
            if not slack or a == "" or b == "":
                return False
            (template, numbers), (template2, numbers2) = encode.split(name, a), encode.split(name, b)
            if template != template2 or not encode.near(name, numbers, numbers2, slack):
                return False
    return True


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


def description(figure):
    """What is written on `figure`: titles, then axis labels."""
    texts = [figure.get_suptitle()]
    for axes in figure.axes:
        texts += [axes.get_title(), axes.get_ylabel(), axes.get_xlabel()]
    return ", ".join(dict.fromkeys(t.replace("$", "") for t in texts if t)) or "figure"
