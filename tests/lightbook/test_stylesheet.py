"""One style sheet, with the rules that the pages can use and no other."""

import hashlib
import io
import re
from types import SimpleNamespace
from unittest.mock import Mock

import pytest

from lightbook import css, one_stylesheet


def purged(text, words, tmp_path, **options):
    (tmp_path / "a.css").write_text(text)
    return css.dump(css.purge(css.read(tmp_path, "a.css", ""), set(words.split()), **options))


@pytest.mark.parametrize("selector, words, kept", [
    (".a", "a", True), (".a", "b", False), ("#i", "i", True), ("#i", "", False), ("p", "p", True), ("P", "p", True), ("p", "div", False),
    (".a .b", "a", False), (".a > p.b", "a b p", True), (".a:hover::after", "a", True), (":root", "", True), ("*", "", True),
    (".a:not(.gone)", "a", True), (":is(.a, .b)", "", True), ("[data-x=y]", "", True), ("html[data-theme=dark] .a", "html a", True),
    (".a\\:b", "a:b", True), (".a\\:b", "a", False), (".A", "A", True), (".A", "a", False),
])
def test_a_rule_stays_if_all_its_selector_asks_for_is_somewhere(selector, words, kept, tmp_path):
    assert bool(purged(f"{selector} {{ color: red }}", words, tmp_path)) is kept


def test_of_a_list_of_selectors_the_possible_ones_stay(tmp_path):
    assert purged(".a, .gone, .b > p { color: red; margin: 0 }", "a b p", tmp_path) == ".a,.b > p{color: red;margin: 0}"


def test_a_sheet_is_written_without_what_browsers_skip(tmp_path):
    text = """@charset "utf-8"; /* a */ @layer one, two;
        .a
          .b { /* c */ margin: 0
            1px; *zoom: 1; /* d */ } @media print { /* e */ p { top: 0 } }"""
    (tmp_path / "a.css").write_text(text)
    expected = "@layer one, two;.a .b{margin: 0 1px}@media print{p{top: 0}}"
    for written in (css.dump(css.read(tmp_path, "a.css", "")), purged(text, "a b p", tmp_path)):
        assert " ".join(written.split()) == expected   # where a line ends makes no difference


def test_what_stands_on_paper_stays_as_it_is(tmp_path):
    assert purged("@page { --unused: 1; margin: 0 }", "", tmp_path) == "@page{--unused: 1; margin: 0}"


def test_rules_inside_conditions_are_looked_at(tmp_path):
    assert purged("@media print { .a { top: 0 } .gone { top: 1px } } @media screen { .gone { top: 0 } }", "a", tmp_path) \
        == "@media print{.a{top: 0}}"


def test_properties_that_nothing_reads_go_and_so_do_those_they_read(tmp_path):
    text = ":root { --one: 1px; --two: var(--one); --used: 2px } .gone { top: var(--two) } .a { top: var(--used) }"
    assert purged(text, "a", tmp_path) == ":root{--used: 2px}.a{top: var(--used)}"
    assert "--two" in purged(text, "a --two", tmp_path)  # a script may read it
    icon = ":root{--icon:url(data:image/png;base64,AA==)}.a{background:var(--icon)}"
    assert purged(icon, "a", tmp_path) == icon


def test_fonts_and_animations_stay_if_used(tmp_path):
    font = '@font-face{font-family: "One Font";src: url("one.woff2")}'
    rules = '.a{font-family: "One Font",serif;animation: 1s turn}.b{animation-name: fade}'
    animations = "@keyframes turn{to{rotate: 1turn}}@keyframes fade{to{opacity: 0}}"
    unused = "@font-face { font-family: X; src: url(x.woff2) } @keyframes gone { to { top: 0 } }"
    assert purged(font + unused + animations + rules, "a b", tmp_path) == font + animations + rules
    assert purged(font + unused + animations + rules, "a b", tmp_path, without_fonts=["One"]) == animations + rules


def test_imports_are_put_in_place_and_addresses_follow_the_file(tmp_path):
    (tmp_path / "theme" / "deep").mkdir(parents=True)
    (tmp_path / "base.css").write_text("@charset 'utf-8'; p { background: url('img/x.png') }")
    (tmp_path / "theme" / "deep" / "a.css").write_text(
        '@import url("../../base.css"); p { background: url(../y.svg), url(data:image/png;base64,AA==), url("#here") }')
    text = css.dump(css.read(tmp_path, "theme/deep/a.css", "_static"))
    assert text.index("x.png") < text.index("y.svg")
    assert 'url("../img/x.png")' in text and 'url("../theme/y.svg")' in text and "url(data:image/png;base64,AA==)" in text and 'url("#here")' in text


