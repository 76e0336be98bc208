"""Notebooks are executed together while the pages are read, and printed text comes out the same each time."""

import os
import re
import signal
import subprocess
import sys
import time
import types

import nbformat
import pytest
from sphinx.errors import ConfigError, ExtensionError

from lightbook import execution
from tests.books import STORED, Book, notebook

CACHED = STORED.replace("'off'", "'cache'")


class Config(dict):
    """A configuration as the extensions see it: some values, which it can be asked for."""

    __getattr__ = dict.__getitem__
    __setattr__ = dict.__setitem__


def test_a_book_that_keeps_no_results_gets_no_cache(book):
    for made in (book({"index.ipynb": notebook("1")}, ["lightbook.execution"], STORED), book("# 題\n", ["lightbook.execution"])):
        assert made.warnings == "" and not list(made.folder.rglob(".jupyter_cache"))


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
        cache = execution.Cache(tmp_path / "cache", [tmp_path / "src", tmp_path / "book", tmp_path / "pins.txt"], {}, {})
        return {name: cache.create_hashed_notebook(nbformat.reads(notebook(source), 4))[1] for name, source in CELLS.items()}

    before, after = keys(MODULES), keys(change)
    assert {name for name in CELLS if before[name] != after[name]} == again


def test_an_edited_module_executes_the_notebooks_that_import_it_and_no_other(book):
    conf = (
        CACHED + "execution_cache_depends = ['src']\nexclude_patterns = ['_build']\nnb_execution_excludepatterns = ['drafts/*']\n"
    )
    start = "import sys, time; sys.path.insert(0, 'src')\nprint('at', time.time_ns())"
    text = "# 文\n\n文。\n"
    made = book(
        {
            "index.ipynb": notebook(start, "import one; print('one:', one.VALUE)"),
            "b.ipynb": notebook(start, "import two; print('two:', two.VALUE)"),
            "text.md": text,
            "drafts/d.ipynb": notebook("print('not', 'run')"),
            "src/one.py": "VALUE = 1\n",
            "src/two.py": "VALUE = 1\n",
        },
        ["lightbook.execution"],
        conf,
    )

    def when(page):
        return re.search(r"at \d+", made.page(page))[0]

    first = when("index"), when("b")
    assert "not run" not in made.page("drafts/d")
    made.write({"src/one.py": "VALUE = 2\n"}).build()
    assert "one: 2" in made.page() and when("index") != first[0] and when("b") == first[1]
    second = when("index")
    made.write({"src/one.py": "VALUE = 2  # two\n", "text.md": text + "また。\n"}).build()
    assert (when("index"), when("b")) == (second, first[1]) and "また" in made.page("text")
    made.write({"src/one.py": "VALUE = 3\n", "src/two.py": "VALUE = 3\n"}).build()
    assert "one: 3" in made.page() and "two: 3" in made.page("b")
    assert len(list((made.folder / "_build" / ".jupyter_cache" / "executed").iterdir())) == 2  # what is out of date is gone


def test_progress_bars_are_off_unless_the_author_wants_them(monkeypatch):
    monkeypatch.setenv("TQDM_DISABLE", "0")
    execution.prepare(types.SimpleNamespace(), Config())
    assert os.environ["TQDM_DISABLE"] == "0"
    monkeypatch.delenv("TQDM_DISABLE")
    execution.prepare(types.SimpleNamespace(), Config())
    assert os.environ["TQDM_DISABLE"] == "1"


PRINTING = """import os, time
print('workers of joblib:', os.environ.get('LOKY_MAX_CPU_COUNT'))
for i in range(3):
    print('piece', end=' ', flush=True); time.sleep(0.3); print(i, flush=True)"""
LONGER = "import time; time.sleep(3); print('done at last')"


@pytest.mark.parametrize("parallel", [1, 2])  # with 2, other processes than the one that executes read the pages
def test_a_page_waits_for_its_notebook_and_a_failure_is_reported(book, parallel, monkeypatch):
    monkeypatch.delenv("LOKY_MAX_CPU_COUNT", raising=False)
    files = {"index.ipynb": notebook(PRINTING), "a.ipynb": notebook(LONGER), "other.ipynb": notebook("1 / 0")}
    texts = {f"text{number}.md": "# 文\n\n文。\n" for number in range(5)}  # Sphinx reads fewer than six pages in one process
    made = book(files | texts, ["lightbook.execution"], CACHED, parallel=parallel)
    assert made.page().count('class="output stream') == 1
    assert "piece 0\npiece 1\npiece 2\n" in made.page()  # no line break where a piece ended within a line
    assert "workers of joblib: 1\n" in made.page() and "LOKY_MAX_CPU_COUNT" not in os.environ
    assert "done at last" in made.page("a")
    assert (
        "other.ipynb: WARNING: Executing notebook failed: CellExecutionError" in made.warnings
        and "ZeroDivisionError" in made.page("other")
    )


