"""Head, markup and bytes of the pages."""

import importlib
import re
import types
from unittest.mock import Mock

import pytest
from docutils import nodes
from docutils.utils import new_document

import lightbook
from lightbook import PARTS, STATIC, accessible_markup, add_static, page_head
from lightbook.page_head import LENGTH, description


def described(page):
    return re.findall(r'<meta (?:name="description" content="([^"]*)"|content="([^"]*)"[^>]*name="description")', page)


def test_a_page_is_described_by_its_first_paragraph(book):
    made = book("# 題\n\n| 表 |\n|---|\n| 一 |\n\n最初の**文**です。\n\n次の文。\n", ["lightbook.page_head"])
    assert described(made.page()) == [("最初の文です。", "")]


def test_a_long_description_ends_at_a_sentence(book):
    first = "あ" * 60 + "。"
    [(text, _)] = described(book(f"# 題\n\n{first}{'い' * 100}。\n", ["lightbook.page_head"]).page())
    assert text == first and len(text) <= LENGTH


@pytest.mark.parametrize("text, shown", [
    ("あ" * 120, "あ" * 120),
    ("あ" * 121, "あ" * 119 + "…"),
    ("あ" * 41 + "。" + "い" * 100, "あ" * 41 + "。"),
    ("あ" * 40 + "。" + "い" * 100, "あ" * 40 + "。" + "い" * 78 + "…"),   # a third of the room would say too little
    ("あ" * 119 + "。" + "い" * 9, "あ" * 119 + "。"),
    ("あ" * 120 + "。" + "い" * 9, "あ" * 119 + "…"),
    *[("あ" * 50 + mark + "い" * 100, "あ" * 50 + mark) for mark in "。.!？?"],
    ("あ" * 50 + "。" + "い" * 20 + "。" + "う" * 100, "あ" * 50 + "。" + "い" * 20 + "。"),
    ("あ" * 50 + "XOR" + "い" * 100, "あ" * 50 + "XOR" + "い" * 66 + "…"),
    ("あ" * 50 + "。" + "い" * 20 + "？" + "う" * 100, "あ" * 50 + "。" + "い" * 20 + "？"),   # as much as there is room for
    ("一行目\n 二行目", "一行目 二行目"),
])
def test_a_description_is_as_long_as_a_result_page_shows(text, shown):
    section = nodes.section("", nodes.note("", nodes.paragraph(text="注意。")), nodes.paragraph(text=text), nodes.paragraph(text="次。"))
    assert description(section) == shown and len(shown) <= LENGTH


def test_a_page_without_running_text_has_no_description():
    assert description(nodes.section("", nodes.note("", nodes.paragraph(text="注意。")))) == ""


def test_the_author_s_description_comes_first(book):
    made = book("---\nmyst:\n  html_meta:\n    description: 著者の\"説明\"\n---\n# 題\n\n本文。\n", ["lightbook.page_head"],
                "html_baseurl = 'https://book.example/sub'\nhtml_title = '本'\n")
    page = made.page()
    assert len(described(page)) == 1 and "著者の" in "".join(described(page)[0])
    assert '<meta property="og:title" content="題" />' in page and '<meta property="og:url" content="https://book.example/sub/index.html" />' in page
    assert re.search(r'property="og:description" content="著者の&quot;説明&quot;"', page)


def head(config, doctree, metatags="", title="題", pagename="pages/one", **context):
    """What `add_meta` writes for a page of a book with these settings."""
    config = types.SimpleNamespace(**{"html_baseurl": "", "html_title": "本"} | config)
    app = types.SimpleNamespace(config=config, builder=types.SimpleNamespace(get_target_uri=lambda name: f"{name}.html"))
    context = {"favicon_url": "icon.svg"} | {k: v for k, v in {"metatags": metatags, "title": title}.items() if v is not None} | context
    page_head.add_meta(app, pagename, "page.html", context, doctree)
    return context["metatags"]


def page(text="文"):
    document = new_document("page")
    document += nodes.section("", nodes.paragraph(text=text))
    return document


@pytest.mark.parametrize("address", ["https://book.example/BOX", "https://book.example/BOX/"])
def test_a_link_preview_names_page_book_and_address(address):
    assert head({"html_baseurl": address}, page("a < b"), title="題 <em>x</em> &amp; y") == (
        '<meta name="description" content="a &lt; b" /><meta property="og:title" content="題 x &amp; y" />'
        '<meta property="og:type" content="article" /><meta property="og:site_name" content="本" />'
        '<meta property="og:url" content="https://book.example/BOX/pages/one.html" /><meta property="og:description" content="a &lt; b" />')


def test_a_page_without_a_source_is_described_by_its_title():
    assert head({}, None, None, title="<b>検索</b>") == '<meta name="description" content="本 — 検索" />'
    assert head({}, None, None, title="A &amp; B") == '<meta name="description" content="本 — A &amp; B" />'
    assert head({}, None, None, title=None) == '<meta name="description" content="本 — " />'


