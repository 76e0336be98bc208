"""`interact` and `interactive`: functions as people write them move on a page as they are.

`cases/` holds such functions, like public notebooks in their structure, with their own controls, smaller ones for
tests, and settings at which the page is compared with a plain call.
"""

import contextlib
import html
import importlib
import io
import re
import warnings
from pathlib import Path

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt

import explorable
from explorable import RecordingError, interact, interactive
from tests.explorable import pictures

CASES = sorted(path.stem for path in Path(__file__).with_name("cases").glob("[0-9]*.py"))
RANDOM = "22_rent"
SAID = {
    "29_lens": "explorable: ZeroDivisionError: float division by zero at distance=10, focus=10, rays=False "
    "and 3 other settings; the page says so there"
}


def case(name):
    return importlib.import_module(f"tests.explorable.cases.{name}")


def markup(bundle):
    data = bundle[0] if isinstance(bundle, tuple) else bundle
    return data["text/html"]


class Plain:
    """What a plain call shows: pictures by Agg, and everything that is printed, displayed and returned, as text."""

    def __init__(self, module, setting, monkeypatch):
        self.texts, self.figures, printed = [], [], io.StringIO()
        plt.close("all")
        monkeypatch.setattr(module, "display", self.show, raising=False)
        with contextlib.redirect_stdout(printed):
            try:
                result = module.function(**setting)
            except ZeroDivisionError as error:
                result = None
                self.texts.append(str(error))
                plt.close("all")
        self.texts += printed.getvalue().splitlines()
        self.figures += [fig for fig in map(plt.figure, plt.get_fignums()) if fig not in self.figures]
        if result is not None:
            self.show(result)
        # with more pixels texts lie better; with those of the page there is the same light between the cells of a surface
        self.pictures = [[pictures.by_agg(figure, finer) for finer in (pictures.FINER, 1)] for figure in self.figures]
        plt.close("all")

    def show(self, value):
        if isinstance(value, matplotlib.figure.Figure):
            self.figures.append(value)
        else:
            source = value._repr_html_() if hasattr(value, "_repr_html_") else value._repr_markdown_().replace("**", "")
            self.texts += re.split(r"<[^>]*>", source)


def letters(text):
    return re.sub(r"\s+", "", html.unescape(text))


@pytest.mark.slow("figures of every kind, compared with Matplotlib's pictures")
@pytest.mark.browser
@pytest.mark.parametrize("name", [name for name in CASES if name != RANDOM])
def test_the_page_shows_what_a_plain_call_shows(name, same_room, open_page, tmp_path, monkeypatch):
    module = case(name)
    with matplotlib.rc_context(pictures.SETTINGS):
        with warnings.catch_warnings(record=True, action="always") as said:
            shown = interactive(module.function, **module.SMALL)
        assert [str(one.message) for one in said] == ([SAID[name]] if name in SAID else [])
        assert plt.get_fignums() == []
        plain = [Plain(module, setting, monkeypatch) for setting in module.SETTINGS]
        source = markup(shown._repr_mimebundle_())
        page = open_page(pictures.page_of([source], "", tmp_path).as_uri(), viewport={"width": 1300, "height": 1000})
        page.evaluate("document.fonts.ready")
        found = {}
        for setting, theirs in zip(module.SETTINGS, plain):
            for box in page.locator("fieldset :is(input, select):visible").all():
                pick(page, box, shown, setting)
            text = letters(page.inner_text("explorable-figure"))
            assert [line for line in theirs.texts if letters(line) not in text] == []
            svgs = [svg for svg in page.locator("explorable-figure > div > svg").all() if svg.is_visible()]
            assert len(svgs) == len(theirs.pictures)
            for svg, agg in zip(svgs, theirs.pictures):
                ours = plt.imread(io.BytesIO(svg.screenshot()))[..., :3]
                height, width = np.minimum(ours.shape[:2], agg[0].shape[:2])
                boxes = svg.evaluate(pictures.BOXES)
                off = [pictures.difference(ours[:height, :width], boxes, one[:height, :width]) for one in agg]
                found[str(setting), len(found)] = round(min(off), 2)
        assert {where: size for where, size in found.items() if size > 1} == {}


