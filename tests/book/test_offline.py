"""The whole book without a network, as it is built: all of it, small enough, every page with nothing missing."""

import json
import re
from urllib.parse import unquote, urljoin, urlsplit

import pytest

from tests import instructors
from tools.audit import pages_of
from tools.browser import served

MEGABYTES = 6
KEPT = """async () => {
    const sizes = [];
    for (const name of await caches.keys())
        for (const one of await (await caches.open(name)).matchAll()) sizes.push((await one.blob()).size);
    return sizes.reduce((a, b) => a + b);
}"""
pytestmark = pytest.mark.site


@pytest.fixture(scope="module")
def listed(site):
    """What the reader's browser keeps, as paths in the site."""
    files = re.search(r"const files = (\[.*?\n\]);", (site / "offline-worker.js").read_text("utf-8"), re.S)[1]
    return {unquote(address.partition("?")[0]) for address, _ in json.loads(files)}


def test_every_page_is_kept_and_every_link_to_a_page_leads_to_what_is_kept(site, listed):
    assert {page for page in listed if page.endswith(".html")} >= {*pages_of(site)}
    missing = set()
    for page in pages_of(site):
        links = re.findall(r'\b(?:href|src|action)="([^"#?]+)', (site / page).read_text("utf-8"))
        paths = {unquote(urlsplit(urljoin(f"/{page}", link)).path)[1:] for link in links if not urlsplit(link).scheme}
        missing |= {
            path for path in paths - listed if not path.startswith("lite/") and not path.endswith((".ipynb", ".pdf", ".apkg"))
        }
    assert missing == set()


@pytest.mark.browser
@pytest.mark.slow("every page without a network")
def test_with_the_network_cut_every_page_is_whole_and_what_is_kept_is_small(site, browser, watched):
    context = browser.new_context(viewport={"width": 360, "height": 740})
    headers = [("Content-Security-Policy", instructors.policies()[0]), ("Cache-Control", "no-store")]
    with served(site, headers) as base:
        tab = watched(context.new_page())
        tab.goto(base + "index.html")
        tab.locator(".offline-book button").click()
        tab.get_by_text("この本は、通信がなくても読めます。").wait_for()
        assert tab.evaluate(KEPT) <= MEGABYTES * 1e6
    context.set_offline(True)
    failed = []
    # (leaving a page ends what it still loads; that is no failure of what is kept)
    tab.on("requestfailed", lambda request: "ABORTED" in request.failure or failed.append((request.url, request.failure)))
    for page in pages_of(site):
        tab.goto(base + page)
        assert tab.locator("explorable-figure:not(:defined)").count() == 0, page
        assert tab.evaluate("Array.from(document.fonts).every(font => font.status !== 'error')"), page
    tab.goto(base + "search.html?q=勾配消失")
    tab.locator("#search-results a").first.click()
    tab.locator("h1").wait_for()
    context.close()
    assert failed == []
