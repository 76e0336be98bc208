"""Notebooks are executed together before the pages are read, and printed text comes out the same each time."""

import logging
import multiprocessing
import os
import re
import types
from pathlib import Path

import nbformat
import pytest
from sphinx.errors import ConfigError

from lightbook import execution


class Config(dict):
    """A configuration as the extensions see it: some values, which it can be asked for."""

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


def notebook(*sources):
    kernel = {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}}
    return nbformat.writes(
        nbformat.v4.new_notebook(
            metadata=kernel, cells=[nbformat.v4.new_markdown_cell("# 題"), *map(nbformat.v4.new_code_cell, sources)]
        )
    )


@pytest.fixture
def fill(tmp_path, monkeypatch):
    """fill(pages, …): what is executed for these pages of a book: how, which notebooks, how long a cell may take."""
    ran, said, caches = [], [], []

    def executor(kind, cache, logger):
        assert logger.isEnabledFor(logging.INFO)  # else there is no line for a notebook that begins
        waiting = [Path(record.uri).relative_to(tmp_path).as_posix() for record in cache.list_unexecuted()]
        return types.SimpleNamespace(run_and_cache=lambda timeout: ran.append((kind, waiting, timeout)))

    class Kept(execution.Cache):
        def __init__(self, *args, **kwargs):
            super().__init__(*args, **kwargs)
            caches.append(self)

    monkeypatch.setattr(execution, "load_executor", executor)
    monkeypatch.setattr(execution, "Cache", Kept)
    monkeypatch.setattr(execution.myst_nb, "get_cache", None)
    monkeypatch.setattr(execution.logger, "info", lambda text, *values: said.append(text % values))
    (tmp_path / "drafts").mkdir()
    for name in ("a.ipynb", "b.ipynb", "c.ipynb", "drafts/d.ipynb"):
        (tmp_path / name).write_text(notebook(f"'{name}'"), "utf-8")
    (tmp_path / "text.md").write_text("# 題\n", "utf-8")

    def run(*pages, **config):
        config = {
            "nb_execution_mode": "cache",
            "nb_execution_cache_path": str(tmp_path / "mine"),
            "nb_execution_timeout": 7,
            "nb_execution_excludepatterns": ["none*", "drafts/*"],
            "execution_cache_depends": [],
        } | config
        app = types.SimpleNamespace(
            srcdir=tmp_path,
            outdir=tmp_path / "_build" / "html",
            config=Config({name: value for name, value in config.items() if value is not None}),
        )
        env = types.SimpleNamespace(doc2path=lambda name: str(tmp_path / name), found_docs=set(pages))
        ran.clear()
        execution.prepare(app, app.config)
        execution.find_outdated(app, env, set(), set(), set())
        execution.fill_cache(app, env, pages)
        assert said == [f"executing {len(waiting)} notebooks on all cores" for _, waiting, _ in ran]
        said.clear()
        assert [cache.db.pool.checkedin() for cache in caches] == [0] * len(caches)  # none holds its file open
        return ran

    run.cache = lambda: caches[-1]
    return run


def test_only_the_notebooks_that_wait_are_executed_in_order_of_their_names(fill, tmp_path):
    assert fill("c.ipynb", "a.ipynb", "text.md", "b.ipynb", "drafts/d.ipynb") == [
        ("local-parallel", ["a.ipynb", "b.ipynb", "c.ipynb"], 7)
    ]
    cache = fill.cache()
    cache.cache_notebook_file(tmp_path / "a.ipynb", check_validity=False)
    cache.db.dispose()
    assert fill("a.ipynb", "b.ipynb", "c.ipynb") == [("local-parallel", ["b.ipynb", "c.ipynb"], 7)]
    assert fill("a.ipynb", "b.ipynb") == []  # one alone is left to MyST-NB
    (tmp_path / "c.ipynb").unlink()
    assert fill("b.ipynb", "drafts/d.ipynb", nb_execution_excludepatterns=[]) == [
        ("local-parallel", ["b.ipynb", "drafts/d.ipynb"], 7)
    ]


