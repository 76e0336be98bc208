"""Print the built site as one PDF, ``_build/html/book.pdf``: ``python -m tools.pdf``.

`make pdf` runs this. The articles of all pages, in the order of the table of contents, become one document that
Chromium prints with the site's own print style: so links between chapters stay links, and bookmarks and page numbers
run through. It is printed twice: the first time tells on which page each chapter begins. Something that is wider than
the paper, or a Japanese font that is missing, is an error and leaves no PDF behind.
"""

import argparse
import hashlib
import html
import re
import sys
import time
import unicodedata
from pathlib import Path
from urllib.parse import unquote, urlsplit

from bs4 import BeautifulSoup
from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, TextStringObject

from tools.browser import chromium, served

SITE = Path(__file__).resolve().parent.parent / "_build/html"
NAME = "book.pdf"  # lightbook.launching links to it
MARGINS = {"top": 15, "right": 14, "bottom": 17, "left": 14}  # mm, in the order of CSS
WIDTH = round((210 - MARGINS["left"] - MARGINS["right"]) / 25.4 * 96)  # px: what a line on A4 holds
# Radicals of the CJK supplement that share a glyph with an ideograph; Unicode's normal forms know only the Kangxi ones.
SAME_GLYPH = dict(zip("⺠⻁⻄⻑⻘⻝⻤⻨⻩⻭⻯⻲", "民虎西長青食鬼麦黄歯竜亀"))
FOOTER = '<div style="width: 100%; text-align: center; font-size: 8pt; color: #555"><span class="pageNumber"></span></div>'
REFERENCES = ("href", "xlink:href", "for", "aria-labelledby", "aria-describedby")
NOT_PRINTED = "a.headerlink, script, noscript, button, dialog, template, link, .reading-end, .comments"
STYLE = (
    f"@page {{ size: A4; margin: {' '.join(f'{size}mm' for size in MARGINS.values())}; }}"
    + """
.bd-article { padding: 0 !important; break-before: page; }
.book-front { break-after: avoid; }
.book-front .title { margin: 14mm 0 3mm; font-size: 22pt; font-weight: 700; line-height: 1.4; }
.book-front .by { margin: 0 0 8mm; }
.book-front .part { margin: 3.5mm 0 0.5mm; font-size: 10pt; color: #555; break-after: avoid; }
.book-front ol { margin: 0; padding: 0; list-style: none; }
.book-front li { display: flex; gap: 2mm; align-items: baseline; line-height: 1.5; }
.book-front a { color: inherit; text-decoration: none; }
.book-front li::before { order: 1; flex: 1; border-bottom: 1px dotted #999; content: ""; }
.book-front li > span { order: 2; min-width: 2em; text-align: right; font-variant-numeric: tabular-nums; }
"""
)


def anchor(name, fragment=""):
    """The identifier in the whole book of `fragment` on the page `name`; short and ASCII, as PDF wants names."""
    if not fragment:
        return name
    return f"{name}-{fragment if re.fullmatch(r'[ -~]{1,60}', fragment) else hashlib.sha256(fragment.encode()).hexdigest()[:12]}"


def contents(root):
    """The pages of the site in the folder `root`, in order: (caption of the part or "", path, title); the first is index.html."""
    soup = BeautifulSoup((root / "index.html").read_text("utf-8"), "html.parser")
    pages = [("", "index.html", soup.h1.get_text().removesuffix("#").strip())]
    caption = ""
    for element in soup.select("nav.bd-links p.caption, nav.bd-links a.reference.internal"):
        if element.name == "p":
            caption = element.get_text().strip()
        elif not element["href"].startswith("#"):
            pages.append((caption, unquote(element["href"]), element.get_text().strip()))
    return pages


