"""One style sheet, with the rules that the pages can use and no other."""

import io
import re

import pytest

from lightbook import css, one_stylesheet


def purged(text, words, tmp_path, **options):
    (tmp_path / "a.css").write_text(text)
    return css.dump(css.purge(css.read(tmp_path, "a.css", ""), set(words.split()), **options))


@pytest.mark.parametrize("selector, words, kept", [
    (".a", "a", True), (".a", "b", False), ("#i", "i", True), ("#i", "", False), ("p", "p", True), ("P", "p", True), ("p", "div", False),
    (".a .b", "a", False), (".a > p.b", "a b p", True), (".a:hover::after", "a", True), (":root", "", True), ("*", "", True),
    (".a:not(.gone)", "a", True), (":is(.a, .b)", "", True), ("[data-x=y]", "", True), ("html[data-theme=dark] .a", "html a", True),
    (".a\\:b", "a:b", True), (".a\\:b", "a", False),
])
def test_a_rule_stays_if_all_its_selector_asks_for_is_somewhere(selector, words, kept, tmp_path):
    assert bool(purged(f"{selector} {{ color: red }}", words, tmp_path)) is kept


def test_of_a_list_of_selectors_the_possible_ones_stay(tmp_path):
    assert purged(".a, .gone, .b > p { color: red; margin: 0 }", "a b p", tmp_path) == ".a,.b>p{color:red;margin:0}"


def test_rules_inside_conditions_are_looked_at(tmp_path):
    assert purged("@media print { .a { top: 0 } .gone { top: 1px } } @media screen { .gone { top: 0 } }", "a", tmp_path) \
        == "@media print{.a{top:0}}"


def test_properties_that_nothing_reads_go_and_so_do_those_they_read(tmp_path):
    text = ":root { --one: 1px; --two: var(--one); --used: 2px } .gone { top: var(--two) } .a { top: var(--used) }"
    assert purged(text, "a", tmp_path) == ":root{--used:2px}.a{top:var(--used)}"
    assert "--two" in purged(text, "a --two", tmp_path)  # a script may read it


def test_fonts_and_animations_stay_if_used(tmp_path):
    text = ('@font-face { font-family: "One Font"; src: url(one.woff2) } @font-face { font-family: Other; src: url(o.woff2) }'
            "@keyframes turn { to { rotate: 1turn } } @keyframes gone { to { top: 0 } }"
            '.a { font-family: "One Font", serif; animation: 1s turn }')
    result = purged(text, "a", tmp_path)
    assert "one.woff2" in result and "o.woff2" not in result and "turn" in result and "@keyframes gone" not in result
    assert "one.woff2" not in purged(text, "a", tmp_path, without_fonts=["One"])


def test_imports_are_put_in_place_and_addresses_follow_the_file(tmp_path):
    (tmp_path / "theme" / "deep").mkdir(parents=True)
    (tmp_path / "base.css").write_text("@charset 'utf-8'; p { background: url('img/x.png') }")
    (tmp_path / "theme" / "deep" / "a.css").write_text(
        '@import url("../../base.css"); p { background: url(../y.svg), url(data:image/png;base64,AA==), url("#here") }')
    text = css.dump(css.read(tmp_path, "theme/deep/a.css", "_static"))
    assert text.index("x.png") < text.index("y.svg")
    assert 'url("../img/x.png")' in text and "url(../theme/y.svg)" in text and "url(data:image/png;base64,AA==)" in text and 'url("#here")' in text


def test_licences_stay(tmp_path):
    (tmp_path / "a.css").write_text("/*! Bootstrap, MIT */ /* no */ p { top: 0 }")
    assert css.licences(tmp_path, ["a.css", "a.css"]) == "/*! Bootstrap, MIT */\n"


def test_broken_css_names_its_file(tmp_path):
    (tmp_path / "a.css").write_text("p { top: 0 } }")
    with pytest.raises(ValueError, match=r"a\.css, line 1"):
        css.read(tmp_path, "a.css", "")


def test_words_are_those_of_tags_and_scripts_not_of_the_text(tmp_path):
    page = tmp_path / "p.html"
    page.write_text("""<p class="one two" id=x>text <b style='color:var(--c)'>b</b></p><script>add("three")</script><script src="s.js"></script>""")
    (tmp_path / "s.js").write_text("toggle('four-five')")
    words = one_stylesheet.words_used({page: page.read_text()})
    assert {"p", "one", "two", "b", "--c", "three", "four-five"} <= words and "text" not in words


FILES = {"index.md": "# T\n\n```{toctree}\nother\n```\n", "other.md": "# O\n\n文。\n"}
THEME = "html_theme = 'sphinx_book_theme'\n"


def test_a_page_asks_for_one_sheet_and_it_follows_the_pages(book):
    made = book(FILES, ["lightbook.one_stylesheet"], "html_theme = 'basic'\n")
    before = made.page("other")
    assert re.findall(r'rel="stylesheet"[^>]*href="([^"?]*)', before) == ["_static/book.css"]
    assert "div.topic" not in made.static("book.css")
    made.write({"index.md": FILES["index.md"] + "\n:::{topic} 題\n文。\n:::\n"}).build()
    assert "div.topic" in made.static("book.css")
    stamp = re.search(r"book\.css\?v=(\w+)", made.page("other"))[1]
    assert stamp != re.search(r"book\.css\?v=(\w+)", before)[1]  # a page that was not written again asks for the new sheet, too
    assert stamp == re.search(r"book\.css\?v=(\w+)", made.page("index"))[1]


def test_a_sheet_of_one_page_stays_its_own(book):
    conf = """
html_static_path = ["own"]
def setup(app):
    app.connect("html-page-context", lambda app, page, *rest: app.add_css_file("own.css") if page == "other" else None)
"""
    made = book(FILES | {"own/own.css": "p { top: 0 }"}, ["lightbook.one_stylesheet"], conf)
    assert "own.css" in made.page("other") and "own.css" not in made.page("index")


@pytest.mark.browser
def test_pages_look_the_same_with_and_without_the_rules_that_are_left_out(book, look):
    from PIL import Image, ImageChops
    text = "# T\n\n文 `code` [link](https://a.example)。\n\n:::{note}\n注。\n:::\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx = 1\n```\n"
    made = book(text, ["lightbook.light_theme", "lightbook.one_stylesheet"], THEME)
    sources = re.findall(r"[\w./-]+\.css", " ".join(["styles/theme.css", "styles/pydata-sphinx-theme.css", "pygments.css",
                                                      "styles/sphinx-book-theme.css", "icons.css", "look.css"]))
    whole = "".join(f'<link rel="stylesheet" href="_static/{name}">' for name in sources)
    (made.out / "whole.html").write_text(re.sub(r"<link[^>]*book\.css[^>]*>", whole, made.page()))
    for width, scheme in ((1280, "light"), (360, "dark")):
        shots = [Image.open(io.BytesIO(look(made, page, width, scheme).screenshot())) for page in ("index.html", "whole.html")]
        assert ImageChops.difference(*[shot.convert("RGB") for shot in shots]).getbbox() is None
