"""One script, one style sheet with the rules that the pages can use, and addresses that change when a file does."""

import hashlib
import io
import re
from types import SimpleNamespace
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
from sphinx.builders.html._assets import _JavaScript as script

from lightbook import assets
from tools.browser import served

CONF = """
html_static_path = ["own"]
def setup(app):
    app.add_js_file("late.js", priority=600)
    app.add_js_file("tagged.js", **{"data-name": "x"})
    app.add_js_file("module.js", type="module")
    app.connect("html-page-context", lambda app, page, *rest: app.add_js_file("page.js", priority=100))
"""
OWN = {
    "index.md": "# T\n\n文。\n",
    "own/late.js": "console.log('progress'); window.read = DOCUMENTATION_OPTIONS.VERSION; const greeting = 'hello'",
    "own/tagged.js": "window.tag = document.currentScript.dataset.name",
    "own/module.js": "window.module = 1",
    "own/page.js": "window.own = greeting",
}


def test_local_scripts_are_joined_and_the_rest_waits(book):
    made = book(OWN, ["lightbook.assets"], CONF)
    tags = re.findall(r"<script[^>]*>", made.page().partition("</head>")[0])
    assert sum("src=" in tag for tag in tags) == 4  # the bundle, the tagged one, the module and what the page has for itself
    assert all("defer" in tag or "module" in tag for tag in tags), tags
    assert tags[0].startswith('<script defer="defer" src="_static/book.js?v=')
    assert "console.log(" not in made.static("book.js")


def test_the_bundle_is_each_script_once_in_order(tmp_path):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "a.js").write_text('console.log("あ"); a() \n//# sourceMappingURL=a.js.map', encoding="utf-8")
    (tmp_path / "_static" / "b.js").write_text("b()\n", encoding="utf-8")
    shared = [
        script("_static/b.js", priority=400),
        script("_static/a.js", priority=200, defer="defer"),
        script("_static/b.js", priority=900),
        script("https://a.example/e.js"),
        script("_static/f.js", type="module"),
    ]
    assert assets.bundle_text(SimpleNamespace(outdir=tmp_path, _orig_js_files=shared)) == 'Object("あ"); a()\n;\nb()\n;\n'


@pytest.mark.browser
def test_every_script_finds_what_it_reads(book, look):
    made = book(OWN, ["lightbook.assets"], CONF + "release = '7'\n")
    tab = look(made)
    assert tab.evaluate("[window.read, window.tag, window.module, window.own]") == ["7", "x", 1, "hello"]
    assert [line for line in tab.said if "404" not in line] == []  # (there is no icon)


def purged(text, words, tmp_path):
    (tmp_path / "a.css").write_text(text)
    return assets.dump(assets.purge(assets.read(tmp_path, "a.css", ""), set(words.split())))


@pytest.mark.parametrize(
    "selector, words, kept",
    [
        (".a", "a", True),
        (".a", "b", False),
        ("#i", "i", True),
        ("#i", "", False),
        ("p", "p", True),
        ("P", "p", True),
        ("p", "div", False),
        (".a .b", "a", False),
        (".a > p.b", "a b p", True),
        (".a:hover::after", "a", True),
        (":root", "", True),
        ("*", "", True),
        (".a:not(.gone)", "a", True),
        (":is(.a, .b)", "", True),
        ("[data-x=y]", "", True),
        ("html[data-theme=dark] .a", "html a", True),
        (".a\\:b", "a:b", True),
        (".a\\:b", "a", False),
        (".A", "A", True),
        (".A", "a", False),
    ],
)
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
    for written in (assets.dump(assets.read(tmp_path, "a.css", "")), purged(text, "a b p", tmp_path)):
        assert " ".join(written.split()) == expected  # where a line ends makes no difference


def test_what_stands_on_paper_stays_as_it_is(tmp_path):
    assert purged("@page { --unused: 1; margin: 0 }", "", tmp_path) == "@page{--unused: 1; margin: 0}"


def test_rules_inside_conditions_are_looked_at(tmp_path):
    assert (
        purged("@media print { .a { top: 0 } .gone { top: 1px } } @media screen { .gone { top: 0 } }", "a", tmp_path)
        == "@media print{.a{top: 0}}"
    )


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
    icons = font.replace("One Font", "Font Awesome 6 Free") + '.a{font-family: "Font Awesome 6 Free"}'  # the theme draws them
    assert "@font-face" not in purged(icons, "a", tmp_path)


