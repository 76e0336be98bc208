"""Write the notebooks that hold solutions without them, into a folder where a reader works.

`make exercises` runs this. A file that is already there stays: it may hold the reader's answers.
"""

import argparse
import sys
from pathlib import Path

import nbformat

from lightbook.launching import without_solutions, write


def main(arguments=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.exercises", description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("notebooks", nargs="+", type=Path, help="those without solutions are passed over")
    options = parser.parse_args(arguments)
    for path in options.notebooks:
        try:
            notebook = without_solutions(nbformat.read(path, as_version=4), path.parent, options.folder)
        except ValueError as error:
            print(f"{path}: {error}", file=sys.stderr)
            return 1
        target = options.folder / path.name
        if notebook and target.exists():
            print(f"{target}: もうあるので、そのままにしました。作り直すときは、先に名前を変えるか消してください。")
        elif notebook:
            write(notebook, target)
            print(f"{target}: 作りました")
    return 0


if __name__ == "__main__":
    sys.exit(main())
