"""Japanese and Latin words are found, the best page first."""

import json
import re
from types import SimpleNamespace

import pytest
from bs4 import BeautifulSoup
from docutils import nodes
from docutils.core import publish_doctree
from sphinx.errors import ConfigError, ExtensionError

from lightbook.search import collect, readable
from tests.books import STORED, notebook

FILES = {
    "index.md": "# はじめに\n\n活性化関数を学びます。勾配消失や ReLU も少し。\n\n```{toctree}\na\nb\nc\nd\n```\n",
    "a.md": "# シグモイド関数\n\nシグモイド関数は活性化関数です。{math}`\\tanh(x)` に似ています。\n\n## 勾配消失\n\n勾配消失（vanishing gradient）が起きます。\n",
    "b.md": "# ReLU関数\n\nReLU を調べます。PReLU は仲間です。誤差逆伝播で使います。\n",
    "c.md": f"# PReLU関数\n\nPReLU は仲間です。{'PReLU、' * 40}\n",
    "d.md": "# 活性化関数の比較\n\n```python\nnp.maximum(0, x)  # 誤差逆伝播ではない\n```\n\n[リンクの字](a.md) と {doc}`b`。\n",
}


@pytest.fixture(scope="module")
def made(book):
    return book(FILES, ["lightbook.search"], "language = 'ja'\n")


def index(made):
    return dict(json.loads(made.static("search.json"))["pages"])


def test_the_index_is_the_text_by_section(made):
    pages = index(made)
    assert [title for _, title, _ in pages["a.html"]] == ["シグモイド関数", "勾配消失"]
    assert pages["a.html"][0][2] == "シグモイド関数は活性化関数です。 tanh(x) に似ています。".replace("。 tanh", "。tanh")
    assert f'id="{pages["a.html"][1][0]}"' in made.page("a")
    assert "np.maximum(0, x)" in pages["d.html"][0][2] and "リンクの字" in pages["d.html"][0][2]


EVERYTHING = r"""# 全部 $\sigma$ `c`

[字](b.md) と {doc}`b` と {doc}`題 <b>` と `code`、**太 $\frac{1}{2}$**。
改行

- 一
- 二
  続き

> 引用

$$x = 1$$

<p>raw</p>

% 注釈

| 表 | 列 |
|---|---|
| 左 | 右 |

:::{note}
注意
:::

```python
a = 1
```

(here)=
## 次

### 小さい

文。{index}`索引`

## 空
"""


def test_what_can_be_found_is_what_one_reads(book):
    orphan = "---\norphan: true\n---\n"
    made = book({"index.md": EVERYTHING, "b.md": f"{orphan}# B\n", "untitled.md": f"{orphan}文だけ。\n"}, ["lightbook.search"])
    assert not made.warnings
    pages = index(made)
    anchors = [section["id"] for section in BeautifulSoup(made.page(), "html.parser")("section")]
    assert pages["index.html"] == [
        [
            "",
            "全部 σ c",
            "字 と と 題 と code、太 1/2。 改行 一 二 続き 引用 表 列 左 右 注意 a = 1",
        ],  # {doc}`b` is a name, not a text
        [anchors[1], "次", ""],
        [anchors[2], "小さい", "文。索引"],
        [anchors[3], "空", ""],
    ]
    assert list(pages) == ["b.html", "index.html"]  # a page without a title could not be shown among what was found
    assert "全部 σ c" in made.static("search.json")  # small: as it is, without escapes and spaces
    assert '{"pages":[["b.html",[["","B",""]]],["index.html",' in made.static("search.json")


def test_text_that_is_in_no_paragraph_is_not_in_the_index():
    document = publish_doctree("題\n==\n\n文。\n\n節\n--\n\n二。\n", settings_overrides={"doctitle_xform": False})
    document[0].insert(2, nodes.container("", nodes.Text("1"), nodes.container("", nodes.paragraph("", "奥"))))
    app = SimpleNamespace(env=SimpleNamespace(docname="a", text_search={}))
    collect(app, document)
    assert app.env.text_search == {"a": [("", "題", "文。 奥"), (document[0][-1]["ids"][0], "節", "二。")]}


