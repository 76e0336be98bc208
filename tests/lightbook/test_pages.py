"""Head, markup and bytes of the pages."""

import re

import pytest

from lightbook import accessible_markup
from lightbook.page_head import LENGTH


def described(page):
    return re.findall(r'<meta (?:name="description" content="([^"]*)"|content="([^"]*)"[^>]*name="description")', page)


def test_a_page_is_described_by_its_first_paragraph(book):
    made = book("# 題\n\n| 表 |\n|---|\n| 一 |\n\n最初の**文**です。\n\n次の文。\n", ["lightbook.page_head"])
    assert described(made.page()) == [("最初の文です。", "")]


def test_a_long_description_ends_at_a_sentence(book):
    first = "あ" * 60 + "。"
    [(text, _)] = described(book(f"# 題\n\n{first}{'い' * 100}。\n", ["lightbook.page_head"]).page())
    assert text == first and len(text) <= LENGTH


def test_the_author_s_description_comes_first(book):
    made = book("---\nmyst:\n  html_meta:\n    description: 著者の\"説明\"\n---\n# 題\n\n本文。\n", ["lightbook.page_head"],
                "html_baseurl = 'https://book.example/sub'\nhtml_title = '本'\n")
    page = made.page()
    assert len(described(page)) == 1 and "著者の" in "".join(described(page)[0])
    assert '<meta property="og:title" content="題" />' in page and '<meta property="og:url" content="https://book.example/sub/index.html" />' in page
    assert re.search(r'property="og:description" content="著者の&quot;説明&quot;"', page)


def test_without_an_address_there_are_no_link_previews_and_without_an_icon_no_404(book):
    page = book("# 題\n\n文。\n", ["lightbook.page_head"]).page()
    assert "og:" not in page and '<link rel="icon" href="data:," />' in page


def test_two_titles_or_none_are_a_warning(book):
    assert "exactly one title" in book("# 一\n\n# 二\n", ["lightbook.page_head"]).warnings
    assert "exactly one title" in book("文だけ。\n", ["lightbook.page_head"]).warnings


@pytest.mark.parametrize("cell, becomes", [
    ('<th class="head"><p></p></th>', '<td class="head"><p></p></td>'),
    ("<th><p>関数</p></th>", "<th><p>関数</p></th>"),
    ("<th><math><mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo></math></th>",
     '<th><math aria-label="f(x)"><mi>f</mi><mo>(</mo><mi>x</mi><mo>)</mo></math></th>'),
    ("<th>傾き <math><mi>x</mi></math></th>", "<th>傾き <math><mi>x</mi></math></th>"),
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
    theme = "html_theme = 'sphinx_book_theme'\nhtml_title = '本'\n"
    one, two = (book(files, ["lightbook"], theme) for _ in range(2))
    assert one.warnings == ""
    names = sorted(path.relative_to(one.out) for path in one.out.rglob("*") if path.is_file())
    assert names == sorted(path.relative_to(two.out) for path in two.out.rglob("*") if path.is_file())
    assert [name for name in names if (one.out / name).read_bytes() != (two.out / name).read_bytes()] == []
    whole = {name: (one.out / name).read_bytes() for name in names}
    one.write({"other.md": files["other.md"] + "\n## 節 {.new-class}\n"}).build()
    one.write({"other.md": files["other.md"]}).build()  # there and back, built in steps
    assert [str(name) for name in names if (one.out / name).read_bytes() != whole[name]] == []
