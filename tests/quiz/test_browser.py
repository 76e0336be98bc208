"""The questions in real Chromium: answered by keyboard, kept, exported, erased; without script; on paper."""

import io
import json
import random
import re
import unicodedata

import pytest

from tools.browser import PREFIX  # the sub-path under which the pages are served

pytestmark = pytest.mark.browser

EXAM = "pages/32_exam"
KEY = f"quiz:{PREFIX}"


@pytest.fixture
def look(look, shown):
    """look(page, …): a tab that shows a page of the book with questions."""
    return lambda page="pages/04_sigmoid", **options: look(shown, f"{page}.html", **options)


def box(tab, name):
    return tab.locator(f"#q-{name}")


def status(tab, name):
    return box(tab, name).locator(".quiz-status").inner_text()


def choose(tab, name, *texts):
    for label in box(tab, name).locator(".quiz-choices label").all():
        wanted = any(text in label.inner_text() for text in texts)
        if label.locator("input").is_checked() != wanted:
            label.click()


def check(tab, name):
    box(tab, name).get_by_role("button", name="答え合わせ").click()


def order(tab, selector=".quiz-question"):
    return tab.evaluate(f"[...document.querySelectorAll('{selector}')].map(e => e.id || e.innerText)")


def counts(tab):
    return [int(n) for n in re.findall(r"\d+", tab.locator(".quiz-panel p").first.inner_text())]


def focused(tab):
    return tab.evaluate("document.activeElement.value || document.activeElement.textContent")


def record(tab):
    return json.loads(tab.evaluate(f"localStorage.getItem('{KEY}')") or "null")


def test_everything_can_be_done_by_keyboard(look):
    tab = look()
    press = tab.keyboard.press
    radios = box(tab, "s-single").locator("input")
    radios.first.focus()
    values = [one.get_attribute("value") for one in radios.all()]
    press("Space")
    for _ in range(values.index("1")):  # to the choice 0.5, wherever it stands
        press("ArrowDown")
    assert focused(tab) == "1"
    press("Enter")
    assert status(tab, "s-single") == "✗ 違います。"
    item = box(tab, "s-single").locator(".quiz-choices > li.wrong")
    assert "✗ 不正解 原因：定義 それは値です。" in item.inner_text()
    assert box(tab, "s-single").locator(".quiz-choices > li.right").count() == 0  # the answer is not given away
    assert focused(tab) == "1"  # nothing took the focus away
    press("ArrowDown" if values.index("0") > values.index("1") else "ArrowUp")
    while focused(tab) != "0":
        press("ArrowDown" if values.index("0") > values.index(focused(tab)) else "ArrowUp")
    press("Tab")
    if tab.evaluate("document.activeElement.tagName") == "A":  # the link of the wrong choice
        press("Tab")
    assert focused(tab) == "答え合わせ"
    press("Enter")
    assert status(tab, "s-single") == "✓ 正解です。"
    assert "単一の解説です。" in box(tab, "s-single").inner_text()
    assert focused(tab) == "やり直す"
    press("Enter")
    assert status(tab, "s-single") == "もう一度、答えてください。"
    assert not any(one.is_checked() for one in radios.all())

    first = box(tab, "s-multiple").locator("input").first
    first.focus()
    for _ in range(3):
        press("Space")
        press("Tab")
    press("Space")
    assert status(tab, "s-multiple") == "✗ 不正解の選択肢が入っています。"

    tab.locator("#q-s-number-field").focus()
    tab.keyboard.type("－０．２５")
    press("Enter")
    assert status(tab, "s-number") == "✓ 正解です。"
    assert tab.said == []


def test_each_wrong_choice_has_its_reason_beside_it_and_a_link(look):
    tab = look()
    for text, reason, place in [
        ("0.5", "それは値です", "微分"),
        ("1", "恒等関数の傾きです", "plain.html"),
        ("−1", "負にはなりません", "plain.html"),
    ]:
        tab.reload()
        tab.evaluate("localStorage.clear()")
        tab.reload()
        label = box(tab, "s-single").locator("label").filter(has_text=re.compile(rf"^\s*{text}\s*$"))
        label.click()
        check(tab, "s-single")
        item = box(tab, "s-single").locator(".quiz-choices > li").filter(has_text=reason)
        assert item.count() == 1 and item.locator("input").is_checked()
        link = item.locator(".quiz-see a")
        assert place in link.get_attribute("href") + link.inner_text()


def test_multiple_says_what_is_missing_and_marks_only_what_was_chosen(look):
    tab = look()
    choose(tab, "s-multiple", "一つ目")
    check(tab, "s-multiple")
    assert status(tab, "s-multiple") == "✗ 選んだものは合っていますが、足りません。"
    assert "二つ目の理由" not in box(tab, "s-multiple").inner_text()
    choose(tab, "s-multiple", "一つ目", "二つ目")
    assert status(tab, "s-multiple") == ""
    check(tab, "s-multiple")
    assert status(tab, "s-multiple") == "✓ 正解です。"
    assert box(tab, "s-multiple").locator("li.right").count() == 2 and box(tab, "s-multiple").locator("li.wrong").count() == 0
    assert "まちがいの理由" in box(tab, "s-multiple").inner_text()


RIGHT = "-0.25|−0.25|－０．２５|ー0.25|-0,25|-1/4|−１／４|-.25|-2.5e-1| - 0.25 |-0.254|-0.255|-0.245".split("|")
WRONG = {"0.25": "符号が逆です", "-0.5": "2 乗していません", "-1/2": "2 乗していません", "-0.2449": "本文：", "-1,250": "本文："}
NO_NUMBER = ["abc", "0.25です", "1/0", "1/2/3", "-", ".", "0x10", "Infinity", "1 234,5,6", "10²", "--1"]


