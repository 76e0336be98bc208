"""Run every check in order and stop at the first that fails: `make test`.

The order is from cheap to dear: units, then the notebooks against their stored outputs, then the site's build,
then what needs the built site and a browser.
"""

import argparse
import os
import subprocess
import sys
import time
from pathlib import Path

from tools import browser

ROOT = Path(__file__).resolve().parent.parent


def step(title: str, *command: str) -> None:
    """Run one check; end the whole run with its exit status if it fails."""
    start = time.monotonic()
    print(f"\n== {title}", flush=True)
    status = subprocess.run([sys.executable, *command], cwd=ROOT).returncode
    if status:
        sys.exit(f"make test: failed at «{title}»")
    print(f"   {time.monotonic() - start:.0f} s", flush=True)


def main() -> int:
    argparse.ArgumentParser(description=__doc__).parse_args()
    if not (browser.find() or browser.install()):
        if os.environ.get("CI"):
            sys.exit(browser.ADVICE)
        print(f"The browser tests will be skipped. {browser.ADVICE}")
    os.environ["TQDM_DISABLE"] = "1"   # no progress bars in what is compared
    pytest = ["-m", "pytest", "--quiet", "--numprocesses=2", "--dist=loadscope"]
    notebooks = ["index.ipynb", *sorted(str(path.relative_to(ROOT)) for folder in ("chapters", "examples")
                                   for path in ROOT.glob(f"{folder}/*.ipynb"))]
    os.environ["PYTHONWARNDEFAULTENCODING"] = "1"   # see filterwarnings in pyproject.toml
    step("units", *pytest, "-m", "not browser and not site", "tests")
    del os.environ["PYTHONWARNDEFAULTENCODING"]
    step("notebooks: every cell runs and prints what is stored", *pytest, "--nbval", "--nbval-current-env",
         "-p", "tools.nbval_text", *notebooks)
    step("the book builds", "-m", "tools.book")
    step("the site in a browser", *pytest, "-m", "browser or site", "tests")
    return 0


if __name__ == "__main__":
    sys.exit(main())
