"""The first use of a glossary term in a section leads to the glossary and shows its meaning; the rest of the page stays as it is."""

import re

import pytest
from sphinx.errors import ConfigError

FILES = {
    "terms.yml": "- {ja: 勾配, means: 傾きの並びです。}\n- {ja: 勾配降下法, means: 下る方法です。}\n- {ja: ReLU関数, means: 折れ線です。}\n",
    "index.md": """# 勾配の章

`勾配` は勾配です。もう一度、勾配。勾配降下法とPReLU関数と**ReLU関数**です。

## 勾配の節

[勾配](glossary.md) は、勾配です。

### 小さな節

ここでも、勾配と勾配降下法。

## 次の節

勾配。

```{toctree}
glossary
```
""",
    "glossary.md": "# 用語集\n\n| 用語 |\n|---|\n| 勾配 |\n| 勾配降下法 |\n| ReLU関数 |\n",
}
CONF = "glossary_terms = 'terms.yml'\nglossary_page = 'glossary'\n"


@pytest.fixture(scope="module")
def built(book):
    return book(FILES, ["lightbook.first_use_links"], CONF)


def links(page):
    """(address, title, text) of each term's link, in order."""
    found = re.findall(r'<a class="[^"]*\bterm\b[^"]*" href="([^"]*)"(?: title="([^"]*)")?>(.*?)</a>', page)
    return [(address, title, re.sub("<.*?>", "", text)) for address, title, text in found]


def test_each_term_is_linked_once_a_section_by_its_longest_name_outside_code_links_and_headings(built):
    lead, *sections = re.split("<h2>", built.page())
    assert [text for _, _, text in links(lead)] == ["勾配", "勾配降下法", "ReLU関数"]
    assert [[text for _, _, text in links(section)] for section in sections] == [["勾配", "勾配降下法"], ["勾配"]]
    assert "とPReLU関数と<strong>" in built.page()   # part of a longer word is no use of the term
    assert not built.warnings


def test_the_meaning_is_on_the_page_once(built):
    titles = [(text, title) for _, title, text in links(built.page()) if title]
    assert titles == [("勾配", "傾きの並びです。"), ("勾配降下法", "下る方法です。"), ("ReLU関数", "折れ線です。")]


def test_the_rows_of_the_glossary_are_the_targets(built):
    for address, _, _ in links(built.page()):
        page, _, target = address.partition("#")
        assert page == "glossary.html" and f'id="{target}"' in built.page("glossary")


def test_a_file_without_meanings_is_named(book):
    with pytest.raises(ConfigError, match="terms.yml"):
        book(FILES | {"terms.yml": "- {ja: 勾配}\n"}, ["lightbook.first_use_links"], CONF)


@pytest.fixture(scope="module")
def themed(book):
    return book(FILES, ["lightbook"], CONF + "html_theme = 'sphinx_book_theme'\nlanguage = 'ja'\nhtml_title = '本'\n")


@pytest.mark.browser
def test_the_meaning_is_shown_by_pointer_and_stays_while_pointed_at(themed, look):
    tab = look(themed)
    tip, later = tab.locator("#term-meaning"), tab.locator("a.term").nth(3)   # a later link, which has no title of its own
    assert tip.is_hidden()
    later.hover()
    assert tip.inner_text() == "傾きの並びです。"
    tip.hover()
    tab.wait_for_timeout(400)
    assert tip.is_visible()      # WCAG 1.4.13: one can point at it
    tab.keyboard.press("Escape")
    assert tip.is_hidden()       # and put it away without moving
    later.hover(position={"x": 1, "y": 1})
    tab.mouse.move(2, 2)
    tip.wait_for(state="hidden")


@pytest.mark.browser
def test_the_meaning_is_shown_by_keyboard_and_said(themed, look):
    tab = look(themed, width=360)
    first = tab.locator("a.term").first
    first.focus()
    tip = tab.locator("#term-meaning")
    assert tip.is_visible() and first.get_attribute("aria-describedby") == "term-meaning" and first.get_attribute("title") is None
    box, article = tip.bounding_box(), tab.locator("article").bounding_box()
    assert article["x"] <= box["x"] and box["x"] + box["width"] <= article["x"] + article["width"] + 1
    tab.keyboard.press("Escape")
    assert tip.is_hidden() and first.get_attribute("aria-describedby") is None
    first.evaluate("link => link.blur()")
    first.focus()
    tab.keyboard.press("Tab")
    assert tip.inner_text() == "下る方法です。"
    tab.keyboard.press("Enter")
    tab.wait_for_url("**/glossary.html#*")


@pytest.mark.browser
def test_the_first_tap_shows_and_the_second_follows(themed, look):
    tab = look(themed, width=360, has_touch=True)
    link, tip = tab.locator("a.term").first, tab.locator("#term-meaning")
    link.tap()
    assert tip.is_visible() and "glossary" not in tab.url
    tab.locator("h1").tap()
    assert tip.is_hidden()
    link.tap()
    link.tap()
    tab.wait_for_url("**/glossary.html#*")


@pytest.mark.browser
def test_the_shown_meaning_has_no_accessibility_violation(themed, look):
    from axe_playwright_python.sync_playwright import Axe
    for scheme in ("light", "dark"):
        tab = look(themed, scheme=scheme)
        tab.locator("a.term").first.focus()
        assert tab.locator("#term-meaning").is_visible()
        assert [found["id"] for found in Axe().run(tab).response["violations"]] == []