def test_numbers_are_read_as_people_write_them(look):
    tab = look()
    field = tab.locator("#q-s-number-field")

    def answered(text):
        if box(tab, "s-number").get_by_role("button", name="やり直す").count():
            box(tab, "s-number").get_by_role("button", name="やり直す").click()
        field.fill(text)
        field.press("Enter")
        return status(tab, "s-number")

    assert answered("") == "数を入力してください。"
    for text in RIGHT:
        assert answered(text) == "✓ 正解です。", text
    for text, reason in WRONG.items():
        assert answered(text) == "✗ 違います。", text
        assert reason in box(tab, "s-number").locator(".quiz-more").inner_text(), text
    for text in NO_NUMBER:
        assert answered(text).startswith(f"「{text.strip()}」は数として読めません。"), text
        assert tab.evaluate("document.activeElement.id") == "q-s-number-field"
    assert record(tab)["questions"]["s-number"]["answer"] == "-1,250"  # what is no number is not kept as an answer


def test_a_thousands_comma_is_no_decimal_comma(look):
    tab = look()
    tab.evaluate("document.querySelector('#q-s-number-answer').dataset.answer = 7850")
    for text, said in [("7,850", "✓ 正解です。"), ("7850.0", "✓ 正解です。"), ("7.850", "✗ 違います。")]:
        tab.locator("#q-s-number-field").fill(text)
        tab.locator("#q-s-number-field").press("Enter")
        assert status(tab, "s-number") == said


def test_nothing_chosen_is_no_answer(look):
    tab = look()
    check(tab, "s-code")
    assert status(tab, "s-code") == "選択肢を選んでください。"
    assert tab.evaluate("document.activeElement.name") == "q-s-code"
    assert counts(tab)[1] == 0


def test_the_answer_can_be_seen_after_a_try(look):
    tab = look()
    reveal = box(tab, "s-code").get_by_role("button", name="答えを見る")
    assert not reveal.is_visible()
    choose(tab, "s-code", "(1 + y)")
    check(tab, "s-code")
    reveal.click()
    assert "連鎖律です" in box(tab, "s-code").locator("li.right").inner_text()
    assert "コードの解説です" in box(tab, "s-code").inner_text()
    assert counts(tab) == [4, 1, 0, 1, 0]  # of 4, answered, right, at the 1st try: 0
    assert focused(tab) == "やり直す"


def test_choices_are_shuffled_once_for_a_reader(look):
    seen, tab = set(), look()
    for seed in range(12):
        tab.evaluate(f'localStorage.setItem(\'{KEY}\', \'{{"version":1,"seed":{seed},"questions":{{}},"exams":{{}}}}\')')
        tab.reload()
        values = "[...document.querySelectorAll('#q-s-single input')].map(e => e.value)"
        before = tab.evaluate(values)
        choose(tab, "s-single", "0.5")
        check(tab, "s-single")
        tab.reload()
        assert tab.evaluate(values) == before
        seen.add(tuple(before))
    assert len(seen) > 5 and {one[0] for one in seen} == {"0", "1", "2", "3"}


def test_a_reload_finds_answers_feedback_and_score(look):
    tab = look()
    choose(tab, "s-single", "0.5")
    check(tab, "s-single")
    choose(tab, "s-single", "0.25")
    check(tab, "s-single")
    choose(tab, "s-code", "dout * y")
    tab.locator("#q-s-number-field").fill("-1/4")
    check(tab, "s-number")
    assert counts(tab) == [4, 2, 2, 1, 1]
    shown = [box(tab, name).inner_text() for name in ("s-single", "s-number")]
    tab.reload()
    assert [box(tab, name).inner_text() for name in ("s-single", "s-number")] == shown
    assert tab.locator("#q-s-number-field").input_value() == "-1/4"
    assert counts(tab) == [4, 2, 2, 1, 1]
    assert not box(tab, "s-code").locator("input:checked").count()  # was chosen, not answered
    assert set(tab.evaluate("Object.keys(localStorage)")) >= {KEY} and record(tab)["version"] == 2


def test_records_can_be_exported_erased_and_read_again(look, tmp_path):
    tab = look()
    choose(tab, "s-single", "0.25")
    check(tab, "s-single")
    with tab.expect_download() as waiting:
        tab.get_by_role("button", name="記録を書き出す").click()
    path = tmp_path / waiting.value.suggested_filename
    waiting.value.save_as(path)
    assert path.name == "quiz-record.json"
    kept = json.loads(path.read_text("utf-8"))
    assert kept == record(tab)
    [(name, one)] = kept["questions"].items()
    assert name == "s-single" and one["answer"] == [0] and one["right"] and one["first"] and not one["shown"]
    assert one["reviews"] == [[one["at"], 3]]

    asked = []
    tab.once("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    tab.get_by_role("button", name="記録を消す").click()
    assert len(asked) == 1 and counts(tab)[1] == 1
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="記録を消す").click()
    assert counts(tab)[1] == 0 and record(tab) is None and status(tab, "s-single") == ""
    tab.reload()
    assert counts(tab)[1] == 0

    tab.locator(".quiz-panel input[type=file]").set_input_files(path)
    tab.wait_for_function("document.querySelector('.quiz-panel [role=status]').textContent")
    assert counts(tab)[1] == 1 and status(tab, "s-single") == "✓ 正解です。"
    assert record(tab)["questions"] == kept["questions"]
    path.write_text('{"version": 3}', encoding="utf-8")
    tab.locator(".quiz-panel input[type=file]").set_input_files(path)
    tab.wait_for_function("document.querySelector('.quiz-panel [role=status]').textContent.includes('読めません')")
    assert record(tab)["questions"] == kept["questions"]
    assert tab.said == []


