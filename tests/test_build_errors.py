"""What a default Jupyter Book publishes in silence fails here, with a message that names the file.

Each drill breaks one thing in a tiny book with the real `_config.yml` and builds it.
"""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tools import book, notebooks

ROOT = Path(__file__).resolve().parent.parent


@pytest.fixture
def tiny(tmp_path):
    """A sound book of two notebooks, built with the book's own configuration."""
    config = yaml.safe_load((ROOT / "_config.yml").read_text(encoding="utf-8"))
    for name in ("execution_cache_depends", "glossary_terms", "glossary_page"):   # files that the tiny book lacks
        del config["sphinx"]["config"][name]
    (tmp_path / "_config.yml").write_text(yaml.safe_dump(config, allow_unicode=True), encoding="utf-8")
    (tmp_path / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: second\n", encoding="utf-8")
    shutil.copy(ROOT / "references.bib", tmp_path)
    write(tmp_path / "index.ipynb", "# 最初\n\n[次](second.ipynb)", "print(1 + 1)")
    write(tmp_path / "second.ipynb", "# 次\n\n文です。", "print(2)")
    return tmp_path


def write(path, markdown, code):
    cells = [{"cell_type": "markdown", "id": "cell-000", "metadata": {}, "source": markdown},
             {"cell_type": "code", "id": "cell-001", "metadata": {}, "source": code, "execution_count": 1, "outputs": []}]
    kernel = {"kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"}}
    path.write_text(json.dumps({"cells": cells, "metadata": kernel, "nbformat": 4, "nbformat_minor": 5},
                               ensure_ascii=False), encoding="utf-8")


def build(folder):
    return book.build(folder, progress=False)


def test_the_sound_book_builds(tiny):
    result = build(tiny)
    assert result.returncode == 0, result.stdout
    assert "2" in (tiny / "_build/html/index.html").read_text(encoding="utf-8")


BREAKS = {
    "a cell that raises": (lambda d: write(d / "second.ipynb", "# 次", "1 / 0"), "second.ipynb"),
    "a page missing from the folder": (
        lambda d: (d / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: gone\n"), "gone"),
    "a broken reference": (lambda d: write(d / "second.ipynb", "# 次\n\n{ref}`nowhere`", "1"), "second.ipynb"),
    "a broken link": (lambda d: write(d / "second.ipynb", "# 次\n\n[先](gone.ipynb)", "1"), "second.ipynb"),
    "a broken image": (lambda d: write(d / "second.ipynb", "# 次\n\n![図](gone.png)", "1"), "second.ipynb"),
    "an unknown citation": (lambda d: write(d / "second.ipynb", "# 次\n\n{cite:p}`nobody1900`", "1"), "second.ipynb"),
    "an unknown function": (lambda d: write(d / "second.ipynb", "# 次\n\n{py:func}`nowhere.f`", "1"), "second.ipynb"),
    "a wrong formula": (lambda d: write(d / "second.ipynb", "# 次\n\n$\\frac{1}$", "1"), "second.ipynb"),
    "a Shift-JIS page": (
        lambda d: ((d / "_toc.yml").write_text("format: jb-book\nroot: index\nchapters:\n- file: old\n"),
                   (d / "old.md").write_bytes("# 章\n\n日本語".encode("shift_jis"))), "old.md"),
    "an unknown key in _config.yml": (
        lambda d: (d / "_config.yml").write_text(
            (d / "_config.yml").read_text(encoding="utf-8") + "\nhtlm:\n  favicon: x\n", encoding="utf-8"), "htlm"),
    "an unknown Sphinx setting": (
        lambda d: (d / "_config.yml").write_text(
            (d / "_config.yml").read_text(encoding="utf-8").replace("language: ja", "language: ja\n    langauge: ja"),
            encoding="utf-8"), "langauge"),
    "a glyph that the font lacks": (
        lambda d: write(d / "second.ipynb", "# 次", "import matplotlib.pyplot as plt\nplt.title('字')\nplt.show()"),
        "second.ipynb"),
}


@pytest.mark.parametrize("what", BREAKS)
def test_it_fails_and_names_the_file(tiny, what):
    spoil, named = BREAKS[what]
    spoil(tiny)
    result = build(tiny)
    assert result.returncode != 0, f"{what} was published"
    assert named in result.stdout, result.stdout[-3000:]


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


def compare(path):
    """Run the notebook against its stored outputs, as `make test` does."""
    command = [sys.executable, "-m", "pytest", "--nbval", "--nbval-current-env", "-p", "tools.nbval_text",
               "-p", "no:cacheprovider", "--rootdir", str(path.parent), str(path)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True)


def test_a_changed_digit_in_a_stored_output_fails(tmp_path):
    path = tmp_path / "chapter.ipynb"
    write(path, "# 章", "print(0.25)")
    notebooks.store(path)
    assert compare(path).returncode == 0
    path.write_text(path.read_text(encoding="utf-8").replace("0.25\\n", "0.26\\n"), encoding="utf-8")
    result = compare(path)
    assert result.returncode != 0 and "0.26" in result.stdout


def test_a_figure_is_run_but_its_picture_and_html_are_not_compared(tmp_path):
    path = tmp_path / "chapter.ipynb"
    write(path, "# 章", "from IPython.display import HTML, display\ndisplay({'text/html': '<b>x</b>', 'text/plain': 'x'}, raw=True)")
    notebooks.store(path)
    assert "<b>" not in json.loads(path.read_text(encoding="utf-8"))["cells"][1]["outputs"][0]["data"]
    assert compare(path).returncode == 0
