"""The first use of a glossary term in a section leads to the glossary and shows its meaning; the rest of the page stays as it is."""

import re
from types import SimpleNamespace

import pytest
from docutils import nodes
from sphinx.errors import ConfigError

from lightbook.glossary import link, read_terms

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
CONF = "glossary_terms = 'terms.yml'\n"  # glossary_page is "glossary" unless it is said


@pytest.fixture(scope="module")
def built(book):
    return book(FILES, ["lightbook.glossary"], CONF)


def links(page):
    """(address, title, text) of each term's link, in order."""
    found = re.findall(r'<a class="[^"]*\bterm\b[^"]*" href="([^"]*)"(?: title="([^"]*)")?>(.*?)</a>', page)
    return [(address, title, re.sub("<.*?>", "", text)) for address, title, text in found]


def test_each_term_is_linked_once_a_section_by_its_longest_name_outside_code_links_and_headings(built):
    lead, *sections = re.split("<h2>", built.page())
    assert [text for _, _, text in links(lead)] == ["勾配", "勾配降下法", "ReLU関数"]
    assert [[text for _, _, text in links(section)] for section in sections] == [["勾配", "勾配降下法"], ["勾配"]]
    assert "とPReLU関数と<strong>" in built.page()  # part of a longer word is no use of the term
    assert not built.warnings


def test_the_meaning_is_on_the_page_once(built):
    titles = [(text, title) for _, title, text in links(built.page()) if title]
    assert titles == [("勾配", "傾きの並びです。"), ("勾配降下法", "下る方法です。"), ("ReLU関数", "折れ線です。")]


def test_the_rows_of_the_glossary_are_the_targets(built):
    for address, _, _ in links(built.page()):
        page, _, target = address.partition("#")
        assert page == "glossary.html" and f'id="{target}"' in built.page("glossary")


BAD_TERMS = {
    "no meaning": "- {ja: 勾配}",
    "no list": "ja",
    "a number": "1",
    "no YAML": "[",
    "no UTF-8": "- {ja: 勾配, means: x}".encode("shift-jis"),
}


@pytest.mark.parametrize("content", BAD_TERMS.values(), ids=BAD_TERMS)
def test_a_file_that_is_no_list_of_terms_is_named(tmp_path, content):
    (tmp_path / "terms.yml").write_bytes(content if isinstance(content, bytes) else content.encode())
    with pytest.raises(ConfigError, match="terms.yml must be a list of terms"):
        read_terms(SimpleNamespace(srcdir=tmp_path), SimpleNamespace(glossary_terms="terms.yml"))


def test_a_missing_file_of_terms_is_named(tmp_path):
    with pytest.raises(ConfigError, match="gone.yml must be a list of terms"):
        read_terms(SimpleNamespace(srcdir=tmp_path), SimpleNamespace(glossary_terms="gone.yml"))


def linked(document, terms=None):
    """(address, meaning, text) of each link to a term that the document gets."""
    config = SimpleNamespace(glossary_page="more/words", glossary=terms or {"傾き": "変化の割合"})
    builder = SimpleNamespace(get_relative_uri=lambda here, there: f"../{there}.html")
    link(SimpleNamespace(config=config, builder=builder), document, "sub/page")
    return [
        (found["refuri"], found.get("reftitle"), found.astext())
        for found in document.findall(nodes.reference)
        if "term" in found["classes"]
    ]


def test_links_stand_in_prose_only():
    def text(kind, **attributes):
        return nodes.section("", nodes.paragraph("", "", kind(text="傾き", **attributes)))

    def block(kind, **attributes):
        return nodes.section("", kind("", nodes.paragraph("", "傾き"), **attributes))

    for closed in (
        text(nodes.literal),
        text(nodes.math),
        text(nodes.reference, refuri="x"),
        text(nodes.raw, format="html"),
        nodes.section("", nodes.title("", "傾き")),
        nodes.section("", nodes.literal_block("", "傾き")),
        nodes.section("", nodes.math_block("", "傾き")),
        block(nodes.citation),
        block(nodes.footnote),
        block(nodes.table),
        block(nodes.container, classes=["cell_output"]),
        block(nodes.container, no_terms=True),
    ):
        assert linked(closed) == [], closed
    for prose in (text(nodes.emphasis), block(nodes.container, classes=["cell"])):
        assert linked(prose) == [("../more/words.html#term-傾き", "変化の割合", "傾き")], prose


