"""The directive: whole as text, linked to the book, built again when a question or a heading changes."""

import pickle
import re

import pytest
from bs4 import BeautifulSoup

from quiz.sphinx_ext import Quiz
from quiz.sphinx_ext import plain as written

SIGMOID, EXAM, DEEP, FILE = "pages/04_sigmoid", "pages/32_exam", "pages/deep", "questions/04_sigmoid.yml"


def read(book, page=SIGMOID):
    return BeautifulSoup(book.page(page), "html.parser")


def html(node):
    """A node's HTML without what stands between its lines."""
    return re.sub(r"\s*\n\s*", "", str(node))


def anchor(book, page, title):
    """The id of the section of a page with that title."""
    return next(heading.parent["id"] for heading in read(book, page)(re.compile(r"h\d")) if title in heading.get_text())


QUESTIONS = {
    "s-single": '<div class="quiz-question" data-kind="single" data-place="" data-topic="シグモイド" id="q-s-single">'
    '<h3 class="quiz-number"><span>問 1</span><small>基礎</small></h3>'
    '<div class="quiz-text"><p>[\\sigma\'(0)] はいくつですか。傾きを選んでください。</p></div>'
    '<ol class="quiz-choices" type="A"><li><p>[0.25]</p></li><li><p>[0.5]</p></li><li><p>[1]</p></li><li><p>[-1]</p></li></ol>'
    '<p class="quiz-to-answer"><a class="reference internal" href="#q-s-single-answer">答えへ</a></p></div>',
    "s-single-answer": '<details id="q-s-single-answer"><summary>問 1 の答え</summary><ol class="quiz-reasons" type="A">'
    '<li class="right"><p><strong>✓ 正解</strong> [0.5\\times0.5] だからです。</p></li>'
    '<li class="wrong" data-cause="定義"><p><strong>✗ 不正解</strong> <small>原因：定義</small>それは値です。</p>HERE</li>'
    '<li class="wrong" data-cause="定義"><p><strong>✗ 不正解</strong> <small>原因：定義</small>恒等関数の'
    '<a class="term reference internal" href="../index.html#term-傾き" title="変化の割合">傾き</a>です。</p>THERE</li>'
    '<li class="wrong" data-cause="定義"><p><strong>✗ 不正解</strong> <small>原因：定義</small>負にはなりません。</p>THERE</li></ol>'
    '<div class="quiz-explanation"><p><strong>解説</strong> 単一の解説です。</p>HERE</div></details>',
    "s-number": '<div class="quiz-question" data-kind="number" data-place="plain.html" data-topic="問題のない章" id="q-s-number">'
    '<h3 class="quiz-number"><span>問 3</span><small>試験レベル</small></h3>'
    '<div class="quiz-text"><p>数で答えてください。</p></div>'
    '<p class="quiz-to-answer"><a class="reference internal" href="#q-s-number-answer">答えへ</a></p></div>',
    "s-number-answer": '<details data-answer="-0.25" data-tolerance="0.005" id="q-s-number-answer"><summary>問 3 の答え</summary>'
    '<p class="quiz-value"><strong>答え</strong> −0.25（±0.005 まで正解）</p><ul class="quiz-reasons">'
    '<li data-cause="符号" data-value="0.25"><p><strong>0.25</strong> <small>原因：符号</small>符号が逆です。</p>HERE</li>'
    '<li data-cause="定義" data-value="-0.5"><p><strong>−0.5</strong> <small>原因：定義</small>2 乗していません。</p>THERE</li></ul>'
    '<div class="quiz-explanation"><p><strong>解説</strong> 数の解説です。</p>THERE</div></details>',
}


