"""Write requirements.txt, requirements-test.txt and requirements-lite.txt: the exact versions of all that our pyproject.toml ask for.

`make pins` runs this. There are three of them: of `hidden_layer`, of `explorable` and of the book. The pins hold for every
Python >= 3.11 and every platform (uv's universal resolution), so that one file serves a reader's Windows, Binder and CI.
There are no hashes among them: where one requirement has a hash, pip wants one of each, and refuses `-e .`, a folder,
"because there is no single file to hash".
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

BOOK_HEADER = """\
# Everything the book needs, to the exact version: `pip install -r requirements.txt`.
# Written by `make pins` from the ranges in the three pyproject.toml; do not edit by hand.
"""
TEST_HEADER = """\
# What `make test` needs besides requirements.txt, to the exact version.
# Written by `make pins` from the `test` extra in src/pyproject.toml; do not edit by hand.
-r requirements.txt
"""
LITE_HEADER = """\
# What `make lite` needs besides requirements.txt, to the exact version, without their dependencies.
# Written by `make pins` from the `lite` extra in src/pyproject.toml; do not edit by hand.
"""


def resolve(*extras: str, constraints: list[str] = ()) -> list[str]:
    """The three distributions, then the pins that uv finds for them and for these extras of the book; a requirement a line."""
    ours = ["-e .", "-e ./src/explorable", f"-e ./src[{','.join(('site', *extras))}]"]
    with tempfile.TemporaryDirectory() as folder:
        limits = Path(folder, "constraints.txt")
        limits.write_text("\n".join(constraints), encoding="utf-8")
        form = ["--universal", "--python-version", "3.11", "--no-header", "--no-annotate", "--no-emit-index-url"]
        command = ["uv", "pip", "compile", "--quiet", *form, "--constraint", str(limits), "-"]
        done = subprocess.run(command, cwd=ROOT, check=True, input="\n".join(ours), stdout=subprocess.PIPE, encoding="utf-8")
    return [*ours, *(line for line in done.stdout.splitlines() if not line.startswith("-e "))]


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
    versions = [line for line in book_pins if not line.startswith("-e ")]
    more = {}
    for name, header in (("test", TEST_HEADER), ("lite", LITE_HEADER)):
        found = resolve(name, constraints=versions)
        more[name] = sorted(line for line in set(found) - set(book_pins) if not line.startswith("-e "))
        write(ROOT / f"requirements-{name}.txt", header, more[name])
    print(f"requirements.txt: {len(versions)} pins;", ", ".join(f"{name}: {len(pins)} more" for name, pins in more.items()))


if __name__ == "__main__":
    main()
