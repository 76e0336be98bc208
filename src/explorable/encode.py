"""From what changed to a compact payload, and back.

A *channel* is one attribute of one SVG mark over the whole grid of control values.  Every value
is a template and whole numbers: ``translate(120 340)`` is ``translate({} {})`` and ``120, 340``;
``f = 0.25`` is ``f = {2}`` and ``25``; a path is its commands and its coordinates.  Each number
is stored for the controls it depends on and no others, as differences along those controls (and
along the path) wherever that makes them smaller, written as base64 VLQ: letters that gzip packs
well and a few lines of JavaScript unpack.
"""

import itertools
import re

import numpy as np

from .svg import POINTS, Outline, runs_of

_DIGITS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
_CODES = np.frombuffer(_DIGITS.encode(), np.uint8)
_VALUES = np.full(128, -1, np.int64)
_VALUES[_CODES] = np.arange(64)
_NUMBER = re.compile(r"(?<![\d.])(?:0|[1-9]\d{0,8})(?:\.(\d{1,4}))?(?![\d.])", re.ASCII)
_WORDS = {"fill", "stroke", "href", "id", "clip-path"}  # attributes whose digits are no numbers


# -- values -------------------------------------------------------------------------------------


def split(attribute, value):
    """`value` as ``(template, numbers)``."""
    if isinstance(value, Outline):
        return value.commands, value.numbers
    value = value.replace("{", "{{")
    if attribute in _WORDS or attribute.startswith("marker-"):
        return value, []
    numbers = []

    def hole(found):
        decimals = len(found[1] or "")
        number = int(found[0].replace(".", ""))
        if number > 2**31 - 1:
            return found[0]
        numbers.append(number)
        return f"{{{decimals or ''}}}"

    return _NUMBER.sub(hole, value), numbers


def join(attribute, template, numbers):
    """The value that `split` took apart."""
    if attribute == "d":
        count = sum(POINTS[letter] * n for letter, n in runs_of(template))
        return Outline(template, np.asarray(numbers[: 2 * count], np.int32))
    left = iter(numbers)

    def fill(found):
        if found[0] == "{{":
            return "{"
        number, decimals = str(next(left)), int(found[1] or 0)
        if not decimals:
            return number
        number = number.zfill(decimals + 1)
        return f"{number[:-decimals]}.{number[-decimals:]}"

    return re.sub(r"\{(?:\{|(\d?)\})", fill, template)


# -- integers -----------------------------------------------------------------------------------


def pack(numbers):
    """Integers as base64 VLQ (the encoding of source maps)."""
    n = np.ravel(numbers)
    rest = np.where(n < 0, (-n << 1) | 1, n << 1)
    columns = []
    while True:
        low, rest = rest & 31, rest >> 5
        columns.append(np.where(rest > 0, low | 32, low))
        if not rest.any():
            break
    digits = np.stack(columns, axis=1)
    # A number ends at its first digit without the bit for "more follows".
    more = np.cumprod(digits & 32, axis=1)
    keep = np.ones_like(digits, bool)
    keep[:, 1:] = more[:, :-1]
    return _CODES[digits[keep]].tobytes().decode()


def unpack(text):
    """The integers that `pack` wrote."""
    digits = _VALUES[np.frombuffer(text.encode(), np.uint8)]
    ends = np.flatnonzero(digits < 32)
    starts = np.r_[0, ends[:-1] + 1]
    place = np.arange(len(digits)) - np.repeat(starts, ends - starts + 1)
    n = np.add.reduceat((digits & 31) << (5 * place), starts)
    return np.where(n & 1, -(n >> 1), n >> 1)


def _cost(numbers):
    """About how many bits gzip will need for `numbers`."""
    size = np.abs(numbers).ravel()
    counts = np.bincount(np.clip(numbers.ravel(), -512, 512) + 512)
    share = counts[counts > 0] / size.size
    large = np.log2(np.maximum(size, 512) / 512).sum()
    return size.size * -(share * np.log2(share)).sum() + large


def differences(table):
    """How often to difference `table` along each axis, and the result."""
    best = None
    limits = [3 if size > 2 else 1 for size in table.shape]
    for orders in itertools.product(*(range(limit) for limit in limits)):
        out = table
        for axis, order in enumerate(orders):
            for _ in range(order):
                out = np.diff(out, axis=axis, prepend=0)
        cost = _cost(out)
        if best is None or cost < best[0]:
            best = cost, orders, out
    return best[1], best[2]


# -- channels -----------------------------------------------------------------------------------


