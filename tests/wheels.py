"""The files of our packages, for the tests of what is made of them."""

import subprocess
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
NOT_PACKED = ("LICENSE", "pyproject.toml", "ruff.toml")


def packed_files():
    """What belongs into a wheel, as git knows it: {name in the wheel: content}."""
    known = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return {name.removeprefix("src/"): (ROOT / name).read_bytes() for name in known if Path(name).name not in NOT_PACKED}