def article(root, path, names):
    """The article of a page as HTML; `names` maps the path of each page to what its identifiers begin with."""
    found = BeautifulSoup((root / path).read_text("utf-8"), "html.parser").select_one("article.bd-article")
    for element in found.select(NOT_PRINTED):
        element.decompose()
    name, folder = names[path], (root / path).parent

    def target(link):
        """Where a link leads within the document; None if it leads out of the book."""
        parts = urlsplit(link)
        file = (folder / unquote(parts.path)).resolve() if parts.path else (root / path).resolve()
        other = names.get(file.relative_to(root.resolve()).as_posix()) if file.is_relative_to(root.resolve()) else None
        if parts.scheme or parts.netloc or other is None:
            return None
        return "#" + anchor(other, unquote(parts.fragment))

    for element in found.find_all(True):
        for key, value in list(element.attrs.items()):
            if key == "id":
                element[key] = anchor(name, value)
            elif key in REFERENCES:
                if not key.endswith("href"):
                    element[key] = " ".join(
                        anchor(name, word) for word in " ".join([*value] if isinstance(value, list) else [value]).split()
                    )
                elif (inside := target(value)) is not None:
                    element[key] = inside
                elif not urlsplit(value).scheme:
                    del element[key]  # a file of the site that is no page
            elif key == "src" and not urlsplit(value).scheme:
                element[key] = (folder / value).resolve().relative_to(root.resolve()).as_posix()
            elif isinstance(value, str) and "url(#" in value:
                element[key] = value.replace("url(#", f"url(#{name}-")
    found["id"] = name
    return str(found)


def document(root, pages):
    """The whole book as one HTML page; the page numbers in its table of contents are still to be filled in."""
    names = {path: re.sub(r"\W+", "-", path.removesuffix(".html")) for _, path, _ in pages}
    index = BeautifulSoup((root / "index.html").read_text("utf-8"), "html.parser")
    sheets = {
        re.sub(r"^(\.\./)+", "", link["href"]): None
        for _, path, _ in pages
        for link in BeautifulSoup((root / path).read_text("utf-8"), "html.parser").select("head link[rel=stylesheet]")
    }
    author = index.select_one(".component-author")
    front, part = (
        [
            f'<p class="title">{html.escape(pages[0][2])}</p><p class="by">{html.escape(author.get_text().strip() if author else "")}</p><ol>'
        ],
        "",
    )
    for caption, path, title in pages:
        if caption != part:
            part = caption
            front.append(f'</ol><p class="part">{html.escape(caption)}</p><ol>')
        front.append(f'<li><a href="#{names[path]}">{html.escape(title)}</a><span></span></li>')
    return (
        f'<!DOCTYPE html><html lang="{index.html["lang"]}" data-theme="light"><head><meta charset="utf-8"><title>{html.escape(pages[0][2])}</title>'
        + "".join(f'<link rel="stylesheet" href="{html.escape(sheet)}">' for sheet in sheets)
        + f"<style>{STYLE}</style></head>"
        '<body><main class="bd-main"><div class="bd-content"><div class="bd-article-container">'
        f'<div class="book-front">{"".join(front)}</ol></div>'
        + "".join(article(root, path, names) for _, path, _ in pages)
        + "</div></div></main></body></html>"
    )


def too_wide(tab):
    """What on the page is wider than the paper, or cut off by its own box: the beginning of each one's HTML."""
    tab.emulate_media(media="print")
    tab.set_viewport_size({"width": WIDTH, "height": 1000})
    return tab.evaluate("""() => {
        const cuts = (e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0 && !["visible", "clip"].includes(getComputedStyle(e).overflowX);
        const wide = [...document.querySelectorAll("body *")].filter((e) => {
            if (!e.checkVisibility() || e.closest("svg") !== null && e.localName !== "svg" || e.closest("math") && e.localName !== "math") return false;
            const box = e.getBoundingClientRect();
            return cuts(e) || Math.max(box.right, box.left + e.scrollWidth) > document.documentElement.clientWidth + 1;
        });
        // of those inside each other, the box that cuts, else the innermost
        const named = (e) => !wide.some((other) => other !== e && (cuts(other) ? other.contains(e) : !cuts(e) && e.contains(other)));
        return wide.filter(named).map((e) => e.outerHTML.slice(0, 160));
    }""")


