"""Level, reading time, what was read and what to read next; and the keys that turn the pages."""

import json
import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from docutils.core import publish_doctree
from myst_parser.docutils_ import Parser

from lightbook.reading import measure, seconds
from tests.books import STORED, notebook

THEME = "html_theme = 'sphinx_book_theme'\nlanguage = 'ja'\nhtml_title = '本'\n"
LONG = "あ" * 500
FILES = {
    "index.md": "# 本\n\n文。\n\n```{toctree}\nsub/one\ntwo\nthree\nappendix\n```\n",
    "sub/one.md": f"---\nlevel: 初級\n---\n# 一\n\n{LONG}\n\n{LONG}\n\n## 節\n\n"
    + "文。\n\n" * 60
    + "<input type='range' aria-label='つまみ'> <input aria-label='文字'> <a href='#x'>内</a>\n",
    "two.md": "---\nlevel: 上級\nwork_minutes: 90\n---\n# 二\n\n文。\n",
    "three.md": "---\nlevel: 中級\n---\n# 三\n\n文。\n",
    "appendix.md": "# 付録\n\n文。\n",
}
PARTS = ["lightbook.theme", "lightbook.reading", "lightbook.assets"]


@pytest.fixture(scope="module")
def made(book):
    return book(FILES, PARTS, THEME)


def time(text):
    """The seconds for a text in Markdown."""
    return seconds(publish_doctree(text, parser=Parser(), settings_overrides={"myst_enable_extensions": ["dollarmath"]}))


def test_a_chapter_says_its_level_and_time_under_its_title(made):
    assert made.warnings == ""
    assert re.search(r"</h1>\s*<p class=\"reading-facts\">初級・読む時間の目安 \d\u00a0分</p>", made.page("sub/one"))
    assert "reading-facts" not in made.page() and "reading-facts" not in made.page("appendix")
    assert "500 字" in made.page()
    shared = json.loads(re.search(r"const readingChapters = (.*?);\n", made.static("book.js"))[1])
    assert [name for name, *_ in shared] == ["sub/one.html", "two.html", "three.html"] and shared[1][1] == "上級"
    assert 'data-chapter="sub/one.html"' in made.page("sub/one")
    assert "上級・読む時間の目安 1\u00a0分・解く時間の目安 90\u00a0分</p>" in made.page(
        "two"
    ) and "解く時間の目安" not in made.page("sub/one")


def test_its_script_and_style_come_after_the_theme_s(made):
    """The script leaves alone the keys that others have taken before, and the style says more than theirs."""
    script, style = made.static("book.js"), made.static("book.css")
    assert script.index("reading-1:") > script.index("closeAll")  # (the menus')
    assert style.index(".reading-facts") > style.rindex(".bd-article")


TEXTS = {
    "prose": (LONG, 60),
    "spaces": ("あ い\nう\u3000え", 4 * 0.12),
    "a heading": ("# 題\n\n## 節", 2 * 0.12),
    "formulas in a line": ("$x$ と $x^2 + y^2$", 2 * 2 + 0.12),
    "displayed formulas": ("$$x$$\n\n$$y$$\n", 2 * 10),
    "code": ("```python\nx = 1\n\n \ny = 2\n```", 2 * 4),
    "code in a line": ("`xyz`", 3 * 0.12),
    "what is not shown as text": (f"あ\n\n```{{raw}} html\n{LONG}\n```\n\n% {LONG}\n\n", 0.12),
}


@pytest.mark.parametrize("text, expected", TEXTS.values(), ids=TEXTS)
def test_the_time_follows_from_the_text(text, expected):
    assert time(text) == pytest.approx(expected)


@pytest.mark.parametrize("characters, minutes", [(1, 1), (500, 1), (501, 2), (1000, 2)])
def test_minutes_that_have_begun_count(characters, minutes):
    env = SimpleNamespace(docname="a", metadata={"a": {"level": "初級"}})
    measure(SimpleNamespace(env=env), nodes.paragraph("", "あ" * characters))
    assert env.metadata["a"]["minutes"] == minutes


def test_what_a_cell_shows_takes_the_same_time_however_long_and_code_folded_away_takes_none():
    def cell(*classes):
        code = nodes.literal_block("", "x = 1\n" * 5)
        shown = nodes.container("", nodes.paragraph("", LONG), classes=["cell_output", "docutils"])
        return nodes.container("", nodes.container("", code, classes=["cell_input"]), shown, classes=["cell", *classes])

    assert seconds(cell()) == seconds(cell("tag_remove-output", "tag_mine")) == 5 * 4 + 10
    for tag in ("hide-input", "hide-cell", "remove-input", "remove-cell"):
        assert seconds(cell(f"tag_{tag}")) == 10
    assert seconds(nodes.container("", cell(), nodes.paragraph("", LONG), no_time=True)) == 0  # folded, at the end


def test_a_notebook_s_time_is_in_whole_minutes_without_what_it_folds_away(book):
    code = "x = 1\n" * 40
    files = {"index.ipynb": notebook(code, level="中級"), "folded.ipynb": notebook(code, tags=["hide-input"], level="中級")}
    made = book(files, ["lightbook.reading"], STORED)
    assert "中級・読む時間の目安 3\u00a0分" in made.page() and "中級・読む時間の目安 1\u00a0分" in made.page("folded")  # 160 s
    assert '<script defer="defer" src="_static/reading.js' in made.page()


def test_an_unknown_level_is_a_warning_and_without_levels_there_is_nothing(book):
    made = book({"index.md": "---\nlevel: easy\n---\n# 題\n"}, ["lightbook.reading"], THEME)
    assert re.search(r"/index\.md: WARNING: level: 'easy' is none of 初級, 中級, 上級$", made.warnings, re.M)
    plain = book("# 題\n", PARTS, THEME)
    assert "reading-" not in plain.page() and "readingChapters" not in plain.static("book.js")


