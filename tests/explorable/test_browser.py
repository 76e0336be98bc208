"""The page in real Chromium: what the reader moves is what the function says."""

import io
import re

import ipywidgets
import numpy as np
import pytest
from matplotlib import pyplot as plt

from explorable import explore, page, still
from explorable.page import asset

pytestmark = pytest.mark.browser

PATHS = "[...document.querySelectorAll('[data-x]')].map(e => e.getAttribute('d'))"
OUTPUTS = "[...document.querySelectorAll('output')].map(e => e.textContent)"
SCROLL = "document.documentElement.scrollWidth"


def points(d):
    """The vertices of a path of straight lines, in points."""
    out = []
    for letter, numbers in re.findall(r"([MLlZ])([^MLlZ]*)", d):
        pairs = np.array(re.findall(r"-?\d+", numbers), float).reshape(-1, 2)
        for pair in pairs:
            out.append(pair + out[-1] if letter == "l" else pair)
    return np.array(out) / 100


def expected(draw, axes, x, y):
    """Where Matplotlib puts the data, in points from the upper left."""
    at = axes.transData.transform(np.c_[x, y]) * 72 / draw.figure.dpi
    return np.c_[at[:, 0], draw.figure.get_figheight() * 72 - at[:, 1]]


@pytest.fixture
def moving(sigmoid_figure, write_page, serve, open_page):
    """The recorded sigmoid figure on a page, and the function it was made from."""
    draw = sigmoid_figure
    shown = explore(
        draw.figure, play="x0",
        gain=ipywidgets.FloatSlider(min=0.5, max=4, step=0.5, value=1, description="ゲイン"),
        x0=ipywidgets.FloatSlider(min=-4, max=4, step=1, value=0, description="位置 [m]"),
    )(draw)  # fmt: skip
    folder = write_page(shown)

    def opened(**options):
        return open_page(serve(folder) + "/index.html", **options)

    return draw, opened


def check(page, draw, gain, x0):
    curve, tangent, dot, slope = map(points, page.evaluate(PATHS)[:2] + page.evaluate(PATHS)[2:3] + page.evaluate(PATHS)[-1:])
    y = 1 / (1 + np.exp(-gain * draw.x))
    y0 = 1 / (1 + np.exp(-gain * x0))
    s0 = gain * y0 * (1 - y0)
    ends = draw.x[[0, -1]]
    for got, (axes, u, v) in [
        (curve, (draw.left, draw.x, y)),
        (slope, (draw.right, draw.x, gain * y * (1 - y))),
        (dot, (draw.left, [x0], [y0])),
        (tangent, (draw.left, ends, y0 + s0 * (ends - x0))),
    ]:
        assert np.abs(got - expected(draw, axes, u, v)).max() <= 0.05501
    assert f"σ({x0:.1f}) = {y0:.4f}" in page.locator("svg").text_content()
    assert page.evaluate(OUTPUTS) == [f"{gain:.2f}", f"{x0:.2f} m".replace("-", "−")]


def test_keyboard_moves_every_control_to_every_value(moving):
    draw, opened = moving
    page = opened()
    gain, x0 = page.get_by_label("ゲイン"), page.get_by_label("位置")
    check(page, draw, 1, 0)
    gain.focus()
    page.keyboard.press("Home")
    for value in np.arange(0.5, 4.1, 0.5):
        check(page, draw, value, 0)
        page.keyboard.press("ArrowRight")
    page.keyboard.press("Tab")
    page.keyboard.press("End")
    for value in range(4, -5, -1):
        check(page, draw, 4, value)
        assert x0.get_attribute("aria-valuetext") == f"{value:.2f} m".replace("-", "−")
        page.keyboard.press("ArrowLeft")
    assert page.trouble == []


def test_mouse_drags_a_slider(moving):
    draw, opened = moving
    page = opened()
    box = page.get_by_label("ゲイン").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 7, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.9, middle, steps=5)
    page.mouse.move(box["x"] + box["width"] - 3, middle)
    page.mouse.up()
    check(page, draw, 4, 0)


