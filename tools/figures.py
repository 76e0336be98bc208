"""Store in plain text what every moving figure shows, in tests/hidden_layer_book/figures: `make figures`.

A file for each figure: what it shows at its start values, then what is different at each end of every slider and for
every other choice of every menu. tests/hidden_layer_book/test_figures.py compares. The facts come from the artists, not from the recorded
page. Numbers are as fine as the picture, so that another machine's rounding changes no line.
"""

import argparse
import importlib
import inspect
import math
import pkgutil
import sys
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import numpy as np
from matplotlib import colors
from matplotlib import pyplot as plt
from matplotlib.collections import PathCollection
from matplotlib.legend import Legend
from matplotlib.markers import MarkerStyle
from matplotlib.text import Annotation, Text
from matplotlib.ticker import AutoLocator, FuncFormatter, LogLocator, NullLocator

from explorable.controls import argument
from hidden_layer_book import figures, plots

FOLDER = Path(__file__).resolve().parent.parent / "tests" / "hidden_layer_book" / "figures"
ROLES = {style["color"]: name for name, style in plots.STYLES.items()} | {plots.ACCENT: "accent", plots.MUTED: "muted"}
MARKERS = {
    MarkerStyle(name).get_path().transformed(MarkerStyle(name).get_transform()).vertices.tobytes(): name for name in "os*+.d^"
}
FEW = 12  # numbers or choices that are written out; of more there are samples


def find() -> dict:
    """{"module.function": the function} of all moving figures: every public function that calls `explore`."""
    found = {}
    for info in pkgutil.iter_modules(figures.__path__):
        module = importlib.import_module(f"{figures.__name__}.{info.name}")
        for name, function in vars(module).items():
            own = inspect.isfunction(function) and function.__module__ == module.__name__ and "__" not in name
            if own and not name.startswith("_") and "explore" in inspect.unwrap(function).__code__.co_names:
                found[f"{info.name}.{name}"] = function
    return found


def reads_an_experiment(function) -> bool:
    """Whether the figure needs the runs of an experiment, which take minutes where they are not in the cache."""
    return not {"results", "sweep"}.isdisjoint(inspect.unwrap(function).__code__.co_names)


@dataclass
class Live:
    """What `explore` made a recording of: the figure, the function that changes it, and the controls."""

    figure: plt.Figure
    update: object
    controls: list
    play: str | None


def build(function) -> Live:
    """Call the function of a figure, with an `explore` that records nothing."""

    def explore(fig, *, play=None, **controls):
        def decorate(update):
            defaults = {name: parameter.default for name, parameter in inspect.signature(update).parameters.items()}
            made = (argument(name, spec, defaults[name]) for name, spec in controls.items())
            return Live(fig, update, [own for one in made for own in one.controls], play)

        return decorate

    with mock.patch.object(sys.modules[function.__module__], "explore", explore):
        live = function()
    plt.close(live.figure)
    return live


# numbers and colours


def number(value, low, high, scale="linear") -> str:
    """`value` as fine as can be seen between the limits `low` and `high` of its axis."""
    if not np.isfinite(value):
        return "gap" if np.isnan(value) else str(value)
    size = abs(value) if scale == "log" else abs(high - low)
    if not size:
        return "0"
    decimals = (2 if scale == "log" else 3) - math.floor(math.log10(size * (1 + 1e-9)))
    # A little more than the value: halves, which are frequent, are then rounded up whatever their last bit is.
    rounded = round(float(value) + 1e-6 * 10.0**-decimals, decimals) + 0.0
    return f"{rounded:.3g}" if scale == "log" else np.format_float_positional(rounded, trim="-")


