"""Reading values off a curve, with pointer, finger and keyboard, and the tools beside play."""

import datetime
import re

import numpy as np
import pytest
from ipywidgets import FloatSlider
from matplotlib import pyplot as plt

from explorable import explore, interactive, still
from explorable.page import asset

pytestmark = pytest.mark.browser
X = np.linspace(-4, 4, 161)


@pytest.fixture
def figure():
    """Sine, parabola and a straight line, on linear and on log axes; ``gain`` moves the sine."""
    fig, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3), layout="constrained")
    (curve,) = left.plot(X, X)
    left.plot(X, X**2 / 8 - 1, "--")
    left.axhline(0)
    right.semilogy(X, np.exp(X**2))
    right.plot(X, np.exp(4 - X))
    left.set(xlim=(-5, 5), ylim=(-1.2, 1.2))

    def sine(gain):
        curve.set_ydata(np.sin(gain * X))

    sine.figure, sine.left, sine.right = fig, left, right
    return sine


@pytest.fixture
def opened(figure, write_page, serve, open_page):
    """``opened(…)``: the page of that figure, with gains of 0.5, 1, 1.5 and 2."""
    shown = explore(figure.figure, play="gain", gain=FloatSlider(min=0.5, max=2, step=0.5, value=0.5))(figure)
    folder = write_page(shown, still(figure.figure, "the same, at rest"))
    return lambda **options: open_page(serve(folder) + "/index.html", **options)


def place(page, figure, axes, x, y, number=0):
    """Where on the page the data are."""
    box = page.locator("explorable-figure svg").nth(number).bounding_box()
    u, v = axes.transData.transform((x, y)) / figure.figure.bbox.size
    return box["x"] + u * box["width"], box["y"] + (1 - v) * box["height"]


def reading(page, number=0):
    """The numbers that are shown, or None."""
    shown = page.locator(".explorable-reading span").nth(number)
    if not shown.is_visible():
        return None
    found = re.fullmatch("x ≈ (.*), y ≈ (.*)", shown.text_content())
    return [float(text.replace("−", "-")) for text in found.groups()]


def test_each_figure_of_an_output_is_read_off(write_page, serve, open_page):
    made = []

    def both(k=1):
        for shift in (0, 10):
            figure, ax = plt.subplots(figsize=(4, 2.5))
            ax.plot(X, np.sin(k * X) + shift)
            made.append((figure, ax))

    page = open_page(serve(write_page(interactive(both, k=(1, 3)))) + "/index.html")
    (first, first_axes), (second, second_axes) = made[:2]
    for number, (fig, ax) in enumerate([(first, first_axes), (second, second_axes)]):
        holder = type("Figure", (), {"figure": fig})
        page.mouse.move(*place(page, holder, ax, 2, np.sin(2) + 10 * number, number))
        assert reading(page, number) == pytest.approx([2, np.sin(2) + 10 * number], abs=0.1)
        assert reading(page, 1 - number) is None
    page.locator(".explorable-row input").press("ArrowRight")  # what is told follows the curve
    assert page.locator(".explorable-reader").count() == 2


def test_a_pointer_reads_what_the_curve_says(figure, opened):
    page = opened()
    for gain in (1.0, 1.5):
        page.get_by_label("gain").fill("1" if gain == 1 else "2")
        for x in (-3.3, -1.57, 0.2, 2.0):
            page.mouse.move(*place(page, figure, figure.left, x, np.sin(gain * x)))
            got = reading(page)
            assert got[0] == pytest.approx(x, abs=0.05)  # a pixel is 0.04
            assert got[1] == pytest.approx(np.sin(gain * got[0]), abs=0.006 * gain)  # its last digit, at that slope
    page.mouse.move(*place(page, figure, figure.right, 2, np.exp(4)))
    got = reading(page)
    assert got[0] == pytest.approx(2, abs=0.05) and got[1] == pytest.approx(np.exp(got[0] ** 2), rel=0.05)
    page.mouse.move(*place(page, figure, figure.left, 4.8, -1.1))  # far from every curve: the line at 0 is none
    assert reading(page) is None
    page.mouse.move(*place(page, figure, figure.left, 1, np.sin(1.5)))
    assert reading(page) is not None
    page.keyboard.press("Escape")
    assert reading(page) is None
    page.mouse.move(*place(page, figure, figure.left, 1.02, np.sin(1.53)))
    page.mouse.move(5, 5)
    assert reading(page) is None
    page.mouse.move(*place(page, figure, figure.left, 2, np.sin(1.0), 1))  # a figure at rest is read, too
    assert reading(page, 1)[1] == pytest.approx(np.sin(1.0), abs=0.03) and page.trouble == []


