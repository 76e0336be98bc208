"""Make the pages of sphinx-book-theme light: no icon font, no Bootstrap script, no Thebe, no search index.

The theme's two style sheets become ordinary Sphinx assets (so that ``lightbook.one_stylesheet`` can
cut them down), its icons are outlines in a style sheet (``static/icons.css``), and what Bootstrap's
script did here, opening the drop-down menus of the page header, is done by ``static/menus.js``. No
script stands in the pages themselves: the first one to run is ``static/early.js``.
"""

import re
import shutil
from os.path import relpath
from pathlib import Path

import sphinx.locale
from sphinx.builders.html._assets import _JavaScript as asset
from sphinx.util import logging

from lightbook import add_static

logger = logging.getLogger(__name__)
HERE = Path(__file__).parent
STYLES = ["styles/theme.css", "styles/pydata-sphinx-theme.css"]  # the theme's templates link these by hand
SCRIPTS = ["scripts/pydata-sphinx-theme.js"]

# What Sphinx and the theme leave in English on a Japanese page, or say in other words than ours.
JAPANESE = {
    "Tip": "ヒント",
    "Color mode": "表示モード（ライト・ダーク・端末の設定）",
    "System Settings": "端末の設定に合わせる",
    "Site navigation": "目次",
    "On this page": "このページの内容",
    "Link to this heading": "この見出しへのリンク",
    "Link to this equation": "この式へのリンク",
    "Link to this image": "この図へのリンク",
    "Link to this table": "この表へのリンク",
    "Link to this code": "このコードへのリンク",
    "Link to this term": "この用語へのリンク",
    "Permalink to this equation": "この式へのリンク",
    "Reading progress": "学習の記録",
    "Erase the record": "読んだ記録を消す",
    "What you read is kept in this browser only.": "読んだ章の記録は、このブラウザーの中だけに残ります。",
    "I have read this chapter": "この章を読み終えた",
    "Reading times are estimates: %(rate)s characters a minute, and some seconds for each formula, line of code and figure.":
        "読む時間は目安です。本文を 1 分に %(rate)s 字とし、式・コードの行・図に数秒ずつ加えて計算しています。",
    "Comments": "コメント",
    "Show the comments": "コメントを表示する",
    "They are kept on GitHub (%(repo)s). Showing them asks giscus.app and GitHub.":
        "コメントは GitHub（%(repo)s）に保存されています。表示すると、giscus.app と GitHub に接続します。",
    "Read them on GitHub": "GitHub で読む",
}


class _Japanese(sphinx.locale.NullTranslations):
    def gettext(self, message):
        return JAPANESE.get(message) or super().gettext(message)


def prepare(app, config):
    """Put our templates before the theme's, and take sphinx-thebe's handlers off."""
    theme = relpath(HERE / "theme", app.confdir)  # relative: it is part of what .buildinfo hashes
    config.templates_path = [theme, f"{theme}/components", *config.templates_path]
    # Without JavaScript a page is light; with it, it follows the reader's choice (theme/layout.html).
    config.html_context = {**config.html_context, "default_mode": "light"}
    if "one_stylesheet_without_fonts" in config:
        config.one_stylesheet_without_fonts = [*config.one_stylesheet_without_fonts, "Font Awesome"]
    options = config.html_theme_options = dict(config.html_theme_options)
    options.setdefault("primary_sidebar_end", [])  # else: an empty box for advertisements
    options.setdefault("navbar_persistent", [])  # else: a bar on top with a second search button
    if options.get("search_bar_text") == "Search this book...":  # Jupyter Book's default, never translated
        del options["search_bar_text"]
    if not options.get("launch_buttons", {}).get("thebe"):
        for listeners in app.events.listeners.values():
            listeners[:] = [item for item in listeners if item.handler.__module__ != "sphinx_thebe"]
        app.registry.css_files[:] = [item for item in app.registry.css_files if item[0] != "sphinx-thebe.css"]
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
        script for script in context["script_files"]
        if not str(script.attributes.get("body")).startswith(unread)
    ]
    # The theme takes a sheet away that its templates, but for ours, link by hand.
    context["css_files"] = [*context["css_files"], *(
        sheet for sheet in app.builder._orig_css_files
        if str(sheet.filename).removeprefix("_static/") in STYLES and sheet not in context["css_files"])]


def check_icons(app, exception):
    """Warn of icons that a page shows and static/icons.css does not draw."""
    if exception or app.builder.format != "html":
        return
    drawn = set(re.findall(r"\.fa-([a-z-]+)", (HERE / "static" / "icons.css").read_text("utf-8")))
    for page in sorted(Path(app.outdir).rglob("*.html")):
        classes = " ".join(re.findall(r'<(?:i|span) class="([^"]*\bfa[srb]?\b[^"]*)"', page.read_text("utf-8")))
        for icon in sorted(set(re.findall(r"\bfa-([a-z-]+)", classes)) - drawn - {"sm", "fw"}):
            logger.warning("%s: the icon fa-%s is not drawn: add it to icons.css", page.relative_to(app.outdir), icon)


def remove_unserved(app, exception):
    """Take away the theme's files that no page asks for: fonts, scripts and source maps, over 8 MB."""
    if exception or app.builder.format != "html":
        return
    static = Path(app.outdir, "_static")
    shutil.rmtree(static / "vendor" / "fontawesome", ignore_errors=True)
    for pattern in ("scripts/fontawesome.js*", "scripts/bootstrap.js*", "**/*.map"):
        for path in static.glob(pattern):
            path.unlink()


def setup(app):
    app.connect("config-inited", prepare, priority=900)
    app.connect("builder-inited", add_static)
    app.connect("builder-inited", register)
    app.connect("html-page-context", settle_assets, priority=900)
    app.connect("build-finished", check_icons)
    app.connect("build-finished", remove_unserved)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
