"""JupyterLite on the built site, in a real browser: `make lite` builds it.

NumPy and the other compiled packages stay on Pyodide's server unless `make lite WHEELS=…` brought them. Where that
server cannot be reached, what needs them is skipped, and the requests that fail must be those for them.
"""

import base64
import json
import urllib.error
import urllib.request
from urllib.parse import unquote, urlsplit

import pytest

from tests import instructors
from tools import lite
from tools.browser import served

pytestmark = [pytest.mark.slow("JupyterLite"), pytest.mark.browser]
CHAPTER = "chapters/04_sigmoid"
PATIENCE = 120_000  # ms: a kernel starts slowly on a busy machine


class Notebook:
    """A chapter that a reader opened in JupyterLite, and the addresses that its page asked for."""

    def __init__(self, page, asked):
        self.page, self.asked = page, asked

    def run(self, code, cell=0):
        """The text that `code`, written into the code cell of that number, leaves below it."""
        one = self.page.locator(".jp-CodeCell").nth(cell)
        prompt = one.locator(".jp-InputPrompt")
        prompt.evaluate("one => { one.textContent = '' }")  # it may show now the number that it is going to get
        one.locator(".cm-content").click()
        self.page.keyboard.press("Control+a")
        self.page.keyboard.insert_text(code)
        self.page.keyboard.press("Control+Enter")
        self.page.wait_for_function(
            "cell => /\\d/.test(document.querySelectorAll('.jp-CodeCell')[cell].querySelector('.jp-InputPrompt').textContent)",
            arg=cell,
            timeout=PATIENCE,
        )
        return "\n".join(one.locator(".jp-OutputArea-output").all_text_contents()).strip()


@pytest.fixture(scope="module")
def notebook(browser, lite_site):
    """The chapter's notebook, opened by the link on the chapter's page, once its kernel is idle."""
    with served(lite_site.parent, [("Content-Security-Policy", instructors.policies()[1])]) as base:
        context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="ja-JP")
        page, asked = context.new_page(), []
        context.on("request", lambda request: asked.append(request.url))
        page.goto(f"{base}{CHAPTER}.html", wait_until="networkidle")
        assert not [url for url in asked if "/lite/" in url], "JupyterLite was loaded before the click"
        asked.clear()
        page.get_by_role("link", name="ブラウザーで動かす").click()
        page.wait_for_selector(".jp-CodeCell", timeout=PATIENCE)
        page.wait_for_selector(".jp-Notebook-ExecutionIndicator[data-status=idle]", timeout=PATIENCE)
        yield Notebook(page, asked)
        context.close()


@pytest.fixture(scope="module")
def ready(notebook):
    """The notebook once a cell has run."""
    assert notebook.run("print(sum(range(10)))") == "45"
    return notebook


@pytest.fixture(scope="module")
def compiled(lite_site):
    """The addresses of the compiled packages that the chapters need, as far as they are not on the site."""
    packages = json.loads((lite_site / "static/pyodide/pyodide-lock.json").read_text("utf-8"))["packages"]
    files = [packages[name]["file_name"] for name in lite.closure(lite.OWN, {"packages": packages})]
    return {name for name in files if name.startswith("https:")}


def test_the_link_opens_the_chapter_in_japanese(notebook):
    assert unquote(urlsplit(notebook.page.url).query) == f"path={CHAPTER}.ipynb"
    assert notebook.page.locator(".jp-MarkdownCell h1").first.text_content().startswith("シグモイド関数")
    assert notebook.page.get_by_text("カーネル", exact=True).is_visible()


def test_a_stored_output_has_its_lines(notebook):
    assert "\nx =  -2.0 " in notebook.page.locator(".jp-CodeCell").nth(1).locator(".jp-OutputArea-output").first.text_content()


def test_a_cell_without_numpy_runs(ready):
    assert ready.run("import sys, fractions; print(sys.platform, fractions.Fraction(1, 3) * 3)") == "emscripten 1"


def test_a_file_beside_the_chapter_can_be_read(ready):
    assert "ReLU" in ready.run("from pathlib import Path; print(Path('terms.yml').read_text('utf-8'))")


