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
        self.pictures = [pictures.by_agg(figure) for figure in self.figures]
        plt.close("all")

    def show(self, value):
        if isinstance(value, matplotlib.figure.Figure):
            self.figures.append(value)
        else:
            source = value._repr_html_() if hasattr(value, "_repr_html_") else value._repr_markdown_().replace("**", "")
            self.texts += re.split(r"<[^>]*>", source)


def letters(text):
    return re.sub(r"\s+", "", html.unescape(text))


@pytest.mark.browser
@pytest.mark.parametrize("name", [name for name in CASES if name != RANDOM])
def test_the_page_shows_what_a_plain_call_shows(name, same_room, open_page, tmp_path, monkeypatch):
    module = case(name)
    with matplotlib.rc_context(pictures.SETTINGS):
        with warnings.catch_warnings(record=True) as said:
            shown = interactive(module.function, **module.SMALL)
        assert [str(one.message) for one in said] == [SAID[name]] * (name in SAID)
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
                height, width = np.minimum(ours.shape[:2], agg.shape[:2])
                found[str(setting), len(found)] = round(
                    pictures.difference(ours[:height, :width], svg.evaluate(pictures.BOXES), agg[:height, :width]), 2
                )
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
        box.select_option(value=str(index))


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
