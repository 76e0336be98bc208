"""Ask every address outside the site whether it is still there, and report: `make links`.

Sphinx's linkcheck does the asking. A link that fails is a matter of somebody else's server, so the exit status is 0 all
the same; 1 is for a check that could not be made. (Links inside the site are `make test`'s, and those do block.)
"""

import argparse
import json
import sys
from collections import Counter
from pathlib import Path

from tools.book import ROOT, build


def check(book: Path) -> list[dict]:
    """What Sphinx found of each address in the book: `filename`, `status`, `uri`, `info`."""
    result = book / "_build/linkcheck/output.json"
    result.unlink(missing_ok=True)
    done = build(book, ["--builder", "custom", "--custom-builder", "linkcheck"], progress=False)
    if not result.is_file():
        sys.exit(f"make links: the links were not checked\n{done.stdout}")
    return [json.loads(line) for line in result.read_text("utf-8").splitlines()]


def main(argv=None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.links", description=__doc__.splitlines()[0])
    parser.add_argument("book", nargs="?", type=Path, default=ROOT)
    book = parser.parse_args(argv).book.resolve()
    print("Asking every address outside the site (notebooks come from the cache where it has them)", flush=True)
    found = [link for link in check(book) if link["status"] not in ("local", "unchecked")]
    for link in sorted(found, key=lambda link: (link["status"], link["filename"], link["uri"])):
        if link["status"] != "working":
            print(f"{link['status']}: {link['uri']} ({link['filename']})  {link['info']}")
    counts = Counter(link["status"] for link in found)
    print(f"{len(found)} addresses: " + (", ".join(f"{count} {status}" for status, count in sorted(counts.items())) or "none"))
    return 0


if __name__ == "__main__":
    sys.exit(main())
