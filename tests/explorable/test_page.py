"""The HTML of a recording: its figure, its controls, what its player reads, and its picture."""

import base64
import functools
import io
import json
import re
import struct

import ipywidgets
import numpy as np
import pytest
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

from explorable import page
from explorable.controls import argument
from explorable.record import Recording

SPECS = {
    "height": ipywidgets.IntSlider(min=1, max=3, value=2, description="A & B [m]"),
    "kind": ["p<", "q"],
    "colour": ipywidgets.RadioButtons(options=["k", "r"], value="r"),
    "on": True,
}


@pytest.fixture
def recording():
    """A figure of 144 × 72 points: a line, dots at rest, a text, and a control of each kind."""
    figure = Figure(figsize=(2, 1))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 144), ylim=(0, 72))
    axes.set_axis_off()
    (line,) = axes.plot([0, 10], [0, 0], "--", color="#ff7f0e")
    axes.plot([5, 10], [5, 5], "s", markersize=2)
    axes.scatter([30, 40], [5, 5], s=[1, 4], marker="s")
    text = axes.text(20, 20, "")

    def update(height, kind, colour, on):
        line.set_ydata([0, height])
        text.set_text(f"{kind} {height}")
        text.set_color(colour)
        line.set_visible(on)

    made = [argument(name, spec) for name, spec in SPECS.items()]
    return Recording(update, [one.played() if one.name == "kind" else one for one in made], figure).run()


def in_lines(html):
    """One line for each tag, with the figure's own name as ``@`` and a curve that moves to a tenth of a point, as recorded."""
    html = re.sub(r"(?<=7200l)(\d+)-(\d+)", lambda m: f"{round(int(m[1]), -1)}-{round(int(m[2]), -1)}", html)
    return re.sub(r"explorable-[0-9a-f]{10}", "@", html).replace("<", "\n<").split("\n")[1:]


DRAWN = """\
<svg viewBox="0 0 14400 7200" width="192" height="96" role="img" aria-label="{label}" fill="none" stroke-linejoin="round" \
font-family="sans-serif" font-size="1000">
<defs>
<clipPath id="@-f0d0">
<rect x="0" y="0" width="14400" height="7200"/>
</clipPath>
</defs>
<g data-axes="linear 0 144 0 14400 linear 0 72 7200 0">
<g clip-path="url(#@-f0d0)">
<path d="M-5000 5000l10000 0 0-10000-10000 0Z" transform="translate(3000 6700)scale(0.0100)" fill="#1f77b4" stroke="#1f77b4" \
stroke-width="10000.0"/>
<path d="M-5000 5000l10000 0 0-10000-10000 0Z" transform="translate(4000 6700)scale(0.0200)" fill="#1f77b4" stroke="#1f77b4" \
stroke-width="5000.0"/>
</g>
<path data-x d="M0 7200l1000-{height}" stroke="#ff7f0e" stroke-width="150" stroke-dasharray="555 240" clip-path="url(#@-f0d0)"{hidden}/>
<marker id="@-f0m0-1" markerUnits="userSpaceOnUse" markerWidth="1" markerHeight="1" overflow="visible">
<path d="M-100 100l200 0 0-200-200 0Z" fill="#1f77b4" stroke="#1f77b4" stroke-width="100" stroke-linejoin="miter"/>
</marker>
<path d="M500 6700l500 0" marker-start="url(#@-f0m0-1)" marker-mid="url(#@-f0m0-1)" marker-end="url(#@-f0m0-1)" clip-path="url(#@-f0d0)"/>
<text data-x x="2000" y="5200" font-size="calc(1000px*var(--explorable-text,1))" fill="{paint}">{text}
</text>
</g>
</svg>"""
START = {"height": 200, "hidden": "", "paint": "#ff0000", "text": "p&lt; 2"}
LAST = {"height": 300, "hidden": "", "paint": "#ff0000", "text": "q 3"}


def test_a_figure_is_drawn_at_the_values_it_shows(recording):
    for index, shown in (((1, 0, 1, 1), START), ((2, 1, 1, 1), LAST)):
        html = page.outputs(recording, ['a "label" <of it>'], index).replace("\ue000", "@-")
        assert in_lines(html) == DRAWN.format(label="a &quot;label&quot; &lt;of it&gt;", **shown).split("\n")
    assert ' display="none"/>' in page.outputs(recording, ["label"], (0, 1, 0, 0))


def test_what_a_drawing_refers_to_stands_at_its_beginning():
    figure = Figure(figsize=(2, 1))
    for x in (0, 0.5):
        figure.add_axes((x, 0, 0.25, 1)).set_axis_off()
        figure.axes[-1].plot([0, 1], [0, 1])
    html = page.outputs(Recording(None, [], figure).run(), ["two axes"], ())
    defs = "".join(
        f'<clipPath id="\ue000f0d{i}"><rect x="{7200 * i}" y="0" width="3600" height="7200"/></clipPath>' for i in (0, 1)
    )
    assert f'><defs>{defs}</defs><g data-axes="linear -0.05 1.05 0 3600 linear -0.05 1.05 7200 0"><path ' in html


