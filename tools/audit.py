"""Measure what a reader gets from every page of the built site: ``python -m tools.audit _build/html``.

Each page is opened in Chromium, served compressed under a sub-path: bytes by kind, requests, console,
accessibility (axe, light and dark, wide and narrow), overflow at 360 px, head. Then the search queries. Fonts carry
their licence.
``--lighthouse`` adds Lighthouse's mobile scores, ``--html`` the Nu HTML checker (both fetched once from
npm into ``_build/.audit``). The exit status is 1 if a promise is broken.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import quote

from tools.browser import ARGUMENTS, chromium, find, served

BYTES = 220_000  # a page with two recorded figures and formulas, first visit, gzip
SCORES = {"performance": 0.97, "accessibility": 1, "best-practices": 1, "seo": 1}
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
LIGHTHOUSE, HTML_CHECKER = "lighthouse@12.8.2", "vnu-jar@24.10.17"
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


def npm_folder(root, package):
    """The folder with `package` from npm, installed on first use."""
    folder = Path(root).parent / ".audit"
    if not (folder / "node_modules" / package.partition("@")[0]).exists():
        if not shutil.which("npm"):
            raise SystemExit(f"{package} needs npm (Node.js), which is not installed")
        folder.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--prefix", folder, package],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PUPPETEER_SKIP_DOWNLOAD": "1"},
        )
    return folder / "node_modules"


def lighthouse(root, base, page):
    """Lighthouse's mobile scores of `page`: of three runs, the one with the median performance."""
    modules = npm_folder(root, LIGHTHOUSE)
    results = []
    for _ in range(3):
        done = subprocess.run(
            [
                "node",
                modules / "lighthouse" / "cli" / "index.js",
                base + page,
                "--output=json",
                "--quiet",
                f"--chrome-flags=--headless=new {' '.join(ARGUMENTS)}",
            ],
            capture_output=True,
            encoding="utf-8",
            check=True,
            env={**os.environ, "CHROME_PATH": find()},
        )
        report = json.loads(done.stdout)
        scores = {name: report["categories"][name]["score"] for name in SCORES}
        scores["failed"] = [
            name
            for category in ("accessibility", "best-practices", "seo")
            for ref in report["categories"][category]["auditRefs"]
            if report["audits"][name := ref["id"]]["score"] not in (None, 1) and ref["weight"]
        ]
        for name in ("largest-contentful-paint", "cumulative-layout-shift", "total-blocking-time"):
            scores[name] = report["audits"][name]["displayValue"]
        results.append(scores)
    return sorted(results, key=lambda scores: scores["performance"])[1]


def html_errors(root, pages):
    """The errors that the Nu HTML checker finds in the pages."""
    if not shutil.which("java"):
        raise SystemExit("the HTML checker needs java, which is not installed")
    jar = next(npm_folder(root, HTML_CHECKER).glob("vnu-jar/build/dist/vnu.jar"))
    done = subprocess.run(
        ["java", "-Xss8m", "-jar", jar, "--errors-only", "--format", "json", *[Path(root, page) for page in pages]],
        capture_output=True,
        encoding="utf-8",
    )
    return [
        f"{Path(m['url']).name}:{m.get('lastLine', '')}: {m['message']}"
        for m in json.loads(done.stderr)["messages"]
        if m["type"] == "error"
    ]


def main(argv=None):
    parser = argparse.ArgumentParser(prog="python -m tools.audit", description=__doc__.splitlines()[0])
    parser.add_argument("root", type=Path)
    parser.add_argument("--lighthouse", action="store_true", help="add Lighthouse's mobile scores (slow)")
    parser.add_argument("--html", action="store_true", help="add the Nu HTML checker (needs java)")
    parser.add_argument("--pages", nargs="*", help="only these, relative to the root")
    options = parser.parse_args(argv)
    if not (options.root / "index.html").is_file():
        parser.error(f"{options.root} holds no built site (no index.html)")
    pages, broken = options.pages or pages_of(options.root), unlicensed(options.root)
    kinds = [*KINDS.values(), "other"]
    with served(options.root) as base, chromium() as browser:
        print(
            f"{'page':<34}"
            + "".join(f"{kind:>8}" for kind in [*kinds, "total", "reqs", "outside", "console", "axe", "360px"])
            + "   (gzip bytes)"
        )
        for page in pages:
            seen = first_visit(browser, base, page)
            violations, overflow = accessibility(browser, base, page)
            numbers = [
                *seen["bytes"].values(),
                seen["total"],
                seen["requests"],
                len(seen["outside"]),
                len(seen["console"]),
                len(violations),
                len(overflow),
            ]
            print(f"{page:<34}" + "".join(f"{number:>8,}" for number in numbers), flush=True)
            broken += [f"{page}: {line}" for line in broken_promises(seen, violations, overflow)]
        print("\nsearch")
        for query, wanted in SEARCHES.items() if not options.pages else ():
            found = search(browser, base, query)
            print(f"  {query}: {len(found)} pages, {', '.join(found[:3]) or 'nothing'}")
            if not found or not any(name in found[0] for name in wanted):
                broken.append(f"search for {query}: {found[:1] or 'nothing'} comes first, not {' or '.join(wanted)}")
        if options.lighthouse:
            print(f"\n{LIGHTHOUSE}, mobile")
            for page in pages:
                scores = lighthouse(options.root, base, page)
                print(
                    f"  {page:<34}"
                    + "  ".join(f"{name} {scores[name] * 100:.0f}" for name in SCORES)
                    + f"  LCP {scores['largest-contentful-paint']}  CLS {scores['cumulative-layout-shift']}  TBT {scores['total-blocking-time']}",
                    flush=True,
                )
                broken += [
                    f"{page}: Lighthouse {name} {scores[name]}, {scores['failed']}"
                    for name, least in SCORES.items()
                    if scores[name] < least
                ]
    if options.html:
        errors = html_errors(options.root, pages)
        print(f"\n{HTML_CHECKER}: {len(errors)} errors")
        broken += errors
    print("\nEvery promise is kept." if not broken else "\nBroken promises:\n  " + "\n  ".join(broken))
    return bool(broken)


if __name__ == "__main__":
    sys.exit(main())
