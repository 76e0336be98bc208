"""A drawn network shows its units, weights, values and by-passes, also on a phone, and moves in a recording."""

import json
import re

import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.colors import to_hex

from explorable import explore
from hidden_layer_book import networks, plots

PHONE = 1.2  # text of 10 points in a figure as wide as the book is enlarged by so much at 360 px
W = np.array([[0.25, -0.5, 0.0], [1.0, -1.0, 4.0]])


@pytest.fixture
def ax():
    fig, ax = plots.panels(height=3.0)
    yield ax
    plt.close(fig)


def boxes(artists):
    """The rectangles of texts that show something, as `[x0, y0, x1, y1]` in pixels, as large as on a phone."""
    artists = [text for text in artists if text.get_text() and text.get_visible()]
    for text in artists:
        text.set_fontsize(text.get_fontsize() * PHONE)
    artists[0].figure.draw_without_rendering()
    return {text.get_text(): text.get_window_extent().extents for text in artists}


def circles(net):
    """Middle (n, 2) and radius of all units in pixels."""
    to_pixels = net.ax.transData.transform
    middles = to_pixels(np.concatenate(net.positions))
    return middles, (to_pixels((networks.RADIUS, 0)) - to_pixels((0, 0)))[0]


def overlap(one, other):
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]


def test_between_two_layers_each_unit_is_joined_to_each(ax):
    net = networks.draw(ax, [2, 3, 1])
    assert [len(arrows.lines.get_segments()) for arrows in net.arrows] == [6, 3]
    starts = [segment[0] for segment in net.arrows[0].lines.get_segments()]
    tips = [head.vertices[0] for head in net.arrows[0].heads.get_paths()]
    for point, at in zip([*starts, *tips], [*np.repeat(net.positions[0], 3, axis=0), *net.positions[1], *net.positions[1]]):
        assert np.hypot(*(point - at)) == pytest.approx(networks.RADIUS)  # from rim to rim


def test_of_a_large_layer_the_first_and_last_units_are_drawn(ax):
    net = networks.draw(ax, [64, 32, 3], most=6)
    assert net.shown == [[0, 1, 2, 62, 63], [0, 1, 2, 30, 31], [0, 1, 2]]
    weights = np.zeros((64, 32))
    weights[63, 30] = -1
    net.set_weights(0, weights)
    assert np.flatnonzero(np.array(net.arrows[0].lines.get_linewidths()) > 0.1).tolist() == [4 * 5 + 3]
    net.set_values(0, np.arange(64.0), form="{:.0f}")
    assert [text.get_text() for text in ax.texts] == ["0", "1", "2", "62", "63"]


def test_thickness_is_the_size_of_a_weight_and_colour_its_sign(ax):
    net = networks.draw(ax, [2, 3])
    net.set_weights(0, W)
    lines = net.arrows[0].lines
    widths = np.reshape(lines.get_linewidths(), (2, 3))
    np.testing.assert_allclose(widths[W != 0] / networks.THICKEST, [0.25, 0.5, 1, 1, 1])  # not thicker than the thickest
    assert widths[0, 2] < 0.05
    for artist in (lines, net.arrows[0].heads):
        assert [to_hex(color) for color in artist.get_edgecolor()] == [
            networks.NEGATIVE if w < 0 else networks.POSITIVE for w in W.ravel()
        ]
    heads = [np.ptp(head.vertices, axis=0).max() for head in net.arrows[0].heads.get_paths()]
    assert heads[3] > heads[1] > heads[0]


def test_a_value_fills_its_unit(ax):
    net = networks.draw(ax, [4])
    net.set_values(0, [0.5, -1, 0, 3])
    faces = net.units[0].get_facecolor()
    np.testing.assert_allclose(faces[:, 3], np.array([0.5, 1, 0, 1]) * networks.FULLEST)
    assert [to_hex(face) for face in faces[:2]] == [networks.POSITIVE, networks.NEGATIVE]
    assert [text.get_text() for text in ax.texts] == ["0.50", "−1.00", "0.00", "3.00"]