def numbers(values, low, high, scale="linear") -> str:
    """A few numbers in full; of many how many, nine at equal steps, and the extremes and the mean."""
    values = np.asarray(values, dtype=float).ravel()

    def write(*some):
        return ", ".join(number(value, low, high, scale) for value in some)

    if len(values) <= FEW:
        return write(*values) or "none"
    there = values[np.isfinite(values)]
    gaps = f" and {len(values) - len(there)} gaps" if len(there) < len(values) else ""
    if not len(there):
        return f"{len(values)} gaps"
    least, most = write(there.min()), write(there.max())
    if least == most:
        return f"{len(there)}{gaps}, all {least}"
    steps = there[np.linspace(0, len(there) - 1, 9).round().astype(int)]
    mean = f"; mean {write(there.mean())}" if scale == "linear" else ""
    return f"{len(there)}{gaps}: {write(*steps)}; from {least} to {most}{mean}"


def plain(value) -> str:
    """A number that was written in the code, without noise."""
    return f"{value:.6g}"


def color(value) -> str:
    """A colour by its name in `hidden_layer_book.plots`, or as hexadecimal digits."""
    if isinstance(value, str) and value == "none":
        return value
    *rgb, alpha = colors.to_rgba(value)
    found = colors.to_hex(rgb)
    return ROLES.get(found, found) + ("" if alpha == 1 else f" at {alpha:.2g}")


def written(text) -> str:
    """What a text says, and its colour if it has one."""
    own = color(text.get_color())
    return ", ".join([repr(text.get_text()), *([] if own == color(plt.rcParams["text.color"]) else [own]), *common(text, 3)])


def counted(values) -> str:
    """Distinct words with their number: "28 accent, 12 muted"."""
    counts = Counter(values)
    return next(iter(counts)) if len(counts) == 1 else ", ".join(f"{counts[word]} {word}" for word in sorted(counts))


# artists


def common(artist, zorder) -> list[str]:
    """What any artist may have beside the usual."""
    found = [] if artist.get_visible() else ["hidden"]
    if artist.get_alpha() is not None:
        found.append(f"alpha {artist.get_alpha():.2g}")
    if artist.get_zorder() != zorder:
        found.append(f"zorder {plain(artist.get_zorder())}")
    label = str(artist.get_label())
    return found if label.startswith("_") or not label else [*found, f"label {label!r}"]


def of_line(line, x, y) -> dict:
    dashes = line._unscaled_dash_pattern[1]
    if line.get_linestyle() == "None":
        stroke = []
    else:
        drawn = "solid" if dashes is None else "dashes " + " ".join(map(plain, dashes))
        stroke = [f"{drawn} {plain(line.get_linewidth())}"]
        if line.get_drawstyle() != "default":
            stroke.append(line.get_drawstyle())
    if line.get_marker() != "None":
        edge = line.get_markeredgewidth() if line.get_marker() == "+" else 0
        stroke.append(f"marker {line.get_marker()} {plain(line.get_markersize())}" + (f" edge {plain(edge)}" if edge else ""))
    points = line.get_xydata()
    return {
        "": ", ".join([color(line.get_color()), *stroke, *common(line, 2)]),
        " x": numbers(points[:, 0], *x),
        " y": numbers(points[:, 1], *y),
    }


def of_collection(collection, x, y) -> dict:
    look = []
    faces, edges = collection.get_facecolors(), collection.get_edgecolors()
    if isinstance(collection, PathCollection):
        points = np.ma.filled(collection.get_offsets().astype(float), np.nan)
        marker = MARKERS.get(collection.get_paths()[0].vertices.tobytes(), "other")
        look.append(f"markers {marker} {counted(map(plain, collection.get_sizes()))}")
    else:
        points = np.vstack([path.vertices for path in collection.get_paths()])
        if hasattr(collection, "levels"):
            look.append("contours at " + ", ".join(map(plain, collection.levels)))
    if len(faces):
        look.append(counted(color(face[:3]) for face in faces))
    widths = collection.get_linewidths()
    if len(edges) and any(widths):
        look.append(f"edges {counted(color(edge[:3]) for edge in edges)} {counted(map(plain, widths))}")
    return {"": ", ".join([*look, *common(collection, 1)]), " x": numbers(points[:, 0], *x), " y": numbers(points[:, 1], *y)}


