"""Recorded figures beside the other ways to make a Matplotlib figure move.

    python -m benchmarks.bench_explorable

One figure (two axes, a curve of 241 points, its slope, a tangent, two dots, a text) with a slider
for the gain (41 values) and one for the place (61 values).  A way for which the whole grid of
2,501 frames would take minutes, or that has one slider only, is measured on the 61 frames of one
slider: its cost of recording and its payload grow with the number of frames.

"input to frame" is the time from the key press until the picture in the page has changed and has
been laid out (an image: decoded), the median of 40 presses.  For Panel and Plotly the value is set
through their own script instead of the key, which leaves out the work of the slider itself.
Panel, Plotly and marimo take part where they are installed: pip install -r benchmarks/requirements.txt

A second table is of `interactive` alone: a function as people write it, the same figure moved by
setters, and four controls.  What the function takes by itself is measured on 100 random settings and
left out; "input to frame" there is the 95th percentile.
"""

import base64
import contextlib
import gzip
import importlib.util
import io
import json
import os
import random
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

import matplotlib

matplotlib.use("agg")

import numpy as np
from matplotlib import animation
from matplotlib import pyplot as plt
from playwright.sync_api import sync_playwright

import explorable
from benchmarks.explorable_figure import FOUR, GAIN, PLACE, SQUARE, X, four, make, moved, redraw, values
from explorable import explore, page
from explorable.controls import argument
from tools import browser as chromium

ROOT = Path(__file__).resolve().parent.parent
PRESSES = 40
START = (1.5, 0.0)
PLACES = np.round(np.arange(61) * PLACE[2] + PLACE[0], 10)

HEAD = '<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title><body>'

# Waits for the next change below `root`; an image counts when it is decoded.
HARNESS = """
window.times = [];
window.watch = (roots, start) => {
  const observers = [];
  const done = async (records) => {
    observers.forEach((one) => one.disconnect());
    const images = records.flatMap((r) => [r.target, ...r.addedNodes])
      .flatMap((n) => n.tagName === 'IMG' ? [n] : [...(n.querySelectorAll?.('img') ?? [])]);
    for (const image of images) await image.decode().catch(() => {});
    document.body.getBoundingClientRect();
    roots.forEach((root) => (root.host ?? root).getBoundingClientRect());
    times.push(performance.now() - start());
  };
  for (const root of roots) {
    const one = new MutationObserver((records) => records.length && done(records));
    one.observe(root, { subtree: true, childList: true, attributes: true, characterData: true,
      attributeFilter: ['d', 'src', 'transform', 'x', 'y'] });
    observers.push(one);
  }
};
window.pressed = 0;
addEventListener('keydown', () => { window.pressed = performance.now(); }, true);
"""


def packed(text):
    return len(gzip.compress(text.encode() if isinstance(text, str) else text, 9))


def row(way, frames, seconds, payload, script, latency, note=""):
    return {
        "way": way, "frames": frames, "record": seconds / frames * 1000, "raw": len(payload),
        "gz": packed(payload), "script": script, "latency": latency, "note": note,
    }  # fmt: skip


def missing(way, package):
    return {"way": way, "note": f"{package} is not installed"}


def press(tab, selector, root):
    """The times from a key press on `selector` to a changed frame below `root`."""
    tab.evaluate(HARNESS)
    tab.locator(selector).focus()
    tab.keyboard.press("Home")
    tab.wait_for_timeout(1500)
    for i in range(PRESSES):  # a frame that was not yet shown each time
        tab.evaluate("root => watch([document.querySelector(root)], () => window.pressed)", root)
        tab.keyboard.press("ArrowRight")
        tab.wait_for_function("n => times.length === n", arg=i + 1, timeout=60_000)
    return tab.evaluate("times")


def opened(tab, folder, html):
    """Show a recording with its player on a page of its own."""
    player, style = map(page.asset, ("player.js", "player.css"))
    (folder / "ours.html").write_text(
        f"{HEAD}<style>{style}</style>{html}<script type=module>{player}</script>", encoding="utf-8"
    )
    tab.goto((folder / "ours.html").as_uri())
    tab.wait_for_selector("fieldset:not([disabled])")
    return packed(player) + packed(style)