def test_the_page_is_what_the_script_and_a_reader_without_it_rely_on(plain):
    page = read(plain)
    for formula in page(class_="math"):
        formula.replace_with(f"[{formula.get_text()[2:-2]}]")
    link = '<p class="quiz-see">本文：<a class="reference internal" href="{}">{}</a></p>'
    here = link.format(f"#{anchor(plain, SIGMOID, '微分')}", "微分 [y(1-y)]")
    there = link.format(f"plain.html#{anchor(plain, 'pages/plain', '別の話')}", "問題のない章「別の話」")
    for name, expected in QUESTIONS.items():
        assert html(page.find(id=f"q-{name}")) == expected.replace("THERE", there).replace("HERE", here)
    text, choices = page.find(id="q-s-code").select(".quiz-text, .quiz-choices")
    assert text.find("div")["class"] == ["highlight-python", "notranslate"]
    assert text.find("pre").get_text() == "def backward(y, dout):\n    return ____\n"
    for choice in choices("li"):  # inline: a block could not stand in a label
        assert html(choice).startswith('<li><p><code class="code highlight docutils literal highlight-python"><span class="')
    assert [choice.get_text().strip() for choice in choices("li")] == [
        "dout * y * (1 - y)",
        "y * (1 - y)",
        "z = dout * y\nz * (1 + y)",
    ]


@pytest.mark.parametrize("text, shown", [("X = 1\n", "X = 1"), ("\n    return y  \n\n", "    return y  "), ("f(X", "f(X")])
def test_a_choice_of_code_loses_the_empty_lines_around_it_and_nothing_else(text, shown):
    [paragraph] = Quiz.__new__(Quiz).code(text)
    assert paragraph.astext() == shown


def test_all_questions_stand_before_all_answers_and_each_answer_is_folded(plain):
    assert plain.warnings == ""
    [quiz] = read(plain).select(".quiz")
    *questions, answers = quiz.find_all("div", recursive=False)
    assert [question["data-kind"] for question in questions] == ["single", "multiple", "number", "code"]
    assert answers["class"] == ["quiz-answers"] and html(answers.contents[0]) == '<h3 class="quiz-heading">答えと解説</h3>'
    assert [one.get_text() for one in answers("summary")] == [f"問 {i} の答え" for i in range(1, 5)]
    assert not answers("details", open=True)
    assert [one["id"] for one in answers("details")] == [
        question.select_one(".quiz-to-answer a")["href"][1:] for question in questions
    ]
    assert [question.find("small").get_text() for question in questions] == ["基礎", "試験レベル", "試験レベル", "発展"]


def test_only_an_exam_is_marked_as_one(plain):
    for page, name, marked in ((SIGMOID, "04_sigmoid", {}), (EXAM, "32_exam", {"data-exam": "2"})):
        [quiz] = read(plain, page)("div", class_="quiz")
        assert quiz.attrs == {"class": ["quiz"], "data-quiz": name} | marked


def test_headings_are_one_below_the_section_s_own_and_6_at_most(plain):
    assert [read(plain, page).select_one(".quiz-number").name for page in (EXAM, SIGMOID, DEEP)] == ["h2", "h3", "h6"]


def test_a_link_in_what_becomes_a_form_would_take_the_reader_away(plain):
    question, answer = (read(plain, DEEP).find(id=f"q-o-formulas{part}") for part in ("", "-answer"))
    assert [link["href"] for link in question("a")] == ["#q-o-formulas-answer"]
    assert [text.get_text(strip=True) for text in question.select(".quiz-text p, li")] == [
        "シグモイドの式です。",
        "どの章か",
        "",
        "三つ目",
    ]
    assert [html(paragraph) for paragraph in answer.select("li > p:first-child")] == [  # whatever the reason begins with
        "<p><strong>✓ 正解</strong> </p>",
        "<p><strong>✗ 不正解</strong> <small>原因：約束</small></p>",
        "<p><strong>✗ 不正解</strong> <small>原因：約束</small><strong>別</strong>の理由です。</p>",
    ]
    assert "y = x" in answer.find("li").get_text() and "二つ目です。" in answer.select_one(".quiz-explanation").get_text()


