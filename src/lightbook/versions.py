"""Give every file under ``_static`` an address that changes when the file does.

A site may then let browsers keep that folder for long: nobody reads a new page with an old script, or searches the text
of an old book. At the end of the build each address in each page carries a hash of what the file then holds (Sphinx's own
is of the time when the page was written). What is named by its content, such as ``math-6f3d779e.woff2``, stays as it is.
Sheets ask for their files in the same way (``lightbook.css``). A script finds what it fetches in an attribute of its page.
"""

import hashlib
import re
from pathlib import Path

ADDRESS = re.compile(r'(?<==")((?:[^"?#:]*/)?_static/[^"?#]+)(?:\?v=\w+)?(?=[#"])')
NAMED_BY_CONTENT = re.compile(r"[-.][0-9a-f]{8,}\.\w+$")


def query(path):
    """What the address of the file ends with, from ``?`` on."""
    if NAMED_BY_CONTENT.search(path.name) or not path.is_file():
        return ""
    return f"?v={hashlib.sha256(path.read_bytes()).hexdigest()[:8]}"


def stamp(app, exception):
    """Put the hashes into the pages, also those that were not written again."""
    if exception or app.builder.format != "html":
        return
    for page in Path(app.outdir).rglob("*.html"):
        text = page.read_text("utf-8")
        stamped = ADDRESS.sub(lambda match: match[1] + query(page.parent / match[1]), text)
        if stamped != text:
            page.write_text(stamped, "utf-8")


def setup(app):
    app.connect("build-finished", stamp, priority=950)   # when every file is in its place
    return {"parallel_read_safe": True, "parallel_write_safe": True}
