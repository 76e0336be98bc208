"""Offer each notebook that holds solutions also without them, as ``exercises/NAME.ipynb`` of the site.

A solution stands in a code cell between ``### BEGIN SOLUTION`` and ``### END SOLUTION`` (nbgrader's marks); the cell
is tagged ``hide-cell``, so that the page shows it folded. A page links to the version without solutions by its
address: ``<a href="../exercises/NAME.ipynb" download="NAME.ipynb">…</a>``.
"""

import copy
import os
import re
from pathlib import Path

import nbformat
from sphinx.util import logging

BEGIN, END = "### BEGIN SOLUTION", "### END SOLUTION"
STUB = ("# ここに書きます", "raise NotImplementedError")
FOLDER = "exercises"
LINK = re.compile(r'(\]\(|href=")(?![a-z]+:|[#/])([^)"#\s]+)')
logger = logging.getLogger(__name__)


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
    app.connect("build-finished", write_all)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
