"""The exam's words (chapters/keywords.yml): explained, asked for, and found by whatever name a reader has for them."""

from pathlib import Path
from unicodedata import name
from urllib.parse import quote

import pytest
import yaml

from quiz import load
from quiz.syllabus import row
from tools.browser import served

ROOT = Path(__file__).resolve().parents[2]
DATA = yaml.safe_load((ROOT / "chapters" / "keywords.yml").read_text("utf-8"))
KEYWORDS = DATA["keywords"]
ASKED = {question["id"] for question in load(*(ROOT / "questions").glob("*.yml"))}


def test_no_word_and_no_spelling_stands_twice():
    spellings = [spelling.lower() for one in KEYWORDS for spelling in [one["keyword"], *one["spellings"]]]
    assert len(set(spellings)) == len(spellings)


def test_each_word_that_begins_with_kana_or_kanji_has_a_row_in_the_index():
    words = [word for one in KEYWORDS for word in [one["keyword"], *one["spellings"]]]
    assert [word for word in words if not row(word, DATA["rows"]) and "CJK" in name(word[0])] == []


@pytest.mark.parametrize("one", KEYWORDS, ids=lambda one: one["keyword"])
def test_at_least_three_questions_of_the_book_ask_for_it(one):
    assert len(set(one["questions"])) >= 3 and set(one["questions"]) <= ASKED


@pytest.mark.slow("the search for every spelling of the exam's words")
@pytest.mark.browser
def test_each_spelling_finds_the_place_that_explains_it_first(browser, site, watched):
    context = browser.new_context()
    tab = watched(context.new_page())
    wrong = []
    with served(site) as base:
        for one in KEYWORDS:
            page, _, heading = one["see"].partition("#")
            for spelling in [one["keyword"], *one["spellings"]]:
                tab.goto(f"{base}search.html?q={quote(spelling)}", wait_until="commit")
                tab.wait_for_selector("#search-results a")
                first = tab.locator("#search-results a").first
                found = first.inner_text().rpartition(" › ")[2]
                if f"/{page}.html" not in first.get_attribute("href") or bare(found) != bare(heading):
                    wrong.append((spelling, first.inner_text()))
    context.close()
    assert wrong == []


def bare(title):
    return title.replace(" ", "").replace("$", "")
