"""The links under a notebook's title: which there are, where they lead, and that without them a page is as it was."""

import json
import re
from types import SimpleNamespace

import pytest

from lightbook.launching import in_browser, need_repository, offer
from lightbook.reading import FACTS
from tools import audit
from tools.browser import served

EXTENSIONS = ["myst_nb", *(f"lightbook.{part}" for part in ("theme", "launching", "assets"))]
CONF = """
extensions.remove("myst_parser")
# Said here, because Sphinx writes what an earlier book of the same process registered into its defaults.
source_suffix = {{".rst": "restructuredtext", ".md": "myst-nb", ".ipynb": "myst-nb"}}
exclude_patterns = ["_build"]
nb_execution_mode = "off"
html_theme = "sphinx_book_theme"
html_title = "本"
language = "ja"
launch_first_cell = "%pip install git+{{repository}}"
html_theme_options = {{
    "repository_url": "{repository}", "repository_branch": "main",
    "launch_buttons": {{"notebook_interface": "jupyterlab", "binderhub_url": "https://mybinder.org",
                        "colab_url": "https://colab.research.google.com", "jupyterhub_url": "https://hub.example"}}}}
"""
JUPYTER_BOOKS_OWN = "https://github.com/executablebooks/jupyter-book"  # what Jupyter Book fills in for a book that names none
REPOSITORY = "https://github.com/someone/book"
PAGES = {
    "index.md": "# 表紙\n\nはじめの文です。\n\n```{toctree}\nchapters/one\n```\n",
    "chapters/one.ipynb": json.dumps(
        {
            "nbformat": 4,
            "nbformat_minor": 5,
            "cells": [
                {"id": "a", "cell_type": "markdown", "metadata": {}, "source": "# 章\n\n本文です。"},
                {"id": "b", "cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None},
            ],
            "metadata": {
                "kernelspec": {"name": "python3", "display_name": "Python 3"},
                "language_info": {"name": "python", "pygments_lexer": "ipython3"},
            },
        }
    ),
}
NOTE = {"bytes": 26_400_000, "elsewhere": "far.example", "pages": ["chapters/one"]}
LITE = {"_build/html/lite/launch.json": json.dumps(NOTE)}


def links(built, page="chapters/one"):
    """The links under the title: text and address."""
    found = re.search(r'<ul class="launch".*?</ul>', built.page(page))
    return {text: address for address, text in re.findall(r'<a href="([^"]*)">([^<]*)</a>', found[0])} if found else {}


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


def test_the_others_need_a_repository(with_all):
    assert links(with_all) == {
        "ブラウザーで動かす": "../lite/notebooks/index.html?path=chapters/one.ipynb",
        "Binder で開く": "https://mybinder.org/v2/gh/someone/book/main?urlpath=lab/tree/chapters/one.ipynb",
        "JupyterHub で開く": "https://hub.example/hub/user-redirect/git-pull?repo=https%3A//github.com/someone/book"
        "&amp;urlpath=lab/tree/book/chapters/one.ipynb&amp;branch=main",
        "Colab で開く": "https://colab.research.google.com/github/someone/book/blob/main/chapters/one.ipynb",
    }
    assert "<code>%pip install git+https://github.com/someone/book</code>" in with_all.page("chapters/one")
    assert "fa-rocket" not in with_all.page("chapters/one")
    assert with_all.static("book.css").rindex(".launch li") > with_all.static("book.css").rindex(".bd-article li")  # as specific
    assert not with_all.warnings


def test_a_first_cell_is_said_if_there_is_one_and_is_on_the_pages_at_once(book):
    conf = CONF.replace("launch_first_cell", "another_name").format(repository=REPOSITORY)
    made = book(PAGES, ["myst_nb", "lightbook.theme", "lightbook.launching"], conf)
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


def offered(context, first_cell="%pip install {repository} > log"):
    """What becomes of the context of a page that has no notebook in a JupyterLite."""
    config = SimpleNamespace(
        launch_lite={},
        launch_pdf="",
        root_doc="index",
        launch_first_cell=first_cell,
        html_theme_options={"repository_url": "https://r.example"},
    )
    offer(SimpleNamespace(config=config), "one", "page.html", context, None)
    return context


HUB, COLAB = ({"type": "link", "text": text, "url": f"https://{text}.example/?a&b"} for text in ("Hub", "Colab"))
FULLSCREEN = {"label": "fullscreen"}


def test_links_stand_under_the_first_title_after_what_is_said_of_the_chapter():
    for facts in ("", "\n" + FACTS.format(level="初級", minutes=3)):
        group = {"label": "launch-buttons", "buttons": [HUB, COLAB]}
        context = offered({"header_buttons": [FULLSCREEN, group], "body": f"<h1>a</h1>{facts}<p>文</p><h1>b</h1>"})
        assert context == {
            "header_buttons": [FULLSCREEN],
            "body": (
                f'<h1>a</h1>{facts}\n<ul class="launch" aria-label="このページを動かす">'
                '<li><a href="https://Hub.example/?a&amp;b">Hub で開く</a></li><li><a href="https://Colab.example/?a&amp;b">Colab で開く</a>'
                '<span class="launch-note">はじめに <code>%pip install https://r.example &gt; log</code> を実行します</span></li></ul>'
                "<p>文</p><h1>b</h1>"
            ),
        }


def test_a_page_without_buttons_is_as_it_was():
    assert offered({"body": "<h1>a</h1>"}) == {"body": "<h1>a</h1>"}  # as in a theme that knows no buttons


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
