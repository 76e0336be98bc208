"""Warn of figures that are broken for a reader though their cell ran.

A character that Matplotlib could not draw (it prints a warning and draws a box), a control of a recorded figure that
changes nothing (explorable prints a warning), and a widget that waits for a kernel, which a page does not have.
"""

import re

from docutils import nodes
from sphinx.util import logging

PRINTED = {
    "a figure lacks a character": re.compile(r"Glyph \d+ \(.*?\) missing from (?:current font|font\(s\) [^.\n]*)"),
    "a figure has a dead control": re.compile(r"the control '.*?' changes nothing in the figure"),
}
WIDGET = "application/vnd.jupyter.widget-view+json"
logger = logging.getLogger(__name__)


def check(app, doctree):
    """Look through what the cells of the page printed and show."""
    for block in doctree.findall(nodes.literal_block):
        if "stderr" in block["classes"]:
            for what, pattern in PRINTED.items():
                for message in sorted(set(pattern.findall(block.astext()))):
                    logger.warning("%s: %s", what, message, location=app.env.docname)
    if any(WIDGET in shown.astext() for shown in doctree.findall(nodes.raw)):
        logger.warning("a widget needs a kernel, which the page does not have; explorable.explore records one that moves without",
                       location=app.env.docname)


def setup(app):
    app.connect("doctree-read", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
