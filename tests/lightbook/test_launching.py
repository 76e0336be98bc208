"""The links under a notebook's title: which there are, where they lead, and that without them a page is as it was."""

import json
import re
from types import SimpleNamespace

import pytest

from lightbook.launching import in_browser, need_repository
from tests.books import STORED, notebook
from tools import audit
from tools.browser import served

EXTENSIONS = [f"lightbook.{part}" for part in ("theme", "launching", "assets", "reading")]
CONF = (
    STORED
    + """
exclude_patterns = ["_build"]
html_theme = "sphinx_book_theme"
html_title = "本"
language = "ja"
launch_first_cell = "%pip install git+{{repository}}"
html_theme_options = {{
    "repository_url": "{repository}", "repository_branch": "main",
    "launch_buttons": {{"notebook_interface": "jupyterlab", "binderhub_url": "https://mybinder.org",
                        "colab_url": "https://colab.research.google.com", "jupyterhub_url": "https://hub.example"}}}}
"""
)
JUPYTER_BOOKS_OWN = "https://github.com/executablebooks/jupyter-book"  # what Jupyter Book fills in for a book that names none
REPOSITORY = "https://github.com/someone/book"
PAGES = {
    "index.md": "# 表紙\n\nはじめの文です。\n\n```{toctree}\nchapters/one\n```\n",
    "chapters/one.ipynb": notebook("1", level="初級"),
}
NOTE = {"bytes": 26_400_000, "elsewhere": "far.example", "pages": ["chapters/one"]}
LITE = {"_build/html/lite/launch.json": json.dumps(NOTE)}


def links(built, page="chapters/one"):
    """The links under the title: text and address."""
    found = re.search(r'<ul class="launch".*?</ul>', built.page(page))
    return {text: address for address, text in re.findall(r'<a href="([^"]*)"[^>]*>([^<]*)</a>', found[0])} if found else {}


@pytest.fixture(scope="module")
def with_all(book):
    return book(PAGES | LITE, EXTENSIONS, CONF.format(repository=REPOSITORY))


def test_a_link_to_the_jupyterlite_comes_and_goes_with_it(book):
    built = book(PAGES, EXTENSIONS, CONF.format(repository=JUPYTER_BOOKS_OWN))
    assert 'class="launch"' not in built.page("chapters/one") and ".launch" not in built.static("book.css")

    built.write(LITE).build()
    assert links(built) == {"ブラウザーで動かす": "../lite/notebooks/index.html?path=chapters/one.ipynb"}
    assert links(built, "index") == {}
    assert "約 26 MB と、far.example にある NumPy など" in built.page("chapters/one")

    built.write({"_build/html/lite/launch.json": json.dumps({**NOTE, "elsewhere": ""})}).build()
    assert "約 26 MB を読み込みます" in built.page("chapters/one")

    (built.out / "lite/launch.json").unlink()
    assert links(built.build()) == {}
    assert not built.warnings


def test_a_link_to_the_pdf_comes_and_goes_with_it(book):
    built = book(PAGES, EXTENSIONS, CONF.format(repository=JUPYTER_BOOKS_OWN))
    (built.out / "book.pdf").write_bytes(bytes(7_400_000))
    assert links(built.build(), "index") == {"PDF で読む": "book.pdf"} and "本全体、7 MB" in built.page("index")
    assert links(built) == {}

    (built.out / "book.pdf").unlink()
    assert links(built.build(), "index") == {}


def test_a_link_to_the_deck_for_anki_comes_and_goes_with_it(book):
    built = book(PAGES, EXTENSIONS, CONF.format(repository=JUPYTER_BOOKS_OWN))
    (built.out / "the-questions.apkg").write_bytes(bytes(1_140_000))
    assert links(built.build(), "index") == {"Anki で解く": "the-questions.apkg"}
    assert "すべての問題、1.1 MB" in built.page("index")
    assert links(built) == {}

    (built.out / "the-questions.apkg").unlink()
    assert links(built.build(), "index") == {}


def test_the_others_need_a_repository(with_all):
    assert links(with_all) == {
        "ブラウザーで動かす": "../lite/notebooks/index.html?path=chapters/one.ipynb",
        "Binder で開く": "https://mybinder.org/v2/gh/someone/book/main?urlpath=lab/tree/chapters/one.ipynb",
        "JupyterHub で開く": "https://hub.example/hub/user-redirect/git-pull?repo=https%3A//github.com/someone/book"
        "&amp;urlpath=lab/tree/book/chapters/one.ipynb&amp;branch=main",
        "Colab で開く": "https://colab.research.google.com/github/someone/book/blob/main/chapters/one.ipynb",
    }
    assert "<code>%pip install git+https://github.com/someone/book</code>" in with_all.page("chapters/one")
    assert re.search(r'</h1>\s*<p class="reading-facts">[^<]*</p>\s*<ul class="launch"', with_all.page("chapters/one"))
    assert "fa-rocket" not in with_all.page("chapters/one")
    assert with_all.static("book.css").rindex(".launch li") > with_all.static("book.css").rindex(".bd-article li")  # as specific
    assert not with_all.warnings


def test_a_first_cell_is_said_if_there_is_one_and_is_on_the_pages_at_once(book):
    conf = CONF.replace("launch_first_cell", "another_name").format(repository=REPOSITORY)
    made = book(PAGES, EXTENSIONS[:2], conf)
    assert len(links(made)) == 3 and "launch-note" not in made.page("chapters/one")
    conf = (made.folder / "conf.py").read_text("utf-8")
    made.write({"conf.py": conf + "launch_first_cell = '%pip install x'\n"}).build()
    assert made.page("chapters/one").count("<code>%pip install x</code>") == 1  # on Colab


@pytest.mark.parametrize(
    "address, stay",
    [
        ({}, False),
        ({"repository_url": ""}, False),
        ({"repository_url": JUPYTER_BOOKS_OWN}, False),
        ({"repository_url": REPOSITORY}, True),
    ],
)
def test_the_theme_s_buttons_stay_if_the_book_says_where_it_is(address, stay):
    options = {"launch_buttons": {"colab_url": "https://colab.example"}, "path_to_docs": "book", **address}
    config = SimpleNamespace(html_theme_options=options)
    need_repository(None, config)
    assert config.html_theme_options == (options if stay else {"path_to_docs": "book", **address}) and "launch_buttons" in options


def test_the_link_names_the_notebook_and_the_size_of_what_is_loaded():
    def pathto(uri, resource=False):
        return f"../_up/{uri}" if resource else "the address of another page"

    link = in_browser({"bytes": 1_500_000, "elsewhere": "a&b"}, "a/C++ & <R>", pathto)
    assert link.startswith(
        '<a href="../_up/lite/notebooks/index.html?path=a/C%2B%2B%20%26%20%3CR%3E.ipynb">ブラウザーで動かす</a>'
    )
    assert "約 2 MB と、a&amp;b にある NumPy など" in link


@pytest.mark.browser
def test_a_page_with_links_asks_nobody_and_is_accessible(with_all, browser):
    with served(with_all.out) as base:
        seen = audit.first_visit(browser, base, "chapters/one.html")
        assert not seen["outside"] and not seen["console"]
        assert audit.accessibility(browser, base, "chapters/one.html") == ([], [])
        page = browser.new_page(java_script_enabled=False)
        page.goto(base + "chapters/one.html")
        assert page.get_by_role("list", name="このページを動かす").get_by_role("link").count() == 4
        page.emulate_media(media="print")
        assert page.locator(".launch").is_hidden()
        page.close()
