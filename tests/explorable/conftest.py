"""Fixtures of the recorder's tests: a plain figure to record, and pages in a browser."""

import contextlib
import functools
import gzip
import http.server
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request

import matplotlib
import numpy as np
import pytest
from matplotlib import pyplot as plt

from explorable import explore, svg

matplotlib.use("agg")
FOREIGN = "^(?!.*explorable)"  # harmless on a page of another program: what does not name us


@pytest.fixture(autouse=True)
def _tidy():
    with matplotlib.rc_context():
        matplotlib.rcdefaults()  # whatever style a test elsewhere in this process has set
        yield
    plt.close("all")


def sigmoid(x, gain):
    return 1 / (1 + np.exp(-gain * x))


@pytest.fixture
def sigmoid_figure():
    """A figure of two axes whose ``draw(gain, x0)`` moves a curve, a tangent, dots and a text."""
    x = np.linspace(-4, 4, 161)
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.4, 3), layout="constrained")
    (curve,) = left.plot(x, x)
    (tangent,) = left.plot(x, x)
    (dot,) = left.plot([0], [0], "o")
    (slope,) = right.plot(x, x)
    left.set(ylim=(-0.2, 1.2), title="value", xlabel="x")
    right.set(ylim=(0, 1.1), title="slope")
    text = left.text(-3.8, 1.05, "")

    def draw(gain, x0):
        y, y0 = sigmoid(x, gain), sigmoid(x0, gain)
        s0 = gain * y0 * (1 - y0)
        curve.set_ydata(y)
        slope.set_ydata(gain * y * (1 - y))
        tangent.set_ydata(y0 + s0 * (x - x0))
        dot.set_data([x0], [y0])
        text.set_text(f"σ({x0:.1f}) = {y0:.4f}")

    draw.figure, draw.left, draw.right, draw.x = figure, left, right, x
    return draw


@pytest.fixture
def record():
    """``record(update, **controls)`` of a new axes: ``record(lambda ax: update, a=(0, 1, 0.5))``."""

    def made(build, play=None, **controls):
        figure, ax = plt.subplots(figsize=(4, 3))
        return explore(figure, play=play, **controls)(build(ax))

    return made


@pytest.fixture
def same_room(monkeypatch):
    """Text takes no more room in the layout than it does in Matplotlib's own."""
    monkeypatch.setattr(svg, "ROOM", 1)
    monkeypatch.setattr(svg.Renderer, "_letters", {})


@pytest.fixture
def html_of():
    return lambda shown: shown._repr_mimebundle_()[0]["text/html"]


class _Quiet(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *args):
        pass


@contextlib.contextmanager
def serving(folder):
    """The address at which `folder` is served (what ``python -m http.server`` does)."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(_Quiet, directory=folder))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def serve(tmp_path):
    """``serve(folder)`` is the address of `folder` below a sub-path."""
    with contextlib.ExitStack() as stack:

        def start(folder):
            root = tmp_path / "root"
            root.mkdir(exist_ok=True)
            (root / "some" / "path").mkdir(parents=True, exist_ok=True)
            link = root / "some" / "path" / folder.name
            if not link.exists():
                link.symlink_to(folder, target_is_directory=True)
            return f"{stack.enter_context(serving(root))}/some/path/{folder.name}"

        yield start


@pytest.fixture
def open_page(browser, watched):
    """``open_page(address, **context)``: a page from which no other address can be reached.

    What goes wrong (requests elsewhere, console messages, errors) is in ``page.trouble``; an error fails the test but for
    those that are `harmless` (see `watched`).
    """
    contexts = []

    def opened(address, harmless=None, **options):
        options.setdefault("viewport", {"width": 900, "height": 900})
        context = browser.new_context(**options)
        contexts.append(context)
        page = watched(context.new_page(), harmless)
        page.trouble = []
        origin = re.match(r"\w+:(//[^/]*)?", address)[0]

        def guard(route):
            if route.request.url.startswith((origin, "data:", "blob:")):
                return route.continue_()
            page.trouble.append(f"request: {route.request.url}")
            return route.abort()

        context.route("**", guard)
        page.on("console", lambda m: page.trouble.append(f"{m.type}: {m.text}"))
        page.on("pageerror", lambda e: page.trouble.append(f"page error: {e}"))
        page.goto(address)
        return page

    yield opened
    for context in contexts:
        context.close()


@pytest.fixture
def write_page(tmp_path, html_of):
    """``write_page(figure, …)``: the folder of a page that shows the figures."""

    def written(*figures, lang="ja", head="", attributes=""):
        folder = tmp_path / "site"
        folder.mkdir(exist_ok=True)
        body = "".join(map(html_of, figures))
        (folder / "index.html").write_text(
            f'<!doctype html><html lang="{lang}"{attributes}><head><meta charset="utf-8">'
            '<link rel="icon" href="data:,"><title>t</title>'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            f"{head}</head><body>{body}</body></html>",
            encoding="utf-8",
        )
        return folder

    return written


@pytest.fixture
def packed():
    """The size of a text as a server sends it."""
    return lambda text: len(gzip.compress(text.encode(), 9))


# -- Jupyter ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def environment(tmp_path_factory):
    """An environment for Jupyter that holds nobody's settings."""
    home = tmp_path_factory.mktemp("jupyter")
    return os.environ | {
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "IPYTHONDIR": str(home / "ipython"),
        "JUPYTER_PLATFORM_DIRS": "1",
        "MPLBACKEND": "module://matplotlib_inline.backend_inline",
    }


