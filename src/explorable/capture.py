"""Call a function and take down what it shows: printed lines, what it displays, its figures, its result."""

import contextlib
import functools
import io
import re
import sys
from collections import OrderedDict
from types import SimpleNamespace
from unittest import mock
from weakref import WeakSet

from IPython.core.displaypub import DisplayPublisher
from IPython.core.formatters import DisplayFormatter
from IPython.core.interactiveshell import InteractiveShell
from matplotlib import pyplot as plt
from matplotlib._pylab_helpers import Gcf
from matplotlib.artist import Artist
from matplotlib.backend_bases import FigureCanvasBase, FigureManagerBase, _Backend
from matplotlib.container import Container
from matplotlib.figure import Figure

from . import rich
from .svg import Renderer

_AN_ADDRESS = re.compile(r" at 0x[0-9a-f]+>")  # <generator object … at 0x7f…>: nothing that a reader could want


class Canvas(FigureCanvasBase):
    """A canvas on which text measures what it will in our drawing, which is at 72 dpi; `dpi` is the figure's own."""

    def __init__(self, figure):
        self.dpi, self.renderer = figure.dpi, Renderer()
        super().__init__(figure)
        figure._set_dpi(72, forward=False)

    def get_renderer(self):
        return self.renderer

    def draw(self, *args, **kwargs):
        """Settle layout, limits and ticks; nothing is shown."""
        with measured(self.figure) as dpi:
            self.renderer.start(self.figure, dpi)
            self.figure.draw(self.renderer)


@contextlib.contextmanager
def measured(figure):
    """A figure on our canvas, and back on its own; its own resolution is returned."""
    canvas, dpi = figure.canvas, figure.dpi
    ours = canvas if isinstance(canvas, Canvas) else Canvas(figure)
    own = ours.dpi if figure.dpi == 72 else figure.dpi  # the function may have set another
    figure._set_dpi(72, forward=False)
    try:
        yield own
    finally:
        if canvas is not ours:
            figure.set_canvas(canvas)
        figure._set_dpi(dpi, forward=False)


class _Text(io.TextIOBase):
    """What takes the place of standard output."""

    def __init__(self, outputs):
        self.outputs = outputs

    def write(self, text):
        if self.outputs and self.outputs[-1][0] == "text":
            text = self.outputs.pop()[1] + text
        if text:
            self.outputs.append(("text", text))
        return len(text)