def test_licences_stay(tmp_path):
    (tmp_path / "b.css").write_text("/*! Bootstrap, MIT */ /* no */ p { top: 0 } /*! and\n others */")
    assert purged('@import "b.css" print; i { top: 0 } /*! last */', "p i", tmp_path) \
        == "@media print{/*! Bootstrap, MIT */\np{top: 0}/*! and\n others */\n}i{top: 0}/*! last */\n"


AWKWARD = [   # nothing of these may change
    '.a::before{content: "  two  spaces, /* no comment */ { ; } > , "}', r'.a{content: "\"; } .gone {";top: 0}',
    ".a{width: calc( 1px + -2px * (3 - 1) )}", ".a{margin: -1px -2px;top: +1px}", ':root{--a:  a  b;--b:;--c: { x: y };--d: "a  b"}',
    ':is(.a , .b) > :not(p, .a::after)[title="a  >  b"] ~ p{top: 0}', ".a + .b{top: 0}", ".a .b{top: 0}", ".a:is(.b) .c{top: 0}",
    "@supports (display: grid) and (not (display: inline-grid)){.a{top: 0}}", "@media (min-width: 10px) and (width < 20px), print{.a{top: 0}}",
    "@layer one, two;", "@layer one{.a{top: 0}}", "@container side (min-width: 1px){.a{top: 0}}", ".a{top: 0 !important;color: RED}",
    """.a{background: url("a b.png"), url("a'b.png"), url(data:image/svg+xml;utf8,<svg/>), url(#x)}""", ".a{top: 0;&:hover{top: 1px};left: 0}",
    '@keyframes a{from{content: " a  b "}50.5%{top: 0}}', '@page :first{margin: 1cm;@top-left{content: " a  b "}}',
    '@font-face{font-family: "A  B";src: local("A  B"), url("x.woff2") format("woff2");unicode-range: U+0-7F, U+3000-30FF}', r".a\:b\/c{top: 0}",
    '.a{grid-template-areas: "a  a" "b  b"}', ".a{--x: 1 /**/ 2;top: 0}", ".a{color: rgb(0 0 0 / 50%);transition: top .5s , left 1s}",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_what_stays_says_what_it_said(text, tmp_path):
    (tmp_path / "a.css").write_text(text, "utf-8")
    assert css.dump(css.read(tmp_path, "a.css", "")) == text


@pytest.mark.parametrize("text", AWKWARD)
def test_what_the_pages_use_is_not_changed_by_leaving_out_the_rest(text, tmp_path):
    used = '.a::before { animation: a; font-family: "A  B" } .a{ top: var(--a) var(--b) var(--c) var(--d) var(--x) }'
    (tmp_path / "whole.css").write_text(text + used, "utf-8")
    assert purged(text + used, "a b c p a:b/c", tmp_path) == css.dump(css.read(tmp_path, "whole.css", ""))


@pytest.mark.parametrize("conditions, heads", [
    ("", "{}"), (" print", "@media print{{{}}}"), (" screen and (min-width: 1px), print", "@media screen and (min-width: 1px), print{{{}}}"),
    (" layer(one.two)", "@layer one.two{{{}}}"), (" layer", "@layer{{{}}}"), (" supports(display: grid)", "@supports (display: grid){{{}}}"),
    (" layer(one) supports(not (top: 0)) print", "@layer one{{@supports (not (top: 0)){{@media print{{{}}}}}}}"),
])
@pytest.mark.parametrize("address", ['"b.css"', "url(b.css)", "url( 'b.css' )"])
def test_an_import_keeps_its_conditions(address, conditions, heads, tmp_path):
    (tmp_path / "b.css").write_text(".a{top: 0}")
    assert purged(f"@import {address}{conditions};", "a", tmp_path) == heads.format(".a{top: 0}")


def test_an_import_from_elsewhere_is_an_error_that_says_so(tmp_path):
    (tmp_path / "a.css").write_text("\n@import url(https://a.example/x.css);")
    with pytest.raises(ValueError, match=r"a\.css, line 2: only a sheet of the same folder can be imported, not 'https://a\.example/x\.css'"):
        css.read(tmp_path, "a.css", "")


def test_addresses_are_found_wherever_they_stand_and_nowhere_else(tmp_path):
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "x.png").write_bytes(b"x")
    version = hashlib.sha256(b"x").hexdigest()[:8]
    (tmp_path / "theme" / "a.css").write_text(
        """.a{content: "url(x.png)"; background: image-set("x.png" 1x, url(x.png#a) 2x)} @keyframes a{to{background: url(x.png)}}
        @media print{.a{background: url("x.png?mine"), url(gone.png)}} @page{background: url(x.png)}""")
    assert css.dump(css.read(tmp_path, "theme/a.css", "")) == (
        f""".a{{content: "url(x.png)";background: image-set("theme/x.png?v={version}" 1x, url("theme/x.png?v={version}#a") 2x)}}"""
        f"""@keyframes a{{to{{background: url("theme/x.png?v={version}")}}}}@media print{{.a{{background: url("theme/x.png?mine"), url("theme/gone.png")}}}}"""
        f"""@page{{background: url("theme/x.png?v={version}")}}""")


