"""What is encoded comes back, and costs what changes."""

import json
import re

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorable import encode
from explorable.page import asset
from explorable.svg import Outline


def encoded(attribute, values, grid):
    """The channel of a grid that was visited as a whole."""
    block = encode.Block({axis: range(size) for axis, size in enumerate(np.shape(grid))})
    channel, discrete = encode.encode(attribute, values, [(block, np.asarray(grid))])
    assert not discrete
    return json.loads(json.dumps(channel))


def round_trip(attribute, values, grid):
    reader = encode.Reader(encoded(attribute, values, grid), np.shape(grid))
    for index in np.ndindex(np.shape(grid)):
        yield reader[index], values[np.asarray(grid)[index]]


@given(st.lists(st.integers(-(2**34), 2**34), min_size=1))
def test_integers_come_back(numbers):
    text = encode.pack(numbers)
    assert encode.unpack(text).tolist() == numbers
    assert set(text) <= set(encode._DIGITS)


def test_integers_are_packed_as_in_source_maps():
    # the examples of the base64 VLQ encoding: 0, 1, -1, 15, 16, 123
    assert encode.pack([0, 1, -1, 15, 16, 123]) == "ACDegB2H"


@pytest.mark.parametrize(
    ("table", "orders"),
    [
        ([0, 0, 0], "0"),  # nothing to gain
        ([10, 20, 30], "1"),
        ([10, 20], "0"),  # too short to gain anything
        ([100 * i * i for i in range(1, 9)], "2"),
        ([i * (i - 1) * (i - 2) // 6 for i in range(14)], "0"),  # the third differences are alike, but two are all that is tried
        ([[1, 2, 3]] * 3, "01"),
        ([[5 * i, 5 * i + 300 * (i % 2)] for i in range(9)], "10"),
    ],
)
def test_numbers_are_differenced_where_that_makes_them_alike(table, orders):
    assert encode.differences(np.array(table))[0] == orders


@pytest.mark.parametrize(
    ("numbers", "bits"),
    [
        ([0, 0], 0), ([0, 1], 2), ([0, 1, 2, 3], 8), ([1, -1], 2), ([1, 1, 1, 0], 4 * 0.811278),
        ([512, 513], 2 + 10), ([-512, -513], 2 + 10), ([1024], 11), ([-2048, 2048], 2 * 12), ([1500, 3000], 2 + 11 + 12),
    ],
)  # fmt: skip
def test_numbers_cost_their_entropy_and_large_ones_their_size(numbers, bits):
    assert encode._cost(np.array(numbers)) == pytest.approx(bits, abs=1e-5)


whole = st.integers(-(10**9), 10**9)
tables = st.lists(st.integers(1, 20), min_size=1, max_size=4).flatmap(
    lambda shape: (
        arrays(np.int64, [min(size, 5) for size in shape] if len(shape) > 2 else shape, elements=whole)
        | st.builds(
            lambda slopes, bend: sum(
                np.rint(k * np.arange(n) + bend * np.sin(np.arange(n))).astype(np.int64).reshape(-1, *[1] * (len(shape) - 1 - i))
                for i, (k, n) in enumerate(zip(slopes, shape))
            ),
            st.lists(st.floats(-900, 900), min_size=len(shape), max_size=len(shape)),
            st.floats(0, 99),
        )
    )
)


@given(tables, st.integers(0, 9))
def test_a_table_comes_back_as_near_as_was_asked_and_exactly_if_that_was(table, tolerance):
    for allowed in (0, tolerance):
        how, stored = encode.press(table.copy(), allowed)
        assert np.abs(encode.unpress(how, stored.copy()) - table).max() <= allowed
        assert encode._cost(stored) <= encode._cost(encode.differences(table)[1])


@given(tables, st.integers(0, 9), st.data())
def test_what_is_refined_is_restored(table, tolerance, data):
    axes = data.draw(st.permutations(range(table.ndim)).flatmap(lambda all: st.integers(0, table.ndim).map(lambda n: all[:n])))
    assert np.abs(encode.restore(encode.refine(table, axes, tolerance), axes, tolerance) - table).max() <= tolerance


def test_smooth_numbers_cost_next_to_nothing_once_they_are_guessed():
    x = np.linspace(0, 6, 200)
    table = np.rint(9000 * np.sin(x[:, None] + np.linspace(0, 1, 40))).astype(np.int64)
    how, stored = encode.press(table, encode.TOLERANCE)
    assert how.startswith("5 ") and how.split(" ")[1] and np.count_nonzero(stored) < 0.15 * stored.size
    assert encode._cost(stored) < encode._cost(encode.differences(table)[1]) / 2


texts = st.text(st.characters(codec="utf-8", exclude_categories=["Cs"]), max_size=20) | st.from_regex(
    r"[xα]{0,2} = [-−]?\d{1,12}(\.\d{0,6})?( \{\d?\})?", fullmatch=True
)


@given(st.lists(texts, min_size=1, max_size=6), st.data())
def test_texts_come_back(values, data):
    grid = data.draw(arrays(np.int64, (3, 2), elements=st.integers(0, len(values) - 1)))
    assert all(got == value for got, value in round_trip("#", values, grid))


@pytest.mark.parametrize(
    "text",
    ["0.25", "-0.00", "007", "1.2.3", "1e5", "{}", "{{2}}", "f({2}) = 1", "99999999999", "3.", ".5", "１２"],
)
def test_a_text_that_looks_odd_comes_back(text):
    assert all(got == value for got, value in round_trip("#", [text, "x"], [0, 1]))


@pytest.mark.parametrize(
    ("attribute", "value", "template", "numbers"),
    [
        ("#", "f(0.50) = 12", "f({2}) = {}", [50, 12]),
        ("#", "{x} 1.5", "{{x} {1}", [15]),
        ("#", "-0.1234, 0.12345", "-{4}, 0.12345", [1234]),
        ("#", "214748.3647 214748.3648", "{4} 214748.3648", [2**31 - 1]),
        ("fill", "#123456", "#123456", []),
        ("fill", "url(#{1}2)", "url(#{{1}2)", []),
        ("marker-mid", "url(#m1-1)", "url(#m1-1)", []),
        ("stroke-width", "150", "{}", [150]),
    ],
)
def test_numbers_in_a_text_are_stored_as_numbers(attribute, value, template, numbers):
    assert encode.split(attribute, value) == (template, numbers)
    assert encode.join(attribute, template, numbers) == value


@pytest.mark.parametrize(
    ("attribute", "values", "grid", "templates", "groups"),
    [
        # x: 0, 10, 20 and y: 5, 5 stay; the last number counts from 5, and the template is no number
        ("d", [Outline("M1L2", np.int32([0, 10, 20, 5, 5, 5 + 100 * k])) for k in range(4)], range(4), ["M1L2"],
         [([], [0, 1], "0  0", [0]), ([], [1, 5], "5  1", [0, 10, 10, -15, 0]), ([0], [6, 1], "5  10", [5, 100, 100, 100])]),
        # each frame is the number of its template and the numbers, filled up with 0
        ("#", ["a 0.25, 7", "b 12", "c"], [[0, 1], [2, 1]], ["a {2}, {}", "b {}", "c"],
         [([0, 1], [0, 1], "0  000", [0, 1, 2, 1]), ([0, 1], [1, 2], "0  000", [25, 7, 12, 0, 0, 0, 12, 0])]),
        # the first and the third number depend on the second control, the second on neither
        ("#", ["1 2 3", "4 2 6"], [[0, 1], [0, 1]], ["{} {} {}"], [
            ([], [0, 1], "0  0", [0]), ([], [2, 1], "0  0", [2]), ([1], [1, 1, 1, 1], "0  00", [1, 3, 4, 6]),
        ]),
        # a control of one value; every other number moves
        ("#", ["1 2 3 4 5", "1 7 3 8 5"], [[0, 1]], ["{} {} {} {} {}"], [
            ([], [0, 1], "0  0", [0]), ([], [1, 1, 1, 1, 1, 1], "0  1", [1, 2, 2]), ([1], [2, 1, 1, 1], "0  00", [2, 4, 7, 8]),
        ]),
        ("fill", ["#111", "#222"], [0, 1, 1], ["#111", "#222"], [([0], [0, 1], "0  00", [0, 1, 1])]),
    ],
)  # fmt: skip
def test_a_channel_is_what_the_player_reads(attribute, values, grid, templates, groups):
    channel = encoded(attribute, values, grid)
    assert (channel["a"], channel["t"]) == (attribute, templates)
    read = [(axes, encode.unpack(runs).tolist(), how, encode.unpack(data).tolist()) for axes, runs, how, data in channel["g"]]
    assert read == groups
    assert all(str(got) == str(value) for got, value in round_trip(attribute, values, grid))


outlines = st.integers(0, 4).flatmap(
    lambda n: st.builds(
        lambda numbers: Outline(f"M1L{n}" if n else "M1", np.array(numbers, np.int32)),
        st.lists(st.integers(-(10**6), 10**6), min_size=2 * n + 2, max_size=2 * n + 2),
    )
)


@given(st.lists(outlines, min_size=1, max_size=5), st.data())
def test_outlines_come_back_whatever_their_lengths(values, data):
    grid = data.draw(arrays(np.int64, (2, 3), elements=st.integers(0, len(values) - 1)))
    for got, value in round_trip("d", values, grid):
        assert got.commands == value.commands and np.abs(got.numbers - value.numbers).max() <= encode.TOLERANCE


def size(channel):
    return sum(len(part) for group in channel["g"] for part in group if isinstance(part, str))


def curves(count, n=241):
    x = np.linspace(0, 1, n)
    waves = [np.rint(1e4 * np.sin(k * x)).astype(np.int32) for k in np.linspace(1, 6, count)]
    across = np.rint(1e4 * x).astype(np.int32)
    return [Outline(f"M1L{n - 1}", np.r_[across, wave]) for wave in waves]


def test_what_depends_on_one_control_is_stored_once_per_value_of_it():
    values, alone = curves(11), np.arange(11)
    grid = np.broadcast_to(alone[:, None], (11, 500))
    assert size(encoded("d", values, grid)) == size(encoded("d", values, alone))


def test_coordinates_that_stay_are_stored_once():
    channel = encoded("d", curves(11), np.arange(11))
    template, fixed, moving = sorted(channel["g"])
    assert template[0] == fixed[0] == [] and moving[0] == [0]
    assert len(encode.unpack(moving[3])) <= 11 * 241
    assert size(channel) < 1.3 * 11 * 241  # about one letter for each number that changes


def test_each_coordinate_is_stored_for_its_own_controls():
    # a dot whose x follows the second control and whose y follows both
    values = [Outline("M1Z1", np.array([7 * j, i * i + 3 * j * j], np.int32)) for i in range(9) for j in range(8)]
    channel = encoded("d", values, np.arange(72).reshape(9, 8))
    assert sorted(group[0] for group in channel["g"]) == [[], [0, 1], [1]]


def thinned(attribute, value, places, alone=True):
    """The channel of a control of which only `places` were visited with the others, with its reader."""
    values = [value(at) for at in range(places[-1] + 1)]
    visited = [(encode.Block({0: places}, {0}), np.array(places))]
    if alone:
        visited.append((encode.Block({0: range(len(values))}), np.arange(len(values))))
    channel, discrete = encode.encode(attribute, values, visited)
    return channel, discrete, encode.Reader(channel, (len(values),), {0: places})


def test_between_two_visited_values_a_length_is_on_a_straight_line():
    channel, discrete, reader = thinned("x", lambda at: str(1000 + 100 * at * at), [0, 4, 10], alone=False)
    assert not discrete and channel["g"][1][0] == [-1]
    assert [reader[at,] for at in (0, 1, 4, 7, 10)] == [
        "1000",
        "1400",
        "2601",
        "6801",
        "11000",
    ]  # 2600 was not kept to the last hundredth


def test_what_was_visited_as_a_whole_is_not_guessed():
    channel, discrete, reader = thinned("x", lambda at: str(1000 + 100 * at * at), [0, 4, 10])
    assert not discrete and [reader[at,] for at in range(11)] == [str(1000 + 100 * at * at) for at in range(11)]


@pytest.mark.parametrize(
    ("attribute", "value"), [("#", str), ("fill", "#00000{}".format), ("stroke-width", str), ("x", lambda at: str(at - 2))]
)
def test_texts_colours_and_signs_are_never_guessed(attribute, value):
    assert thinned(attribute, value, [0, 2, 4], alone=False)[1] == {0}


def test_numbers_whose_controls_were_not_visited_together_name_them():
    blocks = [encode.Block({0: range(3)}), encode.Block({1: range(2)})]
    alone = [(blocks[0], np.array([0, 1, 2])), (blocks[1], np.array([0, 3]))]
    assert encode.Reader(encode.encode("#", ["1 5", "2 5", "3 5", "1 6"], alone)[0], (3, 2))[2, 1] == "3 6"
    with pytest.raises(encode.Meeting) as caught:
        encode.encode("#", ["1", "2", "3", "4"], alone)
    assert caught.value.axes == {0, 1}


def test_a_block_is_the_product_of_some_values_with_the_others_at_the_start():
    assert list(encode.Block({0: [0, 5], 2: range(2)}).points((3, 7, 1))) == [(0, 7, 0), (0, 7, 1), (5, 7, 0), (5, 7, 1)]


DECODE = """([channels, shape, thin, points]) => channels.map(one => {
    const said = [];
    const made = channel({...one, e: 0, t: one.t.map((_, i) => i)}, {shape, thin, templates: one.t}, [{
        setAttribute: (name, value) => (said[0] = value), removeAttribute: () => (said[0] = ""),
        set textContent(value) { said[0] = value; }, set innerHTML(value) { said[0] = value; },
    }]);
    return points.map(point => (made.draw(point), said[0]));
})"""


@pytest.mark.browser
@pytest.mark.parametrize("shape", [(30,), (9, 17), (5, 4, 12), (3, 2, 6, 7)])
@pytest.mark.parametrize("gaps", [False, True])
def test_the_player_reads_what_python_reads(browser, shape, gaps):
    rng = np.random.default_rng([*shape, gaps])
    places = [
        sorted({0, n - 1, *rng.integers(0, n, n // 2).tolist()}) if gaps and i != 1 else range(n) for i, n in enumerate(shape)
    ]
    block = encode.Block(dict(enumerate(places)), {i for i, at in enumerate(places) if len(at) < shape[i]})
    size = np.prod(block.shape)
    at = [np.reshape(a, -1) for a in np.indices(block.shape)]
    smooth = sum(rng.integers(1, 900) * np.sin(a * rng.random()) for a in at)
    lines = [
        [Outline("M1L3Q1Z1", np.rint(3000 + rng.normal(0, 200, 12) + s * w).astype(np.int32)) for s in smooth] for w in (0, 5)
    ]
    lengths = [[f"{30000 + s * 9:.0f}" for s in smooth], [str(n) for n in rng.integers(0, 10**8, size)]]
    texts = [[rng.choice(["a {{}", "{} {3", "x < 1"]) + f" {n:.2f} = {n * 7:.0f}" for n in rng.normal(0, 99, size)]]
    channels = [("d", one) for one in lines] + [("x", one) for one in lengths] + ([] if gaps else [("#", one) for one in texts])
    channels = [encode.encode(name, values, [(block, np.arange(size).reshape(block.shape))])[0] for name, values in channels]
    thin = {i: list(places[i]) for i in block.thin}
    points = [tuple(map(int, np.unravel_index(n, shape))) for n in rng.permutation(np.prod(shape))[:300]]
    page = browser.new_page()
    page.add_script_tag(type="module", content=asset("player.js") + "\nglobalThis.channel = channel;")
    page.wait_for_function("() => 'channel' in globalThis")  # a module runs after its element is there
    read = page.evaluate(DECODE, [channels, shape, thin, points])
    page.close()
    for one, theirs in zip(channels, read, strict=True):
        reader = encode.Reader(one, shape, thin)
        for point, value in zip(points, theirs, strict=True):
            ours = reader[point]
            if one["a"] == "d":
                value, ours = np.array(re.findall(r"-?\d+", value), int).reshape(-1, 2).T.ravel(), ours.numbers
                assert np.abs(value - ours).max() <= gaps  # halves may be rounded up or down
            else:
                assert value == ours or gaps and abs(int(value) - int(ours)) <= 1


STRAIGHT = [
    ([(0, 0), (50, 50), (100, 100)], True),
    ([(0, 0), (50, 51), (100, 100)], True),  # rounding
    ([(0, 0), (50, 54), (100, 100)], False),
    ([(7, 9), (50, 10), (107, 10)], True),
    ([(0, 0), (50, 1), (100, 0)], True),
    ([(0, 0), (50, 2), (100, 0)], False),
    ([(0, 0), (1, 50), (0, 100)], True),
    ([(0, 0), (2, 50), (0, 100)], False),
    ([(0, 0), (-2, 50), (0, 100)], False),
    ([(300, 200), (200, 100), (100, 0)], True),
    ([(300, 0), (200, 100), (100, 0)], False),
    ([(0, 0), (1, 0), (1, 0)], True),  # one hundredth of a point long
    ([(0, 0), (3, 0), (2, 0), (100, 0)], True),
    ([(0, 0), (4, 0), (2, 0), (100, 0)], False),  # turns back
    ([(0, 0), (4, 0), (4, 1), (100, 0)], True),
    ([(0, 0), (120, 120), (100, 100)], False),
    ([(0, 0), (-20, -20), (100, 100)], False),
    ([(0, 0), (50, 50), (0, 0)], False),  # closed
    ([(0, 0), (100, 100)], False),  # nothing to gain
    ([(0, 0), (2 * 10**9, 10**9), (-2 * 10**9, 2 * 10**9)], False),
    ([(-2 * 10**9, 2 * 10**9), (0, 0), (2 * 10**9, -2 * 10**9)], True),
    ([(i, i) for i in range(12)], True),
]


def polyline(points):
    return Outline(f"M1L{len(points) - 1}", np.array(points, np.int32).T.ravel())


@pytest.mark.parametrize(("points", "straight"), STRAIGHT)
def test_a_straight_line_needs_two_points(points, straight):
    line = polyline(points)
    assert encode.straight([line]) is straight
    if straight:
        short = encode.trim(line, (10**6, 10**6), True)
        assert (short.commands, str(short)) == ("M1L1", str(polyline([points[0], points[-1]])))


def test_a_line_is_straight_if_it_always_is():
    first, turned, bent = (polyline([(0, 0), p, (100, 100)]) for p in ((50, 50), (20, 20), (50, 0)))
    assert encode.straight([first, turned]) is True
    assert encode.straight([first, bent]) is encode.straight([bent, first]) is False
    assert encode.straight([first, polyline([(i, i) for i in range(4)])]) is False
    closed = polyline([(0, 0), (50, 50), (0, 0)])
    assert encode.straight([first, closed]) is False
    for commands in ("M3", "M1Q1", "M1L2Z1", "M1L2M1L1"):
        assert encode.straight([Outline(commands, np.int32([0, 1, 2, 0, 1, 2]))]) is False


def test_points_far_off_the_page_are_pulled_in_and_the_picture_stays():
    y = np.array([50, 10**6, 5 * 10**8, 10**9, 10**8, 60, -(10**9)], np.int32)
    line = Outline("M1L6", np.r_[np.arange(7) * 10, y].astype(np.int32))
    trimmed = encode.trim(line, (100, 100), False).numbers.reshape(2, -1)[1]
    assert trimmed.tolist() == [50, 10**6, 200, 200, 10**8, 60, -(10**9)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([150, 250, 251, 10**6, 250, 10**6, 0], [150, 250, 200, 200, 200, 10**6, 0]),
        ([201, 202, 300, 0, 0, 300, 301], [200, 200, 300, 0, 0, 300, 200]),  # the last comes before the first
        ([200, 300, 300, 300, 0, 0, 0], [200, 300, 200, 300, 0, 0, 0]),  # the edge itself is not beyond it
        ([-101, -102, -(10**6), -101, -100, 0, 0], [-101, -100, -100, -101, -100, 0, 0]),
        ([0, -(10**6), 10**6, -(10**6), 10**6, 0, 0], [0, -(10**6), 10**6, -(10**6), 10**6, 0, 0]),
    ],
)
def test_a_point_beyond_an_edge_whose_neighbours_are_too_is_pulled_to_that_edge(values, expected):
    other = [7, 1, 2, 3, 4, 5, 6]
    for commands in ("M1L6", "M1L6Z1"):
        for numbers, size, wanted in (
            (values + other, (100, 9999), expected + other),
            (other + values, (9999, 100), other + expected),
        ):
            line = Outline(commands, np.int32(numbers))
            trimmed = encode.trim(line, size, False)
            assert (trimmed.commands, trimmed.numbers.tolist()) == (commands, wanted)
            assert line.numbers.tolist() == numbers  # what was drawn stays


@pytest.mark.parametrize("commands", ["M1C2", "M1L2M1L3", "M1Q3"])
def test_what_is_no_polyline_keeps_its_points(commands):
    line = Outline(commands, np.int32([10**6] * 14))
    assert encode.trim(line, (100, 100), False) == line
