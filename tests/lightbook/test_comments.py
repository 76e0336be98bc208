"""Comments by giscus: no trace of them unless they are switched on, and no request before the reader asks."""

import re

import pytest
from sphinx.errors import ConfigError

THEME = "html_theme = 'sphinx_book_theme'\nlanguage = 'ja'\nhtml_title = '本'\n"
FILES = {"index.md": "# 題\n\n文。\n\n```{toctree}\nsub/one\n```\n", "sub/one.md": "# 一\n\n文。\n\n## 節\n\n文。\n"}
SETTINGS = {"repo": "owner/name", "repo_id": "R_kgDO1", "category": "コメント <1>", "category_id": "DIC_kwDO2"}
PARTS = ["lightbook.light_theme", "lightbook.comments", "lightbook.one_script", "lightbook.one_stylesheet"]
STUB = """const script = document.currentScript, frame = document.createElement("iframe");
frame.className = "giscus-frame"; frame.title = "Comments"; frame.src = "https://giscus.app/ja/widget?theme=" + script.dataset.theme;
script.after(frame); window.given = {...script.dataset};"""


def made_with(book, settings):
    return book(FILES, PARTS, THEME + f"giscus = {settings!r}\n")


@pytest.fixture(scope="module")
def on(book):
    return made_with(book, SETTINGS)


@pytest.mark.parametrize("settings", [None, {}])
def test_off_there_is_no_trace(book, settings):
    made = made_with(book, settings)
    assert made.warnings == ""
    for page in ("index", "sub/one"):
        assert "giscus" not in made.page(page) and "コメント" not in made.page(page)
    assert "giscus" not in made.static("book.js") and ".comments" not in made.static("book.css")


def test_on_each_page_but_the_first_ends_with_the_section(on):
    assert on.warnings == ""
    assert "giscus" not in on.page() and "コメントを表示する" not in on.page()
    end = on.page("sub/one").partition("</article>")[2]
    for text in ('data-repo="owner/name"', 'data-repo-id="R_kgDO1"', 'data-category="コメント &lt;1&gt;"', 'data-category-id="DIC_kwDO2"',
                 'data-term="sub/one"', 'data-lang="ja"', "GitHub（owner/name）", 'href="https://github.com/owner/name/discussions"'):
        assert text in end
    assert "https://giscus.app" not in on.page("sub/one")


@pytest.mark.parametrize("change, named", [
    ({"repo": "name"}, "repo.*owner/name"), ({"repo_id": ""}, "repo_id"), ({"category": " "}, "category"), ({"category_id": None}, "category_id"),
    ({"mapping": "title"}, "unknown key 'mapping'"),
])
def test_a_wrong_setting_is_an_error_that_names_it(book, change, named):
    settings = {key: value for key, value in (SETTINGS | change).items() if value is not None}
    with pytest.raises(ConfigError, match=f"giscus.*{named}"):
        made_with(book, settings)


def test_no_mapping_is_an_error(book):
    with pytest.raises(ConfigError, match="giscus.*mapping"):
        made_with(book, "owner/name")


def visit(on, browser, query=""):
    from tools import audit
    server = audit.served(on.out)
    base = server.__enter__()
    tab = browser.new_context(color_scheme="dark").new_page()
    tab.outside = []

    def answer(route):
        tab.outside.append(route.request.url)
        script = route.request.url.endswith("client.js")
        route.fulfill(body=STUB if script else "<script>onmessage = (e) => document.title = JSON.stringify(e.data)</script>",
                      content_type="text/javascript" if script else "text/html", headers={"Access-Control-Allow-Origin": "*"})

    tab.route(re.compile("^https://"), answer)
    tab.goto(f"{base}sub/one.html{query}", wait_until="networkidle")
    tab.server = server
    return tab


@pytest.mark.browser
def test_giscus_is_asked_when_the_reader_asks_and_follows_the_theme(on, browser):
    tab = visit(on, browser)
    tab.evaluate("scrollTo(0, document.body.scrollHeight)")
    tab.wait_for_timeout(200)
    assert tab.outside == []
    tab.get_by_role("button", name="コメントを表示する").press("Enter")
    tab.wait_for_selector("iframe.giscus-frame")
    assert tab.outside[0] == "https://giscus.app/client.js" and all(url.startswith("https://giscus.app/") for url in tab.outside)
    given = tab.evaluate("window.given")
    assert given.items() >= {"repo": "owner/name", "repoId": "R_kgDO1", "category": "コメント <1>", "categoryId": "DIC_kwDO2",
                             "mapping": "specific", "term": "sub/one", "lang": "ja", "theme": "dark"}.items()
    frame = next(frame for frame in tab.frames if "widget" in frame.url)
    frame.wait_for_load_state()
    tab.evaluate("document.documentElement.dataset.theme = 'light'")
    frame.wait_for_function("""document.title === '{"giscus":{"setConfig":{"theme":"light"}}}'""")
    tab.context.close()
    tab.server.__exit__(None, None, None)


@pytest.mark.browser
def test_a_reader_who_comes_back_from_signing_in_sees_them_at_once(on, browser):
    tab = visit(on, browser, "?giscus=session")
    tab.wait_for_selector("iframe.giscus-frame")
    tab.context.close()
    tab.server.__exit__(None, None, None)
