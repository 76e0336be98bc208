"""One deferred script, in which everything still finds what it needs."""

import re
from types import SimpleNamespace
from unittest.mock import Mock

import pytest
from sphinx.builders.html._assets import _JavaScript as script

from lightbook import one_script

CONF = """
html_static_path = ["own"]
def setup(app):
    app.add_js_file("late.js", priority=600)
    app.add_js_file(None, body="let greeting = 'hello';", priority=700)   # declared after its reader
    app.add_js_file("tagged.js", **{"data-name": "x"})
    app.add_js_file("module.js", type="module")
    app.connect("html-page-context", lambda app, page, *rest: app.add_js_file(
        None, body="window.own = greeting + DOCUMENTATION_OPTIONS.VERSION;", priority=100))
"""
OWN = {"index.md": "# T\n\n文。\n", "own/late.js": "console.log('progress'); window.read = greeting", "own/tagged.js": "window.tag = document.currentScript.dataset.name",
       "own/module.js": "window.module = 1"}


def test_local_and_inline_scripts_are_joined_and_the_rest_waits(book):
    made = book(OWN, ["lightbook.one_script"], CONF)
    tags = re.findall(r"<script[^>]*>", made.page().partition("</head>")[0])
    assert sum("src=" in tag for tag in tags) == 3  # the bundle, the tagged one and the module
    assert all("defer" in tag or "module" in tag for tag in tags), tags
    assert tags[0].startswith('<script defer="defer" src="_static/book.js?v=')    # before what the page has for itself
    assert "window.own" in made.page()
    text = made.static("book.js")
    assert text.index("let greeting") < text.index("window.read") and "console.log(" not in text


def test_the_bundle_is_each_script_once_in_order_but_declarations_first(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "a.js").write_text('console.log("あ"); a() \n//# sourceMappingURL=a.js.map', encoding="utf-8")
    (tmp_path / "_static" / "b.js").write_text("b()\n", encoding="utf-8")
    shared = [script("_static/b.js", priority=400), script("_static/a.js", priority=200, defer="defer"), script(None, priority=300, body="c()"),
              script("_static/b.js", priority=900), script(None, priority=950, body=" const d = 1;"),
              script(None, priority=960, body="g()", defer="defer"), script("https://a.example/e.js"), script("_static/f.js", type="module")]
    text = one_script.bundle_text(SimpleNamespace(outdir=tmp_path, _orig_js_files=shared))
    assert text == ' const d = 1;\n;\nObject("あ"); a()\n;\nc()\n;\nb()\n;\ng()\n;\n'


@pytest.mark.parametrize("attributes", [{"defer": "defer"}, {"async": "async"}, {"type": "module"}])
def test_a_script_that_waits_already_stays_as_it_is(attributes):
    assert one_script.deferred(script("a.js", **attributes)).attributes == attributes


def test_any_other_script_waits_for_the_bundle_in_its_place():
    assert one_script.deferred(script("a.js", priority=3, id="x")) == script("a.js", priority=3, id="x", defer="defer")
    assert one_script.deferred(script(None, priority=3, body="x")) == script(None, priority=3, body="x", type="module")


def test_pages_may_be_read_and_written_in_parallel():
    assert one_script.setup(Mock()) == {"parallel_read_safe": True, "parallel_write_safe": True}


@pytest.mark.browser
def test_every_script_finds_what_it_reads(book, look):
    made = book(OWN, ["lightbook.one_script"], CONF + "release = '7'\n")
    tab = look(made)
    assert tab.evaluate("[window.read, window.tag, window.module, window.own]") == ["hello", "x", 1, "hello7"]
    assert [line for line in tab.said if "404" not in line] == []  # (there is no icon)
