"""Ten days of ten questions on a phone, on the book itself: kept for reading without a network, which is then cut."""

import json
import random

import pytest

from tests import instructors
from tools.browser import PREFIX, served

pytestmark = pytest.mark.site
START = 1_790_000_000  # seconds
KEY = f"quiz:{PREFIX}"


@pytest.mark.slow("ten questions a day for ten days")
def test_ten_days_without_a_network(site, browser, watched):
    headers = [("Content-Security-Policy", instructors.policies()[0])]
    with served(site, headers) as base:
        context = browser.new_context(
            viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True, color_scheme="dark", timezone_id="Asia/Tokyo"
        )
        tab = watched(context.new_page())
        tab.goto(base)
        tab.get_by_role("button", name="本全体を、通信なしで読めるようにする").tap()
        tab.get_by_text("この本は、通信がなくても読めます。").first.wait_for(timeout=60_000)
    context.set_offline(True)  # and the server is gone
    draw, answers, days = random.Random(0), 0, []
    for day in range(10):
        tab.clock.set_fixed_time(1000 * (START + day * 86400))
        tab.goto(f"{base}chapters/43_today.html")
        tab.wait_for_selector(".quiz-stage .quiz-question")
        assert tab.locator(".quiz-steps button").count() == 10
        days.append([])
        for _ in range(10):
            question = tab.locator(".quiz-stage .quiz-question")
            days[-1].append(question.get_attribute("id"))
            right = draw.random() < 0.6
            answer(tab, question, right)
            tab.get_by_role("button", name=draw.choice(["自信がある", "自信がない"])).tap()
            said = question.locator(".quiz-status").inner_text()
            assert said.startswith("✓" if right else "✗"), days[-1][-1]
            assert tab.evaluate("document.documentElement.scrollWidth <= innerWidth"), days[-1][-1]
            answers += 1
            tab.get_by_role("button", name="次の問題へ").tap()
        assert "10 問中" in tab.locator(".quiz-stage").inner_text()
    asked = [name.split("--")[0] for names in days for name in names]
    assert 50 <= len(set(asked)) < len(asked)  # half of them new, and some come back
    questions = json.loads(tab.evaluate(f"localStorage.getItem('{KEY}')"))["questions"]
    assert sum(len(one["reviews"]) for one in questions.values()) == answers == 100
    tab.locator(".quiz-causes a").first.tap()  # to the place that helps
    tab.wait_for_url(lambda url: "43_today" not in url)
    assert tab.locator("h1").count() == 1
    context.close()


def test_ten_questions_by_keyboard_alone(site, browser, watched):
    with served(site) as base:
        context = browser.new_context(viewport={"width": 360, "height": 740}, reduced_motion="reduce")
        tab = watched(context.new_page())
        tab.goto(f"{base}chapters/43_today.html")
        tab.wait_for_selector(".quiz-stage .quiz-question")
        press = tab.keyboard.press
        focused = "document.activeElement.matches('{}')"
        for number in range(10):
            for _ in range(60):  # from the top of the page, then from the heading of the question
                press("Tab")
                if tab.evaluate(focused.format(".quiz-stage input")):
                    break
            tab.keyboard.type("7") if tab.evaluate(focused.format("[type=text]")) else press("Space")
            while not tab.evaluate(focused.format(".quiz-sure button")):
                press("Tab")
            press("Enter")
            assert tab.locator(".quiz-stage .quiz-status").inner_text()[0] in "✓✗"
            assert tab.locator(".quiz-steps :is(.right, .wrong)").count() == number + 1
            press("Enter")  # on the next question
        assert "10 問中" in tab.locator(".quiz-stage").inner_text()
        context.close()


def answer(tab, question, right):
    """Answer the question that is shown: with what the page holds as right, or not."""
    if question.get_attribute("data-kind") == "number":
        value = tab.locator(".quiz-stage details").get_attribute("data-answer")
        question.locator("input").fill(value if right else "12345")
        return
    marks = tab.locator(".quiz-stage .quiz-reasons > li").evaluate_all("all => all.map(e => e.classList.contains('right'))")
    for label, is_right in zip(question.locator(".quiz-choices label").all(), marks, strict=True):
        if is_right == right:
            label.tap()
            if question.get_attribute("data-kind") != "multiple":
                return
