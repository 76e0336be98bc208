"""Small books, built where a test needs them."""

import re
import warnings
from pathlib import Path

import nbformat
from sphinx.testing.util import SphinxTestApp

MYST = "extensions = ['myst_parser'] + {!r}\nsource_suffix = {{}}\nmyst_enable_extensions = ['dollarmath', 'amsmath', 'colon_fence']\n"
#: of a book of notebooks that are shown as they are stored
STORED = "extensions[0] = 'myst_nb'\nnb_execution_mode = 'off'\n"


def notebook(*sources, text="# 題", tags=(), outputs=(), **metadata):
    """A notebook as text: first this Markdown, then these cells of code, which have the `tags` and `outputs`."""
    cell, kernel = nbformat.v4.new_code_cell, {"name": "python3", "display_name": "", "language": "python"}
    cells = [cell(source, metadata={"tags": list(tags)}, outputs=[*map(nbformat.from_dict, outputs)]) for source in sources]
    metadata |= {"kernelspec": kernel, "language_info": {"name": "python"}}
    return nbformat.writes(nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell(text), *cells], metadata=metadata))


class Book:
    """A book in a folder: `write` some of its files, `build` it, read its `page`s and `warnings`."""

    def __init__(self, folder: Path, extensions, conf):
        self.folder, self.out = folder, folder / "_build" / "html"
        self.write({"conf.py": MYST.format(list(extensions)) + conf})

    def write(self, files):
        for name, content in files.items():
            path = self.folder / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return self

    def build(self, buildername="html", **options):
        with warnings.catch_warnings():  # what Sphinx and its extensions say of each other is not ours
            warnings.simplefilter("ignore")
            warnings.filterwarnings("error", category=EncodingWarning, module="explorable|hidden_layer|lightbook|quiz")
            app = SphinxTestApp(buildername, srcdir=self.folder, **options)
            try:
                app.build()
            finally:
                app.cleanup()
        self.status = app.statuscode
        self.warnings = re.sub(r"\x1b\[[\d;]*m", "", app.warning.getvalue())
        return self

    def page(self, name="index"):
        return (self.out / f"{name}.html").read_text("utf-8")

    def static(self, name):
        return (self.out / "_static" / name).read_text("utf-8")