def has_japanese_font(tab):
    """Whether two Japanese characters look different: without a font both are the same empty box."""
    return tab.evaluate("""() => {
        const draw = (text) => {
            const canvas = Object.assign(document.createElement("canvas"), { width: 40, height: 40 }), pen = canvas.getContext("2d");
            pen.font = "32px " + getComputedStyle(document.body).fontFamily;
            pen.fillText(text, 2, 34);
            return canvas.toDataURL();
        };
        return draw("漢") !== draw("鬱");
    }""")


def finish(pdf, headings):
    """Put right what Chromium leaves in `pdf`; the pages, from 1, on which the bookmarks of the first level lead.

    A heading that moved to the next page while it was laid out stands twice in its bookmark: `headings` are the titles.
    And a character that shares its glyph with a radical (入 and ⼊) is named as the radical, so that no search finds it.
    """
    writer = PdfWriter(clone_from=pdf)
    titles = iter(headings)

    def name(entry):
        while entry is not None:
            entry = entry.get_object()
            entry[NameObject("/Title")] = TextStringObject(next(titles, ""))
            name(entry.get("/First"))
            entry = entry.get("/Next")

    def ideograph(match):
        named = chr(int(match[1], 16))
        return f"<{ord(SAME_GLYPH.get(named) or unicodedata.normalize('NFKC', named)):04X}>".encode()

    name(writer.root_object["/Outlines"]["/First"])
    for item in writer._objects:
        if isinstance(item, DictionaryObject) and "/ToUnicode" in item:
            names = item["/ToUnicode"].get_object()
            names.set_data(re.sub(rb"<(2[EF][0-9A-F]{2})>(?=\s*\n)", ideograph, names.get_data()))
    writer.write(pdf)
    reader = PdfReader(pdf)
    return [reader.get_destination_page_number(item) + 1 for item in reader.outline if not isinstance(item, list)]


def write(root, target):
    """Print the site in the folder `root` to the file `target`; the number of pages."""
    pages = contents(root)
    unfinished = target.with_suffix(".pdf.tmp")
    try:
        with served(root) as base, chromium() as browser:
            tab, whole = browser.new_page(), document(root, pages)
            tab.set_default_timeout(300_000)  # a slow machine needs more than the usual 30 s for a whole book
            tab.route("**/book.html", lambda route: route.fulfill(body=whole, content_type="text/html; charset=utf-8"))
            tab.goto(base + "book.html", wait_until="networkidle")
            tab.evaluate("document.fonts.ready")
            if not has_japanese_font(tab):
                raise SystemExit("no Japanese font was found: install one (Debian: apt-get install fonts-noto-cjk)")
            if wide := too_wide(tab):
                raise SystemExit("wider than A4 in print:\n  " + "\n  ".join(wide))
            headings = tab.eval_on_selector_all(
                "h1, h2, h3, h4, h5, h6", "all => all.map(h => h.textContent.replace(/[\\s\\u2061]+/g, ' ').trim())"
            )
            for _ in range(2):  # the first time to learn the page numbers
                tab.pdf(
                    path=unfinished,
                    prefer_css_page_size=True,
                    print_background=True,
                    display_header_footer=True,
                    header_template="<span></span>",
                    footer_template=FOOTER,
                    margin={side: f"{size}mm" for side, size in MARGINS.items()},
                    outline=True,
                    tagged=True,
                )
                numbers = finish(unfinished, headings)
                assert len(numbers) == len(pages), "each page has one heading of the first level"
                tab.eval_on_selector_all(
                    ".book-front li > span", "(all, numbers) => all.forEach((e, at) => { e.textContent = numbers[at]; })", numbers
                )
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return len(PdfReader(target).pages)


def main(argv=None):
    argparse.ArgumentParser(prog="python -m tools.pdf", description=__doc__.splitlines()[0]).parse_args(argv)
    if not (SITE / "index.html").is_file():
        sys.exit("the site is not built: run `make book`")
    start, target = time.monotonic(), SITE / NAME
    count = write(SITE, target)
    print(f"_build/html/{NAME}: {count} pages, {target.stat().st_size / 1e6:.1f} MB, in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
