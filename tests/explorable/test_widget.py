"""One object: a function, a widget with a trait for each control, and three views."""

import base64
import json
import re
import struct
from html.parser import HTMLParser

import ipywidgets
import numpy as np
import pytest
import traitlets
from matplotlib import pyplot as plt

from explorable import explore, still, widget
from explorable.record import description


@pytest.fixture
def shown(record):
    def build(ax):
        (curve,) = ax.plot([0, 1, 2], [0, 1, 0])
        ax.set(title="Hat", xlabel="x", ylabel="$y$", ylim=(0, 3))

        def draw(height=1.0, kind="r", on=True):
            curve.set_ydata([0, height, 0])
            curve.set_color(kind)
            curve.set_visible(on)

        return draw

    return record(build, height=(0, 2, 0.25), kind={"red": "r", "green": "g"}, on=True)


# -- traits -----------------------------------------------------------------------------------


def test_each_control_is_a_trait_that_can_be_read_and_set(shown):
    assert (shown.height, shown.kind, shown.on) == (1.0, "r", True)
    shown.height, shown.kind, shown.on = 0.5, "g", False
    assert (shown.height, shown.kind, shown.on) == (0.5, "g", False)
    assert shown._index == [2, 1, 0]


def test_a_slider_takes_the_nearest_value_and_a_menu_only_its_own(shown):
    shown.height = 0.55
    assert shown.height == 0.5
    shown.height = 100
    assert shown.height == 2.0
    with pytest.raises(traitlets.TraitError, match="kind: 'blue' is not one of red, green"):
        shown.kind = "blue"


def test_traits_can_be_observed_and_linked(shown):
    seen, slider = [], ipywidgets.FloatSlider(min=0, max=2, step=0.25)
    shown.observe(lambda change: seen.append(change["new"]), "height")
    traitlets.link((shown, "height"), (slider, "value"))
    slider.value = 1.5
    assert shown.height == 1.5 and seen == [1.5]
    shown.height = 0.25
    assert slider.value == 0.25


def test_what_the_page_sends_reaches_the_traits(shown):
    shown.set_state({"_index": [3, 1, 0]})
    assert (shown.height, shown.kind, shown.on) == (0.75, "g", False)


def test_of_two_labels_for_one_value_the_chosen_one_stays(record):
    shown = record(lambda ax: lambda k: ax.set_title(k), k={"one": 1, "uno": 1, "two": 2})
    for index in (1, 2, 1, 0):
        shown.set_state({"_index": [index]})
        assert (shown._index, shown.k) == ([index], [1, 1, 2][index])


def test_an_argument_of_several_controls_is_one_trait(record):
    band, terms = ipywidgets.IntRangeSlider(min=0, max=4, value=(1, 3)), ipywidgets.SelectMultiple(options=["A", "B"])
    shown = record(lambda ax: lambda **given: ax.set_title(given), band=band, off=ipywidgets.fixed(0), terms=terms, k=(0, 2))
    assert (shown.band, shown.terms, shown.k, shown._index) == ((1, 3), (), 1, [1, 3, 0, 0, 1])
    shown.band, shown.terms = [2, 4], ["B"]
    assert (shown.band, shown.terms, shown._index) == ((2, 4), ("B",), [2, 4, 0, 1, 1])
    shown.set_state({"_index": [4, 0, 1, 1, 2]})  # a reader has moved one end beyond the other: it stays where it is
    assert (shown.band, shown.terms, shown.k, shown._index) == ((0, 4), ("A", "B"), 2, [4, 0, 1, 1, 2])
    assert repr(shown) == "<explorable figure: band=(0, 4), terms=['A', 'B'], k=2>"
    for name, wrong in (("band", 3), ("terms", ["C"])):
        with pytest.raises(traitlets.TraitError, match=f"^{name}: "):
            setattr(shown, name, wrong)


def test_text_is_short_and_always_the_same(shown):
    assert repr(shown) == "<explorable figure: height=1.0, kind='red', on=True>"
    assert shown._repr_mimebundle_()[0]["text/plain"] == repr(shown)


def test_a_value_without_a_fixed_text_goes_by_its_label(record):
    shown = record(lambda ax: lambda f: ax.set_title(f.__name__), f={"sine": np.sin, "own": lambda x: x})
    assert repr(shown) == "<explorable figure: f='sine'>"


# -- a kernel is asked for nothing until it is needed --------------------------------------------