def test_a_figure_has_its_controls_and_what_its_player_reads(recording):
    html = page.figure(recording, "label")
    *lines, script, data, _, end = in_lines(html)
    assert lines == [
        '<explorable-figure id="@" data-name="update">',
        "<div>",
        *DRAWN.format(label="label", **START).split("\n"),
        *"""\
<fieldset disabled>
<div class="explorable-row">
<label for="@-c0">A &amp; B
</label>
<input type="range" autocomplete="off" id="@-c0" min="0" max="2" value="1" aria-valuetext="2 m">
<output for="@-c0">2 m
</output>
</div>
<div class="explorable-row">
<label for="@-c1">kind
</label>
<select autocomplete="off" id="@-c1">
<option value="0" selected>p&lt;
</option>
<option value="1">q
</option>
</select>
</div>
<div class="explorable-row">
<span id="@-c2">colour
</span>
<div role="radiogroup" aria-labelledby="@-c2">
<label>
<input type="radio" value="0"> k
</label>
<label>
<input type="radio" value="1" checked> r
</label>
</div>
</div>
<div class="explorable-row">
<span>
</span>
<label>
<input type="checkbox" id="@-c3" checked> on
</label>
</div>
<div class="explorable-tools">
</div>
</fieldset>""".split("\n"),
    ]
    assert (script.partition(">")[0], end) == ('<script type="application/json"', "</explorable-figure>")
    payload = json.loads(script.partition(">")[2].replace("@", ""))
    channels, templates = payload.pop("channels"), payload.pop("templates")
    assert payload == {
        "shape": [3, 2, 2, 2], "start": [1, 0, 1, 1], "shown": [1, 0, 1, 1], "play": 1,
        "texts": [["1 m", "2 m", "3 m"], None, None, None], "names": ["height", "kind", "colour", "on"],
        "words": [None, [["p<"], ["q"]], [["k"], ["r"]], [["off"], ["on"]]], "thin": {},
    }  # fmt: skip
    assert [(c["e"], c["a"]) for c in channels] == [(0, "d"), (0, "display"), (1, "fill"), (1, "#")]
    assert [[templates[i] for i in c["t"]] for c in channels] == [
        ["M1L1"], ["", "none"], ["#ff0000", "currentColor"], ["p&lt; {}", "q {}"],
    ]  # fmt: skip


def test_a_figure_is_called_like_its_function():
    figure = Figure(figsize=(2, 1))

    def tangent(k):
        figure.set_facecolor(k)

    controls = [argument("k", ["r", "g"])]
    for update, name in ((tangent, ' data-name="tangent"'), (functools.partial(tangent), ' data-name="tangent"'),
                         (lambda k: tangent(k), "")):  # fmt: skip
        html = page.figure(Recording(update, controls, figure).run(), "label")
        assert re.match(rf'<explorable-figure id="explorable-[0-9a-f]{{10}}"{name}><div>', html)


def test_player_and_style_sheet_are_sent_without_their_comments():
    for name in ("player.js", "player.css"):
        sent = page.asset(name)
        assert not re.search(r"/\*|\*/|^ | // |\n\n", sent, re.MULTILINE)


def test_a_figure_can_show_other_values_than_those_at_the_start(recording):
    html = page.figure(recording, "label", index=[0, 1, 0, 0])
    shown = json.loads(re.search(r'<script type="application/json">(.*)</script>', html)[1])
    assert (shown["start"], shown["shown"]) == ([1, 0, 1, 1], [0, 1, 0, 0])
    assert 'value="0" aria-valuetext="1 m"' in html and '<option value="1" selected>' in html
    assert 'value="0" checked> k' in html and html.count(" checked") == 1 and '-c3"> on</label>' in html
    # another figure has another name
    names = [
        re.match('<explorable-figure id="(explorable-[0-9a-f]{10})" data-name="update">', html)[1]
        for html in (html, page.figure(recording, "label"))
    ]
    assert names[0] != names[1]
    assert all(name.startswith(names[0]) for name in re.findall(r' (?:id|name|for)="([^"]*)"', html))


def test_what_is_read_as_json_ends_no_script(recording):
    recording.channels = [{"e": 0, "a": "#", "t": ["</script><!--あ"], "g": []}]
    html = page.figure(recording, "label")
    assert html.count("</script>") == 1 and "\\u003c/script>\\u003c!--あ" in html
    assert ", " not in html.partition("json")[2]


def test_a_figure_for_any_page_brings_player_style_and_picture():
    html = page.standalone("<x-figure><div><div>drawn</div></div></x-figure>", 'a "<label>"', ("DATA", 192, 96))
    figure, player, rest = re.fullmatch("(.*)<!--explorable player-->(.*)<!--/explorable player-->(.*)", html, re.DOTALL).groups()
    assert figure == '<x-figure><div hidden="hidden"><div>drawn</div></div></x-figure>' and rest == ""
    image, style, script = re.fullmatch(
        r'(<img [^>]*>)<style>(.*)</style><script type="module">(.*)</script>', player, re.DOTALL
    ).groups()
    assert image == (
        '<img class="explorable-still" alt="a &quot;&lt;label&gt;&quot;" width="192" height="96" src="data:image/png;base64,DATA">'
    )
    assert (style, script) == (page.asset("player.css"), page.asset("player.js"))
    assert "</" not in style + script  # a string of the player writes "<\\/": there its script would end


