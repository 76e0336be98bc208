"""One deferred script, in which everything still finds what it needs."""

import re

import pytest

CONF = """
html_static_path = ["own"]
def setup(app):
    app.add_js_file("late.js", priority=600)
    app.add_js_file(None, body="let greeting = 'hello';", priority=700)   # declared after its reader
    app.add_js_file("tagged.js", **{"data-name": "x"})
    app.add_js_file("module.js", type="module")
    app.connect("html-page-context", lambda app, page, *rest: app.add_js_file(None, body="window.own = greeting + DOCUMENTATION_OPTIONS.VERSION;"))
"""
OWN = {"index.md": "# T\n\n文。\n", "own/late.js": "console.log('progress'); window.read = greeting", "own/tagged.js": "window.tag = document.currentScript.dataset.name",
       "own/module.js": "window.module = 1"}


def test_local_and_inline_scripts_are_joined_and_the_rest_waits(book):
    made = book(OWN, ["lightbook.one_script"], CONF)
    tags = re.findall(r"<script[^>]*>", made.page().partition("</head>")[0])
    assert sum("src=" in tag for tag in tags) == 3  # the bundle, the tagged one and the module
    assert all("defer" in tag or "module" in tag for tag in tags if tag != "<script>"), tags
    text = made.static("book.js")
    assert text.index("let greeting") < text.index("window.read") and "console.log(" not in text


@pytest.mark.browser
def test_every_script_finds_what_it_reads(book, look):
    made = book(OWN, ["lightbook.one_script"], CONF + "release = '7'\n")
    tab = look(made)
    assert tab.evaluate("[window.read, window.tag, window.module, window.own]") == ["hello", "x", 1, "hello7"]
    assert [line for line in tab.said if "404" not in line] == []  # (there is no icon)
