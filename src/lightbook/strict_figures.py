"""Warn of figures in which Matplotlib could not draw a character (it prints a warning and draws a box)."""

import re

from docutils import nodes
from sphinx.util import logging

MISSING = re.compile(r"Glyph \d+ \(.*?\) missing from (?:current font|font\(s\) [^.\n]*)")
logger = logging.getLogger(__name__)


def check(app, doctree):
    """Look through what the cells of the page printed."""
    for block in doctree.findall(nodes.literal_block):
        if "stderr" in block["classes"]:
            for message in sorted(set(MISSING.findall(block.astext()))):
                logger.warning("a figure lacks a character: %s", message, location=app.env.docname)


def setup(app):
    app.connect("doctree-read", check)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