def test_what_no_page_has_any_more_is_forgotten(fill, tmp_path):
    def keep(name, uri):
        cache = fill.cache()
        cache.cache_notebook_file(tmp_path / name, str(tmp_path / uri), check_validity=False)
        cache.db.dispose()

    def kept():
        return [Path(record.uri).name for record in fill.cache().list_cache_records()]

    fill("a.ipynb", "b.ipynb")
    keep("a.ipynb", "a.ipynb")
    keep("b.ipynb", "b.ipynb")
    keep("c.ipynb", "text.md")  # a text notebook is MyST-NB's own affair
    fill("b.ipynb", "drafts/d.ipynb")
    assert sorted(kept()) == ["b.ipynb", "text.md"]
    fill.cache().db.dispose()


@pytest.mark.parametrize("mode", [None, "off", "force"])
def test_a_book_that_keeps_no_cache_gets_none(fill, tmp_path, mode):
    assert fill("a.ipynb", "b.ipynb", nb_execution_mode=mode) == []
    assert not (tmp_path / "mine").exists()


def test_the_cache_is_beside_the_pages_if_the_book_does_not_say_where(fill, tmp_path):
    (tmp_path / "_build").mkdir()
    assert len(fill("a.ipynb", "b.ipynb", nb_execution_cache_path="")) == 1
    assert (tmp_path / "_build" / ".jupyter_cache").is_dir() and not (tmp_path / "mine").exists()


def test_the_path_of_the_cache_is_the_same_in_every_folder(tmp_path, monkeypatch):
    monkeypatch.setattr(execution.myst_nb, "get_cache", None)
    app = types.SimpleNamespace(srcdir=tmp_path, outdir=tmp_path / "_build" / "html")
    (tmp_path / "other").mkdir()
    for here, given, path in (
        (tmp_path, tmp_path / "mine", "mine"),
        (tmp_path, "", "_build/.jupyter_cache"),
        (tmp_path / "other", tmp_path / "mine", str(tmp_path / "mine")),
    ):
        monkeypatch.chdir(here)
        config = Config(nb_execution_mode="cache", execution_cache_depends=[], nb_execution_cache_path=str(given))
        execution.prepare(app, config)
        assert config.nb_execution_cache_path == path


def test_a_file_to_depend_on_that_is_not_there_is_an_error_that_names_it(tmp_path):
    app = types.SimpleNamespace(srcdir=tmp_path, outdir=tmp_path / "_build" / "html")
    with pytest.raises(ConfigError, match="execution_cache_depends: no file or folder 'src/gone' in"):
        execution.prepare(
            app, Config(nb_execution_mode="cache", execution_cache_depends=["src/gone"], nb_execution_cache_path="")
        )


MODULES = {
    "src/pack/__init__.py": "",
    "src/pack/one.py": "from .deep import two\nVALUE = two.VALUE\n",
    "src/pack/deep/__init__.py": "",
    "src/pack/deep/two.py": "def f():\n    from pack import late\n\nVALUE = 'first'\nclass C:\n    'D.'\n    def m(self):\n        'D.'\n",
    "src/pack/late.py": "",
    "src/pack/other.py": "import pathlib\nTEXT = pathlib.Path(__file__).with_name('kept.txt').read_text()\n",
    "src/pack/kept.txt": "kept",
    "src/pack/unread.txt": "",
    "src/beside.py": "def made():\n    def update():\n        'Shown.'\n",
    "book/words.yml": "w: 1",
    "pins.txt": "p",
}
CELLS = {
    "one": "import sys; sys.path.insert(0, 'src')\nfrom pack import one\none.VALUE",
    "two": "import pack.other, beside",
    "three": "open('words.yml').read()",
    "helped": "import beside\nbeside?",
    "none": "1 +",
}


