"""The questions among the other extensions of the book: formulas, terms, search."""

import json

import pytest
from bs4 import BeautifulSoup

PAGE = "pages/04_sigmoid"


@pytest.fixture
def quiz(shown):
    return BeautifulSoup(shown.page(PAGE), "html.parser").select_one(".quiz")


def test_formulas_are_the_book_s(shown, quiz):
    assert shown.warnings == ""
    assert quiz.find("math") and "$" not in quiz.get_text()


def test_a_term_s_link_is_not_in_what_becomes_a_form(quiz):
    assert (
        "傾き" in quiz.select_one(".quiz-question").get_text()
        and not quiz.select(".quiz-question .term")
        and quiz.select(".quiz-answers .term")
    )


def test_search_finds_the_words_of_questions_and_answers(shown):
    index = dict(json.loads((shown.out / "_static" / "search.json").read_text("utf-8"))["pages"])
    text = str(index["pages/04_sigmoid.html"])
    for words in ("はいくつですか", "正しい一つ目", "まちがいの理由", "複数の解説"):
        assert words in text
