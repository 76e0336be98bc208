"""Small Sphinx books, built where they are needed, and a browser tab that looks at them."""

import re
import warnings
from contextlib import ExitStack
from pathlib import Path

import pytest
from sphinx.testing.util import SphinxTestApp

from tools.browser import served

MYST = "extensions = ['myst_parser'] + {extensions!r}\nsource_suffix = {{}}\nmyst_enable_extensions = ['dollarmath', 'amsmath', 'colon_fence']\n"


class Book:
    """A book in a folder: `write` some of its files, `build` it, read its `page`s and `warnings`."""

    def __init__(self, folder: Path, extensions, conf):
        self.folder, self.out = folder, folder / "_build" / "html"
        self.write({"conf.py": MYST.format(extensions=list(extensions)) + conf})

    def write(self, files):
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def build(self, buildername="html", **options):
        with warnings.catch_warnings():  # what Sphinx and its extensions say of each other is not ours
            warnings.simplefilter("ignore")
            warnings.filterwarnings("error", category=EncodingWarning, module="explorable|hidden_layer|lightbook|quiz")
            app = SphinxTestApp(buildername, srcdir=self.folder, **options)
            try:
                app.build()
            finally:
                app.cleanup()
        self.status = app.statuscode
        self.warnings = re.sub(r"\x1b\[[\d;]*m", "", app.warning.getvalue())
        return self

    def page(self, name="index"):
        return (self.out / f"{name}.html").read_text("utf-8")

    def static(self, name):
        return (self.out / "_static" / name).read_text("utf-8")


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """book(files, extensions, conf): the built book."""

    def make(files, extensions=(), conf="", **options):
        if isinstance(files, str):
            files = {"index.md": files}
        return Book(tmp_path_factory.mktemp("book"), extensions, conf).write(files).build(**options)

    return make


@pytest.fixture
def look(browser, watched):
    """look(book, page, …): a tab that shows the page, served under a sub-path; `tab.said` is its console."""
    with ExitStack() as stack:

        def open_tab(book, page="index.html", width=1280, scheme="light", harmless=None, **options):
            base = stack.enter_context(served(book.out))
            context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
            stack.callback(context.close)
            tab = watched(context.new_page(), harmless)
            tab.said = []
            tab.on("console", lambda message: tab.said.append(message.text))
            tab.on("pageerror", lambda error: tab.said.append(str(error)))
            tab.base = base
            tab.goto(base + page)
            return tab

        yield open_tab