FOREIGN = [
    "",
    "{",
    "null",
    "5",
    "[]",
    '{"version":3}',
    '{"version":2,"seed":1,"questions":{"s-single":{"reviews":[[1,9],[-1,2],["1",2],5],"at":"x"}},"exams":{"32_exam":{"round":0,"used":-1,"marked":3}},"today":{"drawn":1,"items":[{}]}}',
    '{"version":1}',
    '{"version":1,"seed":1,"questions":[],"exams":{}}',
    '{"version":1,"seed":1,"questions":{"s-single":null,"s-multiple":{"answer":[99,-1]},"s-number":{"answer":{"a":1}},"s-code":{"answer":"x"}},"exams":{"32_exam":3}}',
    '{"version":1,"seed":1,"questions":{"__proto__":{"answer":[0]},"s-number":{"answer":"' + "9" * 5000 + '"}},"exams":{}}',
]


@pytest.mark.parametrize("text", FOREIGN)
def test_a_corrupt_or_foreign_record_does_no_harm(look, text):
    tab = look(script=f"localStorage.getItem('{KEY}') ?? localStorage.setItem('{KEY}', {json.dumps(text)})")
    choose(tab, "s-multiple", "一つ目", "二つ目")
    check(tab, "s-multiple")
    assert status(tab, "s-multiple") == "✓ 正解です。"
    tab.reload()
    assert status(tab, "s-multiple") == "✓ 正解です。"
    assert tab.said == []


REFUSED = {
    "no storage": "Object.defineProperty(window, 'localStorage', {configurable: true, get() { throw new DOMException('no', 'SecurityError') }})",
    "full": "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }",
}


@pytest.mark.parametrize("script", REFUSED.values(), ids=REFUSED)
def test_without_storage_it_works_and_says_so(look, script):
    # what the theme does without storage is the theme's affair: only the questions are loaded
    tab = look(script="if (location.href.endsWith('.html')) {" + script + "}", harmless="^page error: full")
    said = len(tab.said)
    choose(tab, "s-single", "0.5")
    check(tab, "s-single")
    assert status(tab, "s-single") == "✗ 違います。" and counts(tab)[1] == 1
    assert "記録を残せません" in tab.locator(".quiz-note").inner_text()
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="記録を消す").click()
    assert counts(tab)[1] == 0
    assert len(tab.said) == said and not any("quiz" in text for text in tab.said)


def kept(*names, **more):
    """A script that finds these questions answered."""
    known = {name: {"answer": [0], "right": True, "shown": False, "first": True, "at": 1, "reviews": [[1, 3]]} for name in names}
    data = json.dumps({"version": 2, "seed": 1, "questions": known, "exams": {}} | more)
    return f"localStorage.getItem('{KEY}') ?? localStorage.setItem('{KEY}', {json.dumps(data)});"


def test_a_record_of_a_later_edition_is_not_overwritten(look):
    tab = look(script=kept("s-single", version=3, more={"of": "what we know nothing of"}))
    before = record(tab)
    choose(tab, "s-multiple", "一つ目", "二つ目")
    check(tab, "s-multiple")
    assert status(tab, "s-multiple") == "✓ 正解です。" and record(tab) == before
    assert "新しい版" in tab.locator(".quiz-note").inner_text()


@pytest.mark.parametrize("page", ["pages/04_sigmoid", "pages/today"])
def test_a_full_storage_with_a_record_loses_no_answer_of_this_page(look, page):
    full = "if (location.href.endsWith('.html')) {" + kept("s-single") + REFUSED["full"] + "}"
    tab = look(page, script=full, harmless="^page error: full")
    if page == "pages/today":
        tab.wait_for_selector(".quiz-stage .quiz-question")
        for _ in range(2):
            reply(tab, True)
            tab.get_by_role("button", name="次の問題へ").click()
        assert tab.locator(".quiz-steps .right").count() == 2
    else:
        for name, text in (("s-code", "dout * y"), ("s-multiple", "まちがい")):
            choose(tab, name, text)
            check(tab, name)
        assert counts(tab)[1] == 3
    tab.evaluate("dispatchEvent(new StorageEvent('storage'))")
    assert "記録を残せません" in tab.locator(".quiz-note").inner_text()


def test_what_another_page_has_erased_does_not_come_back(look):
    tab = look(script="if (!sessionStorage.seen) {" + kept("s-single") + "sessionStorage.seen = 1}")
    tab.evaluate(f"localStorage.removeItem('{KEY}')")  # while the browser kept this page for the back button: no event
    choose(tab, "s-multiple", "まちがい")
    check(tab, "s-multiple")
    assert set(record(tab)["questions"]) == {"s-multiple"}


def test_two_tabs_keep_one_record(look):
    one = look()
    other = look(beside=one)
    choose(one, "s-single", "0.25")
    check(one, "s-single")
    other.wait_for_function("document.querySelector('#q-s-single .quiz-status').textContent.includes('正解')")
    choose(other, "s-multiple", "まちがい")
    check(other, "s-multiple")
    one.wait_for_function("document.querySelector('#q-s-multiple .quiz-status').textContent")
    assert set(record(one)["questions"]) == {"s-single", "s-multiple"} and counts(one)[:2] == [4, 2]


# The exam


