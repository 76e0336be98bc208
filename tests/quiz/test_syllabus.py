"""The map from an exam's words to pages and questions, as a page and as a line on each chapter."""

import json

import pytest
from bs4 import BeautifulSoup
from sphinx.errors import ConfigError

from tests.quiz.conftest import FILES, PLAIN, TERMS
from tools.browser import PREFIX

KEYWORDS = """
versions: [old, new]
scopes: {in: 範囲内, out: 一覧にない, disputed: 説が分かれる, unknown: 未確認}
sections: {3-1-4: 活性化関数, 3-2-2: 微分}
rows: {は: 微別}
pages: {plain: [微分], map: [誤り]}
keywords:
- {keyword: シグモイド, spellings: [sigmoid], section: 3-1-4, scope: {old: in, new: in}, see: 04_sigmoid#シグモイド, questions: [s-single, e-code]}
- {keyword: 微分, spellings: [derivative], section: 3-2-2, scope: {old: in, new: disputed}, see: "04_sigmoid#微分 $y(1-y)$", questions: [s-number]}
- {keyword: 別の話, spellings: [other], section: 3-2-2, scope: {old: out, new: out}, see: plain#別の話, questions: [s-code]}
- {keyword: 誤り, spellings: [error], scope: {old: unknown, new: unknown}, see: "plain#「よくある誤り」", questions: [s-code]}
"""
LIST = "> - **やること**：読みます。\n> - **前提**：なし。\n"
BOOK = FILES | {
    "pages/keywords.yml": KEYWORDS,
    "pages/map.md": f"# 対応\n\n{LIST}\n```{{syllabus}}\nノートブックだけの文\n```\n",
    "index.md": FILES["index.md"].replace("pages/plain", "pages/plain\npages/map"),
    "pages/04_sigmoid.md": FILES["pages/04_sigmoid.md"].replace("本文。", f"{LIST}\n本文。"),
    "pages/plain.md": FILES["pages/plain.md"].replace("# 問題のない章\n", f"# 問題のない章\n\n{LIST}"),
}
CONF = TERMS + "html_theme = 'basic'\nsyllabus_file = 'pages/keywords.yml'\nsyllabus_page = 'pages/map'\n"
PARTS = [*PLAIN, "quiz.syllabus"]


@pytest.fixture(scope="module")
def made(book):
    return book(BOOK, PARTS, CONF)


def soup(made, page):
    return BeautifulSoup(made.page(page), "html.parser")


def items(made):
    return {item.strong.text: item for item in soup(made, "pages/map").select(".quiz-syllabus li")}


def test_the_index_leads_from_every_spelling_to_the_place(made):
    links = {link.text: link["href"] for link in soup(made, "genindex").select("table a")}
    assert set(links) == {"シグモイド", "sigmoid", "微分", "derivative", "別の話", "other", "誤り", "error"}
    assert links["derivative"] == links["微分"] == f"pages/{items(made)['微分'].select_one('p a')['href']}"


def test_the_index_has_japanese_words_by_rows_of_kana(made):
    page = soup(made, "genindex")
    words = {row.text: {link.text for link in row.find_next("table").select("a")} for row in page.select("h2")}
    assert {row: found for row, found in words.items() if not row.isascii()} == {
        "さ": {"シグモイド"},
        "は": {"微分", "別の話"},
        "誤": {"誤り"},
    }


def test_every_word_stands_below_its_section_with_its_place_and_questions(made):
    assert made.warnings == "" and "ノートブックだけの文" not in made.page("pages/map")
    page = soup(made, "pages/map")
    heads = [head.text for head in page.select(".quiz-syllabus > .quiz-heading")]
    assert heads == ["3-1-4 活性化関数", "3-2-2 微分", "節を確かめられなかったことば"]
    place = items(made)["微分"].select_one("p a")
    target = soup(made, "pages/04_sigmoid").find(id=place["href"].partition("#")[2])
    assert place["href"].startswith("04_sigmoid.html#") and target.find(["h1", "h2"]).text.startswith("微分")
    asked = [link["href"] for link in items(made)["シグモイド"].select(".quiz-asks")]
    assert asked == ["04_sigmoid.html#q-s-single", "32_exam.html#q-e-code"]
    assert all(soup(made, link.partition(".")[0].join(["pages/", ""])).find(id=link.partition("#")[2]) for link in asked)
    assert "sigmoid" in items(made)["シグモイド"].text