FORMULAS = [
    (r"\sigma'(x) \le \frac{1}{4}", "σ'(x) ≤ 1/4"),
    (r"\max(0,\, x)", "max(0, x)"),
    (r"\tfrac12", "1/2"),
    (r"\mathbb{E}[x^2]", "E[x^2]"),
    (r"\sqrt{n\,\mathrm{Var}(w)}", "√nVar(w)"),
    (r"\boldsymbol{\lambda} \to \infty", "λ → ∞"),
    (r"\tanh x", "tanh x"),
    (r"\Phi", "Φ"),
    (r"\dfrac{x}2 + \frac{1}{n}", "x/2 + 1/n"),
    (r"\operatorname{ReLU}(x)\text{ のとき}", "ReLU(x) のとき"),
    (r"\left(\bigl(x\bigr)\right)", "((x))"),
    (r"\Lambda\;\lambda\!", "Λλ"),
    (r"\displaystyle\sum_{i}\prod_{j}", "∑_i∏_j"),
    (r"x_{ij}", "x_ij"),
]


@pytest.mark.parametrize("tex, text", FORMULAS, ids=range(len(FORMULAS)))
def test_a_formula_is_found_and_shown_as_one_would_type_it(tex, text):
    assert readable(tex).split() == text.split()


def test_what_cells_print_is_not_in_the_index(book):
    printed = {"output_type": "stream", "name": "stdout", "text": ["printed\n"]}
    made = book({"index.ipynb": notebook("print('pri' + 'nted')", outputs=[printed])}, ["lightbook.search"], STORED)
    assert "printed" in made.page()
    assert index(made)["index.html"][0][2] == "print('pri' + 'nted')"


def test_the_index_follows_the_pages(book):
    made = book(FILES, ["lightbook.search"])
    assert "d.html" in index(made)
    (made.folder / "d.md").unlink()
    made.write({"index.md": FILES["index.md"].replace("\nd\n", "\n"), "a.md": "# シグモイド関数\n\n新しい文。\n"}).build()
    assert "d.html" not in index(made) and index(made)["a.html"][0][2] == "新しい文。" and "b.html" in index(made)


def test_only_the_search_page_searches(made):
    assert re.search(r'<script defer="defer" src="_static/search\.js\?', made.page("search"))
    assert not re.search(r"search\.js|searchtools|searchindex", made.page("a"))
    for page in ("a", "search"):  # what serves Sphinx's own search goes, its other scripts stay
        assert not re.search(r"sphinx_highlight|translations", made.page(page)) and "_static/doctools.js" in made.page(page)
    assert not (made.out / "searchindex.js").exists()


def test_a_build_that_is_no_site_or_fails_writes_no_index(book):
    made = book(FILES, ["lightbook.search"], buildername="dummy")
    assert not made.warnings and not list(made.folder.rglob("search.json"))
    with pytest.raises(ExtensionError, match="deliberate"):  # not that the folder of the index is missing
        book(
            FILES,
            ["lightbook.search"],
            "def fail(app, env): raise ValueError('deliberate')\ndef setup(app): app.connect('env-updated', fail)\n",
        )


def test_pages_are_read_one_after_the_other(book):
    """The texts of pages that were read in other processes would be lost."""
    many = {f"page{i}.md": f"---\norphan: true\n---\n# 題{i}\n" for i in range(6)}
    made = book(FILES | many, ["lightbook.search"], parallel=2)
    assert len(index(made)) == len(FILES | many)
    for work in ("reading", "writing"):
        assert f"the lightbook.search extension is not safe for parallel {work}" in made.warnings


@pytest.mark.browser
@pytest.mark.parametrize(
    "query, first",
    [
        ("勾配消失", "a"),
        ("シグモイド関数", "a"),
        ("活性化関数", "d"),
        ("誤差逆伝播", "b"),
        ("ReLU", "b"),
        ("relu", "b"),
        ("ＲｅＬＵ", "b"),
        ("PReLU", "c"),
        ("vanishing gradient", "a"),
        ("tanh", "a"),
        ("ｼｸﾞﾓｲﾄﾞ", "a"),
        ("シグモイド函数", "a"),
        ("np.maximum", "d"),
    ],
)
def test_the_best_page_comes_first(made, look, query, first):
    tab = look(made, f"search.html?q={query}")
    tab.wait_for_selector("#search-results a")
    assert tab.locator("#search-results a").first.get_attribute("href").startswith(f"{first}.html")
    assert tab.locator(".text-search input").input_value() == query


@pytest.mark.browser
def test_an_excerpt_shows_the_words_and_the_link_leads_to_their_section(made, look):
    # the page that the link leads to asks for MathJax, as it does in every Sphinx project
    tab = look(made, "search.html?q=ｖａｎｉｓｈｉｎｇ 勾配", harmless="Failed to load resource")
    tab.wait_for_selector("#search-results mark")
    assert "まで" not in tab.locator("#search-status").inner_text()
    marks = tab.locator("#search-results li").first.locator("mark")
    assert {text.lower() for text in marks.all_inner_texts()} == {"vanishing", "勾配"}
    tab.locator("#search-results a").first.click()
    tab.wait_for_url("**/a.html#*")


