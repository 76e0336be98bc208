"""The book's questions: valid, true, and where the book has its places."""

import json
import math
import re
from collections import Counter
from pathlib import Path

import pytest
import yaml

from quiz import CAUSES, expand, facts, load

ROOT = Path(__file__).resolve().parents[2]
FILES = sorted((ROOT / "questions").glob("*.yml"))
EXAM = "32_mock_exam"
NAMES = facts.namespace(*yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]["quiz_names"])


def test_all_files_are_valid_and_no_id_stands_twice():
    assert len(load(*FILES)) > 100


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_number_is_recomputed_every_claim_true_and_every_choice_of_code_run(path):
    assert facts.problems(load(path), NAMES) == []


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_no_sentence_begins_on_a_line_of_its_own(path):
    for question in load(path):  # a browser shows the end of the line as a space
        for item in [question, *question.get("choices", []), *question.get("wrong", [])]:
            for key in {"text", "why", "explanation"} & item.keys():
                assert not re.search(r"。\n[^\n]", item[key]), (question["id"], key)


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_an_answer_has_no_more_decimals_than_are_asked_for(path):
    for template in load(path):
        for question in expand(template, NAMES):
            if asked := re.search(r"小数第 (\d) 位", question["text"]):
                digits = int(asked[1])
                assert round(question["answer"], digits) == question["answer"], question["id"]
                for wrong in question["wrong"]:  # a known mistake, rounded as asked, is not the right answer
                    assert round(wrong["value"], digits) != question["answer"], (question["id"], wrong["value"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_there_are_enough_questions(path):
    questions = load(path)
    assert len(questions) == 50 if path.stem == EXAM else len(questions) >= 8
    if path.stem == EXAM:
        assert {question["kind"] for question in questions} == {"single", "multiple", "number", "code"}


def test_there_are_enough_templates_and_every_cause_is_met():
    questions = load(*FILES)
    assert sum("draw" in question for question in questions) >= 40
    wrong = [item for question in questions for item in [*question.get("choices", []), *question.get("wrong", [])]]
    assert {item["cause"] for item in wrong if "cause" in item} == set(CAUSES)


def test_every_file_is_shown_on_its_page_and_the_page_has_its_file():
    for path in FILES:
        page = ROOT / "chapters" / f"{path.stem}.ipynb"
        assert page.is_file() and f"{{quiz}} {path.stem}" in page.read_text("utf-8"), page.name
    for page in (ROOT / "chapters").glob("*.ipynb"):
        for name in re.findall(r"\{quiz\} (\w+)", page.read_text("utf-8")):
            assert name == page.stem and ROOT / "questions" / f"{name}.yml" in FILES, page.name


def test_the_exam_has_the_pace_that_its_page_says():
    page = json.loads((ROOT / "chapters" / f"{EXAM}.ipynb").read_text("utf-8"))
    text = "".join(line for cell in page["cells"] for line in cell["source"])
    minutes = math.ceil(len(load(ROOT / "questions" / f"{EXAM}.yml")) * 120 / 104)
    assert page["metadata"]["work_minutes"] == minutes
    assert f"時間は {minutes} 分です。本番は 120 分で 104 問だと" in text and f":exam: {minutes}\n" in text


@pytest.mark.parametrize("number", [0, 1])
def test_the_readme_s_examples_hold(number, tmp_path):
    text = (ROOT / "questions" / "README.md").read_text("utf-8")
    path = tmp_path / "example.yml"
    path.write_text(re.findall(r"```yaml\n(.*?)```", text, re.S)[number], encoding="utf-8")
    assert facts.problems(load(path), NAMES) == []


@pytest.mark.site
def test_the_exam_s_reading_time_is_that_of_its_rules_alone(site):
    page = (site / "chapters" / f"{EXAM}.html").read_text("utf-8")
    minutes, work = map(int, re.search(r"読む時間の目安 (\d+)\u00a0分・解く時間の目安 (\d+)\u00a0分", page).groups())
    assert minutes < 5 and work == 58


@pytest.mark.site
@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_question_is_on_the_site_with_links_that_lead_somewhere(site, path):
    page = (site / "chapters" / f"{path.stem}.html").read_text("utf-8")
    ids = Counter(re.findall(r'\bid="([^"]*)"', page))
    for question in load(path):
        assert ids[f"q-{question['id']}"] == ids[f"q-{question['id']}-answer"] == 1
    places = re.findall(r'<p class="quiz-see">本文：<a class="reference internal" href="([^"#]*)(?:#([^"]*))?">', page)
    wanted = [item for q in load(path) for item in [q, *q.get("choices", []), *q.get("wrong", [])] if "see" in item]
    assert len(places) == len(wanted)
    for name, anchor in places:
        target = (site / "chapters" / name).read_text("utf-8") if name else page
        assert not anchor or f'id="{anchor}"' in target, (name, anchor)
