"""Execute notebooks and store their text outputs: what git keeps, and what the tests compare with.

`make notebooks` runs this. Pictures and recorded figures are left out (the site's build makes them anew), so
that a diff shows the numbers that changed and nothing else. Execution counts and metadata are put into one form, so that
running it twice changes nothing; a cell keeps the id that it was born with, so that two changes of one notebook merge.
"""

import argparse
import os
import sys
from pathlib import Path

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError

STORED = ("text/plain", "text/markdown")


def text_only(output):
    """`output` without pictures, widget views and HTML."""
    if "data" in output:
        output["data"] = {kind: text for kind, text in output["data"].items() if kind in STORED}
        output["metadata"] = {}
    return output


def tidy(notebook) -> None:
    """Put into one form everything that may differ between two machines, in place."""
    python = {"display_name": "Python 3", "language": "python", "name": "python3"}
    # Other metadata (a page's description, say) is the author's and stays.
    notebook.metadata.update(kernelspec=python, language_info={"name": "python"})
    notebook.metadata.pop("widgets", None)
    count = 0
    for cell in notebook.cells:
        cell.metadata.pop("execution", None)
        if cell.cell_type == "code":
            count += 1
            cell["execution_count"] = count
            cell["outputs"] = [text_only(output) for output in cell.outputs]
            for output in cell.outputs:
                if "execution_count" in output:
                    output["execution_count"] = count


def execute(notebook, folder: Path) -> None:
    """Run the cells, in place, as if the notebook lay in `folder`; CellExecutionError if one raises."""
    options = {"kernel_name": "python3", "timeout": 120, "extra_arguments": ["--log-level=50"], "coalesce_streams": True}
    NotebookClient(notebook, **options, resources={"metadata": {"path": str(folder)}}).execute()


def store(path: Path) -> bool:
    """Execute the notebook and store its text outputs; tells whether the file changed.

    Raises CellExecutionError, and leaves the file as it was, if a cell raises.
    """
    before = path.read_text(encoding="utf-8")
    notebook = nbformat.reads(before, as_version=4)
    execute(notebook, path.parent)
    tidy(notebook)
    after = nbformat.writes(notebook) + "\n"
    if after != before:
        unfinished = path.with_suffix(".tmp")
        unfinished.write_text(after, encoding="utf-8")
        unfinished.replace(path)
    return after != before


def main() -> int:
    os.environ["TQDM_DISABLE"] = "1"  # no progress bars in what is stored
    os.environ["OPENBLAS_NUM_THREADS"] = "1"  # as in the book's build
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebooks", nargs="+", type=Path)
    failed = False
    for path in parser.parse_args().notebooks:
        try:
            print(f"{path}: {'stored anew' if store(path) else 'unchanged'}", flush=True)
        except CellExecutionError as error:
            print(f"{path}: not stored, a cell raised:\n{error}", file=sys.stderr)
            failed = True
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())