def test_a_scope_is_told_once_where_the_versions_agree_and_for_each_where_not(made):
    assert items(made)["シグモイド"].small.text.strip() == "範囲内"
    assert items(made)["微分"].small.text.strip() == "old：範囲内、new：説が分かれる"


def test_a_chapter_says_below_its_aims_what_the_syllabus_asks_for(made):
    line = soup(made, "pages/04_sigmoid").blockquote.find_all("li")[-1]
    assert line.text == "E資格：二次的な資料では、3-1-4 活性化関数（シグモイド）、3-2-2 微分（微分）。（シラバスとの対応）"
    assert line.a["href"] == "map.html"
    line = soup(made, "pages/plain").blockquote.find_all("li")[-1]
    assert line.text.startswith("E資格：二次的な資料では、3-2-2 微分（微分）。別の話は、キーワードの一覧にありません。")
    assert "誤り" not in line.text
    line = soup(made, "pages/map").blockquote.find_all("li")[-1]
    assert line.text.startswith("E資格：誤りは、シラバスにあるかどうか、確かめられていません。")


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("plain#別の話", "plain#別の", "別の話: no heading for 'plain#別の'"),
        ("[s-number]", "[s-numbers]", "微分: no question s-numbers"),
    ],
)
def test_a_place_or_question_that_is_not_there_is_a_warning(book, old, new, problem):
    assert problem in book(BOOK | {"pages/keywords.yml": KEYWORDS.replace(old, new)}, PARTS, CONF).warnings


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("new: disputed", "new: maybe", "微分: scope: expected one of"),
        ("section: 3-1-4", "section: 3-1-5", "シグモイド: section: expected one of"),
        ("spellings: [other], ", "", "KeyError"),
        ("plain: [微分]", "plain: [積分]", "pages: plain: expected keywords of this file, not 積分"),
    ],
)
def test_a_file_that_is_not_complete_is_an_error_that_names_it(book, old, new, problem):
    with pytest.raises(ConfigError, match=rf"syllabus_file: .*keywords.yml is not complete: .*{problem}"):
        book(BOOK | {"pages/keywords.yml": KEYWORDS.replace(old, new)}, PARTS, CONF)


@pytest.mark.browser
def test_the_reader_chooses_version_scope_and_what_is_left(made, look):
    record = {"version": 1, "seed": 1, "exams": {}, "questions": {}}
    record["questions"]["s-single"] = {"answer": [0], "right": True, "shown": False, "first": True}
    record["questions"]["s-number"] = {"answer": "1", "right": False, "shown": False, "first": False}
    script = f"localStorage.setItem('quiz:{PREFIX}', {json.dumps(json.dumps(record))})"
    tab = look(made, "pages/map.html", script=script, harmless="Failed to load resource")

    def shown():
        return [item.locator("strong").inner_text() for item in tab.locator(".quiz-syllabus li:visible").all()]

    assert shown() == ["シグモイド", "微分", "別の話", "誤り"]
    assert "2 問中 1 問正解" in tab.locator(".quiz-syllabus li").first.inner_text()
    assert "4 のことば、4 問のうち 1 問に正解しています。" in tab.locator(".quiz-syllabus [role=status]").inner_text()
    tab.get_by_label("範囲").select_option("説が分かれる")
    assert shown() == ["微分"] and tab.locator(".quiz-heading:visible").all_inner_texts() == ["3-2-2 微分"]
    tab.get_by_label("版").select_option("old")
    assert shown() == []
    tab.get_by_label("範囲").select_option("範囲内")
    assert shown() == ["シグモイド", "微分"]
    tab.get_by_label("答え").select_option("間違えた問題がある")
    assert shown() == ["微分"]
