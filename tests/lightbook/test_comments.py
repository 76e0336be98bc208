"""Comments by giscus: no trace of them unless they are switched on, and no request before the reader asks."""

import re
from pathlib import Path
from types import SimpleNamespace

import pytest
from sphinx.errors import ConfigError

from lightbook.comments import check

THEME = "html_theme = 'sphinx_book_theme'\nlanguage = 'ja'\nhtml_title = '本'\n"
FILES = {
    "index.md": "# 題\n\n文。\n\n```{toctree}\nsub/one\n```\n",
    "sub/one.md": "---\nlevel: 初級\n---\n# 一\n\n文。\n\n## 節\n\n文。\n",
}
SETTINGS = {"repo": "owner/name", "repo_id": "R_kgDO1", "category": "コメント <1>", "category_id": "DIC_kwDO2"}
PARTS = ["lightbook.theme", "lightbook.comments", "lightbook.reading", "lightbook.assets"]
STUB = """const script = document.currentScript, frame = document.createElement("iframe");
frame.className = "giscus-frame"; frame.title = "Comments"; frame.src = "https://giscus.app/ja/widget?theme=" + script.dataset.theme;
script.after(frame); window.given = {...script.dataset};"""


@pytest.fixture(scope="module")
def off_then_on(book):
    """The pages and shared files of a book without comments, and the same book after they were switched on."""
    made = book(FILES, PARTS, THEME)
    off = [made.warnings, made.page(), made.page("sub/one"), made.static("book.js"), made.static("book.css")]
    conf = (made.folder / "conf.py").read_text("utf-8")
    return off, made.write({"conf.py": conf + f"giscus = {SETTINGS!r}\n"}).build()


@pytest.fixture
def on(off_then_on):
    return off_then_on[1]


def test_off_there_is_no_trace(off_then_on):
    warnings, first, one, script, style = off_then_on[0]
    assert warnings == ""
    for page in (first, one):
        assert "giscus" not in page and "コメント" not in page
    assert "giscus" not in script and ".comments" not in style


def test_on_each_page_but_the_first_ends_with_the_section(on):
    assert on.warnings == ""
    assert "giscus" not in on.page() and "コメントを表示する" not in on.page()
    end = on.page("sub/one").partition("</article>")[2]
    for text in (
        'data-category="コメント &lt;1&gt;"',
        "GitHub（owner/name）",
        'href="https://github.com/owner/name/discussions"',
    ):
        assert text in end
    assert "https://giscus.app" not in on.page("sub/one")
    assert "reading-end" in end.partition("data-repo")[0]  # what to read next comes before


def test_on_script_and_style_are_among_the_shared_ones_after_the_theme_s(on):
    assert "iframe.giscus-frame" in on.static("book.js")
    assert on.static("book.css").rindex(".comments") > on.static("book.css").rindex(".bd-article")


def test_other_settings_are_on_the_pages_at_once(book):
    template = "{% extends '!page.html' %}{% block body %}{{ giscus.repo }}{{ super() }}{% endblock %}"
    made = book(
        {"index.md": "# 題\n", "own/page.html": template},
        ["lightbook.comments"],
        f"templates_path = ['own']\ngiscus = {SETTINGS!r}\n",
    )
    assert "owner/name" in made.page() and '<script defer="defer" src="_static/comments.js' in made.page()
    conf = (made.folder / "conf.py").read_text("utf-8")
    made.write({"conf.py": conf.replace("owner/name", "other/name")}).build()
    assert "other/name" in made.page()


def checked(settings):
    check(SimpleNamespace(confdir=Path.cwd()), SimpleNamespace(giscus=settings, templates_path=[], html_theme_options={}))


WRONG = {
    "no owner": ({"repo": "name"}, "repo: expected owner/name, not 'name'"),
    "a word too many": ({"repo": "owner/name/x"}, "repo: expected owner/name, not 'owner/name/x'"),
    "an empty id": ({"repo_id": ""}, "repo_id: expected the id that giscus.app gives, such as R_kgDO…, not ''"),
    "a blank category": ({"category": " "}, "category: expected the name of a category of the repository's discussions, not ' '"),
    "no id of the category": (
        {"category_id": None},
        "the key 'category_id' is missing: the id that giscus.app gives, such as DIC_kwDO…",
    ),
    "an unknown key": ({"mapping": "title"}, "unknown key 'mapping'; the keys are repo, repo_id, category, category_id"),
}


@pytest.mark.parametrize("change, said", WRONG.values(), ids=WRONG)
def test_a_wrong_setting_is_an_error_that_names_it(change, said):
    with pytest.raises(ConfigError) as raised:
        checked({key: value for key, value in (SETTINGS | change).items() if value is not None})
    assert str(raised.value) == f"giscus: {said}"


def test_no_mapping_is_an_error():
    with pytest.raises(
        ConfigError, match="giscus: must be a mapping with repo, repo_id, category, category_id, not 'owner/name'"
    ):
        checked("owner/name")


def visit(look, on, query=""):
    """A tab that shows the page, with a stub in the place of giscus.app; `outside` is what was asked of it."""
    tab = look(on, "sub/one.html", scheme="dark")
    tab.outside = []

    def answer(route):
        tab.outside.append(route.request.url)
        script = route.request.url.endswith("client.js")
        route.fulfill(
            body=STUB if script else "<script>onmessage = (e) => document.title = JSON.stringify(e.data)</script>",
            content_type="text/javascript" if script else "text/html",
            headers={"Access-Control-Allow-Origin": "*"},
        )

    tab.route(re.compile("^https://"), answer)
    tab.goto(f"{tab.base}sub/one.html{query}", wait_until="networkidle")
    return tab


@pytest.mark.browser
def test_giscus_is_asked_when_the_reader_asks_and_follows_the_theme(look, on):
    tab = visit(look, on)
    tab.evaluate("scrollTo(0, document.body.scrollHeight)")
    tab.wait_for_timeout(200)
    assert tab.outside == []
    tab.get_by_role("button", name="コメントを表示する").press("Enter")
    frame = tab.wait_for_selector("iframe.giscus-frame").content_frame()
    frame.wait_for_url(re.compile("widget"))  # the element stands before its page is asked for
    assert tab.outside[0] == "https://giscus.app/client.js" and all(url.startswith("https://giscus.app/") for url in tab.outside)
    wanted = {"repo": "owner/name", "repoId": "R_kgDO1", "category": "コメント <1>", "categoryId": "DIC_kwDO2"}
    wanted |= {"mapping": "specific", "term": "sub/one", "lang": "ja", "theme": "dark"}
    assert tab.evaluate("window.given").items() >= wanted.items()
    tab.evaluate("document.documentElement.dataset.theme = 'light'")
    frame.wait_for_function("""document.title === '{"giscus":{"setConfig":{"theme":"light"}}}'""")


@pytest.mark.browser
def test_a_reader_who_comes_back_from_signing_in_sees_them_at_once(look, on):
    tab = visit(look, on, "?giscus=session")
    tab.wait_for_selector("iframe.giscus-frame")
