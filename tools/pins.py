"""Write requirements.txt and requirements-test.txt: the exact versions of everything that pyproject.toml asks for.

`make pins` runs this. The pins hold for every Python >= 3.11 and every platform (uv's universal resolution),
so that one file serves a reader's Windows, Binder and CI.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BOOK_HEADER = """\
# Everything the book needs, to the exact version: `pip install -r requirements.txt`.
# Written by `make pins` from the ranges in pyproject.toml; do not edit by hand.
-e .
"""
TEST_HEADER = """\
# What `make test` needs besides requirements.txt, to the exact version.
# Written by `make pins` from the `test` extra in pyproject.toml; do not edit by hand.
-r requirements.txt
"""


def resolve(*arguments: str) -> list[str]:
    """The pins that uv finds for pyproject.toml, one requirement a line."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--no-header",
               "--no-annotate", "--no-emit-index-url", *arguments, "pyproject.toml"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()


def write(path: Path, header: str, pins: list[str]) -> None:
    """Replace `path` in one step, so that an interrupted run leaves the old pins whole."""
    unfinished = path.with_suffix(".tmp")
    unfinished.write_text(header + "\n".join(pins) + "\n", encoding="utf-8")
    unfinished.replace(path)


def main() -> None:
    argparse.ArgumentParser(description=__doc__).parse_args()
    book_pins = resolve()
    write(ROOT / "requirements.txt", BOOK_HEADER, book_pins)
    # The tests get the book's own versions: without the constraint a test tool could move them.
    with tempfile.TemporaryDirectory() as folder:
        constraints = Path(folder, "constraints.txt")   # requirements.txt itself cannot serve: uv refuses its `-e .`
        write(constraints, "", book_pins)
        with_tests = resolve("--extra", "test", "--constraint", str(constraints))
    write(ROOT / "requirements-test.txt", TEST_HEADER, sorted(set(with_tests) - set(book_pins)))
    print(f"requirements.txt: {len(book_pins)} pins; requirements-test.txt: {len(set(with_tests) - set(book_pins))} more")


if __name__ == "__main__":
    main()