def test_an_animation_that_a_property_names_stays_and_so_does_the_order_of_layers(tmp_path):
    text = ":root{--turn: 1s turn}.a{animation: var(--turn)}@keyframes turn{to{rotate: 1turn}}"
    assert purged(text, "a", tmp_path) == text
    assert purged("@layer one{.gone{top: 0}}@layer two{.a{top: 0}}@layer one{.a{top: 1px}}", "a", tmp_path) \
        == "@layer one{}@layer two{.a{top: 0}}@layer one{.a{top: 1px}}"


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


def test_words_of_scripts_are_found_from_the_page_that_asks_for_them(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "s.js").write_bytes("kept 語".encode() + b"\xff")      # of somebody else, in another encoding
    (tmp_path / "searchindex.js").write_text("indexed", encoding="utf-8")
    text = ('<P id=i title="no" class="b aX"><b class = \'c\'></b><script defer src="../s.js?v=1">\nfirst\nsecond</script>'
            '<script src="../searchindex.js"></script><script src="https://a.example/x.js"></script><script src="gone.js"></script>')
    assert one_stylesheet.words_used({tmp_path / "sub" / "p.html": text}) \
        == {"p", "i", "aX", "b", "c", "script", "first", "second", "kept", "語"}


@pytest.mark.parametrize("builder, exception", [({}, None), ({"one_stylesheet_sources": ["_static/a.css"]}, ValueError())])
def test_a_build_that_wrote_no_page_or_failed_leaves_the_sheet_as_it_was(builder, exception, tmp_path):
    one_stylesheet.write_bundle(SimpleNamespace(builder=SimpleNamespace(**builder), outdir=tmp_path), exception)
    assert list(tmp_path.iterdir()) == []


def test_pages_may_be_read_and_written_in_parallel():
    assert one_stylesheet.setup(Mock()) == {"parallel_read_safe": True, "parallel_write_safe": True}


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
html_theme = "basic"
html_static_path = ["own"]
def finish(app, exception):
    with (app.outdir / "index.html").open("a", encoding="utf-8") as page:
        page.write('<b class="late"></b>')
def setup(app):
    app.connect("build-finished", finish)
    app.add_css_file("second.css", priority=950)
    app.add_css_file("first.css", priority=940)
    app.connect("html-page-context", lambda app, page, *rest: app.add_css_file("own.css", priority=100) if page == "other" else None)
"""
    font = "@font-face { font-family: F; src: url(f.woff2) } /*! © 誰か */ "
    sheets = {"own/own.css": "p { top: 0 }", "own/first.css": font + "p { font-family: F }", "own/second.css": ".late { top: 0 }"}
    made = book(FILES | sheets, ["lightbook.one_stylesheet"], conf)
    assert re.findall(r'href="_static/(\w+\.css)', made.page("other")) == ["book.css", "own.css"] and "own.css" not in made.page("index")
    assert made.static("book.css").endswith('@font-face{font-family: F;src: url("f.woff2")}/*! © 誰か */\np{font-family: F}.late{top: 0}')
    made.write({"conf.py": (made.folder / "conf.py").read_text("utf-8") + "one_stylesheet_without_fonts = ['F']\n"}).build()
    assert made.static("book.css").endswith("/*! © 誰か */\np{font-family: F}.late{top: 0}") and "@font-face" not in made.static("book.css")


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
