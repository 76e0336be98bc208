"""What lies under _static may be kept for long: its address changes when it does."""

import hashlib
import re
from types import SimpleNamespace
from unittest.mock import Mock
from urllib.parse import parse_qs, urljoin, urlsplit

import pytest

from lightbook import versions
from tools.browser import served

FILES = {"index.md": "# 題\n\n文 $x$。\n\n```{toctree}\na\n```\n", "a.md": "# 章\n\n始めの文。\n", "own/own.js": "window.own = 1",
         "own/later.css": "p { background: url(dot.svg) }", "own/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg'/>",
         "own/tagged.js": "window.tag = 1"}
CONF = """
html_static_path = ["own"]
html_css_files = ["later.css"]
html_js_files = ["own.js", ("tagged.js", {"data-name": "x"})]
"""
PARTS = ["lightbook.mathml", "lightbook.one_script", "lightbook.one_stylesheet", "lightbook.text_search"]
ATTRIBUTE = re.compile(r"""[\w-]+=["']([^"']*\b_static/[^"']+)["']""")
IN_A_SHEET = re.compile(r"""url\(["']?(?!data:|#)([^"')]+)["']?\)""")


def unversioned(root):
    """The addresses under _static, in the pages and in the sheets that these ask for, that do not say what the file holds."""
    asked = []
    for page in root.rglob("*.html"):
        if not {"_static", "lite"} & set(page.relative_to(root).parts):
            asked += [(page, address) for address in ATTRIBUTE.findall(page.read_text("utf-8"))]
    sheets = {(page.parent / urlsplit(address).path).resolve() for page, address in asked if ".css" in address}
    for sheet in sheets:
        asked += [(sheet, address) for address in IN_A_SHEET.findall(sheet.read_text("utf-8"))]
    assert len(asked) > len(sheets) > 0
    for where, address in asked:
        parts = urlsplit(address)
        content = (where.parent / parts.path).read_bytes()
        [known] = parse_qs(parts.query).get("v") or re.findall(r"[-.]([0-9a-f]{8,})\.", parts.path) or ["nothing"]
        if not hashlib.sha256(content).hexdigest().startswith(known):
            yield f"{where.relative_to(root)}: {address}"


def addresses(made, page):
    return {urlsplit(address).path.rpartition("/")[2]: address for address in ATTRIBUTE.findall(made.page(page))}


def test_what_changes_between_builds_changes_its_address_also_in_pages_that_were_not_written_again(book):
    made = book(FILES, PARTS, CONF)
    assert list(unversioned(made.out)) == []
    before = addresses(made, "index") | addresses(made, "search")
    changed = {"a.md": "# 章\n\n新しい文 {math}`y`。\n", "own/own.js": "window.own = 2", "own/tagged.js": "window.tag = 2",
               "own/dot.svg": "<svg xmlns='http://www.w3.org/2000/svg' id='x'/>"}
    made.write(changed).build()
    assert list(unversioned(made.out)) == []
    after = addresses(made, "index") | addresses(made, "search")
    assert {name for name in before if before[name] != after.get(name)} >= {"search.json", "book.js", "book.css", "tagged.js"}
    same = addresses(made, "index") | addresses(made, "search")
    made.build()
    assert addresses(made, "index") | addresses(made, "search") == same


@pytest.mark.parametrize("address, stamped", [
    ('<a href="_static/a.js">', '<a href="_static/a.js?v={}">'), ('<a href="../_static/a.js?v=old">', '<a href="../_static/a.js?v={}">'),
    ('<a href="_static/a.js?v=1#part">', '<a href="_static/a.js?v={}#part">'), ('<ol data-index="_static/a.js">', '<ol data-index="_static/a.js?v={}">'),
    ('<a href="_static/gone.js?v=1">', '<a href="_static/gone.js">'), ('<a href="https://a.example/_static/a.js">', None),
    ('<p>="_static/aXjs" "_static/a.js"</p>', None), ('<a href="_static/a-0123abcd.js">', None),
])
def test_addresses_of_files_under_static_and_no_other_are_stamped(address, stamped, tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "_static").mkdir()
    for name in ("a.js", "a-0123abcd.js"):
        (tmp_path / "_static" / name).write_text("内容", "utf-8")
    page = (tmp_path / "sub" if "../" in address else tmp_path) / "p.html"
    page.write_text(f"あ{address}", "utf-8")
    app = SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format="html"))
    versions.stamp(app, None)
    version = hashlib.sha256("内容".encode()).hexdigest()[:8]
    assert page.read_text("utf-8") == f"あ{(stamped or address).format(version)}"


@pytest.mark.parametrize("format, exception", [("html", ValueError()), ("latex", None)])
def test_a_build_that_failed_or_makes_no_pages_is_left_as_it_is(tmp_path, format, exception):
    (tmp_path / "_static").mkdir()
    (tmp_path / "_static" / "a.js").touch()
    (tmp_path / "p.html").write_text('<a href="_static/a.js">')
    versions.stamp(SimpleNamespace(outdir=tmp_path, builder=SimpleNamespace(format=format)), exception)
    assert (tmp_path / "p.html").read_text() == '<a href="_static/a.js">'


def test_pages_may_be_read_and_written_in_parallel():
    assert versions.setup(Mock()) == {"parallel_read_safe": True, "parallel_write_safe": True}


@pytest.mark.site
def test_every_address_under_static_in_the_site_says_what_the_file_holds(site):
    assert list(unversioned(site)) == []


@pytest.mark.site
@pytest.mark.browser
def test_what_a_browser_asks_for_under_static_says_what_it_holds(site, browser):
    """Also what scripts fetch: the page of a chapter with figures and questions, and a search."""
    with served(site) as base:
        tab, asked = browser.new_page(), []
        tab.on("request", lambda request: asked.append(request.url))
        for page in ("chapters/04_sigmoid.html", "search.html?q=ReLU"):
            tab.goto(urljoin(base, page), wait_until="networkidle")
        tab.wait_for_selector("#search-results a")
        tab.close()
    static = [urlsplit(url) for url in asked if "/_static/" in url]
    assert {"search.json", "player.js", "quiz.js"} <= {parts.path.rpartition("/")[2] for parts in static}
    assert [parts.path for parts in static if not parts.query and not versions.NAMED_BY_CONTENT.search(parts.path)] == []