def test_the_exam_shuffles_waits_and_marks_by_topic(look):
    tab = look(
        EXAM,
        script=f'if (!localStorage.length) localStorage.setItem(\'{KEY}\', \'{{"version":1,"seed":6,"questions":{{}},"exams":{{}}}}\')',
    )
    first = order(tab)
    assert first != [f"q-e-{name}" for name in ("single", "multiple", "number", "code")]
    assert [one.inner_text() for one in tab.locator(".quiz-number > span").all()] == ["問 1", "問 2", "問 3", "問 4"]
    assert tab.get_by_role("button", name="答え合わせ").count() == 0
    choose(tab, "e-single", "0.25")
    choose(tab, "e-multiple", "一つ目", "まちがい")
    tab.locator("#q-e-number-field").fill("−0.25")
    assert not tab.locator(".quiz-feedback:not(:empty), .quiz-more:not(:empty)").count()
    tab.reload()
    assert order(tab) == first and tab.locator("#q-e-number-field").input_value() == "−0.25"
    assert not tab.locator("#q-e-code").is_visible()  # the clock stands still, and the questions wait
    tab.get_by_role("button", name="再開する").click()
    assert [a.get_attribute("href") for a in tab.locator(".quiz-resume a").all()] == ["#q-e-code"]  # the one to go on with

    grade = tab.get_by_role("button", name="採点する")
    grade.click()
    number = tab.locator("#q-e-code .quiz-number > span").inner_text()
    message = tab.locator(".quiz-exam .quiz-status")
    assert f"まだ答えていない問題：{number}" in message.inner_text()
    assert [a.get_attribute("href") for a in message.locator("a").all()] == ["#q-e-code"]
    assert tab.locator(".quiz-result h2, .quiz-result h3").count() == 0
    grade.click()
    result = tab.locator(".quiz-result")
    assert tab.evaluate("document.activeElement.className") == "quiz-result"
    assert "4 問中 2 問正解（50 %）" in result.inner_text()
    groups = [one.inner_text().split("\n")[0] for one in result.locator(".quiz-groups > li").all()]
    assert groups == ["シグモイド：1 / 1", "問題のない章：1 / 3"]
    assert [a.get_attribute("href") for a in result.locator(".quiz-groups > li > a").all()] == ["04_sigmoid.html", "plain.html"]
    assert [a.get_attribute("href") for a in result.locator(".quiz-groups ul a").all()] == [
        "plain.html#id2"
    ]  # what to read again
    assert {a.get_attribute("href") for a in result.locator("p a").all()} == {"#q-e-multiple", "#q-e-code"}
    assert status(tab, "e-single") == "✓ 正解です。" and status(tab, "e-code") == "✗ 答えていません。"
    assert "まちがいの理由" in box(tab, "e-multiple").inner_text() and "コードの解説" in box(tab, "e-code").inner_text()
    shown = tab.locator(".quiz").inner_text()
    tab.reload()
    assert tab.locator(".quiz").inner_text() == shown

    tab.get_by_role("button", name="もう一度受ける").click()
    assert counts(tab) == [4, 0] and order(tab) != first
    assert tab.evaluate("document.activeElement === document.querySelector('.quiz-question input')")
    assert tab.said == []


def test_the_exam_and_the_chapters_share_one_record(look):
    tab = look()
    choose(tab, "s-single", "0.25")
    check(tab, "s-single")
    exam = look(EXAM, beside=tab)
    choose(exam, "e-single", "0.5")
    assert set(record(exam)["questions"]) == {"s-single", "e-single"}


# How it looks, to whom


ANSWER = """() => {
    document.querySelectorAll('.quiz-choices input').forEach((one) => one.value === '1' && one.click());
    document.querySelectorAll('.quiz-field input').forEach((one) => { one.value = '0.25'; one.dispatchEvent(new Event('input', {bubbles: true})); });
    document.querySelectorAll('button[type=submit]').forEach((one) => one.form && one.click());
    document.querySelectorAll('.quiz-exam button').forEach((one) => { one.click(); one.textContent === '採点する' && one.click(); });
}"""


@pytest.mark.parametrize("page", ["pages/04_sigmoid", EXAM])
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_assistive_technology_finds_no_fault(look, page, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab = look(page, width=width, scheme=scheme, reduced_motion="reduce")
    assert tab.evaluate("document.documentElement.dataset.theme") == scheme
    for action in ("() => {}", ANSWER):
        tab.evaluate(action)
        assert [v["id"] for v in axe.Axe().run(tab).response["violations"]] == []
        assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert tab.locator(".quiz-choices > li.wrong").count() >= 2
    small = tab.evaluate("""[...document.querySelectorAll('.quiz button, .quiz label')].filter(e => e.offsetParent)
        .map(e => e.getBoundingClientRect()).filter(r => r.height < 24 || r.width < 24).length""")
    assert small == 0


def test_a_formula_in_a_choice_is_its_name(look):
    tab = look()
    names = {one.get_attribute("aria-label") for one in box(tab, "s-single").locator("input").all()}
    assert names == {"0.25", "0.5", "1", "−1"}
    assert box(tab, "s-single").get_by_role("radiogroup", name="はいくつですか").count() == 1


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_the_script_it_is_readable_and_faultless(look, scheme):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab = look(width=360, scheme=scheme)
    tab.route("**/quiz.js*", lambda route: route.fulfill(body="", content_type="text/javascript"))
    tab.reload()
    assert tab.locator(".quiz-choices > li").count() == 10 and tab.get_by_text("単一の解説です。").is_visible() is False
    assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert [v["id"] for v in axe.Axe().run(tab).response["violations"]] == []
    tab.evaluate("document.querySelectorAll('.quiz-answers details').forEach(one => one.open = true)")
    assert tab.get_by_text("単一の解説です。").is_visible()
    assert [v["id"] for v in axe.Axe().run(tab).response["violations"]] == []


def test_without_javascript_answers_unfold_and_nothing_is_dead(look):
    tab = look(java_script_enabled=False)
    assert tab.locator(".quiz button, .quiz input").count() == 0
    link = box(tab, "s-single").get_by_role("link", name="答えへ")
    link.click()
    summary = tab.get_by_text("問 1 の答え")
    assert summary.is_visible() and not tab.get_by_text("それは値です。").is_visible()
    summary.click()
    assert tab.get_by_text("それは値です。").is_visible()


@pytest.mark.parametrize("script", [True, False], ids=["after answering", "without JavaScript"])
def test_on_paper_the_questions_come_first_and_every_answer_is_there(look, script):
    pypdf = pytest.importorskip("pypdf", reason="pypdf reads the printed page")
    tab = look(java_script_enabled=script)
    if script:
        tab.evaluate(ANSWER)
        choose(tab, "s-multiple", "一つ目", "二つ目")
    text = "".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(tab.pdf())).pages)
    text = re.sub(r"\s", "", unicodedata.normalize("NFKC", text))  # Chromium writes some kanji as radicals
    places = [
        text.index(words)
        for words in (
            "はいくつですか",
            "正しい一つ目",
            "空欄に入る",
            "dout*y*(1-y)",
            "問1の答え",
            "それは値です",
            "単一の解説",
            "問4の答え",
            "コードの解説",
        )
    ]
    assert places == sorted(places)
    assert text.count("それは値です") == text.count("単一の解説です") == 1
    for words in ("答え合わせ", "やり直す", "記録を", "✗違います", "✓正解です", "答えへ"):
        assert words not in text
    if script:  # the letters of choices and reasons agree, though they are shuffled
        letters = tab.evaluate("""() => {
            const at = (all, test) => [...all].findIndex(test);
            return [at(document.querySelectorAll('#q-s-single .quiz-choices > li'), (li) => li.querySelector('input').value === '0'),
                    at(document.querySelectorAll('#q-s-single-answer .quiz-reasons > li'), (li) => li.classList.contains('right'))];
        }""")
        assert letters[0] == letters[1]


