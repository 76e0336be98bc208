"""Figures that talk to the text around them and to the address of their page."""

import pytest
from ipywidgets import FloatSlider
from matplotlib import pyplot as plt

from explorable import explore, page

pytestmark = pytest.mark.browser

HASH = "decodeURIComponent(location.hash)"
VALUES = "[...document.querySelectorAll('explorable-figure')].map(one => String(one.read()))"
SAID = """[...document.querySelectorAll('[role="status"], output:not([aria-live="off"])')].map(one => one.textContent).join()"""
LONG = "<p style='height:1500px'>text</p>"


def sliding(name, **controls):
    """A recorded figure whose function is called `name`, with a curve that every control moves."""
    figure, ax = plt.subplots(figsize=(4, 3))
    (curve,) = ax.plot([0, 1, 2], [0, 0, 0])
    ax.set(ylim=(-1, 9))

    def update(**values):
        curve.set_ydata([sum(value if isinstance(value, (int, float)) else ord(value[0]) / 50 for value in values.values())] * 3)

    update.__name__ = name
    return explore(figure, **controls)(update)


@pytest.fixture
def page_of(tmp_path, html_of):
    """``page_of(prose, figure, …)``: the file of a page on which text stands before and after the figures."""

    def written(*parts):
        body = "".join(part if isinstance(part, str) else html_of(part) for part in parts)
        file = tmp_path / "page.html"
        file.write_text(
            '<!doctype html><html lang="ja"><head><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">'
            f'<meta name="viewport" content="width=device-width, initial-scale=1"></head><body>{body}</body></html>',
            encoding="utf-8",
        )
        return file

    return written


@pytest.fixture
def tangent():
    return sliding(
        "tangent",
        alpha=FloatSlider(min=0, max=2, step=0.25, value=0.5, description="傾き [m]"),
        kind={"サイン": "sin", "コサイン": "cos"},
    )


def test_a_link_sets_the_figure_says_so_and_brings_it_into_view(tangent, page_of, open_page):
    file = page_of('<a href="#tangent?alpha=1&kind=コサイン">両方</a> <a href="#tangent?kind=sin">種類</a>', LONG, tangent)
    tab = open_page(file.as_uri())
    for way in ("mouse", "keyboard"):
        tab.evaluate("scrollTo(0, 0)")
        link = tab.get_by_role("link", name="両方")
        link.click() if way == "mouse" else link.press("Enter")
        assert tab.evaluate(VALUES) == ["4,1"]
        assert tab.evaluate(SAID) == "傾き 1.00 m, kind コサイン"
        figure = tab.locator("explorable-figure").bounding_box()
        assert figure["y"] >= 0 and figure["y"] + figure["height"] <= 900
        assert tab.evaluate("document.activeElement.textContent") == "両方"
        tab.locator("explorable-figure").evaluate("one => one.show([0, 0])")
    tab.get_by_role("link", name="種類").click()
    assert tab.evaluate(VALUES) == ["0,0"] and tab.evaluate(SAID) == "kind サイン"
    assert tab.evaluate("history.length") == 2 and tab.trouble == []  # the empty tab, and this page


def test_a_link_to_what_is_not_there_or_to_a_heading_is_the_browsers(tangent, page_of, open_page):
    file = page_of(
        '<a href="#tangent">1</a> <a href="#curve?a=1">2</a> <a href="#tangent?beta=1&alpha=9">3</a>',
        tangent,
        LONG,
        "<h2 id=tangent>t</h2>",
    )
    tab = open_page(file.as_uri())
    tab.get_by_role("link", name="1").click()
    assert tab.evaluate("scrollY") > 500 and tab.evaluate(VALUES) == ["2,0"]
    tab.get_by_role("link", name="2").click()
    tab.get_by_role("link", name="3").click()
    assert tab.evaluate(VALUES) == ["2,0"] and tab.trouble == []


@pytest.mark.parametrize("address", ["file", "server"])
def test_the_address_holds_what_the_reader_sees(address, tangent, page_of, serve, open_page):
    file = page_of(LONG, tangent, sliding("other", k=(0, 3)))
    address = file.as_uri() if address == "file" else serve(file.parent) + "/page.html"
    tab = open_page(address)
    tab.wait_for_timeout(600)
    assert tab.evaluate(HASH) == ""  # nobody has moved anything
    tab.get_by_label("傾き").press("End")
    tab.get_by_label("傾き").press("ArrowLeft")
    tab.get_by_label("kind").select_option("コサイン")
    assert tab.evaluate(HASH) == ""  # the hand has to rest
    tab.wait_for_function("location.hash")
    assert tab.evaluate(HASH) == "#tangent?alpha=1.75&kind=cos" and tab.evaluate("history.length") == 2
    again = open_page(tab.url)
    again.wait_for_timeout(600)
    assert again.evaluate(VALUES) == ["7,1", "1"]
    figure = again.locator("explorable-figure").first.bounding_box()
    assert figure["y"] >= 0 and figure["y"] + figure["height"] <= 900
    again.get_by_label("k", exact=True).press("End")
    again.wait_for_function("location.hash === '#other?k=3'")
    again.evaluate("location.hash = '#tangent?alpha=0'")
    again.wait_for_function(f"{VALUES}[0] === '0,1'")
    assert tab.trouble == again.trouble == []


