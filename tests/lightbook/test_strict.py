"""Mistakes that Jupyter Book lets pass fail the build, with a message that names the file."""

import base64
import hashlib
import json
import re
import sys
import types

import pytest
from docutils import nodes
from docutils.utils import new_document
from sphinx.errors import ConfigError

from lightbook import STATIC, strict_figures, strict_rebuild, unaltered
from lightbook.execution_cache import choose_cache, state
from lightbook.strict_config import known_keys, unknown_keys


@pytest.mark.parametrize("config, unknown", [
    ({"htlm": {"favicon": "x"}}, ["htlm"]),
    ({"html": {"favikon": "x", "favicon": "y"}}, ["html.favikon"]),
    ({"execute": {"execute_notebook": "cache"}, "titel": "x"}, ["execute.execute_notebook", "titel"]),
    ({"html": {"analytics": {"id": 1}}}, ["html.analytics.id"]),
    ({"title": "x", "html": {"comments": {"utterances": {"repo": "any"}}}, "launch_buttons": {"jupyterlite_url": ""},
      "latex": {"latex_documents": {"targetname": "x"}}, "only_build_toc_files": True, "sphinx": {"config": {"anything": 1}, "extra_extensions": ["x"],
      "local_extensions": {"x": "."}}, "bibtex_bibfiles": ["x"], "parse": {"myst_substitutions": {"a": "b"}}}, []),
])
def test_keys_that_nothing_reads_are_found(config, unknown):
    assert sorted(unknown_keys(config, known_keys())) == sorted(unknown)


def test_an_unknown_key_and_a_wrong_type_are_warnings_that_name_the_file(book):
    made = book({"index.md": "# T\n", "_config.yml": "htlm: {}\ntitle: 3\nexecute: {timeout: soon}\n"}, ["lightbook.strict_config"])
    assert made.warnings.splitlines() == [f"WARNING: {made.folder / '_config.yml'}: {text}" for text in (
        "unknown key 'htlm': nothing reads it", "title: 3 is not of type 'string'", "execute.timeout: 'soon' is not of type 'number'")]
    for right in ("title: 本\n", ""):
        assert made.write({"_config.yml": right}).build().warnings == ""


def test_a_failed_build_fails_again_until_it_is_repaired(book):
    made = book("# T\n\n{ref}`nowhere`\n", ["lightbook.strict_rebuild"], warningiserror=True, keep_going=True)
    assert made.status == 1
    assert made.build(warningiserror=True, keep_going=True).status == 1
    made.write({"index.md": "# T\n"})
    assert made.build(warningiserror=True, keep_going=True).status == 0
    kept = made.folder / "_build" / "doctrees" / "environment.pickle"
    assert kept.exists()
    late = ("from sphinx.util import logging\ndef setup(app): app.connect(\n"
            "    'build-finished', lambda app, exception: logging.getLogger('conf').warning('at the end'), priority=950)\n")
    made.write({"conf.py": (made.folder / "conf.py").read_text("utf-8") + late})
    assert "at the end" in made.build(warningiserror=True, keep_going=True).warnings and not kept.exists()


def notebook(*sources):
    cells = [{"cell_type": "code", "id": f"c{i}", "metadata": {}, "execution_count": None, "outputs": [], "source": [source]}
             for i, source in enumerate(sources)]
    heading = {"cell_type": "markdown", "id": "m", "metadata": {}, "source": ["# 題"]}
    return json.dumps({"cells": [heading, *cells], "metadata": {"kernelspec": {"name": "python3", "display_name": "", "language": "python"}},
                       "nbformat": 4, "nbformat_minor": 5})


NB = "extensions[0] = 'myst_nb'\nnb_execution_mode = 'cache'\n"


def test_a_character_that_a_figure_lacks_is_a_warning_that_names_the_page(book):
    message = "UserWarning: Glyph 26085 (\\N{CJK UNIFIED IDEOGRAPH-65E5}) missing from font(s) DejaVu Sans."
    executed = json.loads(notebook("plot()"))
    executed["cells"][1]["outputs"] = [{"output_type": "stream", "name": name, "text": [message]} for name in ("stdout", "stderr")]
    made = book({"index.ipynb": json.dumps(executed)}, ["lightbook.strict_figures"], "extensions[0] = 'myst_nb'\nnb_execution_mode = 'off'\n")
    assert made.warnings.count("index.ipynb: WARNING: a figure lacks a character: Glyph 26085") == 1


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