def html_of(shown):
    """A recording as HTML, without its player."""
    return shown._repr_mimebundle_()[0]["text/html"].partition(page.MARK[0])[0].replace(page.HIDDEN, "<div>", 1)


def ours(tab, folder, play_both):
    figure, draw = make()
    controls = {"gain": GAIN, "x0": PLACE} if play_both else {"x0": PLACE}
    update = draw if play_both else lambda x0: draw(START[0], x0)
    start = time.process_time()
    shown = explore(figure, **controls)(update)
    seconds = time.process_time() - start
    html = html_of(shown)
    script = opened(tab, folder, html)
    latency = statistics.median(press(tab, "input >> nth=-1", "explorable-figure svg"))
    # what the handler and the layout take, without the way of the key through the browser
    inside = tab.evaluate(
        """() => { const input = [...document.querySelectorAll('fieldset input')], times = [];
        for (let i = 0; i < 200; i++) { const one = input[i % input.length];
          one.value = (7 * i + 1) % (+one.max + 1); const start = performance.now();
          one.dispatchEvent(new Event('input', { bubbles: true }));
          document.querySelector('svg').getBoundingClientRect(); times.push(performance.now() - start); }
        return times.sort((a, b) => a - b)[100]; }"""
    )
    frames = 41 * 61 if play_both else 61
    note = f"handler and layout {inside:.1f} ms"
    return row("explorable", frames, seconds, html, script, latency, note)


def png_stack(tab, folder):
    figure, draw = make()
    start, images = time.process_time(), []
    for x0 in PLACES:
        draw(START[0], x0)
        out = io.BytesIO()
        figure.savefig(out, format="png", dpi=192)
        images.append("data:image/png;base64," + base64.b64encode(out.getvalue()).decode())
    seconds = time.process_time() - start
    payload = json.dumps(images)
    script = "i.oninput = () => { m.src = s[i.value]; }"
    (folder / "png.html").write_text(
        f"{HEAD}<main><img id=m width=614 src='{images[30]}'></main><input id=i type=range max=60 value=30>"
        f"<script>const s = {payload};{script}</script>",
        encoding="utf-8",
    )
    tab.goto((folder / "png.html").as_uri())
    return row("PNG stack", 61, seconds, payload, 0, statistics.median(press(tab, "#i", "main")))


def jshtml(tab, folder):
    figure, draw = make()
    start = time.process_time()
    with matplotlib.rc_context({"savefig.dpi": 192, "animation.embed_limit": 100}):
        film = animation.FuncAnimation(figure, lambda x0: draw(START[0], x0), PLACES)
        payload = film.to_jshtml(default_mode="once")
    seconds = time.process_time() - start
    (folder / "jshtml.html").write_text(HEAD + payload, encoding="utf-8")
    tab.goto((folder / "jshtml.html").as_uri(), wait_until="domcontentloaded")
    tab.wait_for_function("document.querySelector('.animation img').complete")
    latency = press(tab, "input[type=range]", ".animation")
    return row("Matplotlib to_jshtml", 61, seconds, payload, 0, statistics.median(latency), "one slider; icons from elsewhere")


MARIMO = """\
import marimo
app = marimo.App()

@app.cell
def _():
    import matplotlib
    matplotlib.use("agg")
    import marimo as mo
    from benchmarks.explorable_figure import make
    figure, draw = make()
    return mo, figure, draw

@app.cell
def _(mo):
    x0 = mo.ui.slider(-6, 6, step=0.2, value=0)
    return (x0,)

@app.cell
def _(draw, figure, mo, x0):
    draw(1.5, x0.value)
    shown = mo.as_html(figure)
    return (shown,)
"""