def test_pages_that_were_not_written_again_ask_for_the_new_list(book):
    made = book(FILES, PARTS, THEME)
    before = re.search(r"book\.js\?v=\w+", made.page("appendix"))[0]
    made.write({"two.md": FILES["two.md"].replace("上級", "中級")}).build()
    now = {re.search(r"book\.js\?v=\w+", made.page(name))[0] for name in ("index", "sub/one", "two", "three", "appendix")}
    assert len(now) == 1 and before not in now and '"two.html", "中級"' in made.static("book.js")


@pytest.mark.browser
def test_what_was_read_is_kept_marked_in_words_and_erased(made, look):
    tab = look(made, "sub/one.html")
    sidebar = tab.locator("#pst-primary-sidebar")
    assert sidebar.locator(".reading-count").inner_text() == "読んだ章：0 / 3"
    tab.get_by_label("この章を読み終えた").check()
    assert sidebar.locator(".reading-count").inner_text() == "読んだ章：1 / 3"
    assert tab.locator(".reading-end .reading-next").inner_text() == "次に読む：二（上級・1\u00a0分、解く時間 90\u00a0分）"
    tab.goto(tab.base + "index.html")
    assert sidebar.get_by_role("link", name="一（読了）").is_visible()
    assert tab.locator(".reading-end .reading-next a").get_attribute("href").endswith("two.html")
    stored = tab.evaluate("Object.entries(localStorage).filter(([key]) => key.startsWith('reading'))")
    assert stored == [["reading-1:/sub/path/", '["sub/one.html"]']]
    tab.on("dialog", lambda dialog: dialog.accept())
    tab.locator(".reading-end .reading-erase").click()
    assert tab.locator(".reading-end .reading-count").inner_text() == "読んだ章：0 / 3"
    assert tab.locator(".reading-mark").count() == 0 and not tab.evaluate(
        "Object.keys(localStorage).some(key => key.startsWith('reading'))"
    )
    assert [line for line in tab.said if "404" not in line] == []


@pytest.mark.browser
def test_the_end_in_sight_counts_only_after_some_time(made, look):
    tab = look(made, "sub/one.html")
    tab.evaluate("document.querySelector('.reading-done').scrollIntoView()")
    tab.wait_for_timeout(200)
    assert not tab.locator(".reading-done").is_checked()
    late = look(made)
    late.add_init_script("performance.now = () => 1e9")
    late.goto(late.base + "sub/one.html")
    assert not late.locator(".reading-done").is_checked()
    late.evaluate("document.querySelector('.reading-done').scrollIntoView()")
    late.wait_for_function("document.querySelector('.reading-done').checked")


@pytest.mark.browser
@pytest.mark.parametrize("stored", ["{", '{"a": 1}', "7", '["gone.html", 5]'])
def test_what_cannot_be_read_counts_as_nothing(made, look, stored):
    tab = look(made, "two.html")
    tab.evaluate("stored => localStorage.setItem('reading-1:/sub/path/', stored)", stored)
    tab.reload()
    assert tab.locator("#pst-primary-sidebar .reading-count").inner_text() == "読んだ章：0 / 3"
    assert [line for line in tab.said if "404" not in line] == []


@pytest.mark.browser
def test_storage_refused_a_page_still_works(made, look):
    tab = look(made)
    tab.add_init_script(
        "for (const name of ['localStorage', 'sessionStorage']) Object.defineProperty(window, name,"
        " {configurable: true, get() { throw new DOMException('refused', 'SecurityError'); }})"
    )
    tab.goto(tab.base + "two.html")
    tab.get_by_label("この章を読み終えた").check()
    assert tab.locator("#pst-primary-sidebar .reading-count").inner_text() == "読んだ章：1 / 3"
    theme = tab.evaluate("document.documentElement.dataset.mode")
    tab.click(".theme-switch-button")
    assert tab.evaluate("document.documentElement.dataset.mode") != theme
    assert [line for line in tab.said if "404" not in line] == []


@pytest.mark.browser
def test_without_javascript_and_on_paper_nothing_dead_is_shown(made, look):
    plain = look(made, "two.html", java_script_enabled=False)
    assert plain.locator(".reading-facts").is_visible()
    for dead in (".reading-end", ".reading-progress", ".page-keys"):
        assert plain.locator(dead).first.is_hidden()
    tab = look(made, "two.html")
    tab.emulate_media(media="print")
    assert tab.locator(".reading-end").is_hidden() and tab.locator(".reading-facts").is_visible()


@pytest.mark.browser
def test_shift_and_arrow_turn_the_page_where_nothing_else_wants_them(made, look):
    tab = look(made, "sub/one.html")
    assert tab.locator(".page-keys").last.inner_text().replace(" ", "") == "Shift+→"
    for control in ("つまみ", "文字"):
        tab.get_by_label(control).focus()
        tab.keyboard.press("Shift+ArrowRight")
    tab.locator("body").evaluate("body => document.activeElement.blur()")
    tab.keyboard.press("ArrowRight")
    tab.keyboard.press("Control+Shift+ArrowRight")
    tab.evaluate("getSelection().selectAllChildren(document.querySelector('h1'))")
    tab.keyboard.press("Shift+ArrowRight")  # makes the selection longer
    tab.wait_for_timeout(200)
    assert tab.url.endswith("sub/one.html")
    tab.evaluate("getSelection().removeAllRanges()")
    tab.get_by_role("link", name="内").focus()
    tab.keyboard.press("Shift+ArrowRight")
    tab.wait_for_url("**/two.html")
    tab.keyboard.press("Shift+ArrowLeft")
    tab.wait_for_url("**/sub/one.html")
