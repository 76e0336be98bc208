"""The built site as a reader meets it: no dead control, no broken link, nothing asked of another host."""

import io
import re
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from PIL import Image

from tools import audit

ROOT = Path(__file__).resolve().parent.parent
PAGES = ["index", *sorted(f"chapters/{path.stem}" for path in ROOT.glob("chapters/*.ipynb"))]
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
    return {path: Parsed(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")
            if not {"_static", "lite"} & set(path.parts)}   # the theme's own templates; JupyterLite


@pytest.fixture(scope="session")
def address(site):
    """The site under a sub-path of a local server, as on GitHub Pages."""
    with audit.served(site) as base:
        yield base.rstrip("/")


@pytest.fixture
def visit(browser, address):
    """Opens a page; afterwards checks that it asked no other host and wrote nothing to the console."""
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    asked, said = [], []

    def open_page(name):
        page = context.new_page()
        page.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.goto(f"{address}/{name}.html", wait_until="networkidle")
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


def test_no_id_stands_twice_on_a_page(parsed):
    for path, page in parsed.items():
        twice = {name for name in page.ids if page.ids.count(name) > 1}
        assert not twice, f"{path.name}: {twice}"


def test_formulas_are_mathml_and_no_raw_tex_is_left(parsed, site):
    assert "math" in parsed[site / "chapters" / "04_sigmoid.html"].tags
    for name in PAGES:
        text = re.sub(r"<(script|style|code|pre|math)\b.*?</\1>", " ", (site / f"{name}.html").read_text(encoding="utf-8"), flags=re.DOTALL)
        assert not re.search(r"\\\(|\\frac|\$\$", text), name


def picture(figure):
    """All that the figure shows, as one string."""
    return figure.evaluate("one => one.querySelector('svg').outerHTML")


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_every_control_of_every_figure_changes_the_picture(visit, name):
    page = visit(name)
    assert page.evaluate("document.documentElement.lang") == "ja"
    for number, figure in enumerate(page.query_selector_all("explorable-figure")):
        where = f"{name}, figure {number}"
        controls = figure.query_selector_all("input[type=range], select, input[type=checkbox], input[type=radio]")
        for control in controls:
            kind = control.get_attribute("type") or "select"
            if kind == "radio" and control.is_checked():
                continue
            before = picture(figure)
            control.scroll_into_view_if_needed()
            if kind == "range":
                control.focus()
                last = control.get_attribute("max")
                control.press("Home" if control.input_value() == last else "End")
            elif kind == "select":
                options = control.query_selector_all("option")
                other = next(o for o in options if o.get_attribute("value") != control.input_value())
                control.select_option(other.get_attribute("value"))
            else:
                control.click()
            page.wait_for_timeout(50)
            assert picture(figure) != before, f"{where}: moving {kind} {control.get_attribute('id')} changed nothing"


@pytest.mark.browser
def test_reset_brings_back_the_first_picture(visit):
    page = visit("index")
    figure = page.query_selector("explorable-figure")
    slider = figure.query_selector("input[type=range]")
    slider.press("ArrowRight")
    slider.press("ArrowLeft")   # once drawn by the player, so that the same picture is the same text
    page.wait_for_timeout(50)
    first = picture(figure)
    slider.press("End")
    page.wait_for_timeout(50)
    assert picture(figure) != first
    figure.query_selector("button:has-text('最初に戻す')").click()
    page.wait_for_timeout(50)
    assert picture(figure) == first


# What does not fit its box, with everything unfolded, and what is wrong with that, one sentence each. `mayScroll`: on a
# phone a box may scroll if it shows so (a shadow that `local` covers hide at the end) and the Tab key reaches it.
MISFITS = """mayScroll => {
    for (const details of document.querySelectorAll("details")) details.open = true;
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
        resolve(said);
    })));
}"""


@pytest.mark.browser
@pytest.mark.parametrize("name", PAGES)
def test_nothing_is_cut_on_a_desk_and_what_scrolls_on_a_phone_shows_it(browser, address, name):
    context = browser.new_context(viewport={"width": 360, "height": 740})   # first: the theme gives tab stops when the page is loaded
    page = context.new_page()
    page.goto(f"{address}/{name}.html")
    phone = page.evaluate(MISFITS, True)
    page.set_viewport_size({"width": 1280, "height": 900})
    desk = page.evaluate(MISFITS, False)
    context.close()
    assert (desk, phone) == ([], [])


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_a_shadow_stands_at_the_edge_that_hides_more_and_at_no_other(browser, address, scheme):
    context = browser.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{address}/chapters/10_gelu.html")

    def shadows(box, place):
        """Left and right, whether the margin above the text has another colour there than in the middle."""
        box.evaluate("(box, place) => box.scrollLeft = place * (box.scrollWidth - box.clientWidth)", place)
        picture = Image.open(io.BytesIO(box.screenshot())).convert("RGB")
        left, middle, right = (picture.getpixel((x, 3)) for x in (2, picture.width // 2, picture.width - 3))
        return tuple(max(abs(a - b) for a, b in zip(edge, middle)) > 8 for edge in (left, right))

    seen = {}
    for kind in (".pst-scrollable-table-container", ".cell_input pre", ".cell_output pre", ".math-scroll"):
        box = next(one for one in page.query_selector_all(kind) if one.evaluate("box => box.scrollWidth > box.clientWidth + 40"))
        seen[kind] = [shadows(box, place) for place in (0, 0.5, 1)]
    context.close()
    assert seen == dict.fromkeys(seen, [(False, True), (True, True), (True, False)])


@pytest.mark.browser
def test_without_javascript_text_formulas_and_figures_are_there(browser, address):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/chapters/04_sigmoid.html")
    assert page.is_visible("h1") and page.is_visible("math") and page.is_visible("explorable-figure svg")
    assert page.inner_text("h1").startswith("シグモイド関数")
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
