"""Make the whole site as it is published: the book, with JupyterLite, the book as a PDF and its questions for Anki in it.

`make site` runs this. They are made side by side; then the pages are written again, since the built
site links to what lies in it and to nothing else (lightbook.launching).
"""

import argparse
import subprocess
import sys

from tools import book


def main() -> int:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    if status := book.main([]):
        return status
    parts = [subprocess.Popen([sys.executable, "-m", module]) for module in ("tools.lite", "tools.pdf", "tools.anki")]
    if any([part.wait() for part in parts]):
        return 1
    return book.main([])


if __name__ == "__main__":
    sys.exit(main())