def test_a_copy_button_does_not_answer(look):
    tab = look()
    choose(tab, "s-code", "(1 + y)")
    tab.evaluate("document.querySelector('#q-s-code .quiz-text button.copybtn')?.click()")
    assert status(tab, "s-code") == "" and tab.locator("#q-s-code form .highlight button").count() == 0


# Ten a day


TODAY = "pages/today"
START = 1_790_000_000  # seconds


def step(tab):
    """The question that is shown: its id, without the number of its variant."""
    return tab.locator(".quiz-stage .quiz-question").get_attribute("id").removeprefix("q-").split("--")[0]


def reply(tab, right, sure=True):
    """Answer the question that is shown: with what the page holds as right, or not."""
    question = tab.locator(".quiz-stage .quiz-question")
    if question.get_attribute("data-kind") == "number":
        answer = tab.locator(".quiz-stage details").get_attribute("data-answer")
        question.locator("input").fill(answer if right else "12345")
    else:
        marks = tab.locator(".quiz-stage .quiz-reasons > li").evaluate_all("all => all.map(e => e.classList.contains('right'))")
        for label, is_right in zip(question.locator(".quiz-choices label").all(), marks, strict=True):
            if is_right == right:
                label.click()
                if question.get_attribute("data-kind") != "multiple":
                    break
    tab.get_by_role("button", name="自信がある" if sure else "自信がない").click()


def clock(tab, second):
    tab.clock.set_fixed_time(second * 1000)
    tab.reload()
    tab.wait_for_selector(".quiz-stage > *")


@pytest.mark.slow("ten questions a day for ten days")
def test_ten_days_on_a_phone(look):
    tab = look(TODAY, width=360, has_touch=True, is_mobile=True, timezone_id="Asia/Tokyo")
    draws, asked = random.Random(3), []
    for day in range(10):
        clock(tab, START + day * 86400 + 3600 * (day % 5))
        first, shown = step(tab), 0
        missed = [
            name
            for name, one in (record(tab) or {"questions": {}})["questions"].items()
            if one["reviews"][-1:] and one["reviews"][-1][1] == 0
        ]
        assert not missed or first in missed  # a mistake made with confidence comes first
        while tab.locator(".quiz-stage .quiz-question").count():
            asked.append(step(tab))
            right = draws.random() < 0.6
            reply(tab, right, draws.random() < 0.5)
            assert status(tab, tab.locator(".quiz-stage .quiz-question").get_attribute("id")[2:]).startswith(
                "✓" if right else "✗"
            )
            assert tab.locator(".quiz-stage .quiz-explanation, .quiz-stage .quiz-more").first.inner_text()
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth")
            if draws.random() < 0.3:  # put away, and taken out again: the answer stands, the next one waits
                answered = tab.locator(".quiz-steps .right, .quiz-steps .wrong").count()
                tab.reload()
                tab.wait_for_selector(".quiz-stage > *")
                assert tab.locator(".quiz-steps .right, .quiz-steps .wrong").count() == answered
            else:
                tab.get_by_role("button", name="次の問題へ").click()
            shown += 1
        assert "ここまでです" in tab.locator(".quiz-stage").inner_text() and 0 < shown <= 10
    kept = record(tab)["questions"]
    assert sum(len(one["reviews"]) for one in kept.values()) == len(asked)
    assert set(asked) == {"s-single", "s-multiple", "s-number", "s-code", "o-formulas", "o-whole", "o-template"}  # not the exam's
    assert tab.said == []


def test_ten_a_day_by_keyboard_alone(look):
    tab = look(TODAY, width=360)
    tab.wait_for_selector(".quiz-stage .quiz-question")
    press = tab.keyboard.press
    tab.locator(".quiz-steps button").last.focus()
    while tab.locator(".quiz-stage .quiz-question").count():
        press("Tab")
        kind = tab.locator(".quiz-stage .quiz-question").get_attribute("data-kind")
        if kind == "number":
            tab.keyboard.type("3")
        else:
            press("Space")
            if kind == "multiple":
                press("Tab"), press("Tab")
        press("Tab")
        assert focused(tab) in ("sure", "自信がある")
        press("Enter")
        assert focused(tab) == "次の問題へ"
        press("Enter")
        assert tab.evaluate("document.activeElement.matches('.quiz-number, .quiz-heading')")
    tab.get_by_role("button", name="もう 10 問").focus()
    press("Enter")
    assert "今日出す問題は、もうありません。" in tab.locator(".quiz-stage").inner_text()  # (this book has seven)
    assert tab.said == []


