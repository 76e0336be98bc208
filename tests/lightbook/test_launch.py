"""The links under a notebook's title: which there are, where they lead, and that without them a page is as it was."""

import json
import re

import pytest

from tools import audit

EXTENSIONS = ["myst_nb", *(f"lightbook.{part}" for part in ("light_theme", "launch", "one_script", "one_stylesheet", "page_head"))]
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
JUPYTER_BOOKS_OWN = "https://github.com/executablebooks/jupyter-book"   # what Jupyter Book fills in for a book that names none
REPOSITORY = "https://github.com/someone/book"
PAGES = {
    "index.md": "# 表紙\n\nはじめの文です。\n\n```{toctree}\nchapters/one\n```\n",
    "chapters/one.ipynb": json.dumps({"nbformat": 4, "nbformat_minor": 5, "cells": [
        {"id": "a", "cell_type": "markdown", "metadata": {}, "source": "# 章\n\n本文です。"},
        {"id": "b", "cell_type": "code", "metadata": {}, "source": "1", "outputs": [], "execution_count": None}],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"},
                     "language_info": {"name": "python", "pygments_lexer": "ipython3"}}}),
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


def test_the_others_need_a_repository(with_all):
    assert links(with_all) == {
        "ブラウザーで動かす": "../lite/notebooks/index.html?path=chapters/one.ipynb",
        "Binder で開く": "https://mybinder.org/v2/gh/someone/book/main?urlpath=lab/tree/chapters/one.ipynb",
        "JupyterHub で開く": "https://hub.example/hub/user-redirect/git-pull?repo=https%3A//github.com/someone/book"
                             "&amp;urlpath=lab/tree/book/chapters/one.ipynb&amp;branch=main",
        "Colab で開く": "https://colab.research.google.com/github/someone/book/blob/main/chapters/one.ipynb"}
    assert "<code>%pip install git+https://github.com/someone/book</code>" in with_all.page("chapters/one")
    assert "fa-rocket" not in with_all.page("chapters/one")
    assert not with_all.warnings


@pytest.mark.browser
def test_a_page_with_links_asks_nobody_and_is_accessible(with_all, browser):
    with audit.served(with_all.out) as base:
        seen = audit.first_visit(browser, base, "chapters/one.html")
        assert not seen["outside"] and not seen["console"]
        assert audit.accessibility(browser, base, "chapters/one.html") == ([], [])
        page = browser.new_page(java_script_enabled=False)
        page.goto(base + "chapters/one.html")
        assert page.get_by_role("list", name="このページを動かす").get_by_role("link").count() == 4
        page.emulate_media(media="print")
        assert page.locator(".launch").is_hidden()
        page.close()