@pytest.fixture
def comms(monkeypatch):
    opened = []

    class Comm:
        kernel = None

        def __init__(self, comm_id=None, data=None, **kwargs):
            self.comm_id, self.sent = comm_id or f"comm{len(opened)}", []
            opened.append((self.comm_id, data["state"]))

        def on_msg(self, callback):
            pass

        def send(self, **message):
            self.sent.append(message)

        def close(self):
            pass

    monkeypatch.setattr("comm.create_comm", Comm)
    return opened


def test_a_notebook_executed_to_be_published_holds_no_widget(comms, record, html_of):
    shown = record(lambda ax: lambda a: ax.set_title(a), a=(0, 1))
    shown.a = 1
    assert "data-model" not in html_of(shown)
    assert comms == []


def test_in_a_live_front_end_the_html_knows_its_model(comms, shown, html_of, monkeypatch):
    monkeypatch.setattr(widget, "_is_live", lambda: True)
    key = re.search(r'<explorable-figure data-model="(\w+)" id=', html_of(shown))[1]
    (opened,) = [state for name, state in comms if name == key]
    assert opened["_key"] == key and opened["_index"] == [4, 0, 1]
    assert opened["_html"] == shown._views.html() and "class ExplorableFigure" in opened["_esm"]
    assert html_of(shown).count(key) == 1 and len(comms) == len({name for name, _ in comms})


def test_in_a_box_it_is_a_widget(comms, shown):
    box = ipywidgets.VBox([shown, ipywidgets.Label("below")])
    assert f"IPY_MODEL_{shown.model_id}" in box.get_state()["children"]
    assert shown.get_state()["_view_name"] == "AnyView"


def test_in_a_box_it_takes_what_room_there_is_unless_told_otherwise(comms, record):
    for told, flex, width in ((None, "1 1 20rem", "min(20rem, 100%)"), ("7rem", "7rem", "7rem")):
        shown = record(lambda ax: lambda a: ax.set_title(a), a=(0, 1))
        if told:
            shown.layout.flex = shown.layout.min_width = told
        assert shown.model_id == shown.model_id
        assert (shown.layout.flex, shown.layout.min_width) == (flex, width)


@pytest.mark.parametrize(
    ("parent", "live"),
    [({"metadata": {"cellId": "x"}}, True), ({"metadata": {}}, False), ({}, False), (None, False)],
)
def test_a_front_end_is_known_by_its_cells(monkeypatch, parent, live):
    class Shell:
        class kernel:
            get_parent = staticmethod(lambda: parent)

    monkeypatch.setattr("IPython.get_ipython", lambda: Shell)
    assert widget._is_live() is live
    monkeypatch.setattr("IPython.get_ipython", lambda: None)
    assert widget._is_live() is False


# -- what the author may ask for ---------------------------------------------------------------


@pytest.mark.parametrize("name", ["layout", "comm", "keys", "close", "open", "observe", "_index"])
def test_a_control_that_would_hide_a_part_of_the_widget_is_refused(name):
    with pytest.raises(ValueError, match=f"{name}: widgets have an attribute of this name"):
        explore(plt.figure(), **{name: (0, 1)})


def test_play_names_a_control():
    with pytest.raises(ValueError, match="play: expected one of a, b, got 'c'"):
        explore(plt.figure(), play="c", a=(0, 1), b=(0, 1))


def test_what_is_fixed_is_passed_on_and_no_control():
    figure, ax = plt.subplots()
    controls = {"a": (0, 2), "b": ipywidgets.fixed("α"), "layout": ipywidgets.fixed(7)}

    def draw(a, b, layout):
        ax.set_title(f"{b} {a} {layout}")

    shown = explore(figure, **controls)(draw)
    assert repr(shown) == "<explorable figure: a=1>" and ax.get_title() == "α 1 7"
    assert "α 1 7</text>" in shown._views.html()
    with pytest.raises(ValueError, match="play: expected one of a, got 'b'"):
        explore(figure, play="b", **controls)
    with pytest.raises(TypeError, match="still"):
        explore(figure, b=ipywidgets.fixed(1))


def test_a_figure_without_controls_is_a_still():
    with pytest.raises(TypeError, match="still"):
        explore(plt.figure())


# -- the views ----------------------------------------------------------------------------------