def pick(page, box, shown, setting):
    """Move one control of the page to where `setting` has it."""
    label = box.evaluate("one => one.labels[0].textContent.trim()")
    kind = box.evaluate("one => one.type")
    controls = {c.label: c for c in shown._views.recording.controls}
    if kind == "radio":
        control = next(c for c in controls.values() if label in c.texts and c.kind == "radio")
        if control.texts[control.index(setting[control.name])] == label:
            box.check()
        return
    control = controls[label]
    index = control.index(setting[control.name]) if control.name in setting else control.start
    if kind == "checkbox":
        box.set_checked(bool(index))
    elif kind == "range":
        box.evaluate("(one, value) => { one.value = value; one.dispatchEvent(new Event('input', {bubbles: true})) }", index)
    else:
        box.select_option(index=index)


def test_random_numbers_without_a_seed_are_refused():
    module = case(RANDOM)
    with pytest.raises(RecordingError, match="without a seed"):
        interactive(module.function, **module.SMALL)
    assert plt.get_fignums() == []


@pytest.mark.parametrize("name", ["03_circle", "26_loan"])
def test_interact_shows_itself_and_returns_the_function(name, monkeypatch, capsys):
    module, displayed = case(name), []
    monkeypatch.setattr("ipywidgets.widgets.interaction.display", displayed.append)
    for call in (lambda f, **c: interact(f, **c), lambda f, **c: interact(**c)(f)):
        assert call(module.function, **module.SMALL) is module.function
    assert len(displayed) == 2 and len({markup(one._repr_mimebundle_()) for one in displayed}) == 1
    assert capsys.readouterr().out == "" and plt.get_fignums() == []


def test_interactive_has_what_ipywidgets_gives_it():
    import ipywidgets

    def f(x=3, kind="a", on=True):
        print(x, kind, on)
        return x * 2

    ours = interactive(f, x=(0, 10), kind=["a", "b"])
    theirs = ipywidgets.interactive(f, x=(0, 10), kind=["a", "b"])
    assert ours.kwargs == theirs.kwargs and ours.result == 6
    assert [type(c) for c in ours.children] == [type(c) for c in theirs.children]


def test_a_control_that_changes_nothing_is_left_out():
    def f(x=1, unused=5):
        print(x)

    with pytest.warns(UserWarning, match="'unused' changes nothing and is left out"):
        source = markup(interactive(f)._repr_mimebundle_())
    assert len(re.findall(r'<div class="explorable-row">', source)) == 1
    with pytest.raises(RecordingError, match="Nothing changes over x"):
        interactive(lambda x: print("always"), x=(0, 3))


def test_what_needs_a_kernel_is_refused_with_the_way_out():
    from IPython.display import Audio, display

    def sounds(k=1):
        display(Audio(np.sin(np.arange(100) * k), rate=8000))

    with pytest.raises(RecordingError, match="<audio>.*cell of its own"):
        interactive(sounds, k=(1, 3))
    with pytest.raises(TypeError, match="in a live kernel interact works with it"):
        interactive(lambda x: print(x), x="any text")


def test_state_between_calls_is_found():
    seen = []

    def f(k=1):
        seen.append(k)
        print(len(seen), k)

    with pytest.raises(RecordingError, match="state"):
        interactive(f, k=(1, 4))


def test_a_heavy_recording_says_so_and_a_heavier_one_is_an_error(monkeypatch):
    def f(seed=0):
        plt.imshow(np.random.default_rng(seed).random((90, 90)))

    with pytest.warns(UserWarning, match="KB after gzip; with half as many values of 'seed'"):
        interactive(f, seed=(0, 19))
    monkeypatch.setattr(explorable.limits, "kilobytes", 100)
    with pytest.raises(RecordingError, match="explorable.limits.kilobytes"):
        interactive(f, seed=(0, 19))


# -- more settings than can be visited


def shown_by(source, open_page, tmp_path):
    return open_page(pictures.page_of([source], "", tmp_path).as_uri(), viewport={"width": 1000, "height": 900})