def marimo(tab, folder):
    way = "marimo-export"
    if not importlib.util.find_spec("marimo_export"):
        return missing(way, "marimo-export")
    (folder / "notebook.py").write_text(MARIMO, encoding="utf-8")
    places = PLACES[::10].tolist()  # a state takes seconds of waiting
    spec = {
        "schema": "marimo-export.spec.v2", "default_state": "s0",
        "states": {f"s{i}": {"x0": x0} for i, x0 in enumerate(places)},
        "outputs": {"shown": {"source": {"kind": "output", "selector": "shown"}}},
    }  # fmt: skip
    (folder / "spec.json").write_text(json.dumps(spec), encoding="utf-8")
    command = ["build", "notebook.py", "--spec", "spec.json", "--output", "states", "--repository", "cache", "--timeout", "300"]
    start = os.times()
    subprocess.run(
        [Path(sys.executable).with_name("marimo-export"), *command],
        cwd=folder, env=os.environ | {"PYTHONPATH": f"{ROOT}:{ROOT / 'src'}"}, check=True, capture_output=True,
    )  # fmt: skip
    end = os.times()
    seconds = end.children_user + end.children_system - start.children_user - start.children_system
    files = b"".join(file.read_bytes() for file in sorted((folder / "states").rglob("*.json")))
    note = "its server's start among it; a file for each state, without a page: the sliders of `marimo export html` are dead"
    return row(way, len(places), seconds, files, 0, None, note)


def panel(tab, folder, kind):
    way = f"Panel, embed=True, {kind}"
    if not importlib.util.find_spec("panel"):
        return missing(way, "panel")
    import panel as pn
    from bokeh.resources import CDN, INLINE

    pn.extension()
    figure, draw = make()
    slider = pn.widgets.DiscreteSlider(name="x0", options=PLACES.tolist(), value=0.0)

    def show(x0):
        draw(START[0], x0)
        return pn.pane.Matplotlib(figure, format=kind, dpi=192, tight=False)

    view = pn.Column(slider, pn.bind(show, slider))
    start = time.process_time()
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        view.save(str(folder / "panel.html"), embed=True, max_opts=61, resources=CDN, progress=False)
    seconds = time.process_time() - start
    payload = (folder / "panel.html").read_text("utf-8")
    script = "\n".join(INLINE.js_raw)
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
        view.save(str(folder / "panel.html"), embed=True, max_opts=61, resources=INLINE, progress=False)
    tab.goto((folder / "panel.html").as_uri())
    tab.wait_for_function("window.Bokeh?.documents.length", timeout=120_000)
    tab.wait_for_timeout(3000)
    # Panel puts a new picture into a shadow root of its own: look for it without a pause.
    times = tab.evaluate(
        """async (presses) => {
        const find = (node) => { for (const e of node.querySelectorAll('*')) {
          if (/^(img|svg)$/i.test(e.tagName)) return e;
          const inside = e.shadowRoot && find(e.shadowRoot); if (inside) return inside; } };
        const soon = () => new Promise((done) => { const way = new MessageChannel();
          way.port1.onmessage = done; way.port2.postMessage(0); });
        const knob = [...Bokeh.documents[0]._all_models.values()].find((m) => m.type.includes('Slider'));
        const times = [];
        for (let i = 0; i < presses; i++) {
          const old = find(document), start = performance.now();
          knob.value = i;
          let now;
          while (!(now = find(document)) || now === old) await soon();
          await now.decode?.();
          now.getBoundingClientRect();
          times.push(performance.now() - start);
          await new Promise((done) => setTimeout(done, 100));
        }
        return times; }""",
        PRESSES,
    )
    return row(way, 61, seconds, payload, packed(script), statistics.median(times))


def plotly(tab, folder):
    if not importlib.util.find_spec("plotly"):
        return missing("Plotly frames", "plotly")
    import plotly.graph_objects as go
    from plotly.offline import get_plotlyjs
    from plotly.subplots import make_subplots

    start = time.process_time()
    figure = make_subplots(1, 2, subplot_titles=("value", "slope"))
    y, dy = values(X, START[0])

    def traces(x0):
        y0, dy0 = values(x0, START[0])
        return [
            go.Scatter(x=X, y=y), go.Scatter(x=X, y=y0 + dy0 * (X - x0)), go.Scatter(x=[x0], y=[y0]),
            go.Scatter(x=X, y=dy), go.Scatter(x=[x0], y=[dy0]),
        ]  # fmt: skip

    figure.add_traces(traces(0.0), rows=[1] * 5, cols=[1, 1, 1, 2, 2])
    figure.frames = [go.Frame(data=traces(x0), name=f"{x0:.2f}") for x0 in PLACES]
    step = {"frame": {"duration": 0, "redraw": False}, "mode": "immediate", "transition": {"duration": 0}}
    steps = [{"method": "animate", "args": [[f.name], step], "label": f.name} for f in figure.frames]
    figure.update_layout(sliders=[{"steps": steps}], width=614, height=400, template=None)
    payload = figure.to_html(include_plotlyjs=False, full_html=False, auto_play=False)
    seconds = time.process_time() - start
    script = get_plotlyjs()
    (folder / "plotly.html").write_text(f"{HEAD}<script>{script}</script>{payload}", encoding="utf-8")
    tab.goto((folder / "plotly.html").as_uri())
    tab.wait_for_selector(".js-plotly-plot .scatterlayer path")
    tab.evaluate(HARNESS)
    for i in range(PRESSES):
        tab.evaluate(
            """([name, step]) => { const start = performance.now(), plot = document.querySelector('.js-plotly-plot');
            watch([plot], () => start); Plotly.animate(plot, [name], step); }""",
            [f"{PLACES[10 + i % 40]:.2f}", step],
        )
        tab.wait_for_function("n => times.length === n", arg=i + 1, timeout=60_000)
    latency = statistics.median(tab.evaluate("times"))
    return row("Plotly frames", 61, seconds, payload, packed(script), latency, "drawn anew in Plotly")


