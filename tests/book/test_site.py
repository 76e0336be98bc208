"""The built site as a reader meets it: no dead control, no broken link, nothing asked of another host."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image
from playwright.sync_api import TimeoutError

from tests import instructors
from tools import audit, pdf
from tools.browser import served

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["index", *sorted(f"chapters/{path.stem}" for path in ROOT.glob("chapters/*.ipynb"))]
# Pictures may be data: (icons in the style sheet, the empty favicon, what cells draw).
# Scripts and styles come from the site alone.
# (default-src is 'self' and not 'none' for Firefox, which fetches the next page early under that rule.)
POLICY = instructors.policies()[0]
pytestmark = pytest.mark.site


class Parsed(HTMLParser):
    def __init__(self, text):
        super().__init__()
        self.ids, self.links, self.tags = [], [], []
        self.feed(text)

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.tags.append(tag)
        self.ids += [attributes["id"]] if "id" in attributes else []
        self.links += [attributes[name] for name in ("href", "src") if attributes.get(name)]


@pytest.fixture(scope="session")
def parsed(site):
    return {
        path: Parsed(path.read_text(encoding="utf-8"))
        for path in site.rglob("*.html")
        if not {"_static", "lite"} & set(path.parts)
    }  # the theme's own templates; JupyterLite


@pytest.fixture(scope="session")
def address(site):
    """The site under a sub-path of a local server, as on GitHub Pages, and under the policy that we recommend."""
    with served(site, [("Content-Security-Policy", POLICY)]) as base:
        yield base.rstrip("/")


@pytest.fixture
def visit(browser, address):
    """Opens a page; afterwards checks that it asked no other host, was refused nothing and wrote nothing to the console."""
    # a phone first: the theme gives tab stops to what scrolls when the page is loaded
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme="dark")
    context.add_init_script(
        "addEventListener('securitypolicyviolation', e => console.error('refused', e.violatedDirective, e.blockedURI, e.sample))"
    )
    asked, said = [], []

    def open_page(name):
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/{name}.html")
        return page

    yield open_page
    context.close()
    assert not [url for url in asked if not url.startswith((address, "data:", "blob:"))]
    assert not said


def test_every_notebook_is_a_page(site):
    missing = [name for name in PAGES if not (site / f"{name}.html").is_file()]
    assert not missing


def test_every_link_inside_the_site_resolves(parsed):
    broken = []
    for path, page in parsed.items():
        for link in page.links:
            parts = urlsplit(link)
            if parts.scheme or parts.netloc or link.startswith("#!"):
                continue
            target = (path.parent / unquote(parts.path)).resolve() if parts.path else path
            if target.is_dir():
                target /= "index.html"
            if not target.is_file():
                broken.append(f"{path.name}: {link}")
            elif parts.fragment and target.suffix == ".html" and unquote(parts.fragment) not in parsed[target].ids:
                broken.append(f"{path.name}: {link} (no such anchor)")
    assert not broken


def test_every_icon_is_drawn(parsed, site):
    sheet = (site / "_static" / "book.css").read_text("utf-8")
    shown = {name for path in parsed for name in re.findall(r"\bfa-[a-z-]+", path.read_text("utf-8"))} - {"fa-solid", "fa-lg"}
    assert len(shown) > 9 and [name for name in sorted(shown) if f".{name}" not in re.findall(r"\.fa-[a-z-]+", sheet)] == []


def test_no_id_stands_twice_on_a_page(parsed):
    for path, page in parsed.items():
        twice = {name for name in page.ids if page.ids.count(name) > 1}
        assert not twice, f"{path.name}: {twice}"


def test_formulas_are_mathml_and_no_raw_tex_is_left(parsed, site):
    assert "math" in parsed[site / "chapters" / "04_sigmoid.html"].tags
    for name in PAGES:
        text = re.sub(
            r"<(script|style|code|pre|math)\b.*?</\1>", " ", (site / f"{name}.html").read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert not re.search(r"\\\(|\\frac|\$\$", text), name


def picture(figure):
    """All that the figure shows, as one string."""
    return figure.evaluate("one => one.querySelector('svg').outerHTML")


def move(control):
    """Give a control another value, as a reader would; None for a radio button that is the chosen one."""
    kind = control.get_attribute("type") or "select"
    control.scroll_into_view_if_needed()
    if kind == "range":
        control.focus()
        control.press("Home" if control.input_value() == control.get_attribute("max") else "End")
    elif kind == "select":
        values = [option.get_attribute("value") for option in control.query_selector_all("option")]
        other = next(place for place, value in enumerate(values) if value != control.input_value())
        control.select_option(index=other)  # not by its value, which may be the label of another
    elif not control.is_checked() or kind == "checkbox":
        control.click()
    else:
        return None
    return kind


def changes(page, figure, control):
    """Whether moving the control changes the picture; True of a radio button that cannot be moved."""
    before = picture(figure)
    try:
        if move(control):
            page.wait_for_function(
                "([one, before]) => one.querySelector('svg').outerHTML !== before", arg=[figure, before], timeout=2000
            )
    except TimeoutError:
        return False
    return True


def dead_controls(page):
    """The controls of the figures on `page` that change nothing, neither with the others moved nor from the start."""
    dead = []
    for number, figure in enumerate(page.query_selector_all("explorable-figure")):
        for control in figure.query_selector_all(".explorable-row :is(input, select)"):
            if not changes(page, figure, control):
                figure.evaluate("one => one.show(JSON.parse(one.querySelector('script').textContent).start)")
                if not changes(page, figure, control):
                    dead.append(f"figure {number}: {control.get_attribute('id')}")
    return dead


# What does not fit its box, with everything unfolded, and what is wrong with that, one sentence each. `mayScroll`: on a
# phone a box may scroll if it shows so (a shadow that `local` covers hide at the end) and the Tab key reaches it.
MISFITS = """mayScroll => {
    const folded = [...document.querySelectorAll("details:not([open])")];
    for (const details of folded) details.open = true;
    return new Promise(resolve => requestAnimationFrame(() => requestAnimationFrame(() => {
        const room = document.documentElement.clientWidth, column = document.querySelector(".bd-article").getBoundingClientRect();
        const scrolls = [], said = document.documentElement.scrollWidth > room ? ["the page scrolls sideways"] : [];
        const say = (box, what) => said.push(`${box.tagName} ${box.className}: ${what}: ${box.textContent.trim().slice(0, 60)}`);
        for (const box of document.querySelectorAll("main *")) {
            if (box.closest("svg") || box.clientWidth < 2 || box.scrollWidth <= box.clientWidth + 1) continue;
            const style = getComputedStyle(box);
            if (style.overflowX === "visible" || style.display === "inline") continue;
            scrolls.push(box);
            if (!mayScroll) say(box, `cut, ${box.scrollWidth} px in ${box.clientWidth}`);
            else if (!/auto|scroll/.test(style.overflowX)) say(box, "cut, and does not scroll");
            else if (!style.backgroundAttachment.includes("local")) say(box, "scrolls and does not show it");
            else if (box.tabIndex !== 0) say(box, "scrolls, but not from the keyboard");
        }
        for (const box of document.querySelectorAll(".bd-article *"))
            if (box.clientWidth > 1 && box.getBoundingClientRect().right > column.right + 1 && !scrolls.some(one => one.contains(box)))
                say(box, "wider than its column");
        for (const details of folded) details.open = false;
        resolve(said);
    })));
}"""
NOT_PRINTED = """() => [...document.querySelectorAll(
    'details:not(.above-input) > *:not(summary), .tag_hide-cell > details:not(:has(.cell_output)) > *:not(summary)')]
    .filter(e => !e.checkVisibility() && !e.closest('.quiz-stage')).map(e => e.outerHTML.slice(0, 90))"""  # (a sheet is printed)
PRINTED_CONTROLS = """() => [...document.querySelectorAll('button, article input, article select')]
    .filter(e => e.checkVisibility()).map(e => e.outerHTML.slice(0, 90))"""
FIRED = "name => { dispatchEvent(new Event(name)); return document.documentElement.dataset.theme; }"


@pytest.mark.browser
@pytest.mark.parametrize("name", [*PAGES, "search", "genindex"])
def test_a_reader_who_visits_the_page_finds_nothing_wrong(visit, name):
    """In one visit, in the dark: nothing is cut on phone and desk, every control works, on paper nothing is missing."""
    page = visit(name)
    assert page.evaluate("[document.documentElement.lang, document.documentElement.dataset.theme]") == ["ja", "dark"]
    assert [page.evaluate(FIRED, event) for event in ("beforeprint", "afterprint")] == ["light", "dark"]
    found = {"cut, or scrolls in secret, on a phone": page.evaluate(MISFITS, True)}
    page.set_viewport_size({"width": 1280, "height": 900})
    found["cut on a desk"] = page.evaluate(MISFITS, False)
    found["dead controls"] = dead_controls(page)
    page.click(".theme-switch-button")
    found["wider than paper"] = pdf.too_wide(page)
    found["answers and solutions that are not printed"] = page.evaluate(NOT_PRINTED)
    found["controls that are printed"] = page.evaluate(PRINTED_CONTROLS) if name in PAGES else []  # a search is not for paper
    assert found == dict.fromkeys(found, [])


@pytest.mark.browser
def test_the_buttons_of_the_header_work(visit):
    page = visit("chapters/04_sigmoid")
    page.evaluate("() => { window.print = () => { window.printed = true; }; }")
    page.click(".dropdown-download-buttons > button")
    page.click(".btn-download-pdf-button")
    assert page.evaluate("window.printed")
    page.click(".btn-fullscreen-button")
    page.locator(":fullscreen").first.wait_for()


@pytest.mark.browser
def test_the_policy_does_refuse_what_it_should(browser, address):
    page = browser.new_page()
    page.goto(f"{address}/index.html")
    with page.expect_console_message(lambda message: "Content Security Policy" in message.text):
        page.evaluate("() => { const s = document.createElement('script'); s.textContent = '1'; document.head.append(s); }")
    page.close()


@pytest.mark.browser
def test_reset_brings_back_the_first_picture(visit):
    page = visit("index")
    figure = page.query_selector("explorable-figure")
    slider = figure.query_selector(".explorable-row input[type=range]")
    start = slider.input_value()
    move(slider)
    slider.fill(start)  # once drawn by the player, so that the same picture is the same text
    page.wait_for_timeout(50)
    first = picture(figure)
    move(slider)
    page.wait_for_timeout(50)
    assert picture(figure) != first
    figure.query_selector("button:has-text('最初に戻す')").click()
    page.wait_for_timeout(50)
    assert picture(figure) == first


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_shadow_stands_at_the_edge_that_hides_more_and_at_no_other(browser, address, scheme):
    context = browser.new_context(color_scheme=scheme)
    page = context.new_page()

    def shadows(box, place, above):
        """Left and right, whether the margin above the text has another colour there than in the middle."""
        box.evaluate("(box, place) => box.scrollLeft = place * (box.scrollWidth - box.clientWidth)", place)
        picture = Image.open(io.BytesIO(box.screenshot())).convert("RGB")
        left, middle, right = (picture.getpixel((x, above)) for x in (2, picture.width // 2, picture.width - 3))
        return tuple(max(abs(a - b) for a, b in zip(edge, middle)) > 8 for edge in (left, right))

    seen = {}
    for kind, chapter, width, above in (
        (".pst-scrollable-table-container", "11_comparison", 360, 5),
        (".cell_input pre", "10_gelu", 360, 5),
        (".cell_output pre", "11_comparison", 360, 5),
        (".math-scroll", "05_gradient", 240, 1),  # on a phone all fit; an exponent stands high
    ):
        page.set_viewport_size({"width": width, "height": 740})
        page.goto(f"{address}/chapters/{chapter}.html")
        box = next(one for one in page.query_selector_all(kind) if one.evaluate("box => box.scrollWidth > box.clientWidth + 40"))
        seen[kind] = [shadows(box, place, above) for place in (0, 0.5, 1)]
    context.close()
    assert seen == dict.fromkeys(seen, [(False, True), (True, True), (True, False)])


@pytest.mark.browser
def test_without_javascript_text_formulas_and_figures_are_there(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/chapters/04_sigmoid.html")
    assert page.is_visible("h1") and page.is_visible("math") and page.is_visible("explorable-figure svg")
    assert page.inner_text("h1").startswith("シグモイド関数")
    assert page.locator("button:visible").count() == 0
    context.close()


def test_the_formula_font_has_the_root_sign_that_browsers_draw_themselves(site, parsed):
    from fontTools.ttLib import TTFont

    assert any("msqrt" in page.tags for page in parsed.values())
    fonts = list((site / "_static").rglob("*.woff2"))
    assert any(0x221A in TTFont(font).getBestCmap() for font in fonts), "no √ in any font of the site"


def test_every_font_comes_with_its_licence(site):
    assert not audit.unlicensed(site)


@pytest.mark.browser
def test_the_cheat_sheet_prints_on_one_page_of_a4(browser, address):
    context = browser.new_context()
    page = context.new_page()
    page.goto(f"{address}/chapters/12_cheat_sheet.html", wait_until="networkidle")
    pdf = page.pdf(prefer_css_page_size=True)
    context.close()
    assert len(re.findall(rb"/Type\s*/Page\b", pdf)) == 1