@pytest.mark.parametrize(
    "widths, height", [([2, 3, 1], 3.0), ([3, 2, 1], 3.0), ([1, 3, 3], 3.4), ([1, 1, 1, 1, 1], 1.6), ([2, 2, 2], 2.4)]
)
def test_no_text_lies_on_another_or_on_a_unit_on_a_phone(widths, height):
    fig, ax = plots.panels(height=height)
    net = networks.draw(ax, widths, captions=[f"層 {k}" for k in range(len(widths))], gap=2.0 if len(widths) > 3 else 2.5)
    inside = []
    for k, width in enumerate(widths):
        sign = "−" if len(widths) < 5 else ""  # a longer row has smaller units
        net.set_texts(k, inside_k := [f"{sign}0.{k}{i}" for i in range(width)])
        inside += inside_k
        net.set_labels(k, [f"h{k}{i}" for i in range(width)])
        if k:
            net.set_factors(k - 1, [[f"×{k}.{i}{j}" for j in range(width)] for i in range(widths[k - 1])])
    found = boxes(ax.texts)
    plt.close(fig)
    middles, radius = circles(net)
    frame = fig.bbox.extents
    for text, box in found.items():
        assert frame[0] <= box[0] and box[2] <= frame[2] and frame[1] <= box[1] and box[3] <= frame[3], text
        away = np.hypot(*(np.clip(middles, box[:2], box[2:]) - middles).T).min()
        rims = abs(np.array([box[0], box[2]]) - middles[:, :1]).max(axis=1).min()  # at the height of the middle
        assert rims < radius if text in inside else away > 0.9 * radius, text
        assert not [other for other in found if other != text and overlap(box, found[other])], text


def test_a_bypass_leads_over_the_layers_between(ax):
    net = networks.draw(ax, [1, 3, 1])
    arrow = net.bypass(0, 2)
    arrow.set_texts("×1")
    way = arrow.lines.get_segments()[0]
    over = way[abs(way[:, 0] - net.positions[1][0, 0]) < networks.RADIUS]
    assert over[:, 1].min() > net.positions[1][0, 1] + networks.RADIUS
    assert np.hypot(*(way[0] - net.positions[0][0])) == pytest.approx(networks.RADIUS)
    assert np.hypot(*(arrow.heads.get_paths()[0].vertices[0] - net.positions[2][0])) == pytest.approx(networks.RADIUS)
    assert ax.get_ylim()[1] > way[:, 1].max()


def test_arrows_backwards_lie_beside_those_forwards_and_point_back(ax):
    net = networks.draw(ax, [1, 1])
    there, back = (arrows.lines.get_segments()[0] for arrows in (net.arrows[0], net.backward(0)))
    assert np.sign(np.diff(back[:, 0])) == -np.sign(np.diff(there[:, 0]))
    assert there[0, 1] - back[0, 1] == pytest.approx(networks.SHIFT)


GRAPH = {"a": (0, 1), "b": (0, -1), "c": (3, 0)}, {"×": (1.5, 0)}, [("a", "×"), ("b", "×"), ("×", "c")]


def test_in_a_computational_graph_each_use_has_an_arrow_there_and_one_back_beside_it(ax):
    net = networks.graph(ax, *GRAPH)
    for (start, end), there, back in zip(GRAPH[2], net.forward.lines.get_segments(), net.back.lines.get_segments()):
        along = np.subtract(*((GRAPH[0] | GRAPH[1])[name] for name in (end, start)))
        along = along / np.hypot(*along)
        assert (there[1] - there[0]) @ along > 0 > (back[1] - back[0]) @ along
        aside = np.array([-along[1], along[0]])
        assert (there[0] - back[0]) @ aside == pytest.approx(0.14)
    for arrows, circle in ((net.forward, 0), (net.back, 1)):  # the first edge leaves from, and comes back to, the rim of a
        end = arrows.lines.get_segments()[0][0] if circle == 0 else arrows.heads.get_paths()[0].vertices[0]
        assert np.hypot(*(end - GRAPH[0]["a"])) == pytest.approx(np.hypot(networks.RADIUS, 0.07))