LIVE = """\
%matplotlib inline
from ipywidgets import FloatSlider, interact
from IPython.display import display
from matplotlib import pyplot as plt
from benchmarks.explorable_figure import GAIN, PLACE, make
figure, draw = make()
plt.close(figure)
@interact(gain=FloatSlider(min=GAIN[0], max=GAIN[1], step=GAIN[2], value=1.5),
          x0=FloatSlider(min=PLACE[0], max=PLACE[1], step=PLACE[2]))
def show(gain, x0):
    draw(gain, x0)
    display(figure)
"""


@contextlib.contextmanager
def jupyterlab(folder):
    """The address of a JupyterLab of its own that serves `folder`."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    own = {f"JUPYTER_{n}_DIR": str(folder / n) for n in ("CONFIG", "DATA", "RUNTIME")}
    options = [
        "--no-browser", f"--port={port}", "--allow-root", "--IdentityProvider.token=",
        f"--ServerApp.root_dir={folder}", "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.NeverCheckForUpdate",
    ]  # fmt: skip
    server = subprocess.Popen(
        [sys.executable, "-m", "jupyterlab", *options],
        env=os.environ | own | {"PYTHONPATH": str(ROOT), "IPYTHONDIR": str(folder / "ipython")},
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        for _ in range(300):
            with contextlib.suppress(OSError):
                urllib.request.urlopen(f"http://127.0.0.1:{port}/api", timeout=5).close()
                break
            time.sleep(0.2)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(30)


def live_interact(tab, folder):
    way = "live interact in JupyterLab"
    if not importlib.util.find_spec("jupyterlab"):
        return missing(way, "jupyterlab")
    import nbformat

    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(LIVE)], metadata={"kernelspec": kernel})
    nbformat.write(notebook, folder / "live.ipynb")
    with jupyterlab(folder) as address:
        tab.goto(f"{address}/lab/tree/live.ipynb?reset")
        tab.wait_for_selector(".jp-Notebook .jp-CodeCell", timeout=60_000)
        tab.get_by_text("| Idle").wait_for(timeout=60_000)
        tab.get_by_role("menuitem", name="Run", exact=True).click()
        tab.get_by_role("menuitem", name="Run All Cells", exact=True).click()
        tab.wait_for_selector(".widget-output img", timeout=60_000)
        tab.wait_for_timeout(2000)
        latency = statistics.median(press(tab, ".noUi-handle >> nth=-1", ".widget-output"))
        tab.goto("about:blank")
    return {"way": way, "latency": latency, "note": "nothing without a kernel"}


def show(rows):
    base = {r["frames"]: r for r in rows if r["way"] == "explorable"}
    lines = [
        "| way | frames | recording, ms CPU a frame | payload KB | payload KB gzip | script KB gzip"
        " | input → frame, ms | times ours | note |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    number = lambda value, digits=1: "–" if value is None else f"{value:,.{digits}f}"  # noqa: E731
    for r in rows:
        ratio = None
        if r["way"] != "explorable" and r.get("latency"):
            ratio = r["latency"] / base[r.get("frames", 2501)]["latency"]
        kilo = {k: r[k] / 1000 if k in r else None for k in ("raw", "gz", "script")}
        lines.append(
            f"| {r['way']} | {r.get('frames', '–')} | {number(r.get('record'), 2)} | {number(kilo['raw'])} "
            f"| {number(kilo['gz'])} | {number(kilo['script'])} | {number(r.get('latency'))} "
            f"| {number(ratio)} | {r['note']} |"
        )
    print("\n".join(lines))


def alone(tab, folder, case, frames, record, function, controls):
    """One line of the second table: `record()` makes the recording, `function` is what it calls."""
    choices = {name: argument(name, spec).controls[0].values for name, spec in controls.items()}
    chosen = random.Random(0)
    settings = [{name: chosen.choice(own) for name, own in choices.items()} for _ in range(100)]
    start = time.process_time()
    for setting in settings:
        function(**setting)
        plt.close("all")
    own = (time.process_time() - start) / len(settings) * frames
    start = time.process_time()
    shown = record()
    seconds = time.process_time() - start
    html = html_of(shown)
    opened(tab, folder, html)
    late = np.percentile(press(tab, ".explorable-row input >> nth=0", "explorable-figure svg"), 95)
    return (
        f"| {case} | {frames} | {seconds:.1f} | {own / frames * 1000:.2f} | {(seconds - own) / frames * 1000:.2f} "
        f"| {packed(html) / 1000:.1f} | {late:.1f} |"
    )


def beside_drawing():
    """What a frame of the redrawn figure costs beside one drawing of it by Matplotlib, CPU of the function included."""
    controls = {"alpha": (0.1, 4.2, 0.2), "n": (1, 20, 2)}
    settings = [{"alpha": 0.1 + 0.2 * i, "n": n} for i in range(21) for n in range(1, 20, 2)]

    def frame(finish):
        start = time.process_time()
        for setting in settings:
            redraw(**setting)
            finish(plt.gcf())
            plt.close("all")
        return time.process_time() - start

    drawn = frame(lambda figure: figure.canvas.draw())
    sent = frame(lambda figure: figure.savefig(io.BytesIO(), bbox_inches="tight"))
    start = time.process_time()
    explorable.interactive(redraw, **controls)
    recorded = time.process_time() - start
    return (
        f"Of a figure drawn anew, calling and recording takes {recorded / drawn:.2f} of the CPU of calling and drawing it once "
        f"(Agg), {recorded / sent:.2f} of that with the PNG that a live `interact` sends ({len(settings)} frames)."
    )


def cases():
    yield (
        "drawn anew: autoscaled, legend and title with values",
        840,
        lambda: explorable.interactive(redraw, **SQUARE),
        redraw,
        SQUARE,
    )
    figure, draw = moved()
    yield "the same moved by setters", 840, lambda: explore(figure, **SQUARE)(draw), draw, SQUARE
    figure, draw = four()
    yield "four controls, moved by setters", 9333, lambda: explore(figure, **FOUR)(draw), draw, FOUR


def main():
    path = chromium.find()
    if path is None:
        sys.exit(chromium.ADVICE)
    contestants = [
        lambda *a: ours(*a, True), lambda *a: ours(*a, False), live_interact,
        lambda *a: panel(*a, "png"), lambda *a: panel(*a, "svg"), png_stack, jshtml, marimo, plotly,
    ]  # fmt: skip
    rows = []
    with tempfile.TemporaryDirectory() as name, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=chromium.ARGUMENTS)
        for contestant in contestants:
            tab = browser.new_page(viewport={"width": 1200, "height": 1000})
            rows.append(contestant(tab, Path(name)))
            print(".", end="", file=sys.stderr, flush=True)
            tab.close()
            plt.close("all")
        print(file=sys.stderr)
        show(rows)
        print(
            "\n| case | frames | CPU in all, s | the function itself, ms a frame | the rest, ms a frame | payload KB gzip | p95, ms |"
        )
        print("|---|---|---|---|---|---|---|")
        for case in cases():
            tab = browser.new_page(viewport={"width": 1200, "height": 1000})
            print(alone(tab, Path(name), *case), flush=True)
            tab.close()
        browser.close()
    print("\n" + beside_drawing())


if __name__ == "__main__":
    main()
