"""From what changed to a compact payload, and back.

A *channel* is one attribute of one SVG mark over the whole grid of control values.  Every value
is a template and whole numbers: ``translate(120 340)`` is ``translate({} {})`` and ``120, 340``;
``f = 0.25`` is ``f = {2}`` and ``25``; a path is its commands and its coordinates.  Each number
is stored for the controls it depends on and no others: as what it differs by from a guess between its
neighbours along those controls (and along the path), or from the number before, wherever that makes
it smaller.  All is written as base64 VLQ: letters that gzip packs well and a few lines of JavaScript unpack.
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
_ROUGH = {"d", "x", "y"}  # attributes whose numbers are hundredths of a point
_SMOOTH = _ROUGH | {"transform"}  # attributes that may be guessed between two values of a control
TOLERANCE = 5  # hundredths of a point that a length may be off by: less than a tenth of a pixel
WIDEST = 4  # the numbers at twice this distance are those from which others are guessed
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


def near(attribute, numbers, others, slack):
    """Whether two lists of numbers are the same, but for lengths that differ by up to `slack`."""
    if attribute not in (_ROUGH if slack <= TOLERANCE else _SMOOTH):
        slack = 0
    return bool((np.abs(np.subtract(numbers, others, dtype=np.int64)) <= slack).all())


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
    """About how many bits gzip will need for `numbers`: large ones are as dear as their digits are many."""
    size = np.abs(numbers.ravel())
    large = size > 512
    digits = np.frexp(size[large].astype(float))[1]
    symbols = np.where(large, 1024, numbers.ravel() + 512)
    symbols[large] += digits
    counts = np.bincount(symbols)
    share = counts[counts > 0] / size.size
    return size.size * -(share * np.log2(share)).sum() + digits.sum()


def differences(table):
    """How often to difference `table` along each axis, as a word, and the result."""
    limits = [2 if size > 2 else 0 for size in table.shape]
    orders, best, cost = [0] * table.ndim, table, _cost(table)
    while True:  # the step that saves most, as long as there is one
        tried = [
            (_cost(out := np.diff(best, axis=axis, prepend=0)), axis, out)
            for axis, limit in enumerate(limits)
            if orders[axis] < limit
        ]
        least = min(tried, key=lambda one: one[0], default=(cost,))
        if least[0] >= cost:
            return "".join(map(str, orders)), best
        cost, axis, best = least
        orders[axis] += 1


def _passes(shape, axes):
    """The order in which the numbers between others are guessed: axis, distance, and where on the other axes."""
    distance = WIDEST
    while distance:
        where = [slice(None, None, 2 * distance if axis in axes else 1) for axis in range(len(shape))]
        for axis in axes:
            where[axis] = slice(None)
            if shape[axis] > distance:
                yield axis, distance, tuple(where)
            where[axis] = slice(None, None, distance)
        distance //= 2


def _between(known, distance):
    """What the numbers at every odd multiple of `distance` along the first axis should be, from those at even ones."""
    n = len(known)
    at = np.arange(distance, n, 2 * distance)
    left, right = known[at - distance], known[np.minimum(at + distance, n - 1)]
    guess = (left + right + 1) >> 1
    inside = (at >= 3 * distance) & (at + 3 * distance < n)
    far = known[at[inside] - 3 * distance] + known[at[inside] + 3 * distance]
    guess[inside] = (9 * (left[inside] + right[inside]) - far + 8) >> 4
    guess[at + distance >= n] = left[at + distance >= n]
    return guess


def _step(distance, tolerance):
    """How large the steps are in which numbers are stored: small, where nearer ones are guessed from these."""
    return 2 * (tolerance // distance) + 1


def _rest(shape, axes):
    return tuple(slice(None, None, 2 * WIDEST if axis in axes else 1) for axis in range(len(shape)))


def refine(table, axes, tolerance):
    """`table` with the numbers between others replaced by how far, in steps, they are from what those let guess.

    What `restore` gives back is within `tolerance` of what was there.  This is the predictor of the compressor SZ3
    (Zhao et al., ICDE 2021) on few levels: smooth functions are left with zeros.
    """
    out, known = table.copy(), table.copy()
    for axis, distance, where in _passes(table.shape, axes):
        values, steps = np.moveaxis(known[where], axis, 0), np.moveaxis(out[where], axis, 0)
        guess, step = _between(values, distance), _step(distance, tolerance)
        off = values[distance :: 2 * distance] - guess
        off = np.sign(off) * ((np.abs(off) + step // 2) // step)
        steps[distance :: 2 * distance] = off
        values[distance :: 2 * distance] = guess + off * step
    return out


def restore(table, axes, tolerance):
    """Undo `refine`, in place."""
    for axis, distance, where in _passes(table.shape, axes):
        values = np.moveaxis(table[where], axis, 0)
        step = _step(distance, tolerance)
        values[distance :: 2 * distance] = values[distance :: 2 * distance] * step + _between(values, distance)
    return table


def _tried(table, axes, tolerance):
    """What it costs to guess between numbers along `axes`, the axes, and what is stored then."""
    out = refine(table, axes, tolerance)
    rest = _rest(table.shape, axes)
    orders, out[rest] = differences(out[rest])
    return _cost(out), axes, orders, out


def press(table, tolerance):
    """How `table` is stored: three words (tolerance, axes between whose numbers is guessed, orders of the rest), and its numbers."""
    best = _tried(table, [], tolerance)
    left = [axis for axis in reversed(range(table.ndim)) if table.shape[axis] > 2]
    while left:
        now = min((_tried(table, [*best[1], axis], tolerance) for axis in left), key=lambda one: one[0])
        if now[0] >= best[0]:
            break
        best = now
        left.remove(now[1][-1])
    _, axes, orders, stored = best
    return f"{tolerance} {''.join(map(str, axes))} {orders}", stored


def unpress(how, table):
    """The table that `press` stored, made in place."""
    tolerance, axes, orders = how.split(" ")
    axes = list(map(int, axes))
    rest = table[_rest(table.shape, axes)]
    for axis, order in enumerate(orders):
        for _ in range(int(order)):
            np.cumsum(rest, axis=axis, out=rest)
    return restore(table, axes, int(tolerance))


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


class Meeting(Exception):
    """Some number depends on controls that were not visited together."""

    def __init__(self, axes):
        super().__init__(axes)
        self.axes = axes


class Block:
    """Grid points that were visited together: the product of some values of some controls, the others at the start.

    `places` maps each axis to the positions of the values on its control; `thin` are the axes with gaps between them.
    """

    def __init__(self, places, thin=()):
        self.places, self.thin = places, frozenset(thin)

    @property
    def shape(self):
        return tuple(len(at) for at in self.places.values())

    def points(self, start):
        """The grid points, as tuples of positions on all controls."""
        for at in itertools.product(*self.places.values()):
            point = list(start)
            for axis, position in zip(self.places, at):
                point[axis] = position
            yield tuple(point)


def encode(attribute, values, visited):
    """One channel, and the thinned axes that it must not be guessed along.

    `values` are the distinct values; `visited` says where they are: ``(block, grid)``, of which `grid` holds the
    number of the value at each point of the block.
    """
    parts = [split(attribute, value) for value in values]
    templates = {template: i for i, template in enumerate(dict.fromkeys(t for t, _ in parts))}
    width = max(len(numbers) for _, numbers in parts)
    table = np.zeros((len(parts), 1 + width), np.int64)
    for row, (template, numbers) in zip(table, parts):
        row[0] = templates[template]
        row[1 : 1 + len(numbers)] = numbers

    # What the channel as a whole depends on, then each number by itself.
    own = [set() for _ in range(1 + width)]
    for block, grid in visited:
        for place, axis in enumerate(block.places):
            if (grid != grid.take([0], place)).any():
                full = table[grid]
                change = (full != full.take([0], place)).reshape(-1, 1 + width).any(axis=0)
                for column in np.flatnonzero(change).tolist():
                    own[column].add(axis)
    groups, out, discrete = {}, [], set()
    for column, axes in enumerate(own):
        groups.setdefault((tuple(sorted(axes)), column > 0), []).append(column)
    for (axes, rough), columns in sorted(groups.items()):
        whole = [(b, g) for b, g in visited if set(axes) <= b.places.keys()]
        if not whole:
            raise Meeting(set(axes))
        block, grid = min(whole, key=lambda one: bool(one[0].thin & set(axes)))
        thin = block.thin & set(axes)
        if thin and not (rough and attribute in _SMOOTH):
            discrete |= thin
        pick = tuple(slice(None) if axis in axes else list(at).index(at[0]) for axis, at in block.places.items())
        part = table[grid[pick]][..., columns]
        how, stored = press(part, TOLERANCE if rough and attribute in _ROUGH else 0)
        # columns as (first, count) runs, each relative to the end of the last
        runs, last = [], 0
        for _, run in itertools.groupby(enumerate(columns), lambda pair: pair[1] - pair[0]):
            run = [column for _, column in run]
            runs += [run[0] - last, len(run)]
            last = run[-1] + 1
        out.append([[-1 - axis if axis in thin else axis for axis in axes], pack(runs), how, pack(stored)])
    return {"a": attribute, "t": list(templates), "g": out}, discrete


class Reader:
    """Reads the values of an encoded channel: what the player does, in Python.

    `shape` is the number of values of each control, `thin` maps thinned axes to the positions that were visited.
    """

    def __init__(self, channel, shape, thin=None):
        self.attribute, self.templates, self.groups = channel["a"], channel["t"], []
        self.thin = thin or {}
        for axes, runs, how, data in channel["g"]:
            columns, last = [], 0
            for gap, count in unpack(runs).reshape(-1, 2):
                columns += range(last + gap, last + gap + count)
                last += gap + count
            sizes = [len(self.thin[-1 - axis]) if axis < 0 else shape[axis] for axis in axes]
            self.groups.append((axes, columns, unpress(how, unpack(data).reshape([*sizes, len(columns)]))))

    def __getitem__(self, index):
        """The value at the grid point `index`, a tuple."""
        numbers = {}
        for axes, columns, part in self.groups:
            for axis in axes:
                if axis >= 0:
                    part = part[index[axis]]
                    continue
                places, at = self.thin[-1 - axis], index[-1 - axis]
                above = min(np.searchsorted(places, at, side="right"), len(places) - 1)
                share = (at - places[above - 1]) / (places[above] - places[above - 1])
                part = part[above - 1] * (1 - share) + part[above] * share
            numbers |= zip(columns, np.floor(part + 0.5).astype(np.int64).tolist())
        row = [numbers[i] for i in range(len(numbers))]
        return join(self.attribute, self.templates[row[0]], row[1:])