def test_a_place_is_named_by_its_page_and_its_heading(plain):
    links = [(link["href"], link.get_text()) for link in read(plain, DEEP).select("#q-o-formulas-answer .quiz-see a")]
    assert links == [
        ("plain.html", "問題のない章"),
        (f"#{anchor(plain, DEEP, '六')}", "\\(x\\) 六#6"),
        (f"plain.html#{anchor(plain, 'pages/plain', 'よくある')}", "問題のない章「よくある誤り」"),
    ]


def test_numbers_are_written_as_a_reader_would(plain):
    answer = read(plain, DEEP).find(id="q-o-whole-answer")
    assert answer.attrs == {"id": "q-o-whole-answer", "data-answer": "3", "data-tolerance": "0"}
    assert answer.select_one(".quiz-value").get_text() == "答え 3"  # no tolerance, no word of it
    assert [(item["data-value"], item.find("strong").get_text()) for item in answer("li")] == [
        ("1e-05", "0.00001"),
        ("-1e+22", "−10000000000000000000000"),
    ]
    assert [written(number) for number in (3.0, -2, 0.125, 2.5e-17)] == ["3", "−2", "0.125", "0.000000000000000025"]


def test_a_place_that_is_nowhere_is_a_warning(fresh):
    said = fresh(FILE, "plain#別の話", "plain#ない話").warnings
    assert "pages/04_sigmoid" in said and "WARNING: see: no heading for 'plain#ない話'" in said
    assert "see: no heading for 'gone#別の話'" in fresh(FILE, "plain#別の話", "gone#別の話").warnings


def test_a_broken_file_is_a_warning_for_each_problem(fresh):
    said = fresh(FILE, "level: 2", "level: 7").warnings
    assert said.count("expected one of 1, 2, 3, found 7") == 2
    assert re.search(r"04_sigmoid\.md:11: WARNING: 04_sigmoid\.yml: s-number: level", said)


def test_a_missing_file_is_a_warning_and_the_page_goes_on(fresh):
    made = fresh("pages/04_sigmoid.md", "{quiz} 04_sigmoid", "{quiz} gone")
    assert "gone.yml: cannot be read" in made.warnings and "終わり。" in made.page(SIGMOID)


@pytest.mark.parametrize("text", ["'- まちがい'", r'"まち\n\nがい"'], ids=["a list", "two paragraphs"])
def test_a_choice_is_one_paragraph(fresh, text):
    said = fresh(FILE, "text: まちがい", f"text: {text}").warnings
    assert re.search(r"04_sigmoid\.md:11: WARNING: s-multiple: choices: expected one paragraph of text in each", said)


def test_a_warning_of_the_markdown_names_the_page(fresh):
    assert re.search(r"04_sigmoid\.md:\d+: WARNING: .*nope", fresh(FILE, "複数の解説です", "{nope}`x`").warnings)


def test_a_changed_question_builds_its_page_again(fresh):
    made = fresh(FILE)
    text = (made.folder / FILE).read_text("utf-8")
    made.write({FILE: text.replace("単一の解説です", "新しい解説です")}).build()
    assert "新しい解説です" in made.page(SIGMOID)


OTHER = "# 問題のない章\n\n## 前の話\n\n文。\n\n## 別の話\n\n文。\n\n## 「よくある誤り」\n\n文。\n"


def leads(made, page):
    """Whether the page's first link to another page of the book leads to its heading."""
    return (
        read(made, page).find("a", href=re.compile(r"^plain\.html#"))["href"]
        == f"plain.html#{anchor(made, 'pages/plain', '別の話')}"
    )


def test_the_page_of_all_questions_is_built_again_for_a_new_file_and_not_without_a_reason(fresh):
    made = fresh("index.md")
    page, text = made.out / "pages" / "today.html", (made.folder / FILE).read_text("utf-8")
    before = page.stat().st_mtime_ns
    made.build()
    assert page.stat().st_mtime_ns == before
    made.write({"questions/more.yml": text.replace("id: s-", "id: more-")}).build()
    assert "more-single" in made.static("quiz/index.json") and "more-single" in made.static("quiz/more.json")
    (made.folder / "questions" / "more.yml").unlink()
    made.build()
    assert "more-single" not in made.static("quiz/index.json")