def test_a_template_has_new_numbers_every_time_and_its_page_does_not_take_them_for_its_own(look):
    tab, seen = look(TODAY), []
    for day in range(0, 60, 20):
        clock(tab, START + day * 86400)
        while tab.locator(".quiz-stage .quiz-question").count():
            if step(tab) == "o-template":
                seen.append(tab.locator(".quiz-stage .quiz-text").inner_text())
                reply(tab, True)
            else:
                reply(tab, False, False)
            tab.get_by_role("button", name="次の問題へ").click()
    assert len(seen) == len(set(seen)) == 3
    assert record(tab)["questions"]["o-template"]["right"] is True and "answer" not in record(tab)["questions"]["o-template"]
    page = look("pages/deep", beside=tab)
    assert page.locator("#q-o-template-field").input_value() == "" and status(page, "o-template") == ""
    assert counts(page)[1] == 1 + 2  # the three of that page


def test_mistakes_add_up_by_cause_and_lead_to_the_place(look):
    tab = look()
    choose(tab, "s-single", "1")
    check(tab, "s-single")
    tab.locator("#q-s-number-field").fill("0.25")
    check(tab, "s-number")
    tab.locator("#q-s-number-field").fill("-0.5")  # tried again: no memory, no new mistake
    check(tab, "s-number")
    assert [one["reviews"][0][1:] for one in record(tab)["questions"].values()] == [[1, "定義"], [1, "符号"]]
    today = look(TODAY, beside=tab)
    today.wait_for_selector(".quiz-causes li")
    causes = today.locator(".quiz-causes > ul > li")
    assert [one.locator("strong").inner_text() for one in causes.all()] == ["定義 1 回", "符号 1 回"]
    assert causes.nth(1).locator("a").get_attribute("href") == "plain.html#id2"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_assistive_technology_finds_no_fault_in_ten_a_day(look, scheme, width):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    tab = look(TODAY, width=width, scheme=scheme, reduced_motion="reduce")
    tab.wait_for_selector(".quiz-stage .quiz-question")
    while tab.locator(".quiz-stage .quiz-question").count():
        for answered in (False, True):
            if answered:
                reply(tab, False)
            if step(tab) != "o-formulas":  # (one of its choices is empty)
                assert [v["id"] for v in axe.Axe().run(tab).response["violations"]] == []
        tab.get_by_role("button", name="次の問題へ").click()
    assert [v["id"] for v in axe.Axe().run(tab).response["violations"]] == []
    small = tab.evaluate("""[...document.querySelectorAll('.quiz-today button')].filter(e => e.offsetParent)
        .map(e => e.getBoundingClientRect()).filter(r => r.height < 24 || r.width < 24).length""")
    assert small == 0


def test_without_the_script_and_on_paper_there_is_a_sheet(look):
    tab = look(TODAY)
    tab.wait_for_selector(".quiz-stage .quiz-question")
    tab.emulate_media(media="print")
    sheet = tab.locator(".quiz-on-paper")
    assert sheet.is_visible() and not tab.locator(".quiz-stage").is_visible()
    printed = [one.inner_text() for one in sheet.locator(".quiz-text").all()]
    assert len(printed) == 2 and sheet.locator("details").first.evaluate("e => e.getBoundingClientRect().height") > 0
    other = look(TODAY, java_script_enabled=False)
    assert [one.inner_text() for one in other.locator(".quiz-text").all()] == printed
    assert other.locator(".quiz-answers details").count() == 2 and not other.locator("button:visible", has_text="自信").count()


# The clock of the exam


def test_the_clock_runs_while_the_page_is_seen_and_the_reader_may_stop_it(look):
    tab = look("pages/plain")
    tab.clock.install(time=START * 1000)
    tab.goto(tab.base + f"{EXAM}.html")
    timer = tab.get_by_role("timer")
    assert timer.inner_text() == "残り 02:00" and tab.locator("#q-e-single").is_visible()
    tab.get_by_role("button", name="始める").click()
    tab.clock.run_for(30_000)
    assert timer.inner_text() == "残り 01:30"
    tab.get_by_role("button", name="一時停止").click()
    tab.clock.run_for(60_000)
    assert timer.inner_text() == "残り 01:30" and not tab.locator("#q-e-single").is_visible()
    tab.get_by_role("button", name="再開する").click()
    tab.clock.run_for(12_000)
    hide = "Object.defineProperty(document, 'hidden', {{configurable: true, value: {}}}); dispatchEvent(new Event('visibilitychange'))"
    tab.evaluate(hide.format("true"))  # the phone is locked
    tab.clock.run_for(600_000)
    tab.evaluate(hide.format("false"))
    tab.clock.run_for(1_000)
    assert timer.inner_text() == "残り 01:17"
    choose(tab, "e-single", "0.25")
    box(tab, "e-number").get_by_role("button", name="あとで見直す").click()
    tab.reload()
    assert timer.inner_text() == "残り 01:17" and box(tab, "e-single").locator("input:checked").count() == 1
    tab.get_by_role("button", name="再開する").click()
    assert box(tab, "e-number").get_by_role("button", name="あとで見直す").get_attribute("aria-pressed") == "true"
    number = tab.locator("#q-e-number .quiz-number > span").inner_text()
    assert f"あとで見直す問題：{number}" in tab.locator(".quiz-exam .quiz-status").inner_text()
    tab.clock.run_for(80_000)
    assert timer.inner_text() == "00:03 超過" and "時間です。" in tab.locator(".quiz").inner_text()
    for _ in range(2):
        tab.get_by_role("button", name="採点する").click()
    assert "3 分" in tab.locator(".quiz-result").inner_text() and not timer.is_visible()
    assert record(tab)["questions"]["e-single"]["reviews"] == [[record(tab)["questions"]["e-single"]["at"], 3]]
    tab.get_by_role("button", name="もう一度受ける").click()
    assert timer.inner_text() == "残り 02:00"
    assert tab.said == []


