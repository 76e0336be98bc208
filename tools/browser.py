"""A Chromium, and a server for what it looks at: what tests, audit, PDF and benchmarks share.

Any Chromium-based browser of the last years will do; Playwright drives it.
"""

import gzip
import os
import shutil
import subprocess
import sys
from contextlib import contextmanager
from functools import cache
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from urllib.parse import unquote

# The first is a browser without windows, which takes half the time of a whole one that hides its own.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
MAC = "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome"
ADVICE = (
    "No Chromium or no Japanese font was found, and none could be installed: install them with your system's packages "
    "(Debian: apt-get install chromium-headless-shell fonts-noto-cjk), or set CHROMIUM to the path of a Chromium-based browser."
)
ROOT_USER = hasattr(os, "geteuid") and os.geteuid() == 0

# A fresh profile comes with Playwright; the rest keeps the browser from calling out and from needing a display.
ARGUMENTS = [
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
if ROOT_USER:
    ARGUMENTS.append("--no-sandbox")  # Chromium refuses to run as root with its sandbox
PREFIX = "/sub/path/"  # a site must not need the root of its host


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


def has_japanese_font() -> bool:
    """Whether the system can draw Japanese; only where fontconfig rules (Linux) can it be without."""
    fonts = shutil.which("fc-list")
    return not fonts or bool(subprocess.run([fonts, ":lang=ja"], stdout=subprocess.PIPE).stdout.strip())


def ready() -> bool:
    """Whether a Chromium and a Japanese font are here, after what was missing has been installed where that can be done."""
    apt = ["apt-get"] if ROOT_USER else ["sudo", "-n", "apt-get"] if os.environ.get("CI") else None
    if apt and shutil.which("apt-get") and not (find() and has_japanese_font()):
        print("Installing a Chromium and a Japanese font with apt (once)", flush=True)
        quiet = {"stdout": subprocess.DEVNULL, "env": os.environ | {"DEBIAN_FRONTEND": "noninteractive"}}
        subprocess.run([*apt, "-qq", "update"], **quiet)
        for there, package in ((has_japanese_font, "fonts-noto-cjk"), (find, "chromium-headless-shell"), (find, "chromium")):
            if not there():
                subprocess.run([*apt, "-qq", "install", "--yes", package], **quiet)
    if not find():
        print("Installing Chromium with Playwright (once)", flush=True)
        subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=subprocess.DEVNULL)
    return bool(find()) and has_japanese_font()


@contextmanager
def chromium():
    """A running headless Chromium (Playwright's object)."""
    from playwright.sync_api import sync_playwright

    path = find() or sys.exit(ADVICE)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def served(root, headers=()):
    """The address of the site in folder `root`, served compressed and under a sub-path, with more `headers` (pairs)."""

    class Handler(SimpleHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self):
            path = unquote(self.path.partition("?")[0])
            file = Path(root, path.removeprefix(PREFIX) or "index.html")
            if not path.startswith(PREFIX) or not file.is_file():
                return self.send_error(404)
            kind, body = self.guess_type(str(file)), file.read_bytes()
            self.send_response(200)
            if kind.startswith("text/") or kind.endswith(("javascript", "json", "svg+xml")):
                body = _compressed(file, file.stat().st_mtime_ns)
                self.send_header("Content-Encoding", "gzip")
                kind += "; charset=utf-8"
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.send_header("Cache-Control", "max-age=600")
            for header in headers:
                self.send_header(*header)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{PREFIX}"
    finally:
        server.shutdown()
        server.server_close()


@cache
def _compressed(file, changed):
    return gzip.compress(file.read_bytes(), 6, mtime=0)