def of_bars(bars, x, y) -> dict:
    """Bars that were drawn together."""
    look = counted(color(bar.get_facecolor()) for bar in bars)
    found = {"": ", ".join([f"{len(bars)}", look, *common(bars[0], 1)])}
    for name, limits in (("x", x), ("y", y), ("width", x), ("height", y)):
        found[f" {name}"] = numbers([getattr(bar, f"get_{name}")() for bar in bars], *limits)
    return found


def of_image(image, x, y) -> dict:
    low, high = image.get_clim()
    array = np.ma.filled(np.ma.asarray(image.get_array(), dtype=float), np.nan)
    cmap = image.get_cmap()
    palette = [color(cmap(i)) for i in (range(cmap.N) if cmap.N <= FEW else (0, cmap.N - 1))]
    look = [
        f"{array.shape[0]} × {array.shape[1]}",
        f"{plain(low)} to {plain(high)} as " + " ".join(palette),
        f"extent {' '.join(map(plain, image.get_extent()))}",
        f"origin {image.origin}",
        image.get_interpolation(),
    ]
    return {"": ", ".join([*look, *common(image, 0)]), " values": numbers(array, low, high)}


def of_text(text, x, y) -> dict:
    place = "" if text.get_transform() == text.axes.transData else " of the axes"
    where = (
        f"at {number(text.get_position()[0], *x)}, {number(text.get_position()[1], *y)}{place}, {text.get_ha()} {text.get_va()}"
    )
    if isinstance(text, Annotation):
        offset = " ".join(map(plain, text.xyann))
        where = (
            f"{offset} {text.anncoords} from {number(text.xy[0], *x)}, {number(text.xy[1], *y)}, {text.get_ha()} {text.get_va()}"
        )
    return {"": written(text), " place": where}


def of_axis(axis) -> dict:
    """Ticks that the figure chose, and their labels."""
    found, locator = {}, axis.get_major_locator()
    if not isinstance(locator, (AutoLocator, LogLocator)):
        found[" ticks"] = ", ".join(map(plain, getattr(locator, "locs", ()))) or "none"
    if isinstance(axis.get_major_formatter(), FuncFormatter):
        found[" tick labels"] = " | ".join(label.get_text() for label in axis.get_ticklabels())
    look = axis.get_tick_params()
    odd = [] if look["gridOn"] else ["no grid"]
    odd += [f"tick length {plain(look['length'])}"] if "length" in look else []
    odd += ["no minor ticks"] if axis.get_scale() == "log" and isinstance(axis.get_minor_locator(), NullLocator) else []
    return found | ({" look": ", ".join(odd)} if odd else {})


def of_axes(axes) -> dict:
    """{what of the axes: what is to be seen there}."""
    limits = {name: (*sorted(axis.get_view_interval()), axis.get_scale()) for name, axis in axes._axis_map.items()}
    found = {}
    for name, axis in axes._axis_map.items():
        low, high = axis.get_view_interval()
        scale = "" if axis.get_scale() == "linear" else f", {axis.get_scale()}"
        found[f"{name}-axis"] = f"{plain(low)} to {plain(high)}{scale}"
        if axis.get_label_text():
            found[f"{name}-axis label"] = repr(axis.get_label_text())
        found |= {f"{name}-axis{part}": text for part, text in of_axis(axis).items()}
    spec = axes.get_subplotspec()
    frame = [f"{spec.num1 + 1} of {spec.get_gridspec().nrows}"]
    if len(set(ratios := spec.get_gridspec().get_height_ratios())) > 1:
        frame.append(f"heights {' '.join(map(plain, ratios))}")
    if len(axes.get_shared_x_axes().get_siblings(axes)) > 1:
        frame.append("shared x")
    if axes.get_aspect() != "auto":
        frame.append(f"aspect {axes.get_aspect()}")
    spines = [name for name, spine in axes.spines.items() if spine.get_visible()]
    found["frame"] = ", ".join([*frame, "spines " + (" ".join(spines) or "none")])
    titles = (text for text in axes.get_children() if isinstance(text, Text) and text not in list(axes.texts))
    for place, text in zip(("centre", "left", "right"), titles):
        if text.get_text().strip():
            found[f"title {place}"] = written(text)
    barred = {bar for bars in axes.containers for bar in bars}
    kinds = (
        ("line", of_line, axes.lines),
        ("collection", of_collection, axes.collections),
        ("bars", of_bars, axes.containers),
        ("image", of_image, axes.images),
        ("text", of_text, axes.texts),
    )
    for kind, describe, artists in kinds:
        for place, artist in enumerate(artists):
            found |= {f"{kind} {place}{part}": text for part, text in describe(artist, limits["x"], limits["y"]).items()}
    if set(axes.patches) - barred or axes.child_axes:
        raise TypeError("a figure has patches other than bars, or axes in axes: tools/figures.py does not describe them yet")
    if legend := axes.get_legend():
        where = {code: place for place, code in Legend.codes.items()}[legend._loc_real]
        found["legend"] = f"{where}: " + " | ".join(text.get_text() for text in legend.get_texts())
    return found


