"""Say under a notebook's title where it can be run: in the reader's own browser, on Binder, on Colab, on a JupyterHub.

And under the title of the book, that it is there as a PDF: where ``book.pdf`` lies in the built site.

The first is a JupyterLite in the folder ``lite`` of the built site, which says what it holds in
``lite/launch.json``: ``bytes``, what a reader loads; ``elsewhere``, the host that the rest comes from, or "";
``pages``, the notebooks in it. Without that file there is no such link. The others are the theme's own links
(``launch_buttons`` in ``_config.yml``), taken out of its menu of icons; they need ``repository.url``.

Option: ``launch_first_cell``, a cell to run first where the book's packages are not installed (Colab), in which
``{repository}`` stands for ``repository.url``.
"""

import html
import json
import re
from pathlib import Path
from urllib.parse import quote

import yaml
from jupyter_book.config import PATH_YAML_DEFAULT

from lightbook import add_static

HERE = Path(__file__).parent
TITLE = re.compile(r'</h1>(?:\s*<p class="reading-facts">.*?</p>)?')


def find(app, config):
    """Make what lies in the built site, beside its pages, configuration values: pages are written anew when it changes."""
    note, pdf = Path(app.outdir, "lite", "launch.json"), Path(app.outdir, "book.pdf")
    config.launch_lite = json.loads(note.read_text("utf-8")) if note.is_file() else {}
    config.launch_pdf = f"{pdf.stat().st_size / 1e6:.0f} MB" if pdf.is_file() else ""


def need_repository(app, config):
    """Take the theme's launch buttons away if the book names no repository (Jupyter Book then names its own)."""
    options = config.html_theme_options
    example = yaml.safe_load(PATH_YAML_DEFAULT.read_text("utf-8"))["repository"]["url"]
    if options.get("repository_url", "") in ("", example) and "launch_buttons" in options:
        config.html_theme_options = {name: value for name, value in options.items() if name != "launch_buttons"}


def in_browser(lite, pagename, pathto):
    """The link that opens the page's notebook in the reader's browser, with what that loads."""
    address = f"{pathto('lite/notebooks/index.html', resource=True)}?path={quote(pagename)}.ipynb"
    size = f"約 {lite['bytes'] / 1e6:.0f} MB "
    more = f"と、{html.escape(lite['elsewhere'])} にある NumPy など" if lite["elsewhere"] else ""
    return f'<a href="{address}">ブラウザーで動かす</a><span class="launch-note">インストール不要。{size}{more}を読み込みます</span>'


def offer(app, pagename, templatename, context, doctree):
    """Write the links under the title of a notebook's page."""
    groups = [button for button in context.get("header_buttons", []) if button.get("label") == "launch-buttons"]
    elsewhere = [button for group in groups for button in group["buttons"] if "url" in button]
    for group in groups:
        group["buttons"] = [button for button in group["buttons"] if "url" not in button]  # Thebe's, which runs the page itself
        if not group["buttons"]:
            context["header_buttons"].remove(group)
    lite, links = app.config.launch_lite, []
    if pagename == app.config.root_doc and app.config.launch_pdf:
        links.append(f'<a href="book.pdf">PDF で読む</a><span class="launch-note">本全体、{app.config.launch_pdf}</span>')
    if pagename in lite.get("pages", ()):
        links.append(in_browser(lite, pagename, context["pathto"]))
    for button in elsewhere:
        link = f'<a href="{html.escape(button["url"])}">{html.escape(button["text"])} で開く</a>'
        if button["text"] == "Colab" and app.config.launch_first_cell:
            cell = app.config.launch_first_cell.replace("{repository}", app.config.html_theme_options["repository_url"])
            link += f'<span class="launch-note">はじめに <code>{html.escape(cell)}</code> を実行します</span>'
        links.append(link)
    if links:
        items = "".join(f"<li>{link}</li>" for link in links)
        text = f'\n<ul class="launch" aria-label="このページを動かす">{items}</ul>'
        context["body"] = TITLE.sub(lambda match: match[0] + text, context["body"], count=1)


def setup(app):
    app.add_config_value("launch_lite", {}, "html")
    app.add_config_value("launch_pdf", "", "html")
    app.add_config_value("launch_first_cell", "", "html")
    app.connect("config-inited", find)
    app.connect("config-inited", need_repository)
    app.connect("builder-inited", add_static)
    app.connect("html-page-context", offer, priority=600)
    app.add_css_file("launch.css", priority=910)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
