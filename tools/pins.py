"""Write requirements.txt, requirements-test.txt and requirements-lite.txt: the exact versions of everything that pyproject.toml asks for.

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
LITE_HEADER = """\
# What `make lite` needs besides requirements.txt, to the exact version, without their dependencies.
# Written by `make pins` from the `lite` extra in pyproject.toml; do not edit by hand.
"""


def resolve(*arguments: str) -> list[str]:
    """The pins that uv finds for pyproject.toml, one requirement a line."""
    command = ["uv", "pip", "compile", "--quiet", "--universal", "--python-version", "3.11", "--no-header",
               "--no-annotate", "--no-emit-index-url", *arguments, "pyproject.toml"]
    return subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, encoding="utf-8").stdout.splitlines()


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
        with_lite = resolve("--extra", "lite", "--constraint", str(constraints))
    more = {}
    for name, header, pins in (("test", TEST_HEADER, with_tests), ("lite", LITE_HEADER, with_lite)):
        more[name] = sorted(set(pins) - set(book_pins))
        write(ROOT / f"requirements-{name}.txt", header, more[name])
    print(f"requirements.txt: {len(book_pins)} pins;", ", ".join(f"{name}: {len(pins)} more" for name, pins in more.items()))


if __name__ == "__main__":
    main()
