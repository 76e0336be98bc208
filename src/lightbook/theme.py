"""The pages of sphinx-book-theme, light and accessible: no icon font, no Bootstrap script, nothing that no page uses.

The theme's two style sheets become ordinary Sphinx assets (so that ``lightbook.assets`` can cut them down), its icons
are outlines in a style sheet (``static/icons.css``), and what Bootstrap's script did here, opening the drop-down menus of
the page header, is done by ``static/menus.js``. No script stands in the pages themselves: the first one to run is
``static/early.js``.

A page has what search engines, link previews and screen readers look for: a description (``description`` in its front
matter, ``myst: html_meta``, else its first paragraph), one h1, an icon; with ``html_baseurl`` set, Open Graph tags.
"""

import html
import json
import re
import shutil
from os.path import isabs, relpath
from pathlib import Path

import sphinx.locale
from docutils import nodes
from sphinx.builders.html._assets import _JavaScript as asset
from sphinx.errors import ExtensionError
from sphinx.util import logging

from lightbook.assets import HERE, add_static
from lightbook.mathematics import MATH

logger = logging.getLogger(__name__)
UNUSED = ("sphinx_thebe", "sphinx_togglebutton")  # Jupyter Book loads them; no page has what they serve
THEIR_ASSETS = re.compile(r"sphinx-thebe|togglebutton|toggle(Hint|Open)")
STYLES = ["styles/theme.css", "styles/pydata-sphinx-theme.css"]  # the theme's templates link these by hand
SCRIPTS = ["scripts/pydata-sphinx-theme.js"]

LENGTH = 120  # of a description, in characters: about what a result page shows of a Japanese one
HEADER_CELL = re.compile(r"<th\b([^>]*)>(.*?)</th>", re.S)
SUMMARY = re.compile(r'<summary aria-label="Toggle hidden content">(.*?)</summary>', re.S)

# What Sphinx and the theme leave in English on a Japanese page, or say in other words than ours.
JAPANESE = {
    "Tip": "ヒント",
    "Color mode": "表示モード（ライト・ダーク・端末の設定）",
    "System Settings": "端末の設定に合わせる",
    "Site navigation": "目次",
    "On this page": "このページの内容",
    "Link to this heading": "この見出しへのリンク",
    "Link to this equation": "この式へのリンク",
}
COPY_BUTTON = {
    "copy": "コピー",
    "copy_to_clipboard": "コードをコピー",
    "copy_success": "コピーしました",
    "copy_failure": "コピーできませんでした",
}
MESSAGES = "const messages = {"


class _Japanese(sphinx.locale.NullTranslations):
    def gettext(self, message):
        return JAPANESE.get(message) or super().gettext(message)


def prepare(app, config):
    """Put our templates before the theme's, and take off what no page uses."""
    # Relative to the book: the paths are part of what .buildinfo hashes, which is to be the same in every folder.
    theme, *others = (
        relpath(path, app.confdir) if isabs(path) else path for path in [str(HERE / "theme"), *config.templates_path]
    )
    config.templates_path = [theme, f"{theme}/components", *others]
    # Without JavaScript a page is light; with it, it follows the reader's choice (theme/layout.html).
    config.html_context = {**config.html_context, "default_mode": "light"}
    for listeners in app.events.listeners.values():
        listeners[:] = [item for item in listeners if item.handler.__module__ not in UNUSED]
    for files in (app.registry.css_files, app.registry.js_files):
        files[:] = [item for item in files if not THEIR_ASSETS.search(str(item))]
    if config.language == "ja":
        ours = _Japanese()
        ours.add_fallback(sphinx.locale.translators["general", "sphinx"])
        sphinx.locale.translators["general", "sphinx"] = app.translator = ours


def register(app):
    """Add the theme's assets and ours, in the order in which the theme loads them."""
    for name in STYLES:
        app.add_css_file(name, priority=100)
    for name in SCRIPTS:
        app.add_js_file(name, priority=800, loading_method="defer")
    app.add_css_file("icons.css", priority=850)
    app.add_css_file("look.css", priority=900)
    app.add_js_file("menus.js", priority=900, loading_method="defer")