def put(page, index):
    page.evaluate("index => document.querySelector('explorable-figure').show(index)", index)


@pytest.mark.browser
def test_controls_that_do_not_meet_are_visited_one_after_the_other(open_page, tmp_path, monkeypatch):
    monkeypatch.setattr(explorable.limits, "settings", 200)

    def f(a=0, b=0, c=0):
        left, right = plt.subplots(1, 2)[1]
        left.set(xlim=(0, 9), ylim=(0, 90), title=f"a = {a}")
        left.plot([0, 9], [a, a * a])
        right.bar([0, 1], [b, c])
        right.set(ylim=(0, 20), title=f"b = {b}, c = {c}")

    shown = interactive(f, a=(0, 9), b=(0, 9), c=(0, 9))
    recording = shown._views.recording
    assert len(recording.visits) < 200 and not recording.thin and not recording.notes
    page = shown_by(markup(shown._repr_mimebundle_()), open_page, tmp_path)
    put(page, [7, 3, 5])
    assert {"a = 7", "b = 3, c = 5"} <= set(page.locator("svg text").all_text_contents())


@pytest.mark.browser
def test_between_visited_values_the_picture_is_guessed_where_that_is_good_enough(open_page, tmp_path, monkeypatch, same_room):
    monkeypatch.setattr(explorable.limits, "settings", 120)

    def f(a=0.5, b=1.0):
        plt.subplots(figsize=(4, 3))
        x = np.linspace(0, 1, 40)
        plt.plot(x, a * x + b * x**2)
        plt.axis((0, 1, 0, 2))
        plt.title(f"a = {a:.2f}, b = {b:.2f}")

    with matplotlib.rc_context(pictures.SETTINGS):
        shown = interactive(f, a=(0, 1, 0.02), b=(0, 1, 0.02))
        recording = shown._views.recording
        assert recording.thin and not recording.notes and len(recording.visits) < 300
        assert [len(c.values) for c in recording.controls] == [51, 51]
        page = shown_by(markup(shown._repr_mimebundle_()), open_page, tmp_path)
        a, b = (next(i for i in range(51) if i not in recording.thin[axis]) for axis in (0, 1))
        put(page, [a, b])
        assert f"a = {a / 50:.2f}, b = {b / 50:.2f}" in page.locator("svg text").all_text_contents()
        f(a / 50, b / 50)
        svg = page.locator("svg")
        ours = plt.imread(io.BytesIO(svg.screenshot()))[..., :3]
        assert pictures.difference(ours, svg.evaluate(pictures.BOXES), pictures.by_agg(plt.gcf())) < 1


def test_where_nothing_can_be_guessed_fewer_values_are_offered(monkeypatch):
    monkeypatch.setattr(explorable.limits, "settings", 50)

    def f(a=7, b=0):
        print(a * b % 7)

    with pytest.warns(UserWarning, match=r"of its 41 values are offered"):
        shown = interactive(f, a=(0, 40), b=(0, 40))
    recording = shown._views.recording
    assert not recording.thin and all(3 <= len(c.values) < 41 for c in recording.controls)
    assert shown.kwargs == {"a": 7, "b": 0} and recording.full(recording.start) == (7, 0)


def test_menus_cannot_be_thinned(monkeypatch):
    monkeypatch.setattr(explorable.limits, "settings", 50)
    with pytest.raises(ValueError, match="offer fewer choices"):
        interactive(lambda a, b: print(a, b, (a + b).count("x")), a=list("abcdefghx"), b=list("abcdefghx"))


# -- in a live kernel


def test_in_a_live_kernel_it_is_ipywidgets_own_and_answers_at_once(monkeypatch):
    import ipywidgets

    calls = []

    def f(text="a", k=3):
        calls.append((text, k))

    monkeypatch.setattr("explorable.widget._is_live", lambda: True)
    live = interactive(f, text="any", k=(0, 9))
    assert isinstance(live, ipywidgets.interactive) and calls == [("any", 3)]
    live.children[1].value = 5
    assert calls[-1] == ("any", 5) and live.kwargs == {"text": "any", "k": 5}
    data = live._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data and explorable.page.NOT_RECORDED in data["text/html"]
