"""Where notebooks are shown: nbconvert's HTML, a plain Sphinx project with MyST-NB, JupyterLab, Notebook 7."""

import json
import re
import urllib.request

import nbformat
import pytest

pytestmark = pytest.mark.slow("explorable alone, in JupyterLab, Notebook 7, nbconvert and plain Sphinx")

CELLS = [
    """\
import numpy as np
from ipywidgets import FloatSlider, HBox
from matplotlib import pyplot as plt
from explorable import explore

x = np.linspace(-3, 3, 61)
fig, ax = plt.subplots(figsize=(5, 3))
(curve,) = ax.plot(x, x)
text = ax.text(-3, 2.5, "")

@explore(fig, slope=FloatSlider(min=0, max=1, step=0.25, value=0.5, description="傾き"))
def draw(slope):
    "A line that turns"
    curve.set_ydata(slope * x)
    text.set_text(f"slope {slope}")
draw""",
    "draw",
]


def write(file, cells, title="# Title"):
    notebook = nbformat.v4.new_notebook(
        cells=[nbformat.v4.new_markdown_cell(title)] + [nbformat.v4.new_code_cell(source) for source in cells],
        metadata={"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}},
    )
    nbformat.write(notebook, file)


@pytest.fixture(scope="module")
def executed(tmp_path_factory, run):
    """A folder with the notebook ``executed.ipynb``, as nbclient leaves it."""
    folder = tmp_path_factory.mktemp("executed")
    write(folder / "plain.ipynb", CELLS, "# Title\n[最大に](#draw?slope=1) 今は [](#draw?slope)")
    write(folder / "seven.ipynb", CELLS)
    run(
        "-m", "nbconvert", "--to", "notebook", "--execute", "plain.ipynb", "--output", "executed.ipynb",
        cwd=folder,
    )  # fmt: skip
    return folder


def moves(page):
    """Move the slider of the first figure, and see the figure follow."""
    slider, text = page.get_by_label("傾き").first, page.locator("svg text", has_text="slope").first
    assert text.text_content() == "slope 0.5"
    slider.press("End")
    assert text.text_content() == "slope 1.0"


def listens_to_the_text(page):
    """Set the figure by a link; the value stands in another."""
    page.get_by_role("link", name="最大に").click()
    assert page.locator("svg text", has_text="slope").first.text_content() == "slope 1.0"
    assert page.get_by_role("link", name="1.00").is_visible()


def test_an_executed_notebook_holds_one_picture_of_each_kind(executed):
    notebook = nbformat.read(executed / "executed.ipynb", 4)
    outputs = [output for cell in notebook.cells for output in cell.get("outputs", [])]
    assert [sorted(output.data) for output in outputs] == [["image/png", "text/html", "text/plain"]] * 2
    assert outputs[0].data["text/plain"] == "<explorable figure: slope=0.5>"
    states = notebook.metadata.widgets["application/vnd.jupyter.widget-state+json"]["state"].values()
    assert {state["model_name"] for state in states} == {"FloatSliderModel", "LayoutModel", "SliderStyleModel"}


@pytest.mark.browser
def test_nbconvert_html(executed, run, serve, open_page):
    run("-m", "nbconvert", "--to", "html", "executed.ipynb", cwd=executed)
    # nbconvert's own template asks for MathJax, and for a widget manager because of the FloatSlider
    page = open_page(serve(executed) + "/executed.html", harmless="require|ERR_FAILED")
    moves(page)
    assert not page.locator(".explorable-still").first.is_visible()
    page.get_by_label("傾き").first.press("Home")
    listens_to_the_text(page)
    page.wait_for_function("location.hash === '#draw?slope=1'")


@pytest.fixture(scope="module")
def site(tmp_path_factory, run):
    """A Sphinx project of one page with figures, one with a widget, and one without either."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "conf.py").write_text(
        'project = "t"\nextensions = ["myst_nb", "explorable.sphinx_ext"]\nlanguage = "ja"\nhtml_theme = "basic"\n'
        'exclude_patterns = ["jupyter_execute", "out*", "again*"]\n'
    )
    (folder / "none.md").write_text("# Nothing moves\n")
    (folder / "index.md").write_text("# Title\n\n```{toctree}\nfigures\nwidget\nnone\n```\n")
    write(folder / "figures.ipynb", CELLS)
    write(folder / "widget.ipynb", ["from ipywidgets import IntSlider\nIntSlider()"])
    for out in ("out", "again"):
        run("-m", "sphinx", "-q", "-W", "-n", "-d", f"{out}.tmp", ".", out, cwd=folder)
    return folder / "out"


def test_a_sphinx_page_loads_one_player_and_only_where_there_is_a_figure(site):
    page = (site / "figures.html").read_text("utf-8")
    assert page.count("<explorable-figure") == 2
    assert re.findall(r"<script[^>]*player[^>]*>", page) == re.findall(
        r'<script type="module" src="_static/explorable/player.js\?v=\w+">', page
    )
    assert page.count("explorable/player.js") == page.count("explorable/player.css") == 1
    assert "<style" not in page and "explorable-still" not in page and "hidden" not in re.findall("<div[^>]*>", page)
    assert "explorable" not in (site / "none.html").read_text("utf-8")


def test_a_sphinx_page_without_a_widget_loads_no_widget_manager(site):
    page = (site / "figures.html").read_text("utf-8")
    assert "widget-state" not in page and "require" not in page and "http" not in page.replace("http://", "", 0).split("<body")[0]
    assert "widget-state" in (site / "widget.html").read_text("utf-8")


def test_two_builds_are_alike(site):
    for name in ("figures.html", "none.html"):
        assert (site / name).read_bytes() == (site.parent / "again" / name).read_bytes()


def test_another_builder_takes_the_picture(site, run):
    folder = site.parent
    run("-m", "sphinx", "-q", "-b", "latex", "-d", "latex.tmp", ".", "latex", cwd=folder)
    tex = next((folder / "latex").glob("*.tex")).read_text("utf-8")
    assert "includegraphics" in tex and "explorable-figure" not in tex


@pytest.mark.browser
def test_a_sphinx_page_moves(site, serve, open_page):
    page = open_page(serve(site) + "/figures.html")
    moves(page)
    assert page.trouble == []


# -- JupyterLab -------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lab(jupyterlab, executed):
    """The address of a JupyterLab whose folder holds ``executed.ipynb`` and ``plain.ipynb``."""
    with jupyterlab(executed) as address:
        yield address


def moves_with_its_twin(page):
    """Move the slider of the first of two views of one figure that a kernel knows, and see both follow."""
    page.locator("explorable-figure").nth(1).wait_for()
    page.wait_for_function("[...document.querySelectorAll('explorable-figure')].every(f => f.model)")
    slider = page.get_by_label("傾き").first
    slider.focus()
    page.keyboard.press("End")
    texts = [t.text_content() for t in page.locator("svg text", has_text="slope").all()]
    assert texts == ["slope 1.0", "slope 1.0"]


@pytest.mark.browser
def test_jupyterlab(lab, open_notebook, open_page, cell):
    page = open_notebook(lab, "plain.ipynb", run=True)

    # the slider moves the picture, its twin, and the trait
    before = page.url
    page.wait_for_function("[...document.querySelectorAll('explorable-figure')].filter(f => f.model).length === 2")
    listens_to_the_text(page)
    page.get_by_label("傾き").first.press("Home")
    moves_with_its_twin(page)
    assert page.url == before  # JupyterLab's address is JupyterLab's
    assert cell(page, "print(draw.slope)").inner_text().strip().endswith("1.0")

    # the trait moves the picture, and an observer hears of it
    cell(page, "draw.observe(lambda c: print('heard', c['new']), 'slope'); draw.slope = 0.25; print('set')")
    page.wait_for_function("document.querySelector('explorable-figure output').textContent === '0.25'")
    assert page.locator("svg text", has_text="slope").first.text_content() == "slope 0.25"

    # in a box it is a widget among others, and linked like one
    box = cell(
        page,
        "other = FloatSlider(min=0, max=1, step=0.25)\nfrom traitlets import link\n"
        "link((draw, 'slope'), (other, 'value'))\nHBox([draw, other])",
    )
    inside = box.locator(".widget-hbox explorable-figure")
    inside.wait_for()
    assert inside.bounding_box()["width"] > 300
    box.get_by_label("傾き").focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('explorable-figure output').textContent === '0.00'")
    assert inside.locator("svg text", has_text="slope").text_content() == "slope 0.0"
    box.locator(".widget-readout", has_text="0.00").wait_for()

    # saved, and read again without a kernel
    page.keyboard.press("Escape")
    page.keyboard.press("Control+s")
    page.wait_for_function("!document.querySelector('.jp-mod-dirty')")
    for session in json.load(urllib.request.urlopen(f"{lab}/api/sessions")):
        urllib.request.urlopen(urllib.request.Request(f"{lab}/api/sessions/{session['id']}", method="DELETE")).close()
    page.close()

    page = open_page("about:blank", "^(?!.*explorable)", viewport={"width": 1200, "height": 1000})
    page.context.unroute("**")
    # a kernel is asked for and never comes
    page.context.route("**/api/sessions*", lambda r: r.request.method == "POST" or r.continue_())
    page.goto(f"{lab}/lab/tree/plain.ipynb?reset")
    page.set_default_timeout(60_000)
    page.wait_for_selector("explorable-figure fieldset:not([disabled])")
    slider, text = page.get_by_label("傾き").first, page.locator("svg text", has_text="slope").first
    for key, value in (("End", "1.0"), ("Home", "0.0")):
        slider.press(key)
        assert text.text_content() == f"slope {value}"
    assert page.evaluate("document.querySelector('explorable-figure').model") is None


@pytest.mark.browser
def test_jupyterlab_shows_the_picture_of_a_notebook_it_does_not_trust(lab, open_notebook):
    page = open_notebook(lab, "executed.ipynb")
    picture = page.locator(".explorable-still").first
    picture.wait_for()
    assert picture.evaluate("e => e.naturalWidth") == 480
    assert page.locator("explorable-figure").count() == 0
    output = page.locator(".jp-OutputArea-output").first
    assert output.inner_text().strip() == ""


@pytest.mark.browser
def test_notebook_7(lab, open_page):
    """Notebook 7 is another page of the same server; what Jupyter itself does is tested in JupyterLab."""
    page = open_page(f"{lab}/notebooks/seven.ipynb", "^(?!.*explorable)", viewport={"width": 1200, "height": 1000})
    page.set_default_timeout(60_000)
    page.wait_for_selector(".jp-Notebook .jp-MarkdownCell h1")
    assert page.locator("#jp-top-bar, #top-panel").count() and not page.locator("#jp-left-stack").is_visible(), (
        "this is JupyterLab"
    )
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    moves_with_its_twin(page)


@pytest.mark.browser
def test_interact_is_live_where_a_person_edits_code(jupyterlab, tmp_path, open_notebook, cell):
    """In JupyterLab the function itself runs at each move; a control without a list of values works there, too."""
    write(tmp_path / "live.ipynb", ["from explorable import interact\nfrom matplotlib import pyplot as plt"])
    with jupyterlab(tmp_path) as address:
        page = open_notebook(address, "live.ipynb", run=True)
        made = cell(
            page,
            "@interact(k=(1, 3), word='left')\ndef draw(k=1, word='left'):\n    plt.plot([0, k])\n    print('drawn', k, word)",
        )
        made.get_by_text("drawn 1 left").wait_for()
        assert made.locator("explorable-figure").count() == 0 and made.locator("img").count() == 1
        made.locator(".widget-readout").fill("2")
        made.locator(".widget-readout").press("Enter")
        made.get_by_text("drawn 2 left").wait_for()
        made.locator("input[type=text]").fill("right")
        made.locator("input[type=text]").press("Enter")
        made.get_by_text("drawn 2 right").wait_for()
