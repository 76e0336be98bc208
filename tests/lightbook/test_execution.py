"""Notebooks are executed together before the pages are read, and printed text comes out the same each time."""

import logging
import os
import re
import types
from pathlib import Path

import nbformat
import pytest
from jupyter_cache import get_cache

from lightbook import parallel_execution, reproducible


class Config(dict):
    """A configuration as the extensions see it: some values, which it can be asked for."""

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


def notebook(source):
    kernel = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    return nbformat.writes(nbformat.v4.new_notebook(metadata=kernel, cells=[
        nbformat.v4.new_markdown_cell("# 題"), nbformat.v4.new_code_cell(source)]))


@pytest.fixture
def fill(tmp_path, monkeypatch):
    """fill(pages, …): what is executed for these pages of a book: how, which notebooks, how long a cell may take."""
    ran, said, caches = [], [], []

    def executor(kind, cache, logger):
        assert logger.isEnabledFor(logging.INFO)   # else there is no line for a notebook that begins
        waiting = [Path(record.uri).relative_to(tmp_path).as_posix() for record in cache.list_unexecuted()]
        return types.SimpleNamespace(run_and_cache=lambda timeout: ran.append((kind, waiting, timeout)))

    monkeypatch.setattr(parallel_execution, "load_executor", executor)
    monkeypatch.setattr(parallel_execution, "get_cache", lambda path: caches.append(get_cache(path)) or caches[-1])
    monkeypatch.setattr(parallel_execution.logger, "info", lambda text, *values: said.append(text % values))
    (tmp_path / "drafts").mkdir()
    for name in ("a.ipynb", "b.ipynb", "c.ipynb", "drafts/d.ipynb"):
        (tmp_path / name).write_text(notebook(f"'{name}'"), "utf-8")
    (tmp_path / "text.md").write_text("# 題\n", "utf-8")

    def run(*pages, **config):
        config = {"nb_execution_mode": "cache", "nb_execution_cache_path": str(tmp_path / "mine"), "nb_execution_timeout": 7,
                  "nb_execution_excludepatterns": ["none*", "drafts/*"]} | config
        app = types.SimpleNamespace(outdir=tmp_path / "_build" / "html",
                                    config=Config({name: value for name, value in config.items() if value is not None}))
        ran.clear()
        parallel_execution.fill_cache(app, types.SimpleNamespace(doc2path=lambda name: str(tmp_path / name)), set(pages))
        assert said == [f"executing {len(waiting)} notebooks on all cores" for _, waiting, _ in ran]
        said.clear()
        assert [cache.db.pool.checkedin() for cache in caches] == [0] * len(caches)   # none holds its file open
        return ran

    return run


def test_only_the_notebooks_that_wait_are_executed_in_order_of_their_names(fill, tmp_path):
    assert fill("c.ipynb", "a.ipynb", "text.md", "b.ipynb", "drafts/d.ipynb") == [
        ("local-parallel", ["a.ipynb", "b.ipynb", "c.ipynb"], 7)]
    cache = get_cache(tmp_path / "mine")
    cache.cache_notebook_file(tmp_path / "a.ipynb", check_validity=False)
    cache.db.dispose()
    assert fill("a.ipynb", "b.ipynb", "c.ipynb") == [("local-parallel", ["b.ipynb", "c.ipynb"], 7)]
    assert fill("a.ipynb", "b.ipynb") == []   # one alone is left to MyST-NB
    (tmp_path / "c.ipynb").unlink()
    assert fill("b.ipynb", "drafts/d.ipynb", nb_execution_excludepatterns=[]) == [("local-parallel", ["b.ipynb", "drafts/d.ipynb"], 7)]


@pytest.mark.parametrize("mode", [None, "off", "force"])
def test_a_book_that_keeps_no_cache_gets_none(fill, tmp_path, mode):
    assert fill("a.ipynb", "b.ipynb", nb_execution_mode=mode) == []
    assert not (tmp_path / "mine").exists()


def test_the_cache_is_beside_the_pages_if_the_book_does_not_say_where(fill, tmp_path):
    (tmp_path / "_build").mkdir()
    assert len(fill("a.ipynb", "b.ipynb", nb_execution_cache_path="")) == 1
    assert (tmp_path / "_build" / ".jupyter_cache").is_dir() and not (tmp_path / "mine").exists()


def test_progress_bars_are_off_unless_the_author_wants_them(fill, monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "0")
    fill(nb_execution_mode="off")
    assert os.environ["TQDM_DISABLE"] == "0"
    monkeypatch.delenv("TQDM_DISABLE")
    fill(nb_execution_mode="off")
    assert os.environ["TQDM_DISABLE"] == "1"


PRINTING = """import os, time
print('begun by', os.getppid())
for i in range(3):
    print('piece', end=' ', flush=True); time.sleep(0.3); print(i, flush=True)"""


def test_what_a_cell_prints_in_pieces_is_one_text_and_what_fails_is_reported(book):
    made = book({"index.ipynb": notebook(PRINTING), "other.ipynb": notebook("1 / 0")}, ["lightbook.parallel_execution", "lightbook.reproducible"],
                "extensions[0] = 'myst_nb'\nnb_execution_mode = 'cache'\n")
    assert made.page().count('class="output stream') == 1
    assert "piece 0\npiece 1\npiece 2\n" in made.page()   # no line break where a piece ended within a line
    assert int(re.search(r"begun by (\d+)", made.page())[1]) != os.getpid()   # in a process of the executor
    assert "other.ipynb: WARNING: Executing notebook failed: CellExecutionError" in made.warnings and "ZeroDivisionError" in made.page("other")


def test_equations_are_counted_within_their_page():
    numbers = iter([0, 1])
    page = types.SimpleNamespace(sphinx_env=types.SimpleNamespace(docname="chapters/more/one", new_serialno=lambda kind: {"amsmath": numbers}[kind].__next__()))
    assert [reproducible._counted_label(page) for _ in range(2)] == ["chapters-more-one-1", "chapters-more-one-2"]


def test_myst_nb_joins_what_is_printed_where_there_is_myst_nb():
    for config, after in (({"nb_merge_streams": False}, {"nb_merge_streams": True}), ({}, {})):
        reproducible.merge_streams(None, config := Config(config))
        assert config == after


def test_templates_are_named_from_the_book():
    config = Config(templates_path=["/books/one/.venv/theme", "mine"])
    reproducible.relative_templates(types.SimpleNamespace(confdir="/books/one/"), config)
    assert config.templates_path == [".venv/theme", "mine"]
