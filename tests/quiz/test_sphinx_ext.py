"""The directive: whole as text, linked to the book, built again when a question or a heading changes."""

import json
import re

SIGMOID, EXAM, FILE = "pages/04_sigmoid", "pages/32_exam", "questions/04_sigmoid.yml"


def quiz(page):
    """The questions of a page, and the rest of it."""
    start = page.index('<div class="quiz"')
    end = page.index("</section>", start)
    return page[start:end], page[:start] + page[end:]


def test_all_questions_stand_before_all_answers_and_each_answer_is_folded(book):
    assert book.warnings == ""
    questions, answers = quiz(book.page(SIGMOID))[0].split('<div class="quiz-answers">')
    assert re.findall(r'<div class="quiz-question" data-kind="(\w+)"', questions) == ["single", "multiple", "number", "code"]
    assert questions.count('<ol class="quiz-choices"') == 3
    assert "単一の解説" not in questions and "それは値です" not in questions
    assert re.findall(r"<summary>(.*?)</summary>", answers) == [f"問 {i} の答え" for i in range(1, 5)]
    assert "<details open" not in answers
    for text in ("それは値です", "単一の解説", "まちがいの理由", "−0.25（±0.005 まで正解）", "2 乗していません", "符号がちがいます"):
        assert text in answers
    for link in re.findall(r'class="quiz-to-answer"><a class="reference internal" href="#([^"]*)"', questions):
        assert f'id="{link}"' in answers


def test_an_answer_marks_what_is_right_in_words(book):
    answers = quiz(book.page(SIGMOID))[0].split('<div class="quiz-answers">')[1]
    first = answers.split("</details>")[0]
    assert first.count('<li class="right"><p><strong>✓ 正解</strong>') == 1
    assert first.count('<li class="wrong"><p><strong>✗ 不正解</strong>') == 3


def test_formulas_are_the_book_s_and_code_is_highlighted(book):
    page = quiz(book.page(SIGMOID))[0]
    assert "<math>" in page and "$" not in re.sub(r"<[^>]*>", "", page)
    assert '<span class="n">dout</span> <span class="o">*</span>' in page
    assert page.count('<div class="highlight-python') == 1   # choices are inline: a block could not stand in a label


def test_a_place_in_the_book_is_a_link_that_says_where_it_leads(book):
    page = quiz(book.page(SIGMOID))[0]
    here = re.search(r'本文：<a class="reference internal" href="#([^"]*)">微分 ', page)
    assert f'<section id="{here[1]}">' in book.page(SIGMOID)
    there = re.search(r'本文：<a class="reference internal" href="plain\.html#([^"]*)">問題のない章「別の話」</a>', page)
    assert f'<section id="{there[1]}">' in book.page("pages/plain")
    assert 'data-place="plain.html" data-topic="問題のない章"' in page


def test_a_heading_in_quotation_marks_gets_no_second_ones(fresh):
    made = fresh("pages/plain.md", "## 別の話", "## 「よくある誤り」\n\n文。\n\n## 別の話")
    questions = (made.folder / FILE).read_text("utf-8").replace("plain#別の話", "plain#「よくある誤り」", 1)
    page = made.write({FILE: questions}).build().page(SIGMOID)
    assert ">問題のない章「よくある誤り」</a>" in page and ">問題のない章「別の話」</a>" in page


def test_a_place_that_is_nowhere_is_a_warning(fresh):
    said = fresh(FILE, "plain#別の話", "plain#ない話").warnings
    assert "pages/04_sigmoid" in said and "see: no heading for 'plain#ない話'" in said


def test_a_broken_file_is_a_warning_for_each_problem(fresh):
    said = fresh(FILE, "level: 2", "level: 7").warnings
    assert said.count("expected one of 1, 2, 3, found 7") == 2 and "04_sigmoid.md" in said
    assert "04_sigmoid.yml: s-number: level" in said


def test_a_missing_file_is_a_warning(fresh):
    assert "gone.yml: cannot be read" in fresh("pages/04_sigmoid.md", "{quiz} 04_sigmoid", "{quiz} gone").warnings


def test_a_choice_is_one_paragraph(fresh):
    said = fresh(FILE, "text: まちがい", "text: '- まちがい'").warnings
    assert "s-multiple: choices: expected one paragraph of text in each" in said


def test_a_changed_question_builds_its_page_again(fresh):
    made = fresh(FILE)
    text = (made.folder / FILE).read_text("utf-8")
    made.write({FILE: text.replace("単一の解説です", "新しい解説です")}).build()
    assert "新しい解説です" in made.page(SIGMOID)


def test_a_renamed_heading_builds_the_pages_that_point_to_it_again(fresh):
    made = fresh("index.md")
    before = (made.out / f"{EXAM}.html").stat().st_mtime_ns
    made.write({"pages/plain.md": "# 問題のない章\n\n## 前の話\n\n文。\n\n## 別の話\n\n文。\n"}).build()
    anchor = re.search(r'<section id="([^"]*)">\n<h2>別の話', made.page("pages/plain"))[1]
    for page in (SIGMOID, EXAM):
        assert f'href="plain.html#{anchor}"' in made.page(page)
    assert made.warnings == ""
    made.write({"pages/plain.md": "# 問題のない章\n\n## 前の話\n\n文。\n"}).build()
    assert made.warnings.count("see: no heading for 'plain#別の話'") > 1
    assert (made.out / f"{EXAM}.html").stat().st_mtime_ns > before


def test_what_a_notebook_s_reader_is_told_is_not_on_the_page(book):
    assert "ノートブックだけの文" not in book.page(SIGMOID)


def test_a_term_s_link_is_not_in_what_becomes_a_form(book):
    questions = quiz(book.page(SIGMOID))[0].split('<div class="quiz-answers">')[0]
    assert "傾き" in questions and 'class="term' not in questions


def test_search_finds_the_words_of_questions_and_answers(book):
    index = dict(json.loads((book.out / "_static" / "search.json").read_text("utf-8")))
    text = str(index["pages/04_sigmoid.html"])
    for words in ("はいくつですか", "正しい一つ目", "まちがいの理由", "複数の解説"):
        assert words in text


def test_only_a_page_with_questions_loads_their_script_and_style(book):
    assert 'src="../_static/quiz/quiz.js' in book.page(SIGMOID) and "quiz/quiz.css" in book.page(SIGMOID)
    assert "quiz/quiz" not in book.page("pages/plain") + book.page("index")
    assert "import" not in re.findall(r"^\w+", (book.out / "_static/quiz/quiz.js").read_text("utf-8"), re.M)


def test_two_builds_are_the_same(book, fresh):
    assert fresh("index.md").page(EXAM) == book.page(EXAM)
