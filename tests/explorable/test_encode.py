"""What is encoded comes back, and costs what changes."""

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from explorable import encode
from explorable.svg import Outline


def round_trip(attribute, values, grid):
    channel = json.loads(json.dumps(encode.encode(attribute, values, np.asarray(grid))))
    reader = encode.Reader(channel, np.shape(grid))
    for index in np.ndindex(np.shape(grid)):
        yield reader[index], values[np.asarray(grid)[index]]


@given(st.lists(st.integers(-(2**34), 2**34)))
def test_integers_come_back(numbers):
    text = encode.pack(numbers)
    assert encode.unpack(text).tolist() == numbers
    assert set(text) <= set(encode._DIGITS)


def test_integers_are_packed_as_in_source_maps():
    # the examples of the base64 VLQ encoding: 0, 1, -1, 15, 16, 123
    assert encode.pack([0, 1, -1, 15, 16, 123]) == "ACDegB2H"


@given(arrays(np.int64, st.tuples(*[st.integers(1, 5)] * 3), elements=st.integers(-(10**9), 10**9)))
def test_differences_can_be_undone(table):
    orders, residue = encode.differences(table)
    for axis, order in enumerate(orders):
        for _ in range(order):
            residue = np.cumsum(residue, axis=axis)
    assert (residue == table).all()


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


def test_numbers_in_a_text_are_stored_as_numbers():
    assert encode.split("#", "f(0.50) = 12")[0] == "f({2}) = {}"
    assert encode.split("#", "f(0.50) = 12")[1].tolist() == [50, 12]
    assert encode.split("fill", "#123456") == ("#123456", pytest.approx([]))


outlines = st.integers(0, 4).flatmap(
    lambda n: st.builds(
        lambda numbers: Outline(f"M1L{n}" if n else "M1", np.array(numbers, np.int32)),
        st.lists(st.integers(-(10**6), 10**6), min_size=2 * n + 2, max_size=2 * n + 2),
    )
)


@given(st.lists(outlines, min_size=1, max_size=5), st.data())
def test_outlines_come_back_whatever_their_lengths(values, data):
    grid = data.draw(arrays(np.int64, (2, 3), elements=st.integers(0, len(values) - 1)))
    assert all(got.key() == value.key() for got, value in round_trip("d", values, grid))


def size(channel):
    return sum(len(part) for group in channel["g"] for part in group if isinstance(part, str))


def curves(count, n=241):
    x = np.linspace(0, 1, n)
    waves = [np.rint(1e4 * np.sin(k * x)).astype(np.int32) for k in np.linspace(1, 6, count)]
    across = np.rint(1e4 * x).astype(np.int32)
    return [Outline(f"M1L{n - 1}", np.r_[across, wave]) for wave in waves]


def test_what_depends_on_one_control_is_stored_once_per_value_of_it():
    values, alone = curves(11), np.arange(11)
    once = size(encode.encode("d", values, alone))
    grid = np.broadcast_to(alone[:, None], (11, 500))
    assert size(encode.encode("d", values, grid)) == once


def test_coordinates_that_stay_are_stored_once():
    channel = encode.encode("d", curves(11), np.arange(11))
    fixed, moving = sorted(channel["g"])
    assert fixed[0] == [] and moving[0] == [0]
    assert len(encode.unpack(moving[3])) <= 11 * 241
    assert size(channel) < 1.3 * 11 * 241  # about one letter for each number that changes


def test_each_coordinate_is_stored_for_its_own_controls():
    # a dot whose x follows the second control and whose y follows both
    values = [Outline("M1Z1", np.array([7 * j, i * i + 3 * j * j], np.int32)) for i in range(9) for j in range(8)]
    channel = encode.encode("d", values, np.arange(72).reshape(9, 8))
    assert sorted(group[0] for group in channel["g"]) == [[], [0, 1], [1]]


@pytest.mark.parametrize(
    ("points", "straight"),
    [
        ([(0, 0), (50, 50), (100, 100)], True),
        ([(0, 0), (50, 51), (100, 100)], True),  # rounding
        ([(0, 0), (50, 54), (100, 100)], False),
        ([(0, 0), (120, 120), (100, 100)], False),  # turns back
        ([(0, 0), (50, 50), (0, 0)], False),  # closed
        ([(0, 0), (100, 100)], False),  # nothing to gain
    ],
)
def test_a_straight_line_needs_two_points(points, straight):
    line = Outline(f"M1L{len(points) - 1}", np.array(points, np.int32).T.ravel())
    assert encode.straight([line]) is straight
    if straight:
        assert encode.trim(line, (10**6, 10**6), True).numbers.tolist() == [0, 100, 0, 100]


def test_points_far_off_the_page_are_pulled_in_and_the_picture_stays():
    y = np.array([50, 10**6, 5 * 10**8, 10**9, 10**8, 60, -(10**9)], np.int32)
    line = Outline("M1L6", np.r_[np.arange(7) * 10, y].astype(np.int32))
    trimmed = encode.trim(line, (100, 100), False).numbers.reshape(2, -1)[1]
    assert trimmed.tolist() == [50, 10**6, 200, 200, 10**8, 60, -(10**9)]