@pytest.mark.browser
def test_nothing_found_is_said(made, look):
    tab = look(made, "search.html?q=%3Cb%3Eむむむ")
    tab.wait_for_function("document.getElementById('search-status').textContent")
    assert "<b>むむむ" in tab.locator("#search-status").inner_text() and tab.locator("#search-results li").count() == 0
    assert tab.said == [] or all("favicon" in line or "404" in line for line in tab.said)


NAMES = """keywords:
- {keyword: シグモイド関数, spellings: [sigmoid, ロジスティック関数], see: a#シグモイド関数}
- {keyword: 勾配消失, spellings: [勾配の消失, 消えるグラディエント], see: a#勾配消失}
- {keyword: ReLU関数, spellings: [ReLU, レルー, ランプ関数], see: b#ReLU関数}
"""


@pytest.fixture(scope="module")
def with_names(book):
    conf = "language = 'ja'\nsearch_names = 'names.yml'\n"
    return book(FILES | {"names.yml": NAMES}, ["lightbook.search"], conf)


@pytest.mark.browser
@pytest.mark.parametrize(
    ("query", "first", "said"),
    [
        ("sigmoid", "a.html#", "「sigmoid」は、この本では「シグモイド関数」です。"),
        ("ＳＩＧＭＯＩＤ", "a.html#", "「シグモイド関数」です。"),
        ("ろじすてぃっく関数", "a.html#", "「シグモイド関数」です。"),  # the other kana
        ("ﾗﾝﾌﾟ関数", "b.html#", "「ReLU関数」です。"),  # half width
        ("レル", "b.html#", "「レル」は、この本では「ReLU関数」です。"),  # a long vowel left out
        ("勾配の消失", "a.html#id2", "「勾配消失」です。"),
        ("消えるグラディエント 起き", "a.html#id2", "「勾配消失 起き」を含むページ"),  # not alone: with another word
    ],
)
def test_what_a_reader_calls_it_is_found_first_and_told_the_book_s_word(with_names, look, query, first, said):
    tab = look(with_names, f"search.html?q={query}")
    tab.wait_for_selector("#search-results a")
    assert tab.locator("#search-results a").first.get_attribute("href").startswith(first)
    assert said in tab.locator("#search-status").inner_text()


@pytest.mark.browser
def test_the_book_s_own_word_is_not_explained_and_no_page_stands_twice(with_names, look):
    tab = look(with_names, "search.html?q=シグモイド関数")
    tab.wait_for_selector("#search-results a")
    assert "この本では" not in tab.locator("#search-status").inner_text()
    pages = [link.get_attribute("href").partition("#")[0] for link in tab.locator("#search-results a").all()]
    assert len(set(pages)) == len(pages)


@pytest.mark.browser
def test_where_nothing_is_found_the_nearest_words_are_named(with_names, look):
    tab = look(with_names, "search.html?q=ロジステイツク")
    tab.locator("#search-status a", has_text="シグモイド関数").click()
    tab.wait_for_selector("#search-results a")
    assert tab.locator("#search-results a").first.get_attribute("href").startswith("a.html#")


@pytest.mark.browser
def test_terms_of_the_glossary_are_near_words_too_however_they_are_read(book, look):
    terms = "- {ja: LeCunの初期値, yomi: るかんのしょきち, means: 初期値です。}\n"
    conf = "language = 'ja'\nglossary_terms = 'terms.yml'\nglossary_page = 'g'\n"
    page = "# 用語集\n\n| 用語 |\n|---|\n| LeCunの初期値 |\n"
    files = FILES | {"terms.yml": terms, "g.md": page, "index.md": FILES["index.md"].replace("d\n```", "d\ng\n```")}
    tab = look(book(files, ["lightbook.search", "lightbook.glossary"], conf), "search.html?q=ルカン")
    tab.locator("#search-status a", has_text="LeCunの初期値").click()
    tab.wait_for_selector("#search-results a")
    assert tab.locator("#search-results a").first.get_attribute("href").startswith("g.html#")


def test_names_without_a_heading_or_a_key_are_no_silent_loss(book):
    conf = "search_names = 'names.yml'\n"
    made = book(FILES | {"names.yml": NAMES.replace("a#勾配消失", "a#勾配爆発")}, ["lightbook.search"], conf)
    assert "勾配消失: no heading for 'a#勾配爆発'" in made.warnings
    with pytest.raises(ConfigError, match="search_names: .*names.yml must have a list `keywords`"):
        book(FILES | {"names.yml": "keywords:\n- {keyword: a, see: b}\n"}, ["lightbook.search"], conf)
