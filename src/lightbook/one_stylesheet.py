"""Serve one style sheet, holding only the rules that some page of the book can use.

The style sheets that the whole site shares are joined, in order, into ``_static/book.css``. A rule
stays if each class, id and element its selector asks for occurs in a page, or as a word in a script
(which may set it later). A font, animation or custom property stays if something uses it.

Option: ``one_stylesheet_without_fonts``, a list of font families (beginnings of names) to drop.
"""

import re
from pathlib import Path

from sphinx.builders.html._assets import _CascadingStyleSheet as asset

from . import css

BUNDLE = "book.css"
TAG = re.compile(r"<([a-zA-Z][\w-]*)((?:\s+[^\s=<>/]+(?:\s*=\s*(?:\"[^\"]*\"|'[^']*'|[^\s>]+))?)*)")
NAMES = re.compile(r"\b(?:class|id)\s*=\s*(\"[^\"]*\"|'[^']*'|\S+)")
STYLE = re.compile(r"\bstyle\s*=\s*[\"']([^\"']*)[\"']")
SCRIPT = re.compile(r"<script\b([^>]*)>(.*?)</script>", re.S)
SOURCE = re.compile(r"\bsrc=\"([^\"?]+)")


def link_bundle(app, pagename, templatename, context, doctree):
    """Let the page ask for the bundle, and for the sheets that it alone has."""
    shared = app.builder._orig_css_files
    app.builder.one_stylesheet_sources = list(dict.fromkeys(
        str(sheet.filename) for sheet in sorted(shared, key=lambda sheet: sheet.priority)))
    own = [sheet for sheet in context["css_files"] if sheet not in shared]
    context["css_files"] = [asset(f"_static/{BUNDLE}", priority=0), *own]


def write_bundle(app, exception):
    sources = getattr(app.builder, "one_stylesheet_sources", None)
    if exception or not sources:  # no page was written: the last bundle still fits
        return
    outdir = Path(app.outdir)
    pages = {page: page.read_text("utf-8") for page in sorted(outdir.rglob("*.html"))}
    nodes = [node for name in sources for node in css.read(outdir, name, "_static")]
    text = css.dump(css.purge(nodes, words_used(pages), app.config.one_stylesheet_without_fonts))
    (outdir / "_static" / BUNDLE).write_text(text, "utf-8")


def words_used(pages):
    """Elements, classes and ids of all pages, and every word of their scripts and inline styles."""
    words, scripts = set(), set()
    for page, text in pages.items():
        for tag, attributes in TAG.findall(text):
            words.add(tag.lower())
            words.update(word for names in NAMES.findall(attributes) for word in names.strip("\"'").split())
            words.update(word for style in STYLE.findall(attributes) for word in css.WORD.findall(style))
        for attributes, body in SCRIPT.findall(text):
            words.update(css.WORD.findall(body))
            scripts.update((page.parent / source).resolve() for source in SOURCE.findall(attributes))
    for script in scripts:
        if script.is_file() and script.name != "searchindex.js":   # words of the text, where Sphinx's own search is in use
            words.update(css.WORD.findall(script.read_text("utf-8", "replace")))
    return words


def setup(app):
    app.setup_extension("lightbook.versions")
    app.add_config_value("one_stylesheet_without_fonts", [], "html")
    app.connect("html-page-context", link_bundle, priority=990)
    app.connect("build-finished", write_bundle, priority=900)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