def test_a_record_of_the_first_form_is_kept(look):
    old = '{"version":1,"seed":3,"questions":{"s-single":{"answer":[0],"right":true,"shown":false,"first":false}},"exams":{}}'
    tab = look(script=f"localStorage.getItem('{KEY}') ?? localStorage.setItem('{KEY}', {json.dumps(old)})")
    assert status(tab, "s-single") == "✓ 正解です。" and counts(tab) == [4, 1, 1, 1, 0]
    choose(tab, "s-multiple", "一つ目", "二つ目")
    check(tab, "s-multiple")
    assert record(tab)["version"] == 2 and set(record(tab)["questions"]) == {"s-single", "s-multiple"}


# What happens to readers


def test_the_first_answer_after_erasing_counts(look):
    tab = look()
    for _ in range(2):
        choose(tab, "s-single", "0.25")
        check(tab, "s-single")
        assert [grade for _, grade in record(tab)["questions"]["s-single"]["reviews"]] == [3]
        tab.once("dialog", lambda dialog: dialog.accept())
        tab.get_by_role("button", name="記録を消す").click()


def test_what_is_being_written_stays_while_another_tab_writes(look):
    one = look()
    other = look(beside=one)
    one.locator("#q-s-number-field").fill("-0.2")
    choose(other, "s-single", "0.25")
    check(other, "s-single")
    one.wait_for_function("document.querySelector('#q-s-single .quiz-status').textContent.includes('正解')")
    assert one.locator("#q-s-number-field").input_value() == "-0.2"


def answered_exam(look):
    tab = look(EXAM)
    choose(tab, "e-single", "0.25")
    choose(tab, "e-multiple", "一つ目")
    tab.locator("#q-e-number-field").fill("1")
    return tab


def test_a_double_click_does_not_mark_an_open_exam_nor_throw_its_result_away(look):
    tab = answered_exam(look)
    button = tab.locator(".quiz-exam .quiz-tools button").first
    button.dblclick()
    assert "まだ答えていない問題" in tab.locator(".quiz-exam .quiz-status").inner_text()
    choose(tab, "e-code", "dout * y")
    tab.evaluate("document.querySelector('.quiz-result').focus = () => {}")  # (the page need not scroll between the clicks)
    button.dblclick()
    assert "4 問中" in tab.locator(".quiz-result").inner_text()


def test_a_clock_that_is_set_back_gives_the_exam_no_time(look):
    tab = look("pages/plain")
    tab.clock.install(time=START * 1000)
    tab.goto(tab.base + f"{EXAM}.html")
    tab.get_by_role("button", name="始める").click()
    tab.clock.run_for(30_000)
    tab.evaluate("(before => Date.now = () => before() - 3600e3)(Date.now)")
    tab.clock.run_for(10_000)
    assert tab.get_by_role("timer").inner_text() == "残り 01:20"


def test_an_exam_that_another_tab_marks_stops_here(look):
    tab = look("pages/plain")
    tab.clock.install(time=START * 1000)
    tab.goto(tab.base + f"{EXAM}.html")
    choose(tab, "e-single", "0.25")
    other = look(EXAM, beside=tab)
    for _ in range(2):
        other.get_by_role("button", name="採点する").click()
    tab.wait_for_function("document.querySelector('.quiz-result').textContent.includes('4 問中')")
    used = record(tab)["exams"]["32_exam"]["used"]
    tab.clock.run_for(20_000)
    assert record(tab)["exams"]["32_exam"]["used"] == used


def test_ten_a_day_gives_nothing_of_an_exam_under_way_and_leaves_a_marked_one_as_it_is(look):
    tab = answered_exam(look)
    today = look(TODAY, beside=tab)
    today.wait_for_selector(".quiz-stage .quiz-question")
    reply(today, True)
    assert not any(one["id"].startswith("e-") for one in record(tab)["today"]["items"])
    for _ in range(2):
        tab.get_by_role("button", name="採点する").click()
    result, seen = tab.locator(".quiz-result").inner_text(), 0
    clock(today, START + 400 * 86400)
    while today.locator(".quiz-stage .quiz-question").count():
        seen += step(today).startswith("e-")
        reply(today, True)
        today.get_by_role("button", name="次の問題へ").click()
    tab.reload()
    assert seen == 3 and tab.locator(".quiz-result").inner_text() == result


def until(tab, name):
    while step(tab) != name:
        tab.locator(".quiz-steps li", has=tab.locator("[aria-current]")).locator("+ li button").click()


def test_enter_in_the_answer_does_not_say_that_the_reader_is_sure(look):
    tab = look(TODAY)
    tab.wait_for_selector(".quiz-stage .quiz-question")
    until(tab, "s-number")
    tab.locator(".quiz-stage input").press("Enter")
    assert status(tab, "s-number") == "数を入力してください。"
    tab.locator(".quiz-stage input").fill("5")
    tab.locator(".quiz-stage input").press("Enter")
    assert record(tab) is None and focused(tab) in ("sure", "自信がある")
    tab.keyboard.press("Tab")
    tab.keyboard.press("Enter")
    assert record(tab)["questions"]["s-number"]["reviews"][0][1] == 1
    tab.keyboard.press("Shift+Tab")  # the explanation comes before the button, as it is seen
    assert tab.evaluate("document.activeElement.closest('.quiz-more') !== null")


