"""What a default Jupyter Book publishes in silence fails here, with a message that names the file.

Each drill breaks one thing in a tiny book with the real `_config.yml` and builds it; what can be wrong with one page is
built in one book of broken pages.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from fontTools.ttLib import TTFont

from lightbook.assets import STATIC
from lightbook.mathematics import subset_font
from tests.books import notebook
from tools import audit, book, browser, links, notebooks

ROOT = Path(__file__).resolve().parents[2]


def lay_out(folder):
    """A sound book of two notebooks in `folder`, with the book's own configuration."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    for name in (
        "execution_cache_depends",
        "glossary_terms",
        "glossary_page",
        "search_names",
        "syllabus_file",
        "syllabus_page",
        "offline_icon",
    ):  # files that the tiny book lacks
        del config["sphinx"]["config"][name]
    (folder / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    (folder / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: second\n", encoding="utf-8")
    shutil.copy(ROOT / "references.bib", folder)
    write(folder / "index.ipynb", "# 最初\n\n[次](second.ipynb)", "print(1 + 1)")
    write(folder / "second.ipynb", "# 次\n\n文です。", "print(2)")
    return folder


@pytest.fixture
def tiny(tmp_path):
    return lay_out(tmp_path)


def write(path, markdown, code):
    path.write_text(notebook(code, text=markdown), encoding="utf-8")


def build(folder):
    return book.build(folder, progress=False)


def test_the_sound_book_builds(tiny):
    result = build(tiny)
    assert result.returncode == 0, result.stdout
    assert "2" in (tiny / "_build/html/index.html").read_text(encoding="utf-8")


PAGES = {  # what is broken → the text and the code of a page, and what has to be said of that page
    "a cell that raises": ("文", "1 / 0", "Executing notebook failed"),
    "a broken reference": ("{ref}`nowhere`", "1", "undefined label: 'nowhere'"),
    "a broken link": ("[先](gone.ipynb)", "1", "gone.ipynb"),
    "a broken image": ("![図](gone.png)", "1", "gone.png"),
    "an unknown citation": ("{cite:p}`nobody1900`", "1", "nobody1900"),
    "an unknown function": ("{py:func}`nowhere.f`", "1", "nowhere.f"),
    "a wrong formula": ("$\\frac{1}$", "1", "formula '\\\\frac{1}'"),
    "a glyph that the font lacks": (
        "文",
        "import matplotlib.pyplot as plt\nplt.title('字')\nplt.show()",
        "a figure lacks a character",
    ),
    "a control that changes nothing": (
        "文",
        "import matplotlib.pyplot as plt\nfrom explorable import explore\nfig, ax = plt.subplots()\n"
        "(line,) = ax.plot([0, 1])\n\n@explore(fig, rise=(0, 3), lost=(0, 3))\ndef show(rise, lost):\n    line.set_ydata([0, rise])\n\nshow",
        "the control 'lost' changes nothing",
    ),
    "a control that waits for a kernel": (
        "文",
        "import ipywidgets\nipywidgets.interact(lambda a: a, a=(0, 1));",
        "a widget needs a kernel",
    ),
}


OF_THE_BOOK = {  # what is broken of the whole book, beside its pages, and what the message names
    "a Shift-JIS page": "old.md",
    "an unknown key in _config.yml": "htlm",
    "an unknown Sphinx setting": "langauge",
}


@pytest.fixture(scope="module")
def broken(tmp_path_factory):
    """What the build says of a book in which everything in `PAGES` and `OF_THE_BOOK` is broken in its own way."""
    folder = lay_out(tmp_path_factory.mktemp("broken"))
    (folder / "_toc.yml").write_text(
        "format: jb-book\nroot: index\nchapters:\n- file: second\n- file: old\n"
        + "".join(f"- file: page{i}\n" for i in range(len(PAGES)))
    )
    for i, (text, code, _) in enumerate(PAGES.values()):
        write(folder / f"page{i}.ipynb", f"# 章 {i}\n\n{text}", code)
    (folder / "old.md").write_bytes("# 章\n\n日本語".encode("shift_jis"))
    spell(folder, "language: ja", "language: ja\n    langauge: ja")
    spell(folder, "execute:", "htlm:\n  favicon: x\nexecute:")
    return build(folder)


def spell(folder, right, wrong):
    """Write something else into the configuration of the book in `folder`."""
    path = folder / "_config.yml"
    before = path.read_text("utf-8")
    assert before.count(right) == 1
    path.write_text(before.replace(right, wrong), "utf-8")


@pytest.mark.parametrize("what", PAGES)
def test_a_broken_page_fails_and_is_named(broken, what):
    assert broken.returncode != 0
    page, message = f"page{list(PAGES).index(what)}.ipynb", PAGES[what][2]
    said = [line for line in broken.stdout.splitlines() if "WARNING" in line and page in line]
    assert any(message in line for line in said), "\n".join(said) or broken.stdout[-5000:]
    assert not [line for line in broken.stdout.splitlines() if "WARNING" in line and ("index." in line or "second." in line)]


@pytest.mark.parametrize("what", OF_THE_BOOK)
def test_what_is_wrong_with_the_book_fails_and_is_named(broken, what):
    assert broken.returncode != 0
    said = [line for line in broken.stdout.splitlines() if "WARNING" in line and OF_THE_BOOK[what] in line]
    assert said, broken.stdout[-5000:]


def test_a_page_missing_from_the_folder_is_named(tiny):
    (tiny / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: gone\n")
    result = build(tiny)
    assert result.returncode != 0 and "gone" in result.stdout


def test_a_font_without_its_licence_is_named(tmp_path):
    shutil.copy(STATIC / "math-font-OFL.txt", tmp_path)
    (tmp_path / "math.woff2").write_bytes(subset_font("x"))
    assert audit.unlicensed(tmp_path) == []
    (tmp_path / "math-font-OFL.txt").rename(tmp_path / "elsewhere")
    assert audit.unlicensed(tmp_path) == [
        "math.woff2: no text beside it holds its licence with the line 'Copyright 2001-2020 "
        "The STIX Fonts Project Authors (https://github.com/stipub/stixfonts)'"
    ]
    font = TTFont(tmp_path / "math.woff2")
    font["name"].removeNames(nameID=13)
    font.save(tmp_path / "math.woff2")
    assert "math.woff2 does not say inside whose it is" in audit.unlicensed(tmp_path)[0]


@pytest.mark.slow("make links")
def test_make_links_reports_what_is_gone_and_passes(tiny, capsys):
    (tiny / "there.html").touch()
    with browser.served(tiny) as address:
        write(tiny / "second.ipynb", "# 次", f"1\n# {address}in-code.html")
        write(tiny / "index.ipynb", f"# 最初\n\n[ある]({address}there.html) [ない]({address}gone.html) [次](second.ipynb)", "1")
        assert links.main([str(tiny)]) == 0
    said = capsys.readouterr().out
    assert f"broken: {address}gone.html (index.ipynb)" in said and "there.html" not in said
    assert "2 addresses: 1 broken, 1 working" in said


@pytest.mark.slow("make links")
def test_make_links_fails_if_nothing_was_checked(tiny):
    (tiny / "_toc.yml").unlink()
    with pytest.raises(SystemExit, match="the links were not checked"):
        links.check(tiny)


def test_make_notebooks_leaves_a_failing_notebook_as_it_was(tmp_path):
    path = tmp_path / "broken.ipynb"
    write(path, "# 章", "print(1)\n1 / 0")
    before = path.read_bytes()
    with pytest.raises(notebooks.CellExecutionError, match="ZeroDivisionError"):
        notebooks.store(path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]


def test_make_notebooks_twice_changes_nothing(tmp_path):
    path = tmp_path / "chapter.ipynb"
    write(path, "# 章", "import sys\nprint(1)\nprint(2)\nprint(3, file=sys.stderr)\n4")
    assert notebooks.store(path)
    assert not notebooks.store(path)


@pytest.fixture
def stored(tmp_path):
    """Makes a notebook of one cell with its stored outputs, in a folder with what ours has of rules for nbval."""
    for name in ("conftest.py", "tools/__init__.py"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        shutil.copy(ROOT / name, tmp_path / name)

    def make(code):
        path = tmp_path / "chapter.ipynb"
        write(path, "# 章", code)
        notebooks.store(path)
        return path

    return make


def nbval(path):
    """Run nbval as anybody types it; what pytest says."""
    return subprocess.run([sys.executable, "-m", "pytest", "--nbval", path.name], cwd=path.parent, capture_output=True, text=True)


def test_a_changed_digit_in_a_stored_output_fails(stored):
    path = stored("print(0.25)")
    path.write_text(path.read_text(encoding="utf-8").replace("0.25\\n", "0.26\\n"), encoding="utf-8")
    result = nbval(path)
    assert result.returncode != 0 and "0.26" in result.stdout


def test_a_figure_is_run_but_its_picture_and_html_are_not_compared(stored):
    path = stored(
        "from IPython.display import HTML, display\nfrom tqdm import tqdm\n"
        "display({'text/html': '<b>x</b>', 'text/plain': 'x'}, raw=True)\nlist(tqdm(range(2)))"
    )
    assert "<b>" not in json.loads(path.read_text(encoding="utf-8"))["cells"][1]["outputs"][0]["data"]
    result = nbval(path)
    assert result.returncode == 0, result.stdout