def test_controls_are_taken_away_and_their_values_stay(tangent, page_of, open_page):
    file = page_of(tangent, sliding("other", k=(0, 3)))
    tab = open_page(file.as_uri() + "?hide=alpha,k#tangent?alpha=1.5&kind=cos")
    assert tab.get_by_role("slider", name="傾き").count() == 0 and tab.get_by_label("k", exact=True).count() == 0
    assert tab.get_by_role("group").count() == 1  # a figure without controls has no group of them
    tab.get_by_role("button", name="最初に戻す").click()
    assert tab.evaluate(VALUES)[0] == "6,0"
    tab.wait_for_function("location.hash.includes('kind=sin')")
    assert tab.evaluate("location.search") == "?hide=alpha,k" and tab.trouble == []


def test_an_applications_address_and_that_around_a_frame_are_left_alone(tangent, page_of, open_page):
    mark = '<script id="jupyter-config-data" type="application/json">{}</script>'
    file = page_of(mark, '<a href="#tangent?alpha=1">1</a>', tangent)
    tab = open_page(file.as_uri() + "?hide=alpha#tangent?alpha=2")
    assert tab.evaluate(VALUES) == ["2,0"] and tab.get_by_label("傾き").is_visible()
    tab.get_by_role("link").click()  # the links of a notebook set its figures all the same
    assert tab.evaluate(VALUES) == ["4,0"]
    tab.wait_for_timeout(600)
    assert tab.evaluate(HASH) == "#tangent?alpha=2"


def test_the_text_shows_the_value_of_a_control(tangent, page_of, open_page):
    file = page_of('<p>今は <a href="#tangent?alpha"></a> の <a href="#tangent?kind"></a> です。</p>', tangent)
    tab = open_page(file.as_uri())
    assert tab.locator("p").first.text_content() == "今は 0.50 m の サイン です。"
    tab.get_by_label("傾き").press("Home")
    tab.get_by_label("kind").select_option("コサイン")
    assert tab.locator("p").first.text_content() == "今は 0.00 m の コサイン です。"
    tab.locator("p a").first.click()  # leads there and sets nothing
    assert tab.evaluate(VALUES) == ["0,1"] and tab.trouble == []


def test_figures_made_with_one_widget_move_together(page_of, open_page):
    alpha = FloatSlider(min=0, max=2, step=0.25, value=0.5)
    first, second = sliding("first", alpha=alpha, b=(0, 1)), sliding("second", a=alpha)
    apart = sliding("third", alpha=FloatSlider(min=0, max=2, step=0.25, value=0.5))
    tab = open_page(page_of(first, second, apart).as_uri() + "#first?alpha=2")
    assert tab.evaluate(VALUES) == ["8,0", "8", "2"]
    tab.get_by_label("a", exact=True).press("Home")
    assert tab.evaluate(VALUES) == ["0,0", "0", "2"]
    tab.wait_for_function("location.hash === '#second?a=0'")  # the one that was moved
    tab.get_by_label("alpha").first.press("End")
    assert tab.evaluate(VALUES) == ["8,0", "8", "2"] and tab.trouble == []


def test_a_strict_policy_changes_nothing(tangent, tmp_path, serve, open_page):
    for name in ("player.js", "player.css"):
        (tmp_path / name).write_text(page.asset(name), encoding="utf-8")
    policy = "default-src 'none'; script-src 'self'; style-src 'self'; img-src data:"
    (tmp_path / "page.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title><link rel="icon" href="data:,">'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
        f'<link rel="stylesheet" href="player.css"><script type="module" src="player.js"></script>'
        f'<a href="#tangent?alpha=1">1</a>{tangent._views.html()}</html>',
        encoding="utf-8",
    )
    tab = open_page(serve(tmp_path) + "/page.html?hide=kind#tangent?kind=cos")
    tab.get_by_role("link").click()
    assert tab.evaluate(VALUES) == ["4,1"] and tab.get_by_label("kind").count() == 0
    tab.wait_for_url("**#tangent?alpha=1&kind=cos")  # to wait for a function is forbidden, too
    assert tab.trouble == []


def test_a_slider_of_numbers_is_named_by_what_it_reads(page_of, open_page):
    shown = sliding("f", x=FloatSlider(min=0, max=1, step=1 / 3, value=0))
    tab = open_page(page_of('<a href="#f?x=0.67">a</a>', shown).as_uri())
    tab.get_by_role("link").click()
    assert tab.evaluate(VALUES) == ["2"]
    tab.wait_for_function("location.hash === '#f?x=0.67'")