def test_a_renamed_heading_builds_the_pages_that_point_to_it_again(fresh):
    made = fresh("index.md")

    def written():
        return [(made.out / f"{page}.html").stat().st_mtime_ns for page in (SIGMOID, EXAM)]

    before = written()
    made.write({"pages/plain.md": OTHER}).build()
    assert made.warnings == "" and leads(made, SIGMOID) and leads(made, EXAM) and min(written()) > max(before)

    before = written()
    made.write({"pages/plain.md": OTHER + "\nもう一文。\n"}).build()
    assert written() == before  # nothing that they show has changed
    made.write({"pages/04_sigmoid.md": (made.folder / "pages" / "04_sigmoid.md").read_text("utf-8") + "\nもう一文。\n"}).build()
    assert written()[1] == before[1]  # nor has the formula in a heading
    made.write({"pages/plain.md": OTHER.replace("# 問題のない章", "# 新しい題")}).build()
    assert "新しい題「別の話」" in made.page(SIGMOID) and "新しい題「別の話」" in made.page(EXAM)
    made.write({"pages/plain.md": "# 問題のない章\n\n## 前の話\n\n文。\n"}).build()
    assert made.warnings.count("see: no heading for 'plain#別の話'") > 1


def test_pages_that_were_read_in_parallel_are_built_again_too(fresh):
    more = {f"pages/more{i}.md": "---\norphan: true\n---\n# 章\n" for i in range(4)}
    made = fresh("index.md", more=more, parallel=2)
    assert made.warnings == ""
    made.write({"pages/plain.md": OTHER}).build()
    assert leads(made, SIGMOID) and leads(made, EXAM)


def test_two_quizzes_on_a_page_are_kept_up_to_date_and_one_taken_away_is_not_missed(fresh):
    made = fresh("index.md")
    made.write({"pages/plain.md": "# 問題のない章\n\n## 「よくある誤り」\n\n## 前の話\n\n## 別の話\n"}).build()
    links = {link["href"] for link in read(made, DEEP)("a", href=re.compile(r"^plain\.html#"))}
    assert links == {f"plain.html#{anchor(made, 'pages/plain', title)}" for title in ("「よくある誤り」", "別の話")}
    (made.folder / f"{DEEP}.md").unlink()
    made.write({"pages/plain.md": OTHER}).build()
    assert DEEP not in made.warnings


def test_what_a_notebook_s_reader_is_told_is_not_on_the_page(plain):
    assert "ノートブックだけの文" not in plain.page(SIGMOID)


def test_only_a_page_with_questions_loads_their_script_and_style(plain, fresh):
    for page in (SIGMOID, EXAM):
        style, script = read(plain, page).select('link[href*="/quiz/"], script[src*="/quiz/"]')
        assert style["href"].startswith("../_static/quiz/quiz.css") and style["rel"] == ["stylesheet"]
        assert script["src"].startswith("../_static/quiz/quiz.js") and script["type"] == "module"
    for page in ("pages/plain", "index", "search"):
        assert "/quiz/" not in plain.page(page)
    folder = plain.out / "_static" / "quiz"
    assert "import" not in re.findall(r"^\w+", (folder / "quiz.js").read_text("utf-8"), re.M)
    assert ".quiz-question" in (folder / "quiz.css").read_text("utf-8")
    assert not (fresh("index.md", buildername="dummy").folder / "_build" / "dummy" / "_static").exists()


def test_what_a_build_keeps_for_the_next_one_has_a_version(plain):
    kept = pickle.loads((plain.folder / "_build" / "doctrees" / "environment.pickle").read_bytes())
    assert kept.version["quiz.sphinx_ext"] and kept.quiz_links[EXAM]


def test_two_builds_are_the_same(plain, fresh):
    assert fresh("index.md").page(EXAM) == plain.page(EXAM)