def test_no_more_digits_are_read_than_the_drawing_has(figure, opened):
    page = opened()
    page.mouse.move(*place(page, figure, figure.left, 2.0, np.sin(1.0)))
    x, y = re.findall("≈ ([^,]*)", page.locator(".explorable-reading").first.text_content())
    # 1/20 pt is 0.003 in x and 0.0007 in y: so many decimals are true of both
    grains = [0.05 / 72 * 72 / length for length in np.array(figure.left.bbox.size) / figure.figure.dpi * 72]
    for text, grain, width in zip((x, y), grains, (10, 2.4)):
        assert 10.0 ** -len(text.partition(".")[2]) == 10.0 ** np.ceil(np.log10(grain * width))


def test_the_keyboard_walks_along_the_curves(figure, opened):
    page = opened()
    page.get_by_label("gain").fill("3")
    reader = page.get_by_role("slider", name="曲線の値を読む").first
    reader.focus()
    value = "document.activeElement.getAttribute('aria-valuetext')"
    assert page.evaluate(value) == "x ≈ 0.00, y ≈ 0.000 (1/4)" and reading(page) == [0, 0]
    page.keyboard.press("ArrowRight")
    assert page.evaluate(value) == "x ≈ 0.05, y ≈ 0.100 (1/4)"
    page.keyboard.press("ArrowDown")  # the parabola, at the same place
    assert page.evaluate(value) == "x ≈ 0.05, y ≈ −1.000 (2/4)"
    page.keyboard.press("End")
    assert page.evaluate(value) == "x ≈ 4.00, y ≈ 1.000 (2/4)"
    page.keyboard.press("ArrowDown")
    assert page.evaluate(value).endswith("(3/4)")
    page.keyboard.press("ArrowDown")
    assert page.evaluate(value) == "x ≈ 3.52, y ≈ 1.62 (4/4)"  # the straight one, as far along in its own axes
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    assert page.evaluate(value).endswith("(2/4)")
    page.keyboard.press("Escape")
    assert reading(page) is None and page.evaluate("document.activeElement === document.body")
    reader.focus()
    page.keyboard.press("Tab")
    assert reading(page) is None and page.evaluate("document.activeElement.id").endswith("-c0")
    assert page.trouble == []


def test_a_reading_follows_the_figure(figure, opened):
    page = opened()
    page.mouse.move(*place(page, figure, figure.left, 0.5, np.sin(0.5 * 0.5)))
    before = reading(page)
    page.evaluate("document.querySelector('explorable-figure').show([1])")
    after = reading(page)
    assert before[1] == pytest.approx(np.sin(0.5 * before[0]), abs=0.003)
    assert after[1] == pytest.approx(np.sin(after[0]), abs=0.006) and after != before


def test_a_finger_reads_and_the_page_still_scrolls_and_zooms(figure, opened):
    page = opened(viewport={"width": 360, "height": 500}, has_touch=True, is_mobile=True)
    page.touchscreen.tap(*place(page, figure, figure.left, 1, np.sin(0.5)))
    got = reading(page)
    assert got[1] == pytest.approx(np.sin(0.5 * got[0]), abs=0.01)
    tip = page.locator(".explorable-reading span").first.bounding_box()
    assert tip["x"] >= 0 and tip["x"] + tip["width"] <= 360
    session = page.context.new_cdp_session(page)

    def drag(by_x, by_y):
        x, y = place(page, figure, figure.left, 1, np.sin(0.5))
        for kind, share in [("touchStart", 0), *(("touchMove", n / 8) for n in range(1, 9))]:
            session.send(
                "Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": x + share * by_x, "y": y + share * by_y}]}
            )
        session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    drag(30, 0)  # along the curve
    assert page.evaluate("scrollY") == 0 and reading(page)[0] > got[0] + 0.5
    drag(0, -120)
    page.wait_for_function("scrollY > 60")
    assert page.evaluate("getComputedStyle(document.querySelector('svg')).touchAction") == "pan-y pinch-zoom"
    page.touchscreen.tap(20, 480)  # elsewhere
    assert reading(page) is None and page.trouble == []


def test_axes_without_numbers_are_not_read(write_page, serve, open_page):
    fig = plt.figure(figsize=(6, 3))
    fig.add_subplot(131, projection="polar").plot(X, X + 4)
    fig.add_subplot(132).plot([datetime.date(2026, 1, 1) + datetime.timedelta(days=int(n)) for n in range(161)], X)
    symlog = fig.add_subplot(133)
    symlog.plot(X, X)
    symlog.set_yscale("symlog")
    page = open_page(serve(write_page(still(fig, "no numbers"))) + "/index.html")
    assert page.locator("svg path").count() > 3 and page.get_by_role("slider").count() == 0