# figures


def picture(figure) -> dict:
    """{artist: what is to be seen of it}."""
    width, height = figure.get_size_inches()
    found = {"figure": f"{width:g} × {height:g} inches"}
    for place, axes in enumerate(figure.axes):
        found |= {f"axes {place} {part}": text for part, text in of_axes(axes).items()}
    return found


def settings(controls):
    """The indices of the start values, then those where one control is at an end (of a menu: at any other choice)."""
    start = [own.start for own in controls]
    yield start
    for place, own in enumerate(controls):
        last = len(own.values) - 1
        for index in (0, last) if own.kind == "range" else range(last + 1):
            if index != own.start:
                yield [*start[:place], index, *start[place + 1 :]]


def facts(live) -> list[str]:
    """What a figure shows, a line for each fact: `setting | artist: what is to be seen`."""
    lines = [f"description: {inspect.getdoc(live.update)}"]
    for own in live.controls:
        values = (
            f"{len(own.values)} values from {own.readout(0)} to {own.readout(-1)}"
            if len(own.values) > FEW
            else " | ".join(map(own.readout, range(len(own.values))))
        )
        play = ", can be played" if live.play == own.name else ""
        lines.append(f"control {own.name}: {own.label!r}, {own.kind}, {values}; at {own.readout(own.start)}{play}")
    first = None
    for indices in settings(live.controls):
        live.update(**{own.name: own.values[index] for own, index in zip(live.controls, indices)})
        now = picture(live.figure)
        if first is None:
            first = now
            lines += [f"start | {artist}: {text}" for artist, text in now.items()]
            continue
        setting = next(f"{own.name} = {own.readout(index)}" for own, index in zip(live.controls, indices) if index != own.start)
        changed = [
            f"{setting} | {artist}: {now.get(artist, 'gone')}" for artist in first | now if now.get(artist) != first.get(artist)
        ]
        lines += changed or [f"{setting} | as at the start"]
    return lines


def path(name) -> Path:
    """Where the facts of a figure are stored."""
    return FOLDER / f"{name}.txt"


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    FOLDER.mkdir(exist_ok=True)
    found = find()
    for name, function in found.items():
        after = "\n".join(facts(build(function))) + "\n"
        before = path(name).read_text(encoding="utf-8") if path(name).is_file() else ""
        if after != before:
            unfinished = path(name).with_suffix(".tmp")
            unfinished.write_text(after, encoding="utf-8")
            unfinished.replace(path(name))
        print(f"{name}: {'stored anew' if after != before else 'unchanged'}", flush=True)
    for gone in sorted(set(FOLDER.glob("*.txt")) - {path(name) for name in found}):
        gone.unlink()
        print(f"{gone.stem}: removed, there is no such figure")
    return 0


if __name__ == "__main__":
    sys.exit(main())
