"""Measure what a reader gets from every page of the built site: ``python -m tools.audit _build/html``.

Each page is opened in Chromium, served compressed under a sub-path: bytes by kind, requests, console,
accessibility (axe, light and dark, wide and narrow), overflow at 360 px, head. Then the search queries. Fonts carry
their licence. The exit status is 1 if a promise is broken.
"""

import argparse
import sys
from pathlib import Path
from urllib.parse import quote

from tools.browser import chromium, served

BYTES = 220_000  # a page with two recorded figures and formulas, first visit, gzip
KINDS = {"document": "html", "stylesheet": "css", "script": "js", "font": "font", "image": "image"}
SEARCHES = {  # query: pages of which one must come first
    "勾配消失": ["gradient", "sigmoid"],
    "シグモイド関数": ["sigmoid"],
    "活性化関数": ["index", "necessity", "comparison", "introduction"],
    "誤差逆伝播": ["gradient", "eight_steps"],
    "ReLU": ["07_relu"],
    "GELU": ["gelu"],
    "vanishing gradient": ["gradient", "sigmoid"],
    "ＲｅＬＵ": ["07_relu"],
    "PReLU": ["08_prelu"],
    "tanh": ["tanh"],
}
RULES = {"rules": {"label-content-name-mismatch": {"enabled": True}}}  # WCAG 2.5.3, which axe does not look at by itself


def pages_of(root):
    return sorted(
        path.relative_to(root).as_posix()
        for path in Path(root).rglob("*.html")
        if not {"_static", "reports", "lite"} & set(path.relative_to(root).parts)
    )


def first_visit(browser, base, page):
    """What one first visit of `page` moves and says."""
    context = browser.new_context(viewport={"width": 412, "height": 823})
    tab = context.new_page()
    seen = {"bytes": dict.fromkeys([*KINDS.values(), "other"], 0), "requests": 0, "outside": [], "console": []}
    responses = []
    tab.on(
        "request",
        lambda request: None if request.url.startswith((base, "data:", "blob:")) else seen["outside"].append(request.url),
    )
    tab.on("response", lambda response: None if response.url.startswith(("data:", "blob:")) else responses.append(response))
    tab.on("console", lambda message: seen["console"].append(f"{message.type}: {message.text}"))
    tab.on("pageerror", lambda error: seen["console"].append(f"error: {error}"))
    tab.goto(base + page, wait_until="networkidle")
    for response in responses:
        kind = KINDS.get(response.request.resource_type, "other")
        seen["bytes"][kind] += response.request.sizes()["responseBodySize"]
        if response.status >= 400:
            seen["console"].append(f"error: {response.status} {response.url}")
    seen["requests"] = len(responses)
    seen["total"] = sum(seen["bytes"].values())
    seen |= tab.evaluate("""() => ({
        h1: document.querySelectorAll("h1").length,
        lang: document.documentElement.lang,
        description: document.querySelector("meta[name=description]")?.content || ""})""")
    context.close()
    return seen


def accessibility(browser, base, page, schemes=("light", "dark")):
    """axe's violations, and what is wider than the window, in each scheme and width."""
    from axe_playwright_python.sync_playwright import Axe

    violations, overflow = [], []
    for scheme in schemes:
        for width in (1280, 360):
            context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce")
            tab = context.new_page()
            tab.goto(base + page, wait_until="load")
            for found in Axe().run(tab, options=RULES).response["violations"]:
                where = found["nodes"][0]["target"]
                violations.append(f"{scheme} {width}: {found['id']} ({len(found['nodes'])}×, {' '.join(map(str, where))})")
            wide = tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
            if wide > 0:
                overflow.append(f"{scheme} {width}: {wide} px too wide")
            context.close()
    return violations, overflow


def search(browser, base, query):
    """The addresses of the pages that the site's search finds, best first."""
    tab = browser.new_page()
    tab.goto(base + "search.html?q=" + quote(query), wait_until="networkidle")
    found = tab.eval_on_selector_all("#search-results a", "links => links.map(a => a.getAttribute('href'))")
    tab.close()
    return [address.partition("#")[0] for address in found]


def broken_promises(seen, violations=(), overflow=()):
    """What of a page is not as the site promises, one sentence each."""
    broken = [f"asks another site: {url}" for url in seen["outside"]]
    broken += [f"console: {line}" for line in seen["console"]]
    broken += [f"axe, {line}" for line in violations]
    broken += list(overflow)
    if seen["total"] > BYTES:
        broken.append(f"{seen['total']:,} bytes, more than {BYTES:,}")
    if seen["h1"] != 1:
        broken.append(f"{seen['h1']} h1 headings")
    if not seen["lang"]:
        broken.append("no lang")
    if len(seen["description"]) < 15:
        broken.append(f"description too short: {seen['description']!r}")
    return broken


def unlicensed(root):
    """The fonts of the site whose licence does not come along, one sentence each.

    A font has to say inside whose it is and under which licence, and its folder has to hold that licence's text with
    the same copyright line.
    """
    from fontTools.ttLib import TTFont

    said = []
    for path in sorted(path for path in Path(root).rglob("*") if path.suffix in (".woff2", ".woff", ".ttf", ".otf")):
        name = path.relative_to(root).as_posix()
        if name.startswith("lite/"):  # what JupyterLite brings, with its own notices
            continue
        names = TTFont(path)["name"]
        owner, licence = (names.getDebugName(number) or "" for number in (0, 13))
        texts = [text.read_text("utf-8") for text in path.parent.glob("*.txt")]
        if not owner or "Open Font License" not in licence:
            said.append(f"{name} does not say inside whose it is and that its licence is the Open Font License")
        elif not any(owner in text and "SIL OPEN FONT LICENSE" in text for text in texts):
            said.append(f"{name}: no text beside it holds its licence with the line {owner!r}")
    return said


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m tools.audit", description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path)
    parser.add_argument("--pages", nargs="*", help="only these, relative to the root")
    options = parser.parse_args(argv)
    if not (options.root / "index.html").is_file():
        parser.error(f"{options.root} holds no built site (no index.html)")
    pages, broken = options.pages or pages_of(options.root), unlicensed(options.root)
    kinds = [*KINDS.values(), "other"]
    with served(options.root) as base, chromium() as browser:
        columns = [*kinds, "total", "reqs", "outside", "console", "axe", "360px"]
        print(f"{'page':<34}" + "".join(f"{name:>8}" for name in columns) + "   (gzip bytes)")
        for page in pages:
            seen = first_visit(browser, base, page)
            violations, overflow = accessibility(browser, base, page)
            counts = map(len, (seen["outside"], seen["console"], violations, overflow))
            numbers = [*seen["bytes"].values(), seen["total"], seen["requests"], *counts]
            print(f"{page:<34}" + "".join(f"{number:>8,}" for number in numbers), flush=True)
            broken += [f"{page}: {line}" for line in broken_promises(seen, violations, overflow)]
        print("\nsearch")
        for query, wanted in SEARCHES.items() if not options.pages else ():
            found = search(browser, base, query)
            print(f"  {query}: {len(found)} pages, {', '.join(found[:3]) or 'nothing'}")
            if not found or not any(name in found[0] for name in wanted):
                broken.append(f"search for {query}: {found[:1] or 'nothing'} comes first, not {' or '.join(wanted)}")
    print("\nEvery promise is kept." if not broken else "\nBroken promises:\n  " + "\n  ".join(broken))
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
