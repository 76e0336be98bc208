"""Build the site: execute what changed, then Jupyter Book with every warning an error.

`make book` runs this. It is quiet while things are fine; what went wrong is printed with the file's name.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
STRICT = ("-W", "-n", "--keep-going")


def build(book: Path = ROOT, options=STRICT, *, progress: bool = True) -> subprocess.CompletedProcess:
    """Build the book in the folder `book`; the result carries the exit status and all that was printed."""
    # Not the script `jupyter-book`: where that lies is not the same in every kind of installation. Sphinx keeps all pages'
    # trees in memory; looking through them for garbage again and again took a quarter of its time. And jsonschema compiles
    # 38 grammars at its import, for a second, if it finds this package: of formats that no file of a book has.
    code = "import gc, sys; gc.disable(); sys.modules['rfc3987_syntax'] = None; from jupyter_book.cli.main import main; main()"
    command = [sys.executable, "-c", code, "build", ".", *options]
    # One thread each: two notebooks run at once, and what waits for small products of matrices costs more than it brings.
    with subprocess.Popen(
        command,
        cwd=book,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        env=os.environ | {"NO_COLOR": "1", "PYTHONUTF8": "1", "TQDM_DISABLE": "1", "OPENBLAS_NUM_THREADS": "1"},
    ) as process:
        lines = []
        for line in process.stdout:
            lines.append(line)
            if progress and (running := re.search(r"Executing: (.*)", line)):
                print(f"  executing {Path(running[1]).name}", flush=True)
    return subprocess.CompletedProcess(command, process.returncode, "".join(lines))


def main(argv=None) -> int:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args(argv)
    start = time.monotonic()
    print("Building the book (notebooks that did not change come from the cache)", flush=True)
    result = build()
    if result.returncode:
        print(result.stdout, file=sys.stderr)
        print("The book was not built: see the warnings and errors above.", file=sys.stderr)
        return 1
    html = ROOT / "_build/html"
    pages = sum("lite" not in path.relative_to(html).parts for path in html.rglob("*.html"))
    print(f"_build/html: {pages} pages in {time.monotonic() - start:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main())