@pytest.mark.parametrize("size", [(2, 1), (2.013, 1.007), (1.999, 0.991)])
@pytest.mark.parametrize("settings", [{}, {"savefig.bbox": "tight"}, {"savefig.transparent": True}, {"savefig.facecolor": "g"}])
def test_a_picture_is_the_figure_on_white(size, settings, monkeypatch):
    for setting in settings.items():
        monkeypatch.setitem(plt.rcParams, *setting)
    figure = Figure(figsize=size, facecolor=(1, 0, 0, 0.2))
    figure.add_artist(plt.Rectangle((0, 0), 0.5, 1, color="blue"))
    for scale in (1, 2):
        data, width, height = page.png([page.picture(figure)], scale)
        raw = base64.b64decode(data)
        assert (width, height) == tuple(round(96 * side) for side in size) and {type(width), type(height)} == {int}
        columns, rows = struct.unpack(">II", raw[16:24])
        assert (columns, rows) == pytest.approx((96 * scale * size[0], 96 * scale * size[1]), abs=1)
        assert raw[25] == 3  # a palette
        pixels = plt.imread(io.BytesIO(raw))
        assert pixels[rows // 2, [1, -2], :3] == pytest.approx(np.array([[0, 0, 1], [1, 0.8, 0.8]]), abs=1e-6)


@pytest.mark.parametrize(("colours", "palette"), [(4, True), (256, True), (9000, False)])
def test_a_picture_of_few_colours_and_a_photograph_keep_their_pixels(colours, palette):
    numbers = np.arange(192 * 192).reshape(192, 192) % colours * 1861
    rgb = np.stack([numbers >> 16, numbers >> 8 & 255, numbers & 255], axis=-1).astype(np.uint8)
    figure = Figure(figsize=(1, 1))
    figure.figimage(rgb, origin="upper")
    raw = base64.b64decode(page.png([page.picture(figure)], 2)[0])
    assert (raw[25] == 3) == palette
    assert (np.rint(plt.imread(io.BytesIO(raw))[..., :3] * 255) == rgb).all()


def test_a_drawing_of_more_colours_comes_near_to_each():
    figure = Figure(figsize=(1, 1))
    shades = np.arange(192 * 192).reshape(192, 192)
    rgb = np.stack([shades % 64 * 4, shades % 5 * 50, shades % 5 * 50], axis=-1).astype(np.uint8)
    figure.figimage(rgb, origin="upper")
    seen = np.rint(plt.imread(io.BytesIO(base64.b64decode(page.png([page.picture(figure)], 2)[0])))[..., :3] * 255)
    assert 0 < np.abs(seen - rgb).max() <= 8


def whites(recording, index=()):
    marks = re.findall("<path[^>]*>", page.outputs(recording, ["label"], index))
    return sum('fill="var(--explorable-paper,#fff)"' in mark and 'display="none"' not in mark for mark in marks)


@pytest.mark.parametrize(
    ("colours", "count"),
    [(("w", "none"), 0), (("none", "w"), 0), (("0.8", "none"), 2), (((1, 0, 0, 0.1), "none"), 2), (("w", "0.8"), 1)],
)
def test_white_axes_are_the_page_unless_something_is_under_them(colours, count):
    figure = Figure(figsize=(3, 1), facecolor=colours[0])
    left, right = figure.subfigures(1, 2)
    left.set_facecolor(colours[1])
    for part in (left, right):
        part.subplots()
    assert whites(Recording(None, [], figure).run()) == count


def test_white_axes_hide_what_is_drawn_before_them():
    figure = Figure(figsize=(3, 1))
    figure.subplots()
    assert whites(Recording(None, [], figure).run()) == 0
    figure.add_artist(plt.Rectangle((0, 0), 0.5, 0.5, zorder=-1, color="c"))
    assert whites(Recording(None, [], figure).run()) == 1


def test_white_axes_come_forth_when_the_figure_takes_a_colour():
    figure = Figure(figsize=(3, 1))
    figure.subplots(1, 2)
    recording = Recording(lambda k: figure.set_facecolor(k), [argument("k", ["w", "g"])], figure).run()
    assert [whites(recording, (k,)) for k in (0, 1)] == [0, 2]


def test_an_image_of_cells_of_its_own_and_one_with_many_opacities_are_drawn():
    figure = Figure(figsize=(2, 1))
    left, right = figure.subplots(1, 2)
    left.pcolorfast([0, 1, 4], [0, 2, 3], np.eye(2))
    right.imshow(np.ones((2, 2)), alpha=np.array([[0.0, 1], [1, 1]]))
    html = page.outputs(Recording(None, [], figure).run(), ["label"], ())
    images = [plt.imread(io.BytesIO(base64.b64decode(data))) for data in re.findall(r'base64,([^"]*)"', html)]
    assert len(images) == 2 and (images[1][..., 3] == 0).mean() == pytest.approx(0.25, abs=0.05)
