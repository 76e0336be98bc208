"""On Windows every module of ours can be imported: simulated here by taking away what Python lacks there."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
# Modules whose documentation says "Availability: Unix", and functions of os that only Unix has.
SIMULATION = """
import importlib, importlib.util, os, sys
from pathlib import Path
import pytest

root = Path.cwd()
ours = [path for folder in ("src", "tools", "benchmarks", "tests") for path in sorted(root.glob(f"{folder}/**/*.py"))]

def load():
    for path in ours:
        place = path.relative_to(root / "src" if path.is_relative_to(root / "src") else root).with_suffix("")
        try:
            if path.stem == "__main__":
                continue
            if place.parts[0] == "tests":
                spec = importlib.util.spec_from_file_location(".".join(place.parts), path)
                spec.loader.exec_module(importlib.util.module_from_spec(spec))
            else:
                importlib.import_module(".".join(place.parts).removesuffix(".__init__"))
        except (pytest.skip.Exception, SystemExit):   # it says what it cannot do there
            pass

load()   # what others' packages need of Unix is loaded now
for name in list(sys.modules):
    if name.partition(".")[0] in ("explorable", "hidden_layer", "hidden_layer_book", "lightbook", "quiz", "tools", "benchmarks", "tests"):
        del sys.modules[name]
for name in ("crypt", "curses", "fcntl", "grp", "nis", "posix", "pty", "pwd", "readline", "resource", "spwd", "syslog", "termios", "tty"):
    sys.modules[name] = None
for name in ("fork", "getuid", "geteuid", "getgid", "killpg", "setsid", "sched_getaffinity", "uname", "wait4"):
    delattr(os, name)
load()
print(len(ours))
"""


def test_every_module_of_ours_can_be_imported_on_windows():
    done = subprocess.run([sys.executable, "-c", SIMULATION], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert int(done.stdout) > 50
