"""What a drawing of a figure that is new in each frame does again and again, done once.

Most of the time of a drawing goes into ticks: eight new artists for each, of which all are like those of the frame before,
and their update some four times an axis.  `Ticks.recycled` lends the ticks of one drawing to the next and updates them
once; the check of a recording draws without it.
"""

import contextlib
from unittest import mock

from matplotlib import rcParams
from matplotlib.axis import Axis, XAxis, YAxis

SETTINGS = [name for name in rcParams if name.startswith(("xtick.", "ytick.", "grid.", "lines.", "font.", "text."))]
PARTS = ("tick1line", "tick2line", "gridline", "label1", "label2")


class Ticks:
    """Ticks that have been drawn and are free for another axis of the same kind and look."""

    def __init__(self):
        self.free, self.lent, self.updated = {}, {}, {}

    @contextlib.contextmanager
    def recycled(self):
        """While a figure is drawn."""
        settings = repr([rcParams[name] for name in SETTINGS])
        get, copy, update, boxes = Axis._get_tick, Axis._copy_tick_props, Axis._update_ticks, Axis._get_ticklabel_bboxes

        def get_tick(axis, major):
            if type(axis) not in (XAxis, YAxis) or axis.axes.name != "rectilinear":
                return get(axis, major)
            look = axis._major_tick_kw if major else axis._minor_tick_kw
            key = type(axis), major, repr(sorted(look.items())), settings
            free = self.free.get(key)
            tick = free.pop() if free else get(axis, major)
            self.lent[tick] = key, bool(tick.axes is not axis.axes)
            return tick

        def copy_tick_props(axis, source, tick):
            if not self.lent.get(tick, (None, False))[1]:
                return copy(axis, source, tick)
            figure = axis.get_figure(root=False)
            tick._axes, tick._parent_figure = axis.axes, figure
            for part in PARTS:
                old, new = getattr(source, part), getattr(tick, part)
                new._parent_figure = figure
                new.set_transform(old._transform)
                new.clipbox, new._clippath, new._clipon = old.clipbox, old._clippath, old._clipon

        def once(axis, what, compute):
            state = *axis.get_view_interval(), *axis.axes.bbox.bounds
            known = self.updated.get((axis, what))
            if known is None or known[0] != state:
                known = self.updated[axis, what] = state, compute()
            return known[1]

        def update_ticks(axis):
            return once(axis, "ticks", lambda: update(axis))

        def ticklabel_bboxes(axis, ticks, renderer):
            return once(axis, "boxes", lambda: boxes(axis, ticks, renderer))

        with (
            mock.patch.object(Axis, "_get_tick", get_tick),
            mock.patch.object(Axis, "_copy_tick_props", copy_tick_props),
            mock.patch.object(Axis, "_update_ticks", update_ticks),
            mock.patch.object(Axis, "_get_ticklabel_bboxes", ticklabel_bboxes),
        ):
            try:
                yield
            finally:
                self.updated.clear()

    def release(self):
        """The figures that were drawn are gone."""
        for tick, (key, _) in self.lent.items():
            self.free.setdefault(key, []).append(tick)
        self.lent.clear()
