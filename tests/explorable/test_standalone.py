"""explorable without the book: its wheel, and the examples with nothing else of this repository installed."""

import json
import math
import os
import re
import shutil
import subprocess
import sys
import sysconfig
import venv
import zipfile
from email.parser import Parser
from pathlib import Path

import nbformat
import pytest

pytestmark = pytest.mark.slow("explorable alone, in JupyterLab, Notebook 7, nbconvert and plain Sphinx")
ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "examples"
PACKAGE = ROOT / "src" / "explorable"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel that pip builds without asking the network."""
    folder, dist = tmp_path_factory.mktemp("explorable") / "explorable", tmp_path_factory.mktemp("dist")
    shutil.copytree(PACKAGE, folder, ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    subprocess.run(
        [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-index", "--no-build-isolation",
         "--wheel-dir", dist, folder], check=True, capture_output=True, text=True,
    )  # fmt: skip
    (wheel,) = dist.glob("*.whl")
    return wheel


@pytest.fixture(scope="module")
def python(wheel, tmp_path_factory):
    """A Python that has the wheel, and of the tests' packages only what was not installed from this repository."""
    folder = tmp_path_factory.mktemp("venv")
    venv.create(folder, symlinks=os.name != "nt")
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    subprocess.run(
        [sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps", "--no-index", wheel],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    (packages,) = folder.glob("Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages")
    # No .pth file is read in a folder that a .pth file names: that leaves out the editable install of the book.
    (packages / "others.pth").write_text(f"{sysconfig.get_path('purelib')}\n{sysconfig.get_path('platlib')}\n")
    return str(python)


@pytest.fixture(scope="module")
def environment(environment, tmp_path_factory):
    """What JupyterLab and nbconvert brought stays where it is; the kernel is the Python that starts it."""
    share = os.path.join(sys.prefix, "share", "jupyter")
    kernels = tmp_path_factory.mktemp("kernels")
    (kernels / "kernels" / "python3").mkdir(parents=True)
    (kernels / "kernels" / "python3" / "kernel.json").write_text(json.dumps({
        "argv": ["python", "-m", "ipykernel_launcher", "-f", "{connection_file}", "--log-level=50"],
        "display_name": "Python 3", "language": "python",
    }))  # fmt: skip
    mine = {
        "JUPYTER_PATH": f"{kernels}{os.pathsep}{share}",
        "JUPYTERLAB_DIR": os.path.join(share, "lab"),
    }
    return {k: v for k, v in environment.items() if k != "PYTHONPATH"} | mine


# -- the wheel --------------------------------------------------------------------------------


def test_the_wheel_holds_the_package_and_its_licence(wheel):
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        metadata = Parser().parsestr(archive.read(next(n for n in names if n.endswith("/METADATA"))).decode("utf-8"))
        files = {n.removeprefix("explorable/"): archive.read(n) for n in names if n.startswith("explorable/")}
        licence = archive.read(next(n for n in names if n.endswith("licenses/LICENSE")))
    expected = {*PACKAGE.glob("*.py"), *PACKAGE.glob("player.*"), PACKAGE / "README.md", PACKAGE / "py.typed"}
    assert files == {path.name: path.read_bytes() for path in expected}
    assert metadata["License-Expression"] == "MIT"
    assert licence == (ROOT / "LICENSE").read_bytes()
    assert metadata.get_payload().strip() == (PACKAGE / "README.md").read_text("utf-8").strip()


def test_it_runs_without_the_rest_of_the_repository(python, run, tmp_path):
    said = run("-I", "-W", "error", "-c", """if True:
        import importlib.util, sys
        import explorable, explorable.sphinx_ext
        from matplotlib.figure import Figure
        fig = Figure(figsize=(3, 2))
        (line,) = fig.subplots().plot([0, 1], [0, 1])
        draw = explorable.explore(fig, slope=(0, 1, 0.5))(lambda slope: line.set_ydata([0, slope]))
        data, _ = draw._repr_mimebundle_()
        print(explorable.__file__, sorted(data), "customElements" in data["text/html"])
        print(*(importlib.util.find_spec(name) for name in ("hidden_layer", "lightbook", "quiz")))
    """, cwd=tmp_path)  # fmt: skip
    assert said.splitlines()[0].startswith(str(Path(python).parents[1]))
    assert said.splitlines()[0].endswith("['image/png', 'text/html', 'text/plain'] True")
    assert said.splitlines()[1] == "None None None"


# -- the examples -----------------------------------------------------------------------------


def texts(notebook):
    """What the cells print."""
    return [
        output["text"] if output.output_type == "stream" else output["data"]["text/plain"]
        for cell in notebook.cells for output in cell.get("outputs", [])
    ]  # fmt: skip


def test_the_readme_and_the_book_name_every_example():
    names = {path.name for path in EXAMPLES.glob("*.ipynb")}
    assert len(names) == 6
    page = (ROOT / "chapters" / "40_explorable.ipynb").read_text("utf-8")
    for text in (page, (PACKAGE / "README.md").read_text("utf-8")):
        assert not [name for name in names if name not in text]


@pytest.mark.browser
def test_nbconvert(run, serve, open_page, tmp_path):
    folder = tmp_path / "pages"
    folder.mkdir()
    stored = nbformat.read(shutil.copy(EXAMPLES / "pendulum.ipynb", folder), 4)
    run("-m", "nbconvert", "--to", "notebook", "--execute", "--inplace", "pendulum.ipynb", cwd=folder)
    assert texts(nbformat.read(folder / "pendulum.ipynb", 4)) == texts(stored)
    run("-m", "nbconvert", "--to", "html", "pendulum.ipynb", cwd=folder)

    page = open_page(serve(folder) + "/pendulum.html", harmless="require|ERR_FAILED")
    rod, bob = (page.locator("explorable-figure [data-x]").nth(i) for i in (0, 1))
    time, places = page.get_by_label("時刻"), []
    for key, value in (("Home", "0.0 s"), ("ArrowRight", "0.1 s"), ("End", "10.0 s")):
        time.press(key)
        assert page.locator("output").first.text_content() == value
        places.append(bob.get_attribute("d"))
    assert len(set(places)) == 3
    time.press("Home")  # when it is let go, the rod hangs at the angle of the menu
    for start in (10, 45, 90, 170):
        page.get_by_role("combobox", name="放す角度").select_option(f"{start}°")
        x0, y0, x1, y1 = map(int, re.fullmatch(r"M(\S+) (\S+) L(\S+) (\S+) ", rod.get_attribute("d")).groups())
        assert math.degrees(math.atan2(x1 - x0, y1 - y0)) == pytest.approx(start, abs=0.1)


@pytest.mark.browser
def test_a_plain_sphinx_project(run, serve, open_page, tmp_path):
    folder = tmp_path / "project"
    folder.mkdir()
    shutil.copy(EXAMPLES / "central_limit.ipynb", folder)
    (folder / "conf.py").write_text(
        'project = "t"\nextensions = ["myst_nb", "explorable.sphinx_ext"]\nlanguage = "ja"\n'
        'exclude_patterns = ["jupyter_execute", "out"]\nmyst_enable_extensions = ["dollarmath"]\n'
        'nb_execution_mode = "force"\nnb_execution_raise_on_error = True\n'
    )
    (folder / "index.md").write_text("# Title\n\n```{toctree}\ncentral_limit\n```\n")
    run("-m", "sphinx", "-q", "-W", "-n", ".", "out", cwd=folder)

    page = open_page(serve(folder / "out") + "/central_limit.html", harmless="(?i)mathjax|ERR_FAILED")
    bars = "[...document.querySelectorAll('explorable-figure [data-x]')].map(e => e.getBBox().height)"
    shown = []
    for key, value in (("Home", "1"), ("ArrowRight", "2"), ("End", "40")):
        page.get_by_label("個数 n").press(key)
        assert page.locator("output").first.text_content() == value
        shown.append(page.evaluate(bars))
    page.get_by_role("combobox", name="分布").select_option("指数分布")
    shown.append(page.evaluate(bars))
    assert len({tuple(d) for d in shown}) == 4
    # 20,000 means make bars of the same area, wherever they stand (those beyond 4 are not drawn)
    assert [sum(heights) for heights in shown] == pytest.approx([sum(shown[0])] * 4, rel=0.005)
    # the formulas ask for MathJax, as they do in every Sphinx project; the figure asks for nothing
    assert not [t for t in page.trouble if "mathjax" not in t.lower() and "ERR_FAILED" not in t]


@pytest.mark.browser
def test_jupyterlab(python, jupyterlab, open_notebook, cell, tmp_path):
    stored = nbformat.read(shutil.copy(EXAMPLES / "fourier.ipynb", tmp_path), 4)
    with jupyterlab(tmp_path) as address:
        page = open_notebook(address, "fourier.ipynb", run=True)
        page.wait_for_function("document.querySelector('explorable-figure')?.model")
        text = page.locator("explorable-figure svg text", has_text="max")
        terms, weakened = page.get_by_label("項の数"), page.get_by_label("後ろの項を弱める")
        terms.press("Home")
        assert text.text_content() == "max = 1.273"
        terms.press("End")
        assert text.text_content() == "max = 1.179"
        weakened.check()
        heights = text.text_content()
        assert heights.startswith("max = 1.02")
        where = cell(page, "import explorable; print(explorable.__file__, draw.m, draw.smooth)").inner_text()
        assert where.strip().endswith("20 True")
        assert str(Path(python).parents[1]) in where.replace("\n", "")
        printed = page.locator(".jp-OutputArea-output", has_text="そのまま").inner_text()
        assert printed.strip() == texts(stored)[-1].strip()
        page.goto("about:blank")