def straight(outlines):
    """Whether each of `outlines` is a polyline along one straight line, end to end."""
    commands = {o.commands for o in outlines}
    if len(commands) > 1 or not re.fullmatch(r"M1L(?:[2-9]|\d\d+)", next(iter(commands))):
        return False
    points = np.array([o.numbers for o in outlines], float).reshape(len(outlines), 2, -1)
    start, end = points[..., :1], points[..., -1:]
    along = end - start
    length = np.hypot(along[:, 0], along[:, 1])
    way = points - start
    if (length[:, 0] == 0).any():  # a closed curve; or a point, which need not be shortened
        return False
    off = np.abs(along[:, 0] * way[:, 1] - along[:, 1] * way[:, 0]) / length
    on = (along[:, 0] * way[:, 0] + along[:, 1] * way[:, 1]) / length
    return bool((off <= 1.5).all() and (np.diff(on) >= -1.5).all())


def trim(outline, size, ends_only):
    """`outline` without what cannot be seen.

    Of a straight line only the two ends are kept (`ends_only`).  A point far off the page
    (`size`, in the units of the outline) whose both neighbours are beyond the same edge is pulled
    in: the picture stays as it was, and the payload is spared the digits.
    """
    points = outline.numbers.reshape(2, -1)
    if ends_only:
        return Outline("M1L1", points[:, [0, -1]].ravel())
    if re.fullmatch(r"M1(L\d+)?(Z1)?", outline.commands):
        for row, length in enumerate(size):
            for sign, edge in ((1, 2 * length), (-1, length)):
                beyond = sign * points[row] > edge
                if beyond.any():
                    safe = beyond & np.roll(beyond, 1) & np.roll(beyond, -1)
                    points = points.copy()
                    points[row, safe] = sign * edge
    return Outline(outline.commands, points.ravel())


def encode(attribute, values, grid):
    """One channel: `values` are the distinct values, `grid` the index of each frame's."""
    parts = [split(attribute, value) for value in values]
    templates = {template: i for i, template in enumerate(dict.fromkeys(t for t, _ in parts))}
    width = max(len(numbers) for _, numbers in parts)
    table = np.zeros((len(parts), 1 + width), np.int64)
    for row, (template, numbers) in zip(table, parts):
        row[0] = templates[template]
        row[1 : 1 + len(numbers)] = numbers

    # What the channel as a whole depends on, then each number by itself.
    axes = [axis for axis in range(grid.ndim) if (grid != grid.take([0], axis)).any()]
    picked = tuple(slice(None) if a in axes else 0 for a in range(grid.ndim))
    full = table[grid[picked]]
    groups = {}
    changes = [(full != full.take([0], axis)).reshape(-1, 1 + width).any(axis=0) for axis in range(full.ndim - 1)]
    for column in range(1 + width):
        own = tuple(axis for axis, change in enumerate(changes) if change[column])
        groups.setdefault(own, []).append(column)
    out = []
    for own, columns in sorted(groups.items()):
        pick = tuple(slice(None) if a in own else 0 for a in range(full.ndim - 1))
        part = full[pick][..., columns]
        orders, residue = differences(part)
        # columns as (first, count) runs, each relative to the end of the last
        runs, last = [], 0
        for _, run in itertools.groupby(enumerate(columns), lambda pair: pair[1] - pair[0]):
            run = [column for _, column in run]
            runs += [run[0] - last, len(run)]
            last = run[-1] + 1
        out.append([[axes[a] for a in own], pack(runs), "".join(map(str, orders)), pack(residue)])
    return {"a": attribute, "t": list(templates), "g": out}


class Reader:
    """Reads the values of an encoded channel: what the player does, in Python."""

    def __init__(self, channel, shape):
        self.attribute, self.templates, self.groups = channel["a"], channel["t"], []
        for axes, runs, orders, data in channel["g"]:
            columns, last = [], 0
            for gap, count in unpack(runs).reshape(-1, 2):
                columns += range(last + gap, last + gap + count)
                last += gap + count
            part = unpack(data).reshape([shape[a] for a in axes] + [len(columns)])
            for axis, order in enumerate(orders):
                for _ in range(int(order)):
                    part = np.cumsum(part, axis=axis)
            self.groups.append((axes, columns, part))

    def __getitem__(self, index):
        """The value at the grid point `index`, a tuple."""
        numbers = {}
        for axes, columns, part in self.groups:
            numbers |= zip(columns, part[tuple(index[a] for a in axes)].tolist())
        row = [numbers[i] for i in range(len(numbers))]
        return join(self.attribute, self.templates[row[0]], row[1:])
