"""What search engines, link previews and screen readers look for: description, icon, one h1.

The description of a page is ``description`` in its front matter (``myst: html_meta``), else its first
paragraph. With ``html_baseurl`` set, Open Graph tags name the page for link previews.
"""

import html
import re

from docutils import nodes
from sphinx.util import logging

LENGTH = 120  # characters: about what a result page shows of a Japanese description
logger = logging.getLogger(__name__)


def description(doctree):
    """The first paragraph that is running text, cut at a sentence if it is long."""
    for paragraph in doctree.findall(nodes.paragraph):
        if isinstance(paragraph.parent, nodes.section):
            text = " ".join(paragraph.astext().split())
            if len(text) <= LENGTH:
                return text
            end = max(text[:LENGTH].rfind(mark) for mark in "。.!？?")
            return text[: end + 1] if end > LENGTH // 3 else text[: LENGTH - 1] + "…"
    return ""


def plain(title):
    """The text of a title, which comes as HTML."""
    return html.unescape(re.sub(r"<[^>]*>", "", title))


def add_meta(app, pagename, templatename, context, doctree):
    metatags = re.sub(r'<meta name="viewport"[^>]*/?>', "", context.get("metatags", ""))  # the theme has its own
    tags = []
    if doctree is not None:
        headings = [node for node in doctree.children if isinstance(node, nodes.section)]
        if len(headings) != 1:
            logger.warning("a page needs exactly one title (# …); this one has %d", len(headings), location=pagename)
        given = re.search(r'<meta content="([^"]*)"[^>]*name="description"|name="description"[^>]*content="([^"]*)"', metatags)
        summary = html.unescape(given[1] or given[2]) if given else description(doctree)
        if not given and summary:
            tags.append(("name", "description", summary))
        if app.config.html_baseurl:
            address = f"{app.config.html_baseurl.rstrip('/')}/{app.builder.get_target_uri(pagename)}"
            tags += [("property", "og:title", plain(context["title"])), ("property", "og:type", "article"),
                     ("property", "og:site_name", app.config.html_title), ("property", "og:url", address),
                     ("property", "og:description", summary)]
    else:  # search, index
        tags.append(("name", "description", f"{app.config.html_title} — {plain(str(context.get('title', '')))}"))
    metatags += "".join(f'<meta {kind}="{name}" content="{html.escape(value)}" />' for kind, name, value in tags)
    if not context.get("favicon_url"):
        metatags += '<link rel="icon" href="data:," />'  # else each first visit asks for /favicon.ico
    context["metatags"] = metatags


def setup(app):
    app.connect("html-page-context", add_meta)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