def test_a_change_of_these_extensions_writes_every_page_anew(book, monkeypatch):
    made = book("# T\n\n文。\n", ["lightbook.strict_rebuild"])
    page = made.out / "index.html"
    page.write_text("old", "utf-8")
    made.build()
    assert page.read_text("utf-8") == "old"   # nothing changed, nothing was written
    asked = []
    monkeypatch.setattr(strict_rebuild, "state", lambda folder, names: asked.extend(folder / name for name in names) or "changed")
    made.build()
    assert "文。" in page.read_text("utf-8") and asked == [STATIC.parent]


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A package as pip installs it: its folder, and what pip noted of the files in it."""
    noted = []
    for name, content in {"a.css": b"a {}", "b.js": b"let b;", "c.py": b"c = 1", "d.css": b"d {}", "e.svg": b"<svg/>"}.items():
        (tmp_path / name).write_bytes(content)
        value = base64.urlsafe_b64encode(hashlib.sha256(content).digest()).decode().rstrip("=")
        noted.append(f"{name}," + (f"sha256={value},{len(content)}" if name != "d.css" else ","))
    (tmp_path / "f.woff").write_bytes(b"f { 43 }")   # what is noted may be another kind of hash, and end in any letter
    noted.append("f.woff,sha384=qvf69Moks7SPJX3HiyBhwfb1t21-nY3-TzvM9-3xGwFP_vJJu3fBUX1xqfGYdpVX,8")
    info = tmp_path / "tinypackage-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: tinypackage\nVersion: 1.0\n", "utf-8")
    (info / "RECORD").write_text("\n".join(noted), "utf-8")
    monkeypatch.setattr(sys, "path", [str(tmp_path), *sys.path])
    return tmp_path


def test_files_for_pages_that_are_changed_or_gone_are_found(installed):
    assert list(unaltered.altered("tinypackage")) == []
    for name in ("a.css", "c.py", "d.css", "f.woff"):   # a program and a file without a hash may change
        (installed / name).write_text("changed", "utf-8")
    (installed / "e.svg").unlink()
    assert list(unaltered.altered("tinypackage")) == [installed / name for name in ("a.css", "e.svg", "f.woff")]


def test_a_package_without_notes_has_nothing_to_compare(installed):
    (installed / "tinypackage-1.0.dist-info" / "RECORD").unlink()
    assert list(unaltered.altered("tinypackage")) == []


def test_a_changed_file_is_a_warning_with_its_package_and_a_missing_package_an_error(installed, monkeypatch):
    said = []
    monkeypatch.setattr(unaltered.logger, "warning", lambda text, *values: said.append(text % values))
    (installed / "b.js").write_text("changed", "utf-8")
    app = types.SimpleNamespace(config=types.SimpleNamespace(vendored_packages=["tinypackage"]))
    unaltered.check(app)
    assert said == [f"{installed / 'b.js'} is not what the package tinypackage came with; install the package again"]
    app.config.vendored_packages = ["tinypackaeg"]
    with pytest.raises(ConfigError, match="no package 'tinypackaeg' is installed"):
        unaltered.check(app)


def settings(**values):
    """A configuration as the extensions see it: some values, which it can be asked for."""
    class Config(types.SimpleNamespace):
        def __contains__(self, name):
            return hasattr(self, name)

    return Config(**values)


@pytest.mark.parametrize("values", [{}, {"nb_execution_mode": "off"}, {"nb_execution_mode": "cache", "execution_cache_depends": []}])
def test_a_book_that_keeps_no_cache_or_depends_on_nothing_is_left_alone(values, tmp_path):
    config = settings(**{"execution_cache_depends": ["src"], "nb_execution_cache_path": ""} | values)
    choose_cache(types.SimpleNamespace(srcdir=tmp_path, outdir=tmp_path / "_build" / "html"), config)
    assert config.nb_execution_cache_path == "" and list(tmp_path.iterdir()) == []


def test_the_caches_of_earlier_states_are_removed_and_the_path_is_the_same_in_every_folder(tmp_path, monkeypatch):
    (tmp_path / "a.py").write_text("1", "utf-8")
    for name in ("state-old", "state-older", "other"):
        (tmp_path / "mine" / name).mkdir(parents=True)
    app = types.SimpleNamespace(srcdir=tmp_path, outdir=tmp_path / "_build" / "html")
    current = f"state-{state(tmp_path, ['a.py'])}"
    for here, given, path in ((tmp_path, tmp_path / "mine", f"mine/{current}"), (tmp_path, "", f"_build/.jupyter_cache/{current}"),
                              (tmp_path / "mine" / "other", tmp_path / "mine", str(tmp_path / "mine" / current))):
        monkeypatch.chdir(here)
        config = settings(nb_execution_mode="cache", execution_cache_depends=["a.py"], nb_execution_cache_path=str(given))
        choose_cache(app, config)
        assert config.nb_execution_cache_path == path
    assert sorted(path.name for path in (tmp_path / "mine").iterdir()) == ["other", current]


def test_what_python_and_pip_lay_down_is_no_part_of_the_state(tmp_path):
    for name in ("a.py", "sub/b.py"):
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / name).write_text(name, "utf-8")
    first, whole = state(tmp_path, ["src"]), state(tmp_path, ["src", "src/a.py"])
    for name in ("__pycache__/a.pyc", "sub/__pycache__/b.pyc", "a.egg-info/PKG-INFO"):
        (tmp_path / "src" / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / "src" / name).write_text(name, "utf-8")
    assert state(tmp_path, ["src"]) == first != whole
    (tmp_path / "src" / "sub" / "b.py").write_text("changed", "utf-8")
    assert state(tmp_path, ["src"]) != first
    assert re.fullmatch("[0-9a-f]{12}", first)


def test_only_a_build_that_had_to_pass_and_did_not_is_forgotten(tmp_path):
    kept = tmp_path / "environment.pickle"
    for warned, is_error, keep_going, remains in ((1, True, False, False), (1, False, True, False), (2, True, True, False),
                                                  (0, True, True, True), (1, False, False, True)):
        kept.write_bytes(b"")
        app = types.SimpleNamespace(_warncount=warned, warningiserror=is_error, keep_going=keep_going, doctreedir=tmp_path)
        strict_rebuild.forget(app, None)
        assert kept.exists() == remains
    kept.unlink()
    app._warncount, app.keep_going = 1, True
    strict_rebuild.forget(app, None)   # nothing was kept yet


def test_a_widget_that_waits_for_a_kernel_is_a_warning(monkeypatch):
    said = []
    monkeypatch.setattr(strict_figures.logger, "warning", lambda text, *values, location: said.append((text % values, location)))
    document = new_document("page")
    document += nodes.raw("", '<script type="application/vnd.jupyter.widget-view+json">{}</script>', format="html")
    printed = "the control 'a' changes nothing in the figure\n"
    document += nodes.literal_block("", 2 * printed + printed.replace("'a'", "'b'"), classes=["output", "stderr"])
    document += nodes.literal_block("", printed.replace("'a'", "'printed'"), classes=["output", "stream"])
    app = types.SimpleNamespace(env=types.SimpleNamespace(docname="pages/one"))
    strict_figures.check(app, document)
    assert [text for text, _ in said[:2]] == [f"a figure has a dead control: the control '{name}' changes nothing in the figure" for name in "ab"]
    assert len(said) == 3 and said[2][0].startswith("a widget needs a kernel") and {page for _, page in said} == {"pages/one"}
    said.clear()
    del document[:]
    document += nodes.raw("", "<b>x</b>", format="html")
    document += nodes.paragraph(text=f"A page may speak of {strict_figures.WIDGET}.")
    strict_figures.check(app, document)
    assert said == []
