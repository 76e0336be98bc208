"""The site under a strict Content-Security-Policy: nothing on any page is refused."""

from pathlib import Path

import pytest

from tests import instructors
from tools import audit

ROOT = Path(__file__).resolve().parents[2]
PAGES = ["index", "search", "genindex", *sorted(f"chapters/{path.stem}" for path in ROOT.glob("chapters/*.ipynb"))]
# Pictures may be data: (icons in the style sheet, the empty favicon, what cells draw).
# Scripts and styles come from the site alone.
# (default-src is 'self' and not 'none' for Firefox, which fetches the next page early under that rule.)
POLICY = instructors.policies()[0]
pytestmark = [pytest.mark.site, pytest.mark.browser]


@pytest.fixture(scope="module")
def guarded(site):
    with audit.served(site, [("Content-Security-Policy", POLICY)]) as base:
        yield base.rstrip("/")


def violations(browser, address, act=lambda page: None):
    context = browser.new_context(color_scheme="dark")
    page, said = context.new_page(), []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.add_init_script("addEventListener('securitypolicyviolation', e => console.error('refused', e.violatedDirective, e.blockedURI, e.sample))")
    page.goto(address, wait_until="networkidle")
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"   # the first script ran
    act(page)
    context.close()
    return said


@pytest.mark.parametrize("name", PAGES)
def test_nothing_on_the_page_is_refused(browser, guarded, name):
    def act(page):
        for slider in page.query_selector_all("explorable-figure input[type=range]")[:2]:
            slider.press("ArrowRight")
        page.click(".theme-switch-button")
        page.wait_for_timeout(50)

    assert violations(browser, f"{guarded}/{name}.html", act) == []


def test_the_buttons_of_the_header_work(browser, guarded):
    def act(page):
        page.evaluate("() => { window.print = () => { window.printed = true; }; }")
        page.click(".dropdown-download-buttons > button")
        page.click(".btn-download-pdf-button")
        assert page.evaluate("window.printed")
        page.click(".btn-fullscreen-button")
        page.wait_for_function("document.fullscreenElement !== null")

    assert violations(browser, f"{guarded}/chapters/04_sigmoid.html", act) == []


def test_the_policy_does_refuse_what_it_should(browser, guarded):
    def act(page):
        page.evaluate("() => { const s = document.createElement('script'); s.textContent = '1'; document.head.append(s); }")
        page.wait_for_timeout(50)

    assert violations(browser, f"{guarded}/index.html", act) != []
