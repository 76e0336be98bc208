"""What all tests share: one Chromium, the built site, and small books."""

import os
import re
import sys
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest

from tools import browser as chromium

ROOT = Path(__file__).resolve().parent.parent
hypothesis.settings.register_profile("any-machine", hypothesis.settings.default, deadline=None)  # a busy one is no error
hypothesis.settings.load_profile("any-machine")


@pytest.fixture(scope="session", autouse=True)
def _programs_without_our_warnings():
    """What PYTHONWARNDEFAULTENCODING asks for is asked of this process only: a kernel would print what others' code does."""
    os.environ.pop("PYTHONWARNDEFAULTENCODING", None)


@pytest.fixture(scope="session")
def browser():
    """A running headless Chromium (Playwright's object): `browser.new_context(…).new_page()`."""
    from playwright.sync_api import sync_playwright

    path = chromium.find()
    if path is None:
        if os.environ.get("CI"):
            pytest.fail(chromium.ADVICE)  # under CI a check that is not made counts as one that failed
        pytest.skip(chromium.ADVICE)
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        yield running
        running.close()


@pytest.fixture
def watched():
    """``watched(page)``: that page; when the test is over, no error may have been thrown or logged on it.

    What `harmless` finds in a message (a regular expression) is another program's affair.
    """
    errors = []

    def watch(page, harmless=None):
        def note(message):
            if harmless is None or not re.search(harmless, message):
                errors.append(message)

        page.on("pageerror", lambda error: note(f"page error: {error.stack or error}"))
        page.on("console", lambda message: message.type == "error" and note(f"console: {message.text}"))
        return page

    yield watch
    assert errors == []


@pytest.fixture(scope="session")
def book(tmp_path_factory):
    """book(files, extensions, conf): the built book."""
    from tests.books import Book

    def make(files, extensions=(), conf="", **options):
        if isinstance(files, str):
            files = {"index.md": files}
        return Book(tmp_path_factory.mktemp("book"), extensions, conf).write(files).build(**options)

    return make


@pytest.fixture
def look(browser, watched):
    """look(book, page, …): a tab that shows the page, served under a sub-path; `tab.said` is its console.

    `beside` is a tab of the same reader; `script` runs before every page.
    """
    with ExitStack() as stack:

        def open_tab(book, page="index.html", width=1280, scheme="light", harmless=None, beside=None, script=None, **options):
            if beside:
                context, base = beside.context, beside.base
            else:
                base = stack.enter_context(chromium.served(book.out))
                context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, **options)
                stack.callback(context.close)
            if script:
                context.add_init_script(script)
            tab = watched(context.new_page(), harmless)
            tab.said, tab.base = [], base
            tab.on("console", lambda message: tab.said.append(message.text))
            tab.on("pageerror", lambda error: tab.said.append(str(error)))
            tab.goto(base + page)
            return tab

        yield open_tab


@pytest.fixture(scope="session")
def site() -> Path:
    """The folder of the built site; `make test` builds it before the tests start."""
    folder = ROOT / "_build" / "html"
    if not (folder / "index.html").is_file():
        pytest.fail("the site is not built: run `make book` (make test does it first)")
    return folder


def pytest_sessionfinish():
    """Close what widgets are left: at the end of the process each would complain of what is gone before it."""
    if "ipywidgets" in sys.modules:
        from ipywidgets import Widget

        Widget.close_all()