def test_touch_moves_a_slider_and_targets_are_large(moving):
    draw, opened = moving
    page = opened(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    box = page.get_by_label("位置").bounding_box()
    assert box["height"] >= 44
    page.touchscreen.tap(box["x"] + 4, box["y"] + box["height"] / 2)
    check(page, draw, 1, -4)
    boxes = [b.bounding_box() for b in page.locator("fieldset :is(button, select)").all()]
    assert len(boxes) == 6 and min(box["height"] for box in boxes) >= 44 and min(box["width"] for box in boxes) >= 36


def test_reset_goes_back_to_the_start(moving):
    draw, opened = moving
    page = opened()
    page.get_by_label("ゲイン").press("End")
    page.get_by_label("位置").press("Home")
    check(page, draw, 4, -4)
    page.get_by_role("button", name="最初に戻す").click()
    check(page, draw, 1, 0)


def test_play_runs_to_the_end_and_stops(moving):
    draw, opened = moving
    page = opened()
    page.clock.install()
    page.clock.pause_at(page.evaluate("Date.now()") + 1000)
    page.get_by_role("button", name="再生").click()
    page.clock.run_for(1400)
    check(page, draw, 1, 2)
    page.get_by_role("button", name="停止").click()
    page.clock.run_for(5000)
    check(page, draw, 1, 2)
    page.get_by_role("button", name="再生").click()
    page.clock.run_for(5000)
    check(page, draw, 1, 4)
    page.get_by_role("button", name="再生").click()  # at the end: from the beginning
    check(page, draw, 1, -4)
    page.get_by_label("位置").press("ArrowRight")  # a hand on the slider stops it
    page.clock.run_for(5000)
    check(page, draw, 1, -3)


def test_nothing_plays_where_motion_is_unwelcome(moving):
    _, opened = moving
    page = opened(reduced_motion="reduce")
    assert page.get_by_role("button", name="最初に戻す").is_visible()
    assert page.get_by_role("button", name="再生").count() == 0


def test_without_javascript_the_figure_is_there_and_no_dead_control(moving):
    _, opened = moving
    page = opened(java_script_enabled=False)
    assert page.get_by_role("img").bounding_box()["width"] > 500
    assert page.locator("svg text", has_text="σ(0.0) = 0.5000").is_visible()
    assert not page.locator("fieldset").is_visible()
    assert not page.locator("img").is_visible()  # the stand-in for untrusted notebooks


def test_the_picture_matches_the_controls_when_the_reader_comes_back(moving):
    draw, opened = moving
    page = opened()
    page.get_by_label("ゲイン").press("End")
    page.goto("about:blank")
    page.go_back()
    gain = float(page.evaluate(OUTPUTS)[0])
    check(page, draw, gain, 0)
    page.get_by_label("位置").press("Home")
    page.reload()
    x0 = float(page.evaluate(OUTPUTS)[1].replace("−", "-").split()[0])
    check(page, draw, 1, x0)


def test_a_value_that_the_browser_put_in_is_drawn(moving):
    draw, opened = moving
    page = opened()
    page.evaluate(
        """() => { const old = document.querySelector('explorable-figure'), copy = old.cloneNode(true);
        copy.querySelector('fieldset').disabled = true; copy.querySelector('.explorable-tools').innerHTML = '';
        copy.querySelector('fieldset input').value = 7; old.replaceWith(copy); }"""
    )
    check(page, draw, 4, 0)


def test_every_kind_of_control(record, write_page, serve, open_page):
    def build(ax):
        text = ax.text(0.5, 0.5, "")

        def draw(menu, radio, box, slider, n):
            text.set_text(f"{menu} {radio} {box} {slider} {n}")

        return draw

    shown = record(
        build, menu={"ああ": "A", "いい": "B"}, box=ipywidgets.Checkbox(value=False, description="箱"),
        radio=ipywidgets.RadioButtons(options=["C", "D"], description="円"),
        slider=ipywidgets.SelectionSlider(options=["E", "F"]), n=(0, 3),
    )  # fmt: skip
    page = open_page(serve(write_page(shown, lang="en")) + "/index.html")
    text = page.locator("svg text[data-x]")

    def reads(expected):
        assert text.text_content() == expected

    reads("A C False E 1")
    page.get_by_label("menu").select_option("いい")
    reads("B C False E 1")
    page.get_by_role("radiogroup", name="円").get_by_label("D").check()
    reads("B D False E 1")
    page.get_by_label("箱").click()
    reads("B D True E 1")
    page.get_by_label("slider").press("ArrowRight")
    reads("B D True F 1")
    page.get_by_label("n", exact=True).press("End")
    reads("B D True F 3")
    page.get_by_label("menu").press("ArrowUp")
    page.get_by_role("radiogroup", name="円").get_by_label("D").press("ArrowUp")
    page.get_by_label("箱").press(" ")
    reads("A C False F 3")
    page.get_by_role("button", name="Reset").press("Enter")
    reads("A C False E 1")
    assert page.trouble == []


def test_both_ends_of_a_range_choices_and_play(record, write_page, serve, open_page):
    def build(ax):
        text = ax.text(0.5, 0.5, "")
        return lambda band, terms, n: text.set_text(f"{band} {terms} {n}")

    shown = record(
        build, band=ipywidgets.IntRangeSlider(min=0, max=4, value=(1, 3), description="band [Hz]"),
        terms=ipywidgets.SelectMultiple(options=["A", "B"], value=["A"]), n=ipywidgets.Play(min=0, max=1),
    )  # fmt: skip
    address = serve(write_page(shown, lang="en")) + "/index.html"
    page = open_page(address)

    def reads(expected):
        assert page.locator("svg text[data-x]").text_content() == expected

    reads("(1, 3) ('A',) 0")
    page.get_by_label("band to").press("End")
    reads("(1, 4) ('A',) 0")
    page.get_by_label("band from").press("End")
    page.get_by_label("band to").press("Home")  # they have changed places
    reads("(0, 4) ('A',) 0")
    assert page.get_by_label("band from").get_attribute("aria-valuetext") == "4 Hz"
    page.get_by_label("terms: B").check()
    page.get_by_label("terms: A").uncheck()
    reads("(0, 4) ('B',) 0")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("document.querySelector('svg text[data-x]').textContent.endsWith('1')")
    page.get_by_role("button", name="Reset").click()
    reads("(1, 3) ('A',) 0")
    assert page.trouble == []
    page = open_page(serve(write_page(shown)) + "/index.html")
    assert page.get_by_label("band 上端").input_value() == "3" and page.get_by_label("band 下端").input_value() == "1"


CHANGES = {
    "dash": (lambda a, k: a.set_linestyle("-" if k else "--"), "stroke-dasharray"),
    "hidden": (lambda a, k: a.set_visible(k == 0), "display"),
    "colour": (lambda a, k: a.set_color("r" if k else "b"), "stroke"),
}


@pytest.mark.parametrize("change", CHANGES)
def test_attributes_come_and_go(change, record, write_page, serve, open_page):
    act, attribute = CHANGES[change]

    def build(ax):
        (curve,) = ax.plot([0, 1], [0, 1])
        return lambda k: act(curve, k)

    page = open_page(serve(write_page(record(build, k=[0, 1]))) + "/index.html")
    value = f"document.querySelector('[data-x]').getAttribute('{attribute}')"
    seen = [page.evaluate(value)]
    for option in "10":
        page.get_by_label("k").select_option(option)
        seen.append(page.evaluate(value))
    assert seen[0] == seen[2] != seen[1]


def test_twins_do_not_move_each_other(record, write_page, serve, open_page):
    def build(ax):
        (curve,) = ax.plot([0, 1, 2], [0, 1, 0], "o")
        ax.set_ylim(0, 3)
        return lambda k, radio, box: curve.set_ydata([k, radio, box])

    shown = record(build, k=(0, 2), radio=ipywidgets.RadioButtons(options=[0, 1, 2], value=1), box=False)
    page = open_page(serve(write_page(shown, shown, shown)) + "/index.html")

    def drawn():
        return [points(d).tolist() for d in page.evaluate(PATHS)]

    start = drawn()
    for moved in range(3):
        before = drawn()
        page.get_by_label("2", exact=True).nth(moved).check()
        page.get_by_label("k").nth(moved).press("End")
        page.get_by_label("box").nth(moved).check()
        after = drawn()
        assert [a != b for a, b in zip(after, before)] == [i == moved for i in range(3)]
        page.get_by_role("button", name="最初に戻す").nth(moved).click()
        assert drawn() == start
    ids = page.evaluate("[...document.querySelectorAll('[id]')].map(e => e.id)")
    assert len(ids) == len(set(ids))
    assert page.evaluate(
        "[...document.querySelectorAll('explorable-figure')].every(f => [...f.querySelectorAll('[clip-path]')]"
        ".every(e => f.querySelector(e.getAttribute('clip-path').slice(4, -1))))"
    )


def test_a_twin_that_comes_later_leaves_the_first_alive(record, write_page, serve, open_page, html_of):
    def build(ax):
        text = ax.text(0.5, 0.5, "")
        return lambda k, radio: text.set_text(f"{k} {radio}")

    shown = record(build, k=(0, 2), radio=ipywidgets.RadioButtons(options=["a", "b"], value="b"))
    page = open_page(serve(write_page(shown)) + "/index.html")
    page.evaluate("html => document.body.insertAdjacentHTML('beforeend', html)", html_of(shown))
    page.get_by_label("k").first.press("End")
    page.get_by_label("a", exact=True).nth(1).check()
    assert page.locator("svg text[data-x]").all_text_contents() == ["2 b", "1 a"]


def test_a_figure_lives_with_its_model(moving):
    draw, opened = moving
    page = opened()
    page.evaluate(
        """async code => {
            const player = (await import(URL.createObjectURL(new Blob([code], {type: "text/javascript"})))).default;
            const figure = document.querySelector("explorable-figure");
            window.model = {
                index: [7, 0], saved: 0, followers: new Set(),
                get(name) { return name === "_key" ? "key" : this.index; },
                set(name, value) { this.index = value; },
                save_changes() { this.saved++; },
                on(event, act) { this.followers.add(act); },
                off(event, act) { this.followers.delete(act); },
            };
            figure.dataset.model = "key";
            figure.remove();
            document.body.append(figure);
            window.close = player.initialize({model});
        }""",
        asset("player.js"),
    )
    check(page, draw, 4, -4)  # what the kernel shows
    page.get_by_label("ゲイン").press("Home")
    assert page.evaluate("[model.index, model.saved]") == [[0, 0], 1]
    page.evaluate("close()")
    page.get_by_label("位置").press("End")
    check(page, draw, 0.5, 4)  # it still moves, but tells nobody
    assert page.evaluate("[model.index, model.saved, model.followers.size]") == [[0, 0], 1, 0]
    assert page.evaluate("globalThis[Symbol.for('explorable')].models.size") == 0


def test_words_are_those_of_the_page(moving, record, write_page, serve, open_page):
    _, opened = moving
    assert opened().get_by_role("group", name="操作").is_visible()
    english = record(lambda ax: lambda k: ax.set_title(k), k=(0, 1), play="k")
    page = open_page(serve(write_page(english, lang="en")) + "/index.html")
    assert page.get_by_role("group", name="Controls").is_visible()
    assert page.get_by_role("button").all_text_contents() == ["‹", "▶ Play", "›", "∞", "↺ Reset"]


def test_a_figure_put_in_later_comes_alive(moving):
    draw, opened = moving
    page = opened()
    page.evaluate(
        """() => { const old = document.querySelector('explorable-figure');
        const html = old.outerHTML; old.remove();
        fetch('index.html').then(r => r.text()).then(text => {
          const fresh = new DOMParser().parseFromString(text, 'text/html').querySelector('explorable-figure');
          document.body.append(document.adoptNode(fresh)); }); }"""
    )
    page.get_by_label("ゲイン").press("End")
    check(page, draw, 4, 0)


# -- how it looks ---------------------------------------------------------------------------


@pytest.mark.parametrize("width", [360, 700, 1280])
def test_nothing_overflows_and_text_is_legible(moving, width):
    _, opened = moving
    page = opened(viewport={"width": width, "height": 800})
    assert page.evaluate(SCROLL) <= width
    outside = page.evaluate(
        "[...document.querySelectorAll('fieldset *, svg')].filter(e => e.getBoundingClientRect().right > innerWidth).length"
    )
    assert outside == 0
    scale = page.evaluate("(s => s.clientWidth / s.viewBox.baseVal.width)(document.querySelector('svg'))")
    sizes = page.evaluate("[...document.querySelectorAll('svg text')].map(e => parseFloat(getComputedStyle(e).fontSize))")
    assert min(sizes) * scale >= 8.9


DARK_WAYS = {
    "theme": ({"attributes": ' data-theme="dark"', "head": "<style>html{background:#14181e;color:#ced6dd}</style>"}, {}),
    "JupyterLab": ({"attributes": ' data-jp-theme-light="false"', "head": "<style>html{background:#111;color:#fff}</style>"}, {}),
    "system": (
        {"head": "<style>@media(prefers-color-scheme:dark){html{background:#111;color:#eee}}</style>"},
        {"color_scheme": "dark"},
    ),
    "oklch": ({"head": "<style>html{background:oklch(21% 0.01 260);color:oklch(93% 0.01 260)}</style>"}, {}),
    "lab": ({"head": "<style>html{background:lab(10 0 0);color:lab(90 none 5)}</style>"}, {}),
    "color-mix": (
        {"head": "<style>html{background:color-mix(in oklab,#000 90%,#fff);color:color-mix(in lch,#fff 90%,#000)}</style>"},
        {},
    ),
    "display-p3": ({"head": "<style>html{background:color(display-p3 0.1 0.1 0.1);color:color(display-p3 .9 .9 .9)}</style>"}, {}),
    "light oklch": ({"head": "<style>html{background:oklch(97% 0.01 260);color:oklch(25% 0.01 260)}</style>"}, {}),
    "light page, dark system": ({"head": "<style>html{background:#fff;color:#222}</style>"}, {"color_scheme": "dark"}),
}  # fmt: skip


def shot(page):
    """What is seen of a page, from 0 to 1."""
    refusal = pytest.importorskip("playwright.sync_api").Error
    try:
        picture = page.screenshot()
    except refusal as error:  # Chromium, busy, may refuse the first one of a page, and takes the same a moment later
        if "Unable to capture screenshot" not in str(error):
            raise
        page.wait_for_timeout(250)
        picture = page.screenshot()
    return plt.imread(io.BytesIO(picture))[..., :3]


def luminance(colour):
    channels = [int(c) / 255 for c in re.findall(r"\d+", colour)[:3]] if isinstance(colour, str) else colour
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return float(np.dot(linear, [0.2126, 0.7152, 0.0722]))


@pytest.mark.parametrize(
    ("way", "scripts"),
    # without a script, a page that names no theme keeps the colours of a light one
    [
        (way, scripts)
        for way in DARK_WAYS
        for scripts in (True, False)
        if scripts or way in ("theme", "JupyterLab") or "light" in way
    ],
)
def test_colours_can_be_told_from_the_page_in_light_and_dark(way, scripts, write_page, serve, open_page):
    options, context = DARK_WAYS[way]
    figure, ax = plt.subplots(figsize=(4, 3))
    for colour in ("k", "navy", "C0", "C3", "darkgreen", "0.2"):
        ax.plot([0, 1], [0, 1], color=colour, label=colour, gid=colour)
    folder = write_page(still(figure, "lines"), **options)
    page = open_page(serve(folder) + "/index.html", java_script_enabled=scripts, **context)
    paper = luminance(shot(page)[-5, -5])
    strokes = page.evaluate(
        f"[...document.querySelectorAll('svg path[stroke]')].map(e => ({PAINTED})(getComputedStyle(e).stroke))"
    )
    assert len(strokes) > 6
    for stroke in strokes:
        light, dark = sorted([luminance(stroke), paper], reverse=True)
        assert (light + 0.05) / (dark + 0.05) >= 3, stroke
    assert page.trouble == []


PAINTED = """colour => {
    const canvas = new OffscreenCanvas(1, 1).getContext("2d");
    canvas.fillStyle = colour;
    canvas.fillRect(0, 0, 1, 1);
    return "rgb(" + canvas.getImageData(0, 0, 1, 1).data.slice(0, 3) + ")";
}"""
PAPERS = {
    "plain": "<style>html{background:oklch(30% 0.1 20)}</style>",
    "veiled": "<style>html{background:#123}body{margin:0;min-height:100vh;background:rgb(255 255 255/20%)}</style>",
    "veil of a new syntax": "<style>html{background:navy}body{margin:0;min-height:100vh;background:lab(50 20 30/.5)}</style>",
    "veil over nothing": "<style>body{margin:0;min-height:100vh;background:rgb(0 0 0/20%)}</style>",
    "none": "",
}


@pytest.mark.parametrize("way", PAPERS)
def test_white_is_the_paper_that_shines_through(way, write_page, serve, open_page):
    figure, ax = plt.subplots(figsize=(4, 3))
    ax.set_axis_off()
    ax.bar([0], [1], color="r")
    ax.bar([0], [1], width=0.5, color="w")
    page = open_page(serve(write_page(still(figure, "white"), head=PAPERS[way])) + "/index.html")
    box = page.locator("svg").bounding_box()
    seen = shot(page)
    across = seen[int(box["y"] + box["height"] / 2), int(box["x"]) : int(box["x"] + box["width"])]
    assert (across[len(across) // 4] == [1, 0, 0]).all()
    assert across[len(across) // 2] == pytest.approx(seen[-5, -5], abs=1.01 / 255)


def test_colours_follow_a_switch_of_the_theme(moving):
    _, opened = moving
    page = opened()
    colour = "getComputedStyle(document.querySelector('svg text')).fill"
    light = page.evaluate(colour)
    page.evaluate("document.documentElement.style.color = '#eeeeee'")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.wait_for_function("document.querySelector('explorable-figure').dataset.dark === 'true'")
    assert page.evaluate(colour) != light


def test_assistive_technology_finds_no_fault(record, write_page, serve, open_page):
    axe = pytest.importorskip("axe_playwright_python.sync_playwright")

    def build(ax):
        (curve,) = ax.plot([0, 1], [0, 1])

        def draw(a, b, c, d):
            curve.set_ydata([0, a])
            curve.set_visible(c)
            ax.set_title(b + d)

        return draw

    shown = record(build, a=(0, 2), b=["x", "y"], c=True, d=ipywidgets.RadioButtons(options=["p", "q"]))
    for theme in ("", "html{background:#14181e;color:#ced6dd;color-scheme:dark}"):
        folder = write_page(shown, head=f"<style>{theme}</style>")
        page = open_page((folder / "index.html").as_uri())
        found = axe.Axe().run(page, options={"rules": {"region": {"enabled": False}}}).response["violations"]
        found = [v for v in found if v["id"] not in ("landmark-one-main", "page-has-heading-one")]
        assert found == []


def test_a_strict_content_security_policy_lets_it_live(sigmoid_figure, tmp_path, serve, open_page):
    draw = sigmoid_figure
    shown = explore(draw.figure, gain=(1, 3), x0=(-1, 1))(draw)
    folder = tmp_path / "strict"
    folder.mkdir()
    for name in ("player.js", "player.css"):
        (folder / name).write_text(page.asset(name), encoding="utf-8")
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:"
    (folder / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<link rel="stylesheet" href="player.css"><script type="module" src="player.js"></script>'
        f"{shown._views.html()}</html>",
        encoding="utf-8",
    )
    opened = open_page(serve(folder) + "/index.html")
    opened.get_by_label("gain").press("End")
    assert opened.evaluate(OUTPUTS) == ["3", "0"]
    assert opened.trouble == []


def gallery(ax):
    rng = np.random.default_rng(1)
    t = np.linspace(0, 6, 40)
    if ax == 0:
        figure, axes = plt.subplots(2, 2, figsize=(5, 4))
        axes[0, 0].imshow(rng.random((5, 6)))
        axes[0, 1].imshow(rng.random((5, 6)), interpolation="bilinear", origin="lower", aspect="auto")
        axes[1, 0].bar([0, 1, 2], [1, 2, 3], color=["C0", "C1", "C2"], hatch=["", "//", "xx"], edgecolor="k")
        axes[1, 1].pcolormesh(rng.random((4, 4)), alpha=0.6)
    elif ax == 1:
        figure, axes = plt.subplots(2, 2, figsize=(5, 4))
        axes[0, 0].plot(t, np.sin(t), "s--", mfc="w", mec="r")
        axes[0, 0].plot(t, np.where((t > 2) & (t < 3), np.nan, np.cos(t)), "-.", lw=3, alpha=0.5)
        axes[0, 1].scatter(rng.random(30), rng.random(30), s=rng.random(30) * 300, c=rng.random(30), ec="k")
        axes[0, 1].set_xlim(0.3, 0.7)
        axes[1, 0].fill_between(t, np.sin(t), np.cos(t), alpha=0.3)
        axes[1, 0].vlines([1, 2], -1, 1, ls=":")
        axes[1, 1].pie([1, 2, 3], wedgeprops={"width": 0.5})
    else:
        figure = plt.figure(figsize=(5, 4))
        axes = np.array([figure.add_subplot(2, 2, i + 1, projection="polar" if i == 0 else None) for i in range(4)])
        axes[0].plot(t, t)
        axes[1].contourf(rng.random((6, 6)))
        axes[1].set_xlim(2, 4)
        axes[2].loglog([1, 10, 100], [1, 5, 1000], "o-")
        axes[2].grid(which="both", alpha=0.4)
        axes[3].hist(rng.normal(size=300), histtype="step", bins=20)
        axes[3].quiver([0], [20], [1], [1])
    for a in axes.flat:
        a.tick_params(labelleft=False, labelbottom=False, left=False, bottom=False)
    return figure


@pytest.mark.parametrize("number", range(3))
def test_it_looks_as_matplotlib_draws_it(number, write_page, serve, open_page):
    figure = gallery(number)
    folder = write_page(still(figure, "gallery"), head="<style>html,body{margin:0;background:#fff;color:#000}</style>")
    opened = open_page(serve(folder) + "/index.html")
    ours = plt.imread(io.BytesIO(opened.locator("svg").screenshot()))[..., :3]
    raw = io.BytesIO()
    figure.savefig(raw, format="png", dpi=96, facecolor="white")
    theirs = plt.imread(io.BytesIO(raw.getvalue()))[..., :3]
    assert ours.shape == theirs.shape
    # Agg snaps lines to pixels, so single pixels differ; a missing shape changes the mean of an area.
    areas = np.abs((ours - theirs).reshape(24, 16, 30, 16, 3).mean(axis=(1, 3)))
    assert areas.max() < 0.1 and areas.mean() < 0.01