@pytest.fixture(scope="module")
def python():
    """The Python that runs Jupyter and Sphinx."""
    return sys.executable


@pytest.fixture(scope="module")
def run(environment, python):
    """``run("-m", "nbconvert", …, cwd=folder)``: what Python writes; it has to succeed."""

    def ran(*command, cwd):
        done = subprocess.run([python, *command], cwd=cwd, env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    return ran


@pytest.fixture(scope="module")
def jupyterlab(tmp_path_factory, environment, python):
    """``with jupyterlab(folder) as address``: a JupyterLab that runs in `folder`."""

    @contextlib.contextmanager
    def running(folder):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        log = tmp_path_factory.mktemp("lab") / "log"
        with log.open("w") as out:
            server = subprocess.Popen(
                [
                    python, "-m", "jupyterlab", "--no-browser", f"--port={port}", "--allow-root",
                    "--IdentityProvider.token=", "--ServerApp.password=", f"--ServerApp.root_dir={folder}",
                    "--LabApp.news_url=None", "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
                    "--ServerApp.disable_check_xsrf=True",
                ],
                env=environment, stdout=out, stderr=subprocess.STDOUT,
            )  # fmt: skip
        address = f"http://127.0.0.1:{port}"
        try:
            for _ in range(200):
                try:
                    urllib.request.urlopen(f"{address}/api", timeout=5).close()
                    break
                except OSError:
                    assert server.poll() is None, log.read_text()
                    time.sleep(0.2)
            yield address
        finally:
            server.terminate()
            try:
                server.wait(20)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()

    return running


@pytest.fixture
def open_notebook(open_page):
    """``open_notebook(address, name)``: a notebook in JupyterLab; with ``run=True`` all its cells are run."""

    def opened(address, name, run=False):
        page = open_page(f"{address}/lab/tree/{name}?reset", FOREIGN, viewport={"width": 1200, "height": 1000})
        page.set_default_timeout(60_000)
        page.wait_for_selector(".jp-Notebook .jp-MarkdownCell h1")
        if run:
            page.get_by_text("| Idle").wait_for()
            page.get_by_role("menuitem", name="Run", exact=True).click()
            page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        return page

    return opened


@pytest.fixture
def cell():
    """``cell(page, source)`` runs `source` in a new cell at the end of a notebook; that cell."""

    def ran(page, source):
        page.locator(".jp-Notebook .jp-CodeCell .cm-content").last.click()
        page.keyboard.press("Escape")
        page.keyboard.press("b")
        page.keyboard.press("Enter")
        page.keyboard.insert_text(source)
        page.keyboard.press("Control+Enter")
        last = page.locator(".jp-Notebook .jp-CodeCell").last
        last.locator(".jp-OutputArea-output").first.wait_for()
        return last

    return ran
