"""Find a Chromium for the tests, or install one, or say in one sentence what to do.

The tests drive it through Playwright; any Chromium-based browser of the last years will do.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ADVICE = ("No Chromium was found and none could be installed: install it with your system's packages "
          "(Debian: apt-get install chromium), or set CHROMIUM to the path of a Chromium-based browser.")

# A fresh profile comes with Playwright; the rest keeps the browser from calling out and from needing a display.
ARGUMENTS = ["--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
             "--disable-component-update", "--disable-sync"]
if hasattr(os, "geteuid") and os.geteuid() == 0:
    ARGUMENTS.append("--no-sandbox")   # Chromium refuses to run as root with its sandbox


def find() -> str | None:
    """The path of a Chromium that is already here, or None."""
    if named := os.environ.get("CHROMIUM"):
        return named if Path(named).is_file() else None
    for name in NAMES:
        if path := shutil.which(name):
            return path
    if Path(MAC).is_file():
        return MAC
    from playwright.sync_api import sync_playwright
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).is_file() else None


def install() -> str | None:
    """Install Chromium with apt as root, or with Playwright otherwise; its path, or None where that failed."""
    if shutil.which("apt-get") and hasattr(os, "geteuid") and os.geteuid() == 0:
        print("Installing Chromium with apt (once)", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run(["apt-get", "-qq", "update"], **quiet)
        subprocess.run(["apt-get", "-qq", "install", "--yes", "chromium", "fonts-noto-cjk"], **quiet)
    else:
        print("Installing Chromium with Playwright (once)", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL)
    return find()