def test_a_computational_graph_shows_values_and_gradients_one_for_each_circle(ax):
    net = networks.graph(ax, *GRAPH)
    ax.set(xlim=(-1, 4), ylim=(-2, 2))
    net.set_values(["2", "3", "6"])
    net.set_gradients(["3", "2", "1"])
    found = boxes(ax.texts)
    assert sorted(text.get_text() for text in ax.texts) == sorted(["×", "2", "3", "6", "3", "2", "1", "$a$", "$b$", "$c$"])
    assert not any(overlap(one, other) for k, one in found.items() for other_k, other in found.items() if k < other_k)
    with pytest.raises(ValueError):
        net.set_values(["2", "3"])


def test_a_shared_parameter_reaches_every_unit_of_its_layer(ax):
    net = networks.draw(ax, [2, 3, 1])
    text = net.share(1, "α = 0.25")
    rail, *ends = ax.collections[-1].get_segments()
    np.testing.assert_allclose([end[1] for end in ends], net.positions[1] + [networks.RADIUS, 0])
    assert all(end[0, 0] == rail[0, 0] for end in ends)
    assert text.get_position()[1] > rail[:, 1].max()


def test_a_dead_unit_turns_grey_with_its_arrows_until_it_lives_again(ax):
    net = networks.draw(ax, [2, 3, 1])
    for dead in ([False, True, False], [False] * 3):
        net.set_weights(0, np.ones((2, 3)))
        net.set_weights(1, np.ones((3, 1)))
        net.set_dead(1, dead)
        assert [to_hex(c) == plots.MUTED for c in net.units[1].get_edgecolor()] == dead
        assert [to_hex(c) == plots.MUTED for c in net.arrows[0].lines.get_colors()] == dead * 2
        assert [to_hex(c) == plots.MUTED for c in net.arrows[1].heads.get_facecolor()] == dead


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda net: net.set_weights(0, W.T), r"\(2, 3\), not \(3, 2\)"),
        (lambda net: net.set_values(1, [1, 2]), r"layer 1, shape \(3,\), not \(2,\)"),
        (lambda net: networks.draw(net.ax, [2, 0]), "1 or more"),
        (lambda net: networks.draw(net.ax, [2, 2], captions=["in"]), "each of the 2 layers, not 1"),
    ],
)
def test_what_does_not_fit_is_refused(ax, call, words):
    with pytest.raises(ValueError, match=words):
        call(networks.draw(ax, [2, 3]))


def test_thickness_colour_filling_and_texts_follow_a_slider(ax):
    net = networks.draw(ax, [2, 3, 1], captions=["入力", "中間", "出力"])

    @explore(ax.figure, s=(-1, 1, 0.5))
    def draw(s=0.5):
        "A network whose weights follow a slider"
        net.set_weights(0, W * s)
        net.set_factors(0, f"×{s}")
        net.set_values(1, np.full(3, s))
        net.set_dead(1, s < 0)

    html = draw._repr_mimebundle_()[0]["text/html"]
    data = json.loads(re.search(r'<script type="application/json">(.*?)</script>', html)[1])
    moved = [channel["a"] for channel in data["channels"]]
    # 6 arrows, but for that of 0, and the rims of 3 units; 5 + 5 heads and shafts and 3 units change their sign.
    assert moved.count("#") == 6 + 3
    assert moved.count("stroke-width") == 5
    assert moved.count("fill-opacity") == 3
    assert {"stroke", "fill", "stroke-dasharray"} <= set(moved)


def test_a_network_is_told_to_those_who_cannot_see_it(ax):
    assert "入力層 64 個、中間層 32 個" in networks.draw(ax, [64, 32], captions=["入力層\n64 個", "中間層\n32 個"]).description