def test_a_double_tap_counts_once_and_leaves_the_explanation(look):
    tab = look(TODAY, width=360, has_touch=True, is_mobile=True)
    tab.wait_for_selector(".quiz-stage .quiz-question")
    tab.set_viewport_size({"width": 360, "height": 360})  # where the buttons stick to the lower edge, before and after
    until(tab, "s-number")
    tab.locator(".quiz-stage input").fill("-0.25")
    sure = tab.get_by_role("button", name="自信がある")
    sure.scroll_into_view_if_needed()
    place = sure.bounding_box()
    tab.mouse.dblclick(place["x"] + 9, place["y"] + place["height"] / 2)
    assert step(tab) == "s-number" and "数の解説です。" in tab.locator(".quiz-stage").inner_text()
    assert len(record(tab)["questions"]["s-number"]["reviews"]) == 1


def test_a_page_that_stayed_open_over_night_has_new_questions_in_the_morning(look):
    tab = look(TODAY)
    clock(tab, START)
    while tab.locator(".quiz-stage .quiz-question").count():
        reply(tab, False, False)
        tab.get_by_role("button", name="次の問題へ").click()
    tab.clock.set_fixed_time((START + 3 * 86400) * 1000)
    tab.evaluate("dispatchEvent(new Event('visibilitychange'))")
    tab.wait_for_selector(".quiz-stage .quiz-question")
    assert tab.locator(".quiz-steps .wrong").count() == 0


def test_back_to_a_page_that_the_browser_kept_asks_nothing_twice(look):
    tab = look(TODAY)
    tab.wait_for_selector(".quiz-stage .quiz-question")
    reply(tab, False)
    tab.get_by_role("button", name="次の問題へ").click()
    data = record(tab)
    data["today"]["items"][1] |= {"answer": [0], "grade": 3}  # answered on another copy of the page
    tab.evaluate("([key, text]) => localStorage.setItem(key, text)", [KEY, json.dumps(data)])
    tab.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', {persisted: true}))")
    tab.wait_for_selector(".quiz-steps .right")
    assert (
        tab.get_by_role("button", name="次の問題へ").is_visible()
        and not tab.get_by_role("button", name="自信がない").is_visible()
    )


def test_two_tabs_of_ten_a_day_leave_each_other_in_peace(look):
    one = look(TODAY)
    one.wait_for_selector(".quiz-stage .quiz-question")
    until(one, "s-number")
    one.locator(".quiz-stage input").fill("-0.2")
    other = look(beside=one)
    choose(other, "s-single", "0.5")
    check(other, "s-single")
    one.wait_for_selector(".quiz-causes li")
    assert one.locator(".quiz-stage input").input_value() == "-0.2"
    other.once("dialog", lambda dialog: dialog.accept())
    other.get_by_role("button", name="記録を消す").click()
    one.wait_for_selector(".quiz-causes:empty", state="attached")
    reply(one, True)
    assert sum(len(question["reviews"]) for question in record(one)["questions"].values()) == 1


def test_erasing_stops_the_clock_of_the_exam_and_nothing_is_written_again(look):
    tab = look("pages/plain")
    tab.clock.install(time=START * 1000)
    tab.goto(tab.base + f"{EXAM}.html")
    choose(tab, "e-single", "0.25")
    tab.clock.run_for(8_000)
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="記録を消す").click()
    tab.clock.run_for(20_000)
    assert record(tab) is None and tab.get_by_role("timer").inner_text() == "残り 02:00"


COVERED = """name => { const bar = document.querySelector(name), one = document.activeElement;
    const [a, b] = [bar, one].map(e => e.getBoundingClientRect());
    return !bar.contains(one) && b.top < a.bottom && b.bottom > a.top; }"""


def test_what_has_the_focus_and_what_a_link_leads_to_is_not_covered(look):
    tab = look(EXAM, width=360)
    tab.get_by_role("button", name="始める").click()
    last = tab.locator(".quiz-question").last
    last.get_by_role("button", name="あとで見直す").click()
    tab.locator(".quiz-exam .quiz-status a").click()
    top = "document.querySelector('.quiz-question:target .quiz-number').getBoundingClientRect().top"
    tab.wait_for_function(top + " >= document.querySelector('.quiz-clock').getBoundingClientRect().bottom")
    last.get_by_role("button", name="あとで見直す").focus()
    for _ in range(10):
        tab.keyboard.press("Shift+Tab")
        assert not tab.evaluate(COVERED, ".quiz-clock")
    tab = look(TODAY, width=360)
    tab.wait_for_selector(".quiz-stage .quiz-question")
    until(tab, "s-multiple")
    tab.set_viewport_size({"width": 360, "height": 420})
    tab.evaluate("scrollTo(0, 0)")
    tab.locator(".quiz-steps button").last.focus()
    for _ in range(3):
        tab.keyboard.press("Tab")
        assert not tab.evaluate(COVERED, ".quiz-stage .quiz-tools")


def test_erased_is_erased_also_where_ten_are_drawn(look):
    tab = look(TODAY)
    tab.wait_for_selector(".quiz-stage .quiz-question")
    assert record(tab) is None  # to look is not to answer
    first = step(tab)
    reply(tab, False)
    assert record(tab)["questions"].keys() == {first} and len(record(tab)["today"]["items"]) == 7
    tab.reload()
    tab.wait_for_selector(".quiz-stage .quiz-question")
    assert tab.locator(".quiz-steps .wrong").count() == 1
    tab.once("dialog", lambda dialog: dialog.accept())
    tab.get_by_role("button", name="記録を消す").click()
    assert record(tab) is None and tab.locator(".quiz-steps .wrong").count() == 0
    assert tab.said == []