def test_imports_are_put_in_place_and_addresses_follow_the_file(tmp_path):
    (tmp_path / "theme" / "deep").mkdir(parents=True)
    (tmp_path / "base.css").write_text("@charset 'utf-8'; p { background: url('img/x.png') }")
    (tmp_path / "theme" / "deep" / "a.css").write_text(
        '@import url("../../base.css"); p { background: url(../y.svg), url(data:image/png;base64,AA==), url("#here") }'
    )
    text = assets.dump(assets.read(tmp_path, "theme/deep/a.css", "_static"))
    assert text.index("x.png") < text.index("y.svg")
    for address in ('"../img/x.png"', '"../theme/y.svg"', "data:image/png;base64,AA==", '"#here"'):
        assert f"url({address})" in text


def test_licences_stay(tmp_path):
    (tmp_path / "b.css").write_text("/*! Bootstrap, MIT */ /* no */ p { top: 0 } /*! and\n others */")
    kept = "/*! Bootstrap, MIT */\np{top: 0}/*! and\n others */\ni{top: 0}/*! last */\n"
    assert purged('@import "b.css"; i { top: 0 } /*! last */', "p i", tmp_path) == kept


AWKWARD = [  # nothing of these may change
    '.a::before{content: "  two  spaces, /* no comment */ { ; } > , "}',
    r'.a{content: "\"; } .gone {";top: 0}',
    ".a{width: calc( 1px + -2px * (3 - 1) )}",
    ".a{margin: -1px -2px;top: +1px}",
    ':root{--a:  a  b;--b:;--c: { x: y };--d: "a  b"}',
    ':is(.a , .b) > :not(p, .a::after)[title="a  >  b"] ~ p{top: 0}',
    ".a + .b{top: 0}",
    ".a .b{top: 0}",
    ".a:is(.b) .c{top: 0}",
    "@supports (display: grid) and (not (display: inline-grid)){.a{top: 0}}",
    "@media (min-width: 10px) and (width < 20px), print{.a{top: 0}}",
    "@layer one, two;",
    "@layer one{.a{top: 0}}",
    "@container side (min-width: 1px){.a{top: 0}}",
    ".a{top: 0 !important;color: RED}",
    """.a{background: url("a b.png"), url("a'b.png"), url(data:image/svg+xml;utf8,<svg/>), url(#x)}""",
    ".a{top: 0;&:hover{top: 1px};left: 0}",
    '@keyframes a{from{content: " a  b "}50.5%{top: 0}}',
    '@page :first{margin: 1cm;@top-left{content: " a  b "}}',
    '@font-face{font-family: "A  B";src: local("A  B"), url("x.woff2") format("woff2");unicode-range: U+0-7F, U+3000-30FF}',
    r".a\:b\/c{top: 0}",
    '.a{grid-template-areas: "a  a" "b  b"}',
    ".a{--x: 1 /**/ 2;top: 0}",
    ".a{color: rgb(0 0 0 / 50%);transition: top .5s , left 1s}",
]


@pytest.mark.parametrize("text", AWKWARD)
def test_what_stays_says_what_it_said(text, tmp_path):
    (tmp_path / "a.css").write_text(text, "utf-8")
    assert assets.dump(assets.read(tmp_path, "a.css", "")) == text


@pytest.mark.parametrize("text", AWKWARD)
def test_what_the_pages_use_is_not_changed_by_leaving_out_the_rest(text, tmp_path):
    used = '.a::before { animation: a; font-family: "A  B" } .a{ top: var(--a) var(--b) var(--c) var(--d) var(--x) }'
    (tmp_path / "whole.css").write_text(text + used, "utf-8")
    assert purged(text + used, "a b c p a:b/c", tmp_path) == assets.dump(assets.read(tmp_path, "whole.css", ""))


@pytest.mark.parametrize("address", ['"b.css"', "url(b.css)", "url( 'b.css' )"])
def test_an_import_is_put_in_place_however_it_is_written(address, tmp_path):
    (tmp_path / "b.css").write_text(".a{top: 0}")
    assert purged(f"@import {address};", "a", tmp_path) == ".a{top: 0}"
    with pytest.raises(ValueError, match=r"a\.css, line 1: an import with conditions is not joined, '.* print'"):
        purged(f"@import {address} print;", "a", tmp_path)


def test_an_import_from_elsewhere_is_an_error_that_says_so(tmp_path):
    (tmp_path / "a.css").write_text("\n@import url(https://a.example/x.css);")
    with pytest.raises(
        ValueError, match=r"a\.css, line 2: only a sheet of the same folder can be imported, not 'https://a\.example/x\.css'"
    ):
        assets.read(tmp_path, "a.css", "")