def test_a_text_with_several_terms_stays_whole():
    terms = {"softmax": "a", "Leaky ReLU": "b", "f(x)": "c", "ReLU": "d"}
    document = nodes.section("", nodes.paragraph("", "argsoftmaxとsoftmax、Leaky ReLUとReLUとf(x)とfx、ReLU。"))
    assert linked(document, terms) == [
        ("../more/words.html#term-softmax", "a", "softmax"),
        ("../more/words.html#term-Leaky-ReLU", "b", "Leaky ReLU"),
        ("../more/words.html#term-ReLU", "d", "ReLU"),
        ("../more/words.html#term-f(x)", "c", "f(x)"),
    ]
    assert [child.astext() for child in document[0]] == [
        "argsoftmaxと",
        "softmax",
        "、",
        "Leaky ReLU",
        "と",
        "ReLU",
        "と",
        "f(x)",
        "とfx、ReLU。",
    ]
    assert all(found["internal"] for found in document.findall(nodes.reference))


def test_only_a_term_that_begins_with_a_letter_needs_the_start_of_a_word():
    terms = {"層": "a", "第1種": "b", "f値": "c"}
    document = nodes.section("", nodes.paragraph("", "ReLU層、BN第1種、elf値、f値。"))
    assert [text for _, _, text in linked(document, terms)] == ["層", "第1種", "f値"]
    assert [child.astext() for child in document[0]] == ["ReLU", "層", "、BN", "第1種", "、elf値、", "f値", "。"]


def test_a_page_without_headings_is_one_section():
    assert len(linked(nodes.container("", nodes.paragraph("", "傾き。"), nodes.paragraph("", "傾き。")))) == 1


def test_without_terms_nothing_happens(book):
    made = book(FILES, ["lightbook.glossary"])
    assert made.warnings == "" and links(made.page()) == [] and "glossary-term" not in made.page("glossary")


def test_other_terms_and_another_glossary_are_used_at_once(book):
    made = book(
        FILES | {"more.yml": "- {ja: 用語, means: ことば}\n- {ja: もう一度, means: また}\n"}, ["lightbook.glossary"], CONF
    )
    assert made.page("glossary").count('class="glossary-term') == 3
    conf = (made.folder / "conf.py").read_text("utf-8").replace("terms.yml", "more.yml")
    made.write({"conf.py": conf}).build()
    assert links(made.page()) == [("glossary.html#term-もう一度", "また", "もう一度")]
    made.write({"conf.py": conf + "glossary_page = 'index'\n"}).build()
    assert links(made.page()) == [] and "glossary-term" not in made.page("glossary")


@pytest.fixture(scope="module")
def themed(book):
    return book(FILES, ["lightbook"], CONF + "html_theme = 'sphinx_book_theme'\nlanguage = 'ja'\nhtml_title = '本'\n")


def test_a_changed_meaning_is_on_every_page_that_shows_it(book):
    terms = "- {ja: 勾配, means: 傾きの並び}\n- {ja: 勾配降下法, means: 下る方法}\n- {ja: ReLU関数, means: 折れ線}\n"
    made = book(FILES | {"terms.yml": terms}, ["lightbook.glossary"], CONF)
    assert "傾きの並び" in made.page()
    made.write({"terms.yml": terms.replace("傾きの並び", "偏微分の並び")}).build()
    assert "偏微分の並び" in made.page() and "傾きの並び" not in made.page()


@pytest.mark.browser
def test_the_meaning_is_shown_by_pointer_and_stays_while_pointed_at(themed, look):
    tab = look(themed)
    tip, later = tab.locator("#term-meaning"), tab.locator("a.term").nth(3)  # a later link, which has no title of its own
    assert tip.is_hidden()
    later.hover()
    assert tip.inner_text() == "傾きの並びです。"
    tip.hover()
    tab.wait_for_timeout(400)
    assert tip.is_visible()  # WCAG 1.4.13: one can point at it
    tab.keyboard.press("Escape")
    assert tip.is_hidden()  # and put it away without moving
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
