"""Sphinx extension: the pages that have recorded figures load one player from the site.

Without it every figure carries the player along, which works too.  Add ``explorable.sphinx_ext``
to ``extensions``.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes

from . import page

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_PLAYER = re.compile(".*?".join(map(re.escape, page.MARK)), re.DOTALL)
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


def _has_figure(doctree):
    return doctree and any("<explorable-figure" in n.astext() for n in doctree.findall(nodes.raw))


def _copy(app):
    """Lay player and style sheet down among the static files of the site."""
    if app.builder.format == "html":
        folder = Path(app.outdir, "_static", "explorable")
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("player.js", "player.css"):
            (folder / name).write_bytes(page.asset(name).encode())


def _forget_widgets(app, doctree):
    """Drop the widget state of a page that shows no widget.

    Sliders that lent a figure their range leave such state, with random names in it, and MyST-NB
    would load a widget manager for it from elsewhere.
    """
    metadata = getattr(app.env, "nb_metadata", {}).get(app.env.docname, {})
    if "js_files" not in metadata or not _has_figure(doctree):
        return
    if not any(_WIDGET_VIEW in n.astext() for n in doctree.findall(nodes.raw)):
        for key in [k for k in metadata["js_files"] if k.startswith("ipywidgets_")]:
            del metadata["js_files"][key]


def _strip(app, doctree, docname):
    """Take the player out of each figure."""
    for node in list(doctree.findall(nodes.raw)):
        text = node.astext()
        if "<explorable-figure" in text and app.builder.format == "html":
            text = _PLAYER.sub("", text).replace(page.HIDDEN, "<div>")
            node.replace_self(nodes.raw("", text, format=node["format"]))


def _load(app, pagename, templatename, context, doctree):
    """Load the player on a page that has a figure."""
    if _has_figure(doctree):
        app.add_css_file("explorable/player.css")
        app.add_js_file("explorable/player.js", type="module")


def setup(app: "Sphinx") -> dict[str, bool]:
    app.connect("builder-inited", _copy)
    app.connect("doctree-read", _forget_widgets)
    app.connect("doctree-resolved", _strip)
    app.connect("html-page-context", _load)
    return {"parallel_read_safe": True}
