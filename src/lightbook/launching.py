"""Say under a notebook's title where it can be run: in the reader's own browser, on Binder, on Colab, on a JupyterHub.

And under the title of the book, that it is there as a PDF and its questions as a deck for Anki: where ``book.pdf`` and a
file ``….apkg`` lie in the built site.

The first is a JupyterLite in the folder ``lite`` of the built site, which says what it holds in
``lite/launch.json``: ``bytes``, what a reader loads; ``elsewhere``, the host that the rest comes from, or "";
``pages``, the notebooks in it. Without that file there is no such link. The others are the theme's own links
(``launch_buttons`` in ``_config.yml``), taken out of its menu of icons; they need ``repository.url``.

Option: ``launch_first_cell``, a cell to run first where the book's packages are not installed (Colab), in which
``{repository}`` stands for ``repository.url``.

Each notebook that holds solutions is also offered without them, as ``exercises/NAME.ipynb`` of the site. A solution stands
in a code cell between ``### BEGIN SOLUTION`` and ``### END SOLUTION`` (nbgrader's marks); the cell is tagged ``hide-cell``,
so that the page shows it folded. A page links to the version without solutions by its address:
``<a href="../exercises/NAME.ipynb" download="NAME.ipynb">…</a>``.
"""

import copy
import html
import json
import os
import re
from pathlib import Path
from urllib.parse import quote

import nbformat
import yaml
from jupyter_book.config import PATH_YAML_DEFAULT
from sphinx.util import logging

from lightbook.assets import add_static
from lightbook.reading import FACTS

TITLE = re.compile(rf"</h1>(?:\s*{FACTS.format(level='.*?', minutes='.*?')})?")  # and what is said of a chapter
BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = ("# ここに書きます", "raise NotImplementedError")
FOLDER = "exercises"
LINK = re.compile(r'(\]\(|href=")(?![a-z]+:|[#/])([^)"#\s]+)')
logger = logging.getLogger(__name__)


def find(app, config):
    """Make what lies in the built site, beside its pages, configuration values: pages are written anew when it changes."""
    note, pdf = Path(app.outdir, "lite", "launch.json"), Path(app.outdir, "book.pdf")
    config.launch_lite = json.loads(note.read_text("utf-8")) if note.is_file() else {}
    config.launch_pdf = f"{pdf.stat().st_size / 1e6:.0f} MB" if pdf.is_file() else ""
    config.launch_decks = {deck.name: f"{deck.stat().st_size / 1e6:.1f} MB" for deck in sorted(Path(app.outdir).glob("*.apkg"))}


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
    return (
        f'<a href="{address}">ブラウザーで動かす</a><span class="launch-note">インストール不要。{size}{more}を読み込みます</span>'
    )


def offer(app, pagename, templatename, context, doctree):
    """Write the links under the title of a notebook's page."""
    groups = [button for button in context.get("header_buttons", []) if button.get("label") == "launch-buttons"]
    for group in groups:
        context["header_buttons"].remove(group)
    lite, links = app.config.launch_lite, []
    if pagename == app.config.root_doc and app.config.launch_pdf:
        links.append(f'<a href="book.pdf">PDF で読む</a><span class="launch-note">本全体、{app.config.launch_pdf}</span>')
    if pagename == app.config.root_doc:
        for name, size in app.config.launch_decks.items():
            links.append(f'<a href="{quote(name)}" download>Anki で解く</a><span class="launch-note">すべての問題、{size}</span>')
    if pagename in lite.get("pages", ()):
        links.append(in_browser(lite, pagename, context["pathto"]))
    for button in [button for group in groups for button in group["buttons"]]:
        link = f'<a href="{html.escape(button["url"])}">{html.escape(button["text"])} で開く</a>'
        if button["text"] == "Colab" and app.config.launch_first_cell:
            cell = app.config.launch_first_cell.replace("{repository}", app.config.html_theme_options["repository_url"])
            link += f'<span class="launch-note">はじめに <code>{html.escape(cell)}</code> を実行します</span>'
        links.append(link)
    if links:
        items = "".join(f"<li>{link}</li>" for link in links)
        text = f'\n<ul class="launch" aria-label="このページを動かす">{items}</ul>'
        context["body"] = TITLE.sub(lambda match: match[0] + text, context["body"], count=1)


# The notebooks without their solutions


def stubbed(source):
    """`source` with every solution replaced by the two lines of the stub; ValueError if the marks do not pair up."""
    lines, inside = [], False
    for number, line in enumerate(source.split("\n"), 1):
        mark = line.strip()
        if mark in (BEGIN, END):
            if inside == (mark == BEGIN):
                raise ValueError(f"line {number}: {mark!r} without its counterpart")
            inside = mark == BEGIN
            if inside:
                indent = line[: len(line) - len(line.lstrip())]
                lines += [indent + text for text in STUB]
        elif not inside:
            lines.append(line)
    if inside:
        raise ValueError(f"{BEGIN!r} without {END!r}")
    return "\n".join(lines)


def without_solutions(notebook, here, there):
    """A copy of the notebook, from folder `here`, for folder `there`; None if it holds no solution.

    Solutions and outputs are gone. Links lead from the new folder to where they led, or to a notebook's own version
    without solutions. ValueError for marks that do not pair up, and for a solution in a cell that a page would show.
    """

    def moved(link):
        target = Path(here, link[2])
        if target.suffix == ".ipynb" and target.is_file() and BEGIN in target.read_text("utf-8"):
            target = Path(there, target.name)
        return link[1] + Path(os.path.relpath(target, there)).as_posix()

    notebook, found = copy.deepcopy(notebook), False
    for number, cell in enumerate(notebook.cells):
        if cell.cell_type == "markdown":
            cell.source = LINK.sub(moved, cell.source)
        elif cell.cell_type == "code":
            try:
                source = stubbed(cell.source)
            except ValueError as error:
                raise ValueError(f"cell {number}, {error}") from None
            if source != cell.source:
                found = True
                if "hide-cell" not in cell.metadata.get("tags", ()):
                    raise ValueError(f"cell {number} holds a solution and is not tagged hide-cell: the page would show it")
                cell.source, cell.metadata = source, nbformat.NotebookNode()
            cell.outputs, cell.execution_count = [], None
    return notebook if found else None


def write(notebook, path):
    """Write the notebook to `path`, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_suffix(".tmp")
    unfinished.write_bytes(nbformat.writes(notebook).encode() + b"\n")
    unfinished.replace(path)


def write_all(app, exception):
    if exception or app.builder.format != "html":
        return
    for docname in sorted(app.env.found_docs):
        path = Path(app.env.doc2path(docname))
        if path.suffix == ".ipynb" and BEGIN in path.read_text("utf-8"):
            try:
                notebook = without_solutions(nbformat.read(path, as_version=4), path.parent, Path(app.srcdir, FOLDER))
            except ValueError as error:
                logger.warning("%s: %s", path.name, error)
            else:
                if notebook:
                    write(notebook, Path(app.outdir, FOLDER, path.name))


def setup(app):
    app.add_config_value("launch_lite", {}, "html")
    app.add_config_value("launch_pdf", "", "html")
    app.add_config_value("launch_decks", {}, "html")
    app.add_config_value("launch_first_cell", "", "html")
    app.connect("config-inited", find)
    app.connect("config-inited", need_repository)
    app.connect("builder-inited", add_static)
    app.connect("html-page-context", offer, priority=600)  # below what reading says under the title
    app.connect("build-finished", write_all)
    app.add_css_file("launch.css", priority=910)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
