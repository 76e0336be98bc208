"""The first use of a glossary term on a page leads to the glossary; the rest of the page stays as it is."""

import re

import pytest
from sphinx.errors import ConfigError

FILES = {
    "terms.yml": "- {ja: 勾配, means: 傾きの並びです。}\n- {ja: 勾配降下法, means: 下る方法です。}\n- {ja: ReLU関数, means: 折れ線です。}\n",
    "index.md": "# 勾配の章\n\n`勾配` は勾配です。もう一度、勾配。勾配降下法とPReLU関数と**ReLU関数**です。\n\n```{toctree}\nglossary\n```\n",
    "glossary.md": "# 用語集\n\n| 用語 |\n|---|\n| 勾配 |\n| 勾配降下法 |\n| ReLU関数 |\n",
}
CONF = "glossary_terms = 'terms.yml'\nglossary_page = 'glossary'\n"


@pytest.fixture(scope="module")
def built(book):
    return book(FILES, ["lightbook.first_use_links"], CONF)


def links(page):
    return re.findall(r'<a class="[^"]*\bterm\b[^"]*" href="([^"]*)" title="([^"]*)">(.*?)</a>', page)


def test_each_term_is_linked_once_by_its_longest_name_outside_code_and_headings(built):
    found = links(built.page())
    assert [re.sub("<.*?>", "", text) for _, _, text in found] == ["勾配", "勾配降下法", "ReLU関数"]
    assert found[0][1] == "傾きの並びです。"
    assert "とPReLU関数と<strong>" in built.page()   # part of a longer word is no use of the term
    assert not built.warnings


def test_the_rows_of_the_glossary_are_the_targets(built):
    for address, _, _ in links(built.page()):
        page, _, target = address.partition("#")
        assert page == "glossary.html" and f'id="{target}"' in built.page("glossary")


def test_a_file_without_meanings_is_named(book):
    with pytest.raises(ConfigError, match="terms.yml"):
        book(FILES | {"terms.yml": "- {ja: 勾配}\n"}, ["lightbook.first_use_links"], CONF)
