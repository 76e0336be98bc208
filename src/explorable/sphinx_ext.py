"""Sphinx extension: the pages that have recorded figures load one player from the site.

Without it every figure carries the player along, which works too.  Add ``explorable.sphinx_ext``
to ``extensions``.

Links to a figure of their page, ``[to 1](#tangent?alpha=1)``, are checked: a figure, control or
value that is not there is a warning.  ``[](#tangent?alpha)`` stands for the value.
"""

import functools
import html
import json
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import parse_qsl, quote, unquote

from docutils import nodes
from sphinx import addnodes
from sphinx.util import logging

from . import page

if TYPE_CHECKING:
    from sphinx.application import Sphinx

_PLAYER = re.compile(".*?".join(map(re.escape, page.MARK)), re.DOTALL)
_WIDGET_VIEW = "application/vnd.jupyter.widget-view+json"


_FIGURE = re.compile(r"<explorable-figure[^>]*>")
_NAME = re.compile(r' data-name="([^"]*)"')
_PAYLOAD = re.compile(r'<script type="application/json">(.*?)</script>')
logger = logging.getLogger(__name__)


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


def _figures(doctree):
    """The named figures of a page: for each name the payloads."""
    out = {}
    for node in doctree.findall(nodes.raw):
        for part in re.split("(?=<explorable-figure)", node.astext()):
            name, payload = _NAME.search(part), _PAYLOAD.search(part)
            if name and payload:
                out.setdefault(html.unescape(name[1]), []).append(json.loads(payload[1]))
    return out


def _links(doctree):
    """The links to a figure of their own page, each with what follows its ``#``."""
    for node in doctree.findall(nodes.reference):
        if re.match(r"#[^?]*\?", uri := node.get("refuri", "")):
            yield node, unquote(uri[1:])
    for node in doctree.findall(addnodes.pending_xref):
        if node["reftype"] == "myst" and "?" in node["reftarget"]:
            yield node, unquote(node["reftarget"])


def _is(word, text):
    """Whether `text` is how a link may write the value `word`."""
    try:
        return word == text or float(word) == float(text)
    except ValueError:
        return False


def _words(payload, number):
    """What a link may write for each value of a control; last what the page shows."""
    texts = payload["texts"][number]
    return payload["words"][number] or [re.match(r"[-\d.]+(e[-+]\d+)?", t.replace("−", "-"))[0].split() for t in texts]


def _shown(payload, number):
    """What the page shows of a control at first."""
    at = payload["start"][number]
    return payload["texts"][number][at] if payload["texts"][number] else payload["words"][number][at][-1]


def _fault(figures, target):
    """What is wrong with a link to `target`, or None."""
    name, _, query = target.partition("?")
    if len(same := figures.get(name, ())) != 1:
        if same:
            return f"{len(same)} figures of this name on the page; give their functions different names"
        return f"no recorded figure of this name on the page; there are: {', '.join(sorted(figures)) or 'none'}"
    (payload,) = same
    for control, text in parse_qsl(query, keep_blank_values=True):
        if control not in payload["names"]:
            return f"{name} has no control {control!r}; it has {', '.join(payload['names'])}"
        words = _words(payload, payload["names"].index(control))
        if query != control and not any(_is(word, text) for one in words for word in one):
            return f"{control} has no value {text!r}; it has {', '.join(first for first, *_ in words)}"
    return None


def _check_links(app, doctree):
    """Look for what the links to figures name; make plain links of them, and of an empty one the value."""
    figures = _figures(doctree)
    report = functools.partial(logger.warning, type="explorable", subtype="link")
    for node, target in list(_links(doctree)):
        name, _, control = target.partition("?")
        fault = _fault(figures, target)
        if fault:
            report("link to %r: %s", f"#{target}", fault, location=node)
        text = (node if isinstance(node, nodes.reference) else node[0]).children
        if not text and not fault:
            (payload,) = figures[name]
            text = [nodes.Text(_shown(payload, payload["names"].index(control)))]
        node.replace_self(nodes.reference("", "", *text, refuri="#" + quote(target, safe="?=&+,;:%"), internal=True))
    for name, same in figures.items():
        for first in {place.split("?")[0] for payload in same for place in payload.get("follow", ()) if place}:
            if len(figures.get(first, ())) > 1:
                report("%s shares a control with %s: %s", name, first, _fault(figures, first), location=app.env.docname)


def _whole(app, doctree):
    """Warn of a figure that a live kernel has shown and nothing has recorded: it would not move."""
    for node in doctree.findall(nodes.raw):
        if page.NOT_RECORDED in node.astext():
            logger.warning(page.NOT_RECORDED, location=node, type="explorable", subtype="live")


def _strip(app, doctree, docname):
    """Take the player out of each figure, and give the links to it a place to lead to without the player."""
    targets = dict.fromkeys(target for _, target in _links(doctree))

    def led_to(tag):
        name = _NAME.search(tag[0])
        own = [t for t in targets if name and t.split("?")[0] == html.unescape(name[1])]
        return "".join(f'<span id="{html.escape(target)}"></span>' for target in own) + tag[0]

    for node in list(doctree.findall(nodes.raw)):
        text = node.astext()
        if "<explorable-figure" in text and app.builder.format == "html":
            text = _PLAYER.sub("", text).replace(page.HIDDEN, "<div>")
            text = _FIGURE.sub(led_to, text)
            node.replace_self(nodes.raw("", text, format=node["format"]))


def _load(app, pagename, templatename, context, doctree):
    """Load the player on a page that has a figure."""
    if _has_figure(doctree):
        app.add_css_file("explorable/player.css")
        app.add_js_file("explorable/player.js", type="module")


def setup(app: "Sphinx") -> dict[str, bool]:
    app.connect("builder-inited", _copy)
    app.connect("doctree-read", _forget_widgets)
    app.connect("doctree-read", _whole)
    app.connect("doctree-read", _check_links)
    app.connect("doctree-resolved", _strip)
    app.connect("html-page-context", _load)
    return {"parallel_read_safe": True}