class Capture:
    """`call` gives what a function shows, in order: ``("text", str)``, ``("html", str)``, ``("figure", …)``.

    What stands for a figure is what `draw(figure, number)` makes of it.  The figures of pyplot are put aside, so that a function that
    draws with pyplot begins a new one in each call, as in a cell of a notebook; `current` is kept as the current one.
    A figure that was there before is shown when the function displays it, or changes something in it.
    """

    def __init__(self, draw, current=None):
        self.draw, self.current = draw, current
        self.outputs, self.shown = [], []

    @contextlib.contextmanager
    def ready(self):
        """While a function is called again and again."""
        before = Gcf.figs
        self.made = WeakSet()  # the figures that were not there before
        self.changed, self.touched = [], []  # of those that were: by the last call, and by any, which showed them
        with contextlib.ExitStack() as stack:
            stack.enter_context(mock.patch.object(plt, "_backend_mod", self._backend()))
            stack.enter_context(contextlib.redirect_stdout(_Text(self.outputs)))
            self._watch(stack)
            self._displays(stack)
            try:
                yield self
            finally:
                Gcf.figs = before
                for figure in self.touched:  # shown, and not once more at the end of the cell
                    plt.close(figure)

    def _backend(self):
        capture = self

        class Manager(FigureManagerBase):
            def show(self):
                capture._take(self.canvas.figure)

        @_Backend.export
        class Backend(_Backend):
            FigureCanvas = Canvas
            FigureManager = Manager

            @staticmethod
            def show(*args, **kwargs):
                capture._show()

        return Backend

    def _watch(self, stack):
        """Note which figures are made; of the others, which are changed, or drawn: that is meant for the reader."""
        capture, init, stale = self, Figure.__init__, Figure.stale

        @functools.wraps(init)
        def make(figure, *args, **kwargs):
            capture.made.add(figure)
            init(figure, *args, **kwargs)

        def change(figure, value):
            stale.fset(figure, value)
            if value and figure not in capture.made and figure not in capture.changed:
                capture.changed.append(figure)

        def asking(draw):
            @functools.wraps(draw)
            def asked(canvas, *args, **kwargs):
                if canvas.figure in capture.made or canvas.is_saving():
                    draw(canvas, *args, **kwargs)
                else:
                    canvas.figure.stale = True

            return asked

        stack.enter_context(mock.patch.object(Figure, "__init__", make))
        stack.enter_context(mock.patch.object(Figure, "stale", property(stale.fget, change)))
        for kind in _kinds(FigureCanvasBase):
            for name in {"draw", "draw_idle"} & vars(kind).keys() if kind is not Canvas else ():
                stack.enter_context(mock.patch.object(kind, name, asking(vars(kind)[name])))

    def _displays(self, stack):
        """Let `display` and what works like it come here."""
        if InteractiveShell.initialized():
            shell = InteractiveShell.instance()
        else:
            shell = SimpleNamespace(display_formatter=DisplayFormatter(), display_pub=None)
            stack.enter_context(mock.patch.object(InteractiveShell, "initialized", lambda: True))
            stack.enter_context(mock.patch.object(InteractiveShell, "instance", lambda *args, **kwargs: shell))
        self.format = shell.display_formatter.format
        stack.enter_context(mock.patch.object(shell.display_formatter, "format", self._formatted))
        stack.enter_context(mock.patch.object(shell, "display_pub", _Publisher(self)))

    def _formatted(self, value, *args, **kwargs):
        if isinstance(value, Figure):
            self._take(value)
            return {}, {}
        return self.format(value, *args, **kwargs)

    def _take(self, figure):
        if figure not in self.shown:
            self.shown.append(figure)
            number = sum(kind == "figure" for kind, _ in self.outputs)
            self.outputs.append(("figure", self.draw(figure, number)))

    def _show(self):
        """What plt.show and the end of a call do: all figures of pyplot are shown and closed."""
        for number, manager in list(Gcf.figs.items()):
            if manager.canvas.figure is not self.current:
                self._take(manager.canvas.figure)
                del Gcf.figs[number]

    def clear(self):
        self.outputs.clear()
        self.shown.clear()

    def call(self, function, **values):
        """What `function` shows, and what it returns."""
        self.clear()
        Gcf.figs = OrderedDict()
        if self.current is not None:
            Gcf.set_active(self.current.canvas.manager)
        self.changed.clear()
        result = function(**values)
        self._show()
        for figure in [one for one in self.changed if one.stale and one is not self.current]:
            self._take(figure)
        self.touched += [figure for figure in self.shown if figure not in self.made and figure not in self.touched]
        self._result(result)
        return list(self.outputs), result

    def _result(self, result):
        members = result if isinstance(result, (list, tuple)) else [result]
        for one in members:
            if isinstance(one, Figure):
                self._take(one)
        if result is None or members and all(isinstance(one, (Artist, Container, Figure)) for one in members):
            return
        data, metadata = self.format(result)
        if not _AN_ADDRESS.search(data.get("text/plain", "")) or len(data) > 1:
            self.publish(data, metadata)

    def publish(self, data, metadata):
        if (text := rich.text(data)) is not None:
            sys.stdout.write(text + "\n")
        else:
            self.outputs.append(("html", rich.html(data, metadata or {})))


def _kinds(kind):
    """A class and all that are derived from it."""
    yield kind
    for derived in kind.__subclasses__():
        yield from _kinds(derived)


class _Publisher(DisplayPublisher):
    """What takes the place of a notebook's output area."""

    def __init__(self, capture):
        super().__init__()
        self.capture = capture

    def publish(self, data, metadata=None, **kwargs):
        if data:
            self.capture.publish(data, metadata)

    def clear_output(self, wait=False):
        self.capture.clear()