class Elements(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.all, self.scripts, self._in_script = [], [], False
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.all.append((tag, dict(attrs)))
        self._in_script = tag == "script"

    def handle_data(self, data):
        if self._in_script:
            self.scripts.append(data)

    def handle_endtag(self, tag):
        self._in_script = False


def test_the_html_is_whole_without_any_other_file(shown, html_of):
    text = html_of(shown)
    elements = Elements(text).all
    assert [tag for tag, _ in elements].count("svg") == 1
    assert "http" not in re.sub(r"http://www.w3.org\S*", "", text)
    assert not any("src" in a and not a["src"].startswith("data:") for _, a in elements)


def test_the_figure_itself_needs_no_inline_style_and_no_inline_code(shown):
    elements = Elements(shown._views.html()).all
    assert not any("style" in a or any(k.startswith("on") for k in a) for _, a in elements)
    assert [a["type"] for tag, a in elements if tag == "script"] == ["application/json"]
    assert "style" not in [tag for tag, _ in elements]


def test_ids_are_the_figures_own_and_labels_find_their_inputs(shown):
    elements = Elements(shown._views.html()).all
    ids = [a["id"] for _, a in elements if "id" in a]
    assert len(set(ids)) == len(ids) and all(i.startswith(ids[0]) for i in ids)
    fields = {a["id"] for tag, a in elements if tag in ("input", "select")}
    assert {a["for"] for tag, a in elements if tag == "label" and "for" in a} <= fields
    references = set(re.findall(r"url\(#([^)]*)\)", shown._views.html()))
    assert references and references <= set(ids)


def test_the_description_is_the_docstring_or_what_is_written_in_the_figure(shown, record):
    def build(ax):
        def draw(a):
            """The title counts.

            More for the author.
            """
            ax.set_title(a)

        return draw

    label = 'aria-label="{}"'.format
    assert label("The title counts.") in record(build, a=(0, 1))._views.html()
    assert label("Hat, y, x") in shown._views.html()


def test_a_figure_without_a_description_goes_by_what_is_written_on_it():
    figure, (left, right) = plt.subplots(1, 2)
    assert description(figure) == "figure"
    left.set(title="value", xlabel="$x$", ylabel="y")
    right.set(title="slope", xlabel="$x$")
    assert description(figure) == "value, y, x, slope"  # each once
    figure.suptitle("Sigmoid")
    assert description(figure) == "Sigmoid, value, y, x, slope"


def test_a_display_shows_the_present_values(shown):
    first = shown._views.html()
    shown.height = 2
    again = shown._repr_mimebundle_()[0]["text/html"]
    assert 'value="4"' in first and 'value="8"' in again
    assert json.loads(Elements(again).scripts[0])["start"] == [4, 0, 1]


def test_a_default_is_the_start_and_what_else_a_function_takes_is_its_own_affair(record):
    def build(ax):
        return lambda a=0.25, **more: ax.set_title(f"{a} {more}")

    shown = record(build, play="b", a=(0, 1, 0.25), b=(0, 4))
    assert (shown.a, shown.b) == (0.25, 2)
    assert json.loads(Elements(shown._views.html()).scripts[0])["play"] == 1


def test_the_png_is_twice_the_size_on_white(shown, tmp_path):
    data, metadata = shown._repr_mimebundle_()
    raw = base64.b64decode(data["image/png"])
    assert metadata["image/png"] == {"width": 384, "height": 288}
    assert struct.unpack(">II", raw[16:24]) == (768, 576)
    file = tmp_path / "image.png"
    file.write_bytes(raw)
    assert plt.imread(file)[0, 0, :3].tolist() == [1, 1, 1]
    # one that only stands in for the figure is not
    raw = base64.b64decode(re.search('src="data:image/png;base64,([^"]*)"', data["text/html"])[1])
    assert struct.unpack(">II", raw[16:24]) == (384, 288)


def test_a_still_has_the_views_and_no_controls():
    figure, ax = plt.subplots(figsize=(4, 3))
    ax.plot([0, 1], [0, 1])
    other = plt.figure()
    shown = still(figure, "a <line>")
    data, metadata = shown._repr_mimebundle_()
    assert set(data) == {"text/html", "image/png", "text/plain"} and repr(shown) == data["text/plain"] == "<figure>"
    assert 'aria-label="a &lt;line&gt;"' in data["text/html"]
    assert not any(part in shown._views.html() for part in ("<fieldset", "<script", "display="))
    assert plt.get_fignums() == [other.number]


def test_labels_and_texts_are_escaped(record):
    def build(ax):
        text = ax.text(0, 0, "<b>&")
        return lambda kind, slide: text.set_text(f"</script><b>&{kind}{slide}")

    slide = ipywidgets.SelectionSlider(options=["<!--<script>", "</script>", "~x"])
    html = record(build, kind=["</script>", "<i>"], slide=slide)._views.html()
    assert "<b>" not in html and "<i>" not in html and html.count("</script>") == 1
    assert html.count("<script") == 1 and json.loads(Elements(html).scripts[0])["texts"][1][2] == "~x"