def settle_assets(app, pagename, templatename, context, doctree):
    """Drop the inline scripts that every page repeats and nothing here reads, name the one that runs first, keep the theme's sheets."""
    context["early_script"] = asset("_static/early.js")  # theme/layout.html
    unread = ("DOCUMENTATION_OPTIONS.pagename", "DOCUMENTATION_OPTIONS.search_as_you_type")
    context["script_files"] = [
        script for script in context["script_files"] if not str(script.attributes.get("body")).startswith(unread)
    ]
    # The theme takes a sheet away that its templates, but for ours, link by hand.
    context["css_files"] = [
        *context["css_files"],
        *(
            sheet
            for sheet in app.builder._orig_css_files
            if str(sheet.filename).removeprefix("_static/") in STYLES and sheet not in context["css_files"]
        ),
    ]


def remove_unserved(app, exception):
    """Take away the theme's files that no page asks for: fonts, scripts and source maps, over 8 MB."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    shutil.rmtree(static / "vendor" / "fontawesome", ignore_errors=True)
    for pattern in ("scripts/fontawesome.js*", "scripts/bootstrap.js*", "**/*.map"):
        for path in static.glob(pattern):
            path.unlink()


# What search engines and link previews read


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
            tags += [
                ("property", "og:title", plain(context["title"])),
                ("property", "og:type", "article"),
                ("property", "og:site_name", app.config.html_title),
                ("property", "og:url", address),
                ("property", "og:description", summary),
            ]
    else:  # search, index
        tags.append(("name", "description", app.config.html_title))
    metatags += "".join(f'<meta {kind}="{name}" content="{html.escape(value)}" />' for kind, name, value in tags)
    if not context.get("favicon_url"):
        metatags += '<link rel="icon" href="data:," />'  # else each first visit asks for /favicon.ico
    context["metatags"] = metatags


# What accessibility checkers find in the markup that Sphinx and its extensions write


def header_cell(match):
    """An empty heading names nothing: it becomes a plain cell. One that is a formula gets its text as name."""
    attributes, content = match.groups()
    without_math = re.sub(r"<[^>]*>|\s", "", MATH.sub("", content))
    formula = re.sub(r"<[^>]*>|[\s\u2061]", "", content)
    if without_math or "<img" in content:
        return match[0]
    if not formula:
        return f"<td{attributes}>{content}</td>"
    named = content.replace("<math", f'<math aria-label="{formula}"', 1)
    return f"<th{attributes}>{named}</th>"


def folded_cell(match):
    """A summary holds no paragraphs, and what it says is its name (MyST-NB's folded cells)."""
    content = re.sub(r"<(/?)p\b", r"<\1span", match[1])
    return f"<summary>{content}</summary>"


def repair(app, pagename, templatename, context, doctree):
    if "body" in context:
        # A list's children are its items; and the role of a bibliography entry is deprecated.
        body = context["body"].replace(' role="doc-biblioentry"', ' role="listitem"')
        context["body"] = SUMMARY.sub(folded_cell, HEADER_CELL.sub(header_cell, body))


# The copy button, whose messages stand in its script (sphinx-copybutton 0.5.2 has no Japanese)


def translate(app, pagename, templatename, context, doctree):
    """Add the Japanese messages to the script, once it is written (static files are, before the first page)."""
    path = Path(app.outdir, "_static", "copybutton.js")
    if app.config.language != "ja" or not path.exists():
        return
    script = path.read_text("utf-8")
    ours = f"{MESSAGES}\n  'ja': {json.dumps(COPY_BUTTON, ensure_ascii=False)},"
    if ours not in script:
        if MESSAGES not in script:
            raise ExtensionError(f"lightbook.theme: {path} holds no {MESSAGES!r}: another sphinx-copybutton?")
        path.write_text(script.replace(MESSAGES, ours), "utf-8")


def setup(app):
    app.connect("config-inited", prepare, priority=900)  # when every theme has named its templates
    app.connect("builder-inited", add_static)
    app.connect("builder-inited", register)
    app.connect("html-page-context", add_meta)
    app.connect("html-page-context", repair)
    app.connect("html-page-context", translate)
    app.connect("html-page-context", settle_assets, priority=900)
    app.connect("build-finished", remove_unserved)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