@pytest.mark.parametrize("given", ['<meta content="著者" name="description" />', '<meta name="description" content="著者" />',
                                   '<meta content="著者" lang="ja" name="description" />'])
def test_the_theme_has_the_viewport_and_the_author_the_description(given):
    assert head({}, page(), f'<meta name="viewport" content="width=device-width" />\n{given}') == f"\n{given}"


def test_an_icon_that_the_book_has_is_left_to_the_theme():
    assert 'rel="icon"' not in head({}, page()) and head({}, page(), favicon_url="").endswith('<link rel="icon" href="data:," />')


def test_without_an_address_there_are_no_link_previews_and_without_an_icon_no_404(book):
    page = book("# 題\n\n文。\n", ["lightbook.page_head"]).page()
    assert "og:" not in page and '<link rel="icon" href="data:," />' in page


def test_two_titles_or_none_are_a_warning(book):
    for text, number in (("# 一\n\n# 二\n", 2), ("文だけ。\n", 0)):
        made = book(text, ["lightbook.page_head"])
        assert f"{made.folder / 'index.md'}: WARNING: a page needs exactly one title (# …); this one has {number}\n" in made.warnings


@pytest.mark.parametrize("cell, becomes", [
    ('<th class="head"><p></p></th>', '<td class="head"><p></p></td>'),
    ("<th><p>関数</p></th>", "<th><p>関数</p></th>"),
    ("<th><math><mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo></math></th>",
     '<th><math aria-label="f(x)"><mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo></math></th>'),
    ("<th>傾き <math><mi>x</mi></math></th>", "<th>傾き <math><mi>x</mi></math></th>"),
    ("<th><math><mi>f</mi></math><math><mi>g</mi></math></th>",   # one name, for the cell's first formula
     '<th><math aria-label="fg"><mi>f</mi></math><math><mi>g</mi></math></th>'),
    ('<th><img src="a.png" /></th>', '<th><img src="a.png" /></th>'),
    ('<div role="doc-biblioentry">', '<div role="listitem">'),
    ("<thead><tr><th></th></tr></thead>", "<thead><tr><td></td></tr></thead>"),
    ('<summary aria-label="Toggle hidden content">\n<p class="collapsed">出す</p>\n<pre>x</pre></summary>',
     '<summary>\n<span class="collapsed">出す</span>\n<pre>x</pre></summary>'),
])
def test_a_heading_cell_has_a_name_or_is_none(cell, becomes):
    context = {"body": cell}
    accessible_markup.repair(None, "index", "page.html", context, None)
    assert context["body"] == becomes


def test_two_builds_are_the_same_byte_for_byte(book):
    files = {"index.md": "# 題\n\n\\begin{align}\na &= b\n\\end{align}\n\n$$ c = d $$ (eq)\n\n```{toctree}\nother\n```\n",
             "other.md": "# 他\n\n\\begin{align}\na &= b\n\\end{align}\n\n{eq}`eq`\n"}
    theme = ("html_theme = 'sphinx_book_theme'\nhtml_title = '本'\nimport os\nTEMPLATES = os.path.abspath('templates')\n"   # as themes name theirs
             "def setup(app): app.connect('config-inited', lambda app, config: config.templates_path.append(TEMPLATES))\n")
    one, two = (book(files, ["lightbook"], theme) for _ in range(2))
    assert one.warnings == ""
    names = sorted(path.relative_to(one.out) for path in one.out.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(two.out) for path in two.out.rglob("*") if path.is_file())
    assert [name for name in names if (one.out / name).read_bytes() != (two.out / name).read_bytes()] == []
    whole = {name: (one.out / name).read_bytes() for name in names}
    one.write({"other.md": files["other.md"] + "\n## 節 {.new-class}\n"}).build()
    one.write({"other.md": files["other.md"]}).build()  # there and back, built in steps
    assert [str(name) for name in names if (one.out / name).read_bytes() != whole[name]] == []


def test_the_static_files_of_the_author_stay_and_ours_come_once():
    app = types.SimpleNamespace(config=types.SimpleNamespace(html_static_path=["mine"]))
    for _ in range(2):
        add_static(app)
    assert app.config.html_static_path == ["mine", str(STATIC)]


@pytest.mark.parametrize("part", sorted({*PARTS} - {"mathml", "text_search"}))   # these two collect what is on all pages
def test_all_parts_but_two_let_sphinx_work_in_parallel(part):
    says = importlib.import_module(f"lightbook.{part}").setup(Mock())
    assert says | {"parallel_read_safe": True, "parallel_write_safe": True} == says


def test_the_whole_is_its_parts_and_does_not_itself_keep_sphinx_from_working_in_parallel():
    loaded = []
    says = lightbook.setup(types.SimpleNamespace(setup_extension=loaded.append))
    assert loaded == [f"lightbook.{part}" for part in PARTS]
    assert says == {"parallel_read_safe": True, "parallel_write_safe": True}
