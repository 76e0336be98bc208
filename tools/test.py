"""Run every check in order and stop at the first that fails: `make test`, and `make test-slow` for what takes long.

The order is from cheap to dear: what needs no run of the code, units, then the site's build (which executes the notebooks), then what needs the built
site and a browser. What is slow needs more than the site: JupyterLite, the PDF and Anki's deck are made first.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

from tools import browser

ROOT = Path(__file__).resolve().parent.parent
PYTEST = ("-m", "pytest", "--quiet", "--dist=loadscope")
CORES = "--numprocesses=2"
PAGES = "--numprocesses=3"  # one page waits for its frames while another is loaded


def step(title: str, *command: str, **environment: str) -> None:
    """Run one check; end the whole run with its exit status if it fails."""
    start = time.monotonic()
    print(f"\n== {title}", flush=True)
    status = subprocess.run([sys.executable, *command], cwd=ROOT, env=os.environ | environment).returncode
    if status:
        sys.exit(f"failed at «{title}»")
    print(f"   {time.monotonic() - start:.0f} s", flush=True)


def left_out() -> list[str]:
    """What the tests marked `slow("…")` say that they are."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(ROOT.glob("tests/**/*.py")))
    return sorted({reason for text in texts for reason in re.findall(r'mark\.slow\("([^"]+)"\)', text)})


def quick() -> None:
    step("form, types and faults of the code", "-m", "tools.lint")
    # see filterwarnings in pyproject.toml
    step("units", *PYTEST, CORES, "-m", "not browser and not site and not slow", "tests", PYTHONWARNDEFAULTENCODING="1")
    step("the book builds", "-m", "tools.book")
    step("the examples: every cell runs and prints what is stored", *PYTEST, CORES, "--nbval", "--nbval-current-env", "examples")
    step("the site in a browser", *PYTEST, PAGES, "-m", "(browser or site) and not slow", "tests")
    print("\nLeft out, for `make test-slow`:", "; ".join(["every notebook by nbval", *left_out()]))


def slow() -> None:
    step("the whole site: book, JupyterLite, PDF, Anki's deck", "-m", "tools.site")
    where = ("index.ipynb", "chapters", "examples")
    step("notebooks: every cell runs and prints what is stored", *PYTEST, CORES, "--nbval", "--nbval-current-env", *where)
    step("what takes long", *PYTEST, PAGES, "-m", "slow", "tests")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--slow", action="store_true", help="what `make test` leaves out")
    options = parser.parse_args()
    if not browser.ready():
        if os.environ.get("CI"):
            sys.exit(browser.ADVICE)
        print(f"The browser tests will be skipped. {browser.ADVICE}")
    slow() if options.slow else quick()
    return 0


if __name__ == "__main__":
    sys.exit(main())