def test_axes_whose_limits_change_are_read_by_those_of_the_moment(write_page, serve, open_page):
    fig, ax = plt.subplots(figsize=(4, 3))
    (curve,) = ax.plot(X, X)
    ax.set_axis_off()

    def zoom(k):
        curve.set_ydata(np.sin(X))
        ax.set_ylim(-k, k)

    page = open_page(serve(write_page(explore(fig, k=(1, 3))(zoom))) + "/index.html")
    page.get_by_role("slider", name="曲線の値を読む").focus()
    page.keyboard.press("End")
    for k in (1, 3, 2):
        page.evaluate(f"document.querySelector('explorable-figure').show([{k - 1}])")
        assert reading(page) == pytest.approx([4, np.sin(4)], abs=0.01)


def test_numbers_have_the_digits_that_mean_something(browser):
    numbers = {
        (1.23456, 0.004): "1.23", (1.23456, 0.01): "1.23", (-0.0001, 0.004): "0.00", (-2, 0.3): "−2",
        (12345.6, 30): "12300", (1.5e-9, 1e-11): "1.50e−9", (-2.5e8, 4e6): "−2.5e+8", (0, 2): "0",
    }  # fmt: skip
    page = browser.new_page()
    code = asset("player.js").replace("function rounded", "export function rounded")
    got = page.evaluate(
        "async ([code, all]) => {const {rounded} = await import('data:text/javascript,' + encodeURIComponent(code));"
        "return all.map((both) => rounded(...both))}",
        [code, list(map(list, numbers))],
    )
    page.close()
    assert got == list(numbers.values())


# -- play ---------------------------------------------------------------------------------------

AT = "document.querySelector('explorable-figure').read()[0]"


def test_play_has_steps_repeats_and_has_a_speed(opened):
    page = opened()
    page.get_by_role("button", name="1 つ進める").press("Enter")
    page.get_by_role("button", name="1 つ進める").click()
    assert page.evaluate(AT) == 2
    page.get_by_role("button", name="1 つ戻す").click()
    assert page.evaluate(AT) == 1
    for _ in range(9):
        page.get_by_role("button", name="1 つ戻す").click()
    assert page.evaluate(AT) == 0
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    repeat = page.get_by_role("button", name="くり返す")
    assert repeat.get_attribute("aria-pressed") == "false"
    page.get_by_label("速さ").select_option("×2")
    page.get_by_role("button", name="再生").click()
    page.clock.run_for(760)  # four values in six seconds, twice as fast
    assert page.evaluate(AT) == 1
    page.get_by_label("速さ").select_option("×0.5")
    page.clock.run_for(2900)
    assert page.evaluate(AT) == 1
    page.clock.run_for(200)
    assert page.evaluate(AT) == 2
    repeat.press("Space")
    assert repeat.get_attribute("aria-pressed") == "true"
    page.clock.run_for(3000 * 2)
    assert page.evaluate(AT) == 0  # over the end, and on
    page.get_by_role("button", name="1 つ進める").click()  # a hand stops it
    assert page.evaluate(AT) == 1 and page.get_by_role("button", name="再生").is_visible()
    page.clock.run_for(9000)
    assert page.evaluate(AT) == 1 and page.trouble == []


def test_who_asked_for_less_motion_keeps_the_steps(opened):
    page = opened(reduced_motion="reduce")
    assert page.locator("fieldset").get_by_role("button").all_text_contents()[:3] == ["‹", "›", "↺ 最初に戻す"]
    assert page.get_by_label("速さ").count() == 1 and not page.get_by_label("速さ").is_visible()
    page.get_by_role("button", name="1 つ進める").click()
    assert page.evaluate(AT) == 1


def test_assistive_technology_finds_no_fault_in_what_the_player_adds(figure, opened):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")
    for scheme in ("light", "dark"):
        page = opened(color_scheme=scheme, viewport={"width": 360, "height": 800})
        if scheme == "dark":
            page.add_style_tag(content="html{background:#14181e;color:#ced6dd;color-scheme:dark}")
        page.get_by_role("button", name="くり返す").click()
        page.get_by_role("slider", name="曲線の値を読む").first.focus()
        found = axe.Axe().run(page, options={"rules": {"region": {"enabled": False}}}).response["violations"]
        assert [v for v in found if v["id"] not in ("landmark-one-main", "page-has-heading-one")] == []
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