def test_notebooks_with_the_same_code_are_executed_once_and_share_the_result(book):
    once = notebook("import pathlib, time, uuid; pathlib.Path(uuid.uuid4().hex + '.ran').touch(); time.sleep(1); 'shared'")
    names = ["index", *"abcd"]
    made = book(
        {f"{name}.ipynb": once for name in names} | {"e.ipynb": notebook("2")}, ["lightbook.execution"], CACHED, parallel=1
    )
    assert all("shared" in made.page(name) for name in names)
    assert len(list(made.folder.rglob("*.ran"))) == 1


def test_a_notebook_alone_gives_joblib_all_cores(book, monkeypatch):
    monkeypatch.delenv("LOKY_MAX_CPU_COUNT", raising=False)
    made = book({"index.ipynb": notebook(PRINTING), "text.ipynb": notebook()}, ["lightbook.execution"], CACHED)
    assert "workers of joblib: None\n" in made.page()


FORKED = """import os, sys
print('{}: preloaded:', 'colorsys' in sys.modules, ' here:', '' in sys.path and os.getcwd() == {!r})
print('another:', 'wave' in sys.modules, ' group of its own:', os.getpgid(0) == os.getpid(), ' at', os.getpid())
import wave, subprocess
print('child:', subprocess.run([sys.executable, '-c', 'print(6 * 7)'], capture_output=True, text=True).stdout)"""


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forks on Linux only")
def test_kernels_have_what_is_preloaded_and_nothing_of_each_other(tmp_path):
    made = Book(tmp_path, ["lightbook.execution"], CACHED + "execution_preloads = ['colorsys']\n")
    code = {name: notebook(FORKED.format(name, str(tmp_path))) for name in ("index", "a", "b")}
    made.write({f"{name}.ipynb": text for name, text in code.items()}).build(parallel=1)
    assert "Executing notebook failed" not in made.warnings
    pids = set()
    for name in code:
        page = made.page(name)
        assert "preloaded: True  here: True" in page and "another: False  group of its own: True" in page and "child: 42" in page
        pids.add(int(re.search(r" at (\d+)", page)[1]))
    assert len(pids) == 3
    for pid in pids:  # none is left
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@pytest.mark.skipif(sys.platform != "linux", reason="kernels are forks on Linux only")
def test_what_cannot_be_preloaded_is_an_error_that_names_it(tmp_path, capfd):
    made = Book(tmp_path, ["lightbook.execution"], CACHED + "execution_preloads = ['json', 'gone']\n")
    made.write({"index.ipynb": notebook("1"), "a.ipynb": notebook("2")})
    with pytest.raises(ConfigError, match="execution_preloads: the process that imports json, gone is gone"):
        made.build(parallel=1)
    assert "No module named 'gone'" in capfd.readouterr().err


def test_a_build_that_breaks_off_executes_nothing_more(tmp_path):
    breaks = "def setup(app):\n    app.connect('source-read', broken)\ndef broken(app, name, source):\n    raise OSError('disk full')\n"
    count = 3 * os.cpu_count()
    run = "import pathlib, time; time.sleep(1); pathlib.Path('ran-{}').touch()"
    files = {f"n{number}.ipynb": notebook(run.format(number)) for number in range(count)} | {"a.md": "# 文\n"}
    made = Book(tmp_path, ["lightbook.execution"], CACHED + breaks).write(files)
    with pytest.raises(ExtensionError, match="disk full"):
        made.build(parallel=1)
    assert len(list(tmp_path.glob("ran-*"))) < count and "LOKY_MAX_CPU_COUNT" not in os.environ


@pytest.mark.skipif(sys.platform == "win32", reason="a signal like that of Ctrl+C cannot be sent to one process there")
def test_ctrl_c_ends_a_build_with_the_notebooks_that_are_running(tmp_path):
    count = 3 * (os.cpu_count() + 1)
    run = "import pathlib, time; pathlib.Path('ran-{}').touch(); time.sleep(2)"
    files = {f"n{number}.ipynb": notebook(run.format(number)) for number in range(count)} | {"index.md": "# 文\n"}
    Book(tmp_path, ["lightbook.execution"], CACHED).write(files)
    with subprocess.Popen(
        [sys.executable, "-m", "sphinx", "-q", tmp_path, tmp_path / "_build/html"], stderr=subprocess.PIPE
    ) as build:
        while build.poll() is None and not list(tmp_path.glob("ran-*")):
            time.sleep(0.1)
        build.send_signal(signal.SIGINT)
        build.communicate(timeout=60)
    assert 0 < len(list(tmp_path.glob("ran-*"))) < count
