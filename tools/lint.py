"""What can be said of the code without running it: ruff (faults, form), mypy (types), oxlint (JavaScript).

`make test` begins with it, and `.pre-commit-config.yaml` runs it before a commit. Rules and files are set in
pyproject.toml; `python -m ruff check --fix` and `python -m ruff format` repair most of what ruff finds.
"""

import argparse
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = (
    ("ruff", "check", "--quiet"),
    ("ruff", "format", "--check", "--quiet", "--output-format", "concise"),
    ("mypy", "--no-error-summary"),
    ("oxlint", "--deny-warnings", "--format", "unix", "src"),
)


def main() -> int:
    argparse.ArgumentParser(description=__doc__.splitlines()[0]).parse_args()
    failed = []
    for program, *options in COMMANDS:
        # Those of this environment, also where it is not activated: another version would find other things.
        path = shutil.which(program, path=sysconfig.get_path("scripts"))
        if path is None:
            sys.exit(f"{program} is missing: pip install -r requirements-test.txt")
        if subprocess.run([path, *options], cwd=ROOT).returncode:
            failed.append(" ".join((program, *options)))
    if failed:
        print("failed:", ", ".join(failed), file=sys.stderr)
    return bool(failed)


if __name__ == "__main__":
    sys.exit(main())