def test_addresses_are_found_wherever_they_stand_and_nowhere_else(tmp_path):
    (tmp_path / "theme").mkdir()
    (tmp_path / "theme" / "x.png").write_bytes(b"x")
    version = hashlib.sha256(b"x").hexdigest()[:8]
    (tmp_path / "theme" / "a.css").write_text(
        """.a{content: "url(x.png)"; background: image-set("x.png" 1x, url(x.png#a) 2x)} @keyframes a{to{background: url(x.png)}}
        @media print{.a{background: url("x.png?mine"), url(gone.png)}} @page{background: url(x.png)}"""
    )
    assert assets.dump(assets.read(tmp_path, "theme/a.css", "")) == (
        f""".a{{content: "url(x.png)";background: image-set("theme/x.png?v={version}" 1x, url("theme/x.png?v={version}#a") 2x)}}"""
        f"""@keyframes a{{to{{background: url("theme/x.png?v={version}")}}}}@media print{{.a{{background: url("theme/x.png?mine"), url("theme/gone.png")}}}}"""
        f"""@page{{background: url("theme/x.png?v={version}")}}"""
    )


def test_an_animation_that_a_property_names_stays_and_so_does_the_order_of_layers(tmp_path):
    text = ":root{--turn: 1s turn}.a{animation: var(--turn)}@keyframes turn{to{rotate: 1turn}}"
    assert purged(text, "a", tmp_path) == text
    assert (
        purged("@layer one{.gone{top: 0}}@layer two{.a{top: 0}}@layer one{.a{top: 1px}}", "a", tmp_path)
        == "@layer one{}@layer two{.a{top: 0}}@layer one{.a{top: 1px}}"
    )


def test_broken_css_names_its_file(tmp_path):
    (tmp_path / "a.css").write_text("p { top: 0 } }")
    with pytest.raises(ValueError, match=r"a\.css, line 1"):
        assets.read(tmp_path, "a.css", "")


def test_words_are_those_of_tags_and_of_the_scripts_that_a_page_asks_for_not_of_its_text(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "s.js").write_bytes("kept 語".encode() + b"\xff")  # of somebody else, in another encoding
    (tmp_path / "searchindex.js").write_text("indexed", encoding="utf-8")
    text = (
        '<P id=i title="no" class="b aX">text <b class = \'c\' style="color:var(--d)"></b><script defer src="../s.js?v=1">\nfirst\nsecond</script>'
        '<script src="../searchindex.js"></script><script src="https://a.example/x.js"></script><script src="gone.js"></script>'
    )
    words = "p i aX b c color var --d script first second kept 語"
    assert assets.words_used({tmp_path / "sub" / "p.html": text}) == set(words.split())


FILES = {"index.md": "# T\n\n```{toctree}\nother\n```\n", "other.md": "# O\n\n文。\n"}
THEME = "html_theme = 'sphinx_book_theme'\n"


def test_a_page_asks_for_one_sheet_and_it_follows_the_pages(book):
    made = book(FILES, ["lightbook.assets"], "html_theme = 'basic'\n")
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
    made = book(FILES | sheets, ["lightbook.assets"], conf)
    assert re.findall(r'href="_static/(\w+\.css)', made.page("other")) == ["book.css", "own.css"]
    assert "own.css" not in made.page("index")
    kept = '@font-face{font-family: F;src: url("f.woff2")}/*! © 誰か */\np{font-family: F}.late{top: 0}'
    assert made.static("book.css").endswith(kept)


@pytest.mark.browser
def test_pages_look_the_same_with_and_without_the_rules_that_are_left_out(book, look):
    from PIL import Image, ImageChops

    text = "# T\n\n文 `code` [link](https://a.example)。\n\n:::{note}\n注。\n:::\n\n| a | b |\n|---|---|\n| 1 | 2 |\n\n```python\nx = 1\n```\n"
    made = book(text, ["lightbook.theme", "lightbook.assets"], THEME)
    sheets = "styles/theme styles/pydata-sphinx-theme pygments styles/sphinx-book-theme icons look".split()
    whole = "".join(f'<link rel="stylesheet" href="_static/{name}.css">' for name in sheets)
    (made.out / "whole.html").write_text(re.sub(r"<link[^>]*book\.css[^>]*>", whole, made.page()))
    for width, scheme in ((1280, "light"), (360, "dark")):
        shots = [Image.open(io.BytesIO(look(made, page, width, scheme).screenshot())) for page in ("index.html", "whole.html")]
        assert ImageChops.difference(*[shot.convert("RGB") for shot in shots]).getbbox() is None


CHANGING = {
    "index.md": "# 題\n\n文 $x$。\n\n```{toctree}\na\n```\n",
    "a.md": "# 章\n\n始めの文。\n",
    "own/own.js": "window.own = 1",
    "own/later.css": "p { background: url(dot.svg) }",
    "own/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
    "own/tagged.js": "window.tag = 1",
}
WITH_OWN = """
html_static_path = ["own"]
html_css_files = ["later.css"]
html_js_files = ["own.js", ("tagged.js", {"data-name": "x"})]
"""
PARTS = ["lightbook.mathematics", "lightbook.assets", "lightbook.search"]
ATTRIBUTE = re.compile(r"""[\w-]+=["']([^"']*\b_static/[^"']+)["']""")
IN_A_SHEET = re.compile(r"""url\(["']?(?!data:|#)([^"')]+)["']?\)""")