def test_a_slider_on_the_page_and_its_value_in_python_follow_each_other(ready):
    ready.run('''
import anywidget, traitlets

class Slider(anywidget.AnyWidget):
    _esm = """export default { render({ model, el }) {
        const one = document.createElement("input")
        Object.assign(one, { type: "range", max: 10, id: "test-slider", value: model.get("value") })
        one.addEventListener("input", () => { model.set("value", Number(one.value)); model.save_changes() })
        model.on("change:value", () => { one.value = model.get("value") })
        el.append(one) } }"""
    value = traitlets.Int(3).tag(sync=True)

slider = Slider()
slider''')
    slider = ready.page.locator("#test-slider")
    slider.wait_for(timeout=PATIENCE)
    assert slider.input_value() == "3"
    slider.press("End")
    assert ready.run("print(slider.value); slider.value = 5", cell=1) == "10"
    ready.page.wait_for_function("document.querySelector('#test-slider').value === '5'", timeout=PATIENCE)


def test_a_recorded_figure_moves_in_a_cell_of_the_kernel(ready):
    from matplotlib import pyplot as plt

    from explorable import explore

    fig, ax = plt.subplots()
    (line,) = ax.plot([0, 1], [0, 1])
    ax.set_ylim(0, 3)

    @explore(fig, slope=(1, 3, 1))
    def draw(slope):
        line.set_ydata([0, slope])

    recorded = base64.b64encode(draw._repr_mimebundle_()[0]["text/html"].encode()).decode()
    ready.run(f"import base64, IPython.display\nIPython.display.HTML(base64.b64decode({recorded!r}).decode())")
    figure = ready.page.locator("explorable-figure")
    slider = figure.locator("input[type=range]")
    slider.wait_for(timeout=PATIENCE)
    before = figure.locator("svg").evaluate("one => one.outerHTML")
    slider.press("End")
    ready.page.wait_for_function(
        "before => document.querySelector('explorable-figure svg').outerHTML !== before", arg=before, timeout=PATIENCE
    )


def loaded(notebook, lite_site):
    """The bytes of what the page asked the JupyterLite for, of Pyodide with its packages and of the rest."""
    pyodide = rest = 0
    for path in {unquote(urlsplit(url).path.partition("/lite/")[2]) for url in notebook.asked if "/lite/" in url}:
        if (lite_site / path).is_file():
            size = lite.loaded(lite_site / path)
            pyodide, rest = (pyodide + size, rest) if path.startswith("static/pyodide/") else (pyodide, rest + size)
    return pyodide, rest


def test_our_packages_can_be_imported_and_only_the_locks_addresses_are_outside(ready, lite_site, compiled):
    assert ready.run(
        "import hidden_layer_book, hidden_layer, importlib.metadata as m\n"
        "print([m.version(one) for one in ('hidden-layer', 'explorable', 'hidden-layer-book')])",
        cell=1,
    ).endswith("['0.1.0', '0.1.0', '0.1.0']")
    outside = {url for url in ready.asked if not url.startswith(("http://127.0.0.1", "data:", "blob:"))}
    assert outside == compiled


def test_the_button_says_how_much_is_loaded(ready, lite_site):
    """All but the compiled packages, if these are not on the site; the test before has asked for every package."""
    pyodide, rest = loaded(ready, lite_site)
    assert rest == pytest.approx(lite.PAGE_BYTES, rel=0.1)
    assert pyodide + rest == pytest.approx(json.loads((lite_site / lite.NOTE).read_text("utf-8"))["bytes"], rel=0.02)


def test_the_chapter_prints_what_is_stored(ready, lite_site, compiled):
    for address in sorted(compiled):
        try:
            urllib.request.urlopen(urllib.request.Request(address, method="HEAD"), timeout=20).close()
        except urllib.error.URLError as error:
            pytest.skip(f"NumPy and the like are not on the site and cannot be had from {address}: {error.reason}")
    cells = [
        cell
        for cell in json.loads((lite_site / f"files/{CHAPTER}.ipynb").read_text("utf-8"))["cells"]
        if cell["cell_type"] == "code"
    ]
    for number, cell in enumerate(cells):
        stored = "".join(output.get("text", "") for output in cell["outputs"])
        assert ready.run(cell["source"], cell=number).startswith(stored.strip()), f"code cell {number}"
