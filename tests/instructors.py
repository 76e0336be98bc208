"""What the page for instructors tells those who run a site, for the tests that hold it to its word."""

import json
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def text():
    """The page, as Markdown."""
    cells = json.loads((ROOT / "chapters/41_instructors.ipynb").read_text("utf-8"))["cells"]
    return "\n\n".join("".join(cell["source"]) for cell in cells)


def policies():
    """The Content-Security-Policies that it recommends: for the pages of the book, and with JupyterLite."""
    return [" ".join(block.split()) for block in re.findall(r"```text\n(default-src .*?)```", text(), re.S)]