@pytest.mark.parametrize(
    "change, again",
    [
        ({"src/pack/one.py": "VALUE = 2"}, {"one"}),
        ({"src/pack/deep/two.py": "VALUE = 'second'"}, {"one"}),
        ({"src/pack/late.py": "x = 1"}, {"one"}),
        ({"src/pack/other.py": "TEXT = 'kept.txt'"}, {"two"}),
        ({"src/pack/__init__.py": "x = 1"}, {"one", "two"}),
        ({"src/pack/kept.txt": "changed"}, {"two"}),
        ({"src/pack/unread.txt": "x"}, set()),
        ({"src/pack/new.py": "x = 1"}, set()),
        ({"book/words.yml": "w: 2"}, {"three"}),
        ({"pins.txt": "q"}, set(CELLS)),
        ({"src/pack/one.py": '"""Described."""\n\n' + MODULES["src/pack/one.py"] + "# comment\n"}, set()),
        ({"src/pack/deep/two.py": MODULES["src/pack/deep/two.py"].replace("D.", "Described.")}, set()),
        ({"src/beside.py": '"""A."""\ndef made():\n    """B."""\n    def update():\n        "Shown."\n'}, {"helped"}),
        ({"src/beside.py": "def made():\n    def update():\n        'Shown to all.'\n"}, {"helped", "two"}),
        ({"src/beside.py": "def"}, {"helped", "two"}),
    ],
    ids=range(15),
)
def test_a_notebook_is_another_one_if_what_it_uses_changes_and_only_then(change, again, tmp_path):
    def keys(files):
        for name, text in files.items():
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).write_text(text, "utf-8")
        cache = execution.Cache(tmp_path / "cache", [tmp_path / "src", tmp_path / "book", tmp_path / "pins.txt"], {})
        return {name: cache.create_hashed_notebook(nbformat.reads(notebook(source), 4))[1] for name, source in CELLS.items()}

    before, after = keys(MODULES), keys(change)
    assert {name for name in CELLS if before[name] != after[name]} == again


def test_an_edited_module_executes_the_notebooks_that_import_it_and_no_other(book):
    conf = "extensions[0] = 'myst_nb'\nnb_execution_mode = 'cache'\nexecution_cache_depends = ['src']\nexclude_patterns = ['_build']\n"
    start = "import sys, time; sys.path.insert(0, 'src')\nprint('at', time.time_ns())"
    text = "# 文\n\n文。\n"
    made = book(
        {
            "index.ipynb": notebook(start, "import one; print('one:', one.VALUE)"),
            "b.ipynb": notebook(start, "import two; print('two:', two.VALUE)"),
            "text.md": text,
            "src/one.py": "VALUE = 1\n",
            "src/two.py": "VALUE = 1\n",
        },
        ["lightbook.execution"],
        conf,
    )

    def when(page):
        return re.search(r"at \d+", made.page(page))[0]

    first = when("index"), when("b")
    made.write({"src/one.py": "VALUE = 2\n"}).build()
    assert "one: 2" in made.page() and when("index") != first[0] and when("b") == first[1]
    second = when("index")
    made.write({"src/one.py": "VALUE = 2  # two\n", "text.md": text + "また。\n"}).build()
    assert (when("index"), when("b")) == (second, first[1]) and "また" in made.page("text")
    made.write({"src/one.py": "VALUE = 3\n", "src/two.py": "VALUE = 3\n"}).build()
    assert "one: 3" in made.page() and "two: 3" in made.page("b")
    assert len(list((made.folder / "_build" / ".jupyter_cache" / "executed").iterdir())) == 2  # what is out of date is gone


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


@pytest.mark.parametrize("start", sorted({"spawn", multiprocessing.get_start_method()}))  # "spawn" as on macOS and Windows
def test_what_a_cell_prints_in_pieces_is_one_text_and_what_fails_is_reported(book, start, monkeypatch):
    monkeypatch.setattr(multiprocessing, "Pool", multiprocessing.get_context(start).Pool)
    made = book(
        {"index.ipynb": notebook(PRINTING), "other.ipynb": notebook("1 / 0")},
        ["lightbook.execution"],
        "extensions[0] = 'myst_nb'\nnb_execution_mode = 'cache'\n",
    )
    assert made.page().count('class="output stream') == 1
    assert "piece 0\npiece 1\npiece 2\n" in made.page()  # no line break where a piece ended within a line
    assert int(re.search(r"begun by (\d+)", made.page())[1]) != os.getpid()  # in a process of the executor
    assert (
        "other.ipynb: WARNING: Executing notebook failed: CellExecutionError" in made.warnings
        and "ZeroDivisionError" in made.page("other")
    )
