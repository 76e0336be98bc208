"""Mistakes that Jupyter Book lets pass fail the build, with a message that names the file."""

import json

import pytest

from lightbook import strict_rebuild
from lightbook.execution_cache import state
from lightbook.strict_config import known_keys, unknown_keys


@pytest.mark.parametrize("config, unknown", [
    ({"htlm": {"favicon": "x"}}, ["htlm"]),
    ({"html": {"favikon": "x", "favicon": "y"}}, ["html.favikon"]),
    ({"execute": {"execute_notebook": "cache"}, "titel": "x"}, ["execute.execute_notebook", "titel"]),
    ({"html": {"analytics": {"id": 1}}}, ["html.analytics.id"]),
    ({"title": "x", "html": {"comments": {"utterances": {"repo": "any"}}}, "launch_buttons": {"jupyterlite_url": ""},
      "latex": {"latex_documents": {"targetname": "x"}}, "sphinx": {"config": {"anything": 1}, "extra_extensions": ["x"],
      "local_extensions": {"x": "."}}, "bibtex_bibfiles": ["x"], "parse": {"myst_substitutions": {"a": "b"}}}, []),
])
def test_keys_that_nothing_reads_are_found(config, unknown):
    assert sorted(unknown_keys(config, known_keys())) == sorted(unknown)


def test_an_unknown_key_and_a_wrong_type_are_warnings_that_name_the_file(book):
    made = book({"index.md": "# T\n", "_config.yml": "htlm: {}\ntitle: 3\n"}, ["lightbook.strict_config"])
    assert "_config.yml: unknown key 'htlm'" in made.warnings and "_config.yml: title: 3 is not of type 'string'" in made.warnings
    made.write({"_config.yml": "title: 本\n"}).build()
    assert made.warnings == ""


def test_a_failed_build_fails_again_until_it_is_repaired(book):
    made = book("# T\n\n{ref}`nowhere`\n", ["lightbook.strict_rebuild"], warningiserror=True, keep_going=True)
    assert made.status == 1
    assert made.build(warningiserror=True, keep_going=True).status == 1
    made.write({"index.md": "# T\n"})
    assert made.build(warningiserror=True, keep_going=True).status == 0


def notebook(*sources):
    cells = [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": [source]}
             for i, source in enumerate(sources)]
    heading = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["# 題"]}
    return json.dumps({"cells": [heading, *cells], "metadata": {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
                       "nbformat": 4, "nbformat_minor": 5})


NB = "extensions[0] = 'myst_nb'\nnb_execution_mode = 'cache'\n"


def test_a_character_that_a_figure_lacks_is_a_warning_that_names_the_page(book):
    message = "UserWarning: Glyph 26085 (\\N{CJK UNIFIED IDEOGRAPH-65E5}) missing from font(s) DejaVu Sans."
    made = book({"index.ipynb": notebook(f"import sys; print({message!r}, file=sys.stderr); print({message!r})")}, ["lightbook.strict_figures"], NB)
    assert made.warnings.count("index.ipynb: WARNING: a figure lacks a character: Glyph 26085") == 1


def test_what_a_cell_prints_in_pieces_is_one_text(book):
    printing = "import time\nfor i in range(3):\n    print('piece', end=' ', flush=True); time.sleep(0.3); print(i, flush=True)"
    made = book({"index.ipynb": notebook(printing)}, ["lightbook.reproducible"], NB)
    assert made.page().count('class="output stream') == 1
    assert "piece 0\npiece 1\npiece 2\n" in made.page()   # no line break where a piece ended within a line


def test_an_edited_module_executes_the_notebooks_again(book):
    files = {"index.ipynb": notebook("import sys; sys.path.insert(0, 'src')\nimport mod\nmod.VALUE"), "src/mod.py": "VALUE = 'first'\n"}
    conf = NB + "execution_cache_depends = ['src']\n"
    made = book(files, ["lightbook.execution_cache"], conf)
    assert "first" in made.page()
    [before] = (made.folder / "_build" / ".jupyter_cache").glob("state-*")
    made.write({"src/mod.py": "VALUE = 'second'\n"}).build()
    assert "second" in made.page() and "first" not in made.page()
    [after] = (made.folder / "_build" / ".jupyter_cache").glob("state-*")
    assert after != before
    made.build()
    assert [after] == list((made.folder / "_build" / ".jupyter_cache").glob("state-*"))


def test_the_state_is_that_of_names_and_contents(tmp_path):
    (tmp_path / "src" / "__pycache__").mkdir(parents=True)
    (tmp_path / "src" / "a.py").write_text("1")
    first = state(tmp_path, ["src"])
    (tmp_path / "src" / "__pycache__" / "a.pyc").write_text("compiled")
    assert state(tmp_path, ["src"]) == first
    (tmp_path / "src" / "a.py").rename(tmp_path / "src" / "b.py")
    assert state(tmp_path, ["src"]) != first
    with pytest.raises(Exception, match="execution_cache_depends: no file or folder 'gone'"):
        state(tmp_path, ["gone"])


def test_a_change_of_these_extensions_writes_every_page_anew(book, monkeypatch, tmp_path):
    made = book("# T\n\n文。\n", ["lightbook.strict_rebuild"])
    page = made.out / "index.html"
    page.write_text("old", "utf-8")
    made.build()
    assert page.read_text("utf-8") == "old"   # nothing changed, nothing was written
    (tmp_path / "look.css").write_text("a {}")
    before = strict_rebuild.state(tmp_path)
    (tmp_path / "look.css").write_text("b {}")
    assert strict_rebuild.state(tmp_path) != before
    monkeypatch.setattr(strict_rebuild, "state", lambda: "changed")
    made.build()
    assert "文。" in page.read_text("utf-8")