def unversioned(root):
    """The addresses under _static, in the pages and in the sheets that these ask for, that do not say what the file holds."""
    asked = []
    for page in root.rglob("*.html"):
        if not {"_static", "lite"} & set(page.relative_to(root).parts):
            asked += [(page, address) for address in ATTRIBUTE.findall(page.read_text("utf-8"))]
    sheets = {(page.parent / urlsplit(address).path).resolve() for page, address in asked if ".css" in address}
    for sheet in sheets:
        asked += [(sheet, address) for address in IN_A_SHEET.findall(sheet.read_text("utf-8"))]
    assert len(asked) > len(sheets) > 0
    for where, address in asked:
        parts = urlsplit(address)
        content = (where.parent / parts.path).read_bytes()
        [known] = parse_qs(parts.query).get("v") or re.findall(r"[-.]([0-9a-f]{8,})\.", parts.path) or ["nothing"]
        if not hashlib.sha256(content).hexdigest().startswith(known):
            yield f"{where.relative_to(root)}: {address}"


def addresses(made, page):
    return {urlsplit(address).path.rpartition("/")[2]: address for address in ATTRIBUTE.findall(made.page(page))}


def test_what_changes_between_builds_changes_its_address_also_in_pages_that_were_not_written_again(book):
    made = book(CHANGING, PARTS, WITH_OWN)
    assert list(unversioned(made.out)) == []
    before = addresses(made, "index") | addresses(made, "search")
    changed = {
        "a.md": "# 章\n\n新しい文 {math}`y`。\n",
        "own/own.js": "window.own = 2",
        "own/tagged.js": "window.tag = 2",
        "own/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg' id='x'/>",
    }
    made.write(changed).build()
    assert list(unversioned(made.out)) == []
    after = addresses(made, "index") | addresses(made, "search")
    assert {name for name in before if before[name] != after.get(name)} >= {"search.json", "book.js", "book.css", "tagged.js"}
    same = addresses(made, "index") | addresses(made, "search")
    made.build()
    assert addresses(made, "index") | addresses(made, "search") == same


@pytest.mark.parametrize(
    "address, stamped",
    [
        ('<a href="_static/a.js">', '<a href="_static/a.js?v={}">'),
        ('<a href="../_static/a.js?v=old">', '<a href="../_static/a.js?v={}">'),
        ('<a href="_static/a.js?v=1#part">', '<a href="_static/a.js?v={}#part">'),
        ('<ol data-index="_static/a.js">', '<ol data-index="_static/a.js?v={}">'),
        ('<a href="_static/gone.js?v=1">', '<a href="_static/gone.js">'),
        ('<a href="https://a.example/_static/a.js">', None),
        ('<p>="_static/aXjs" "_static/a.js"</p>', None),
        ('<a href="_static/a-0123abcd.js">', None),
    ],
)
def test_addresses_of_files_under_static_and_no_other_are_stamped(address, stamped, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "_static").mkdir()
    for name in ("a.js", "a-0123abcd.js"):
        (tmp_path / "_static" / name).write_text("内容", "utf-8")
    page = (tmp_path / "sub" if "../" in address else tmp_path) / "p.html"
    page.write_text(f"あ{address}", "utf-8")
    app = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html"))
    assets.stamp(app, None)
    version = hashlib.sha256("内容".encode()).hexdigest()[:8]
    assert page.read_text("utf-8") == f"あ{(stamped or address).format(version)}"


@pytest.mark.site
def test_every_address_under_static_in_the_site_says_what_the_file_holds(site):
    assert list(unversioned(site)) == []


@pytest.mark.site
@pytest.mark.browser
def test_what_a_browser_asks_for_under_static_says_what_it_holds(site, browser):
    """Also what scripts fetch: the page of a chapter with figures and questions, and a search."""
    with served(site) as base:
        tab, asked = browser.new_page(), []
        tab.on("request", lambda request: asked.append(request.url))
        for page in ("chapters/04_sigmoid.html", "search.html?q=ReLU"):
            tab.goto(urljoin(base, page), wait_until="networkidle")
        tab.wait_for_selector("#search-results a")
        tab.close()
    static = [urlsplit(url) for url in asked if "/_static/" in url]
    assert {"search.json", "player.js", "quiz.js"} <= {parts.path.rpartition("/")[2] for parts in static}
    assert [parts.path for parts in static if not parts.query and not assets.NAMED_BY_CONTENT.search(parts.path)] == []
