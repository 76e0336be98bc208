"""A recording as HTML that moves by itself: one SVG, its controls, its payload."""

import base64
import functools
import hashlib
import html
import io
import itertools
import json
from importlib import resources

import numpy as np
from matplotlib import rc_context
from PIL import Image

from .svg import OWN, PER_POINT

MARK = ("<!--explorable player-->", "<!--/explorable player-->")
HIDDEN = '<div hidden="hidden">'  # with a value, or JupyterLab strips it


@functools.cache
def asset(name):
    """The text of a file of this package."""
    return resources.files(__package__).joinpath(name).read_text("utf-8")


def standalone(figure, label, image):
    """`figure` for a page that has no player: with style sheet and player, between `MARK`.

    JupyterLab strips a notebook it does not trust of all but the most harmless HTML.  What is left
    then hides the remains of the figure and shows `image`, a PNG.
    """
    data, width, height = image
    figure = figure.replace("<div>", HIDDEN, 1)
    return (
        f'{figure}{MARK[0]}<img class="explorable-still"'
        f' alt="{html.escape(label)}" width="{width}" height="{height}"'
        f' src="data:image/png;base64,{data}"><style>{asset("player.css")}</style>'
        f'<script type="module">{asset("player.js")}</script>{MARK[1]}'
    )


def _attributes(pairs):
    return "".join(f' {name}="{html.escape(str(value))}"' for name, value in pairs if value not in ("", None))


def _element(tag, attributes, followed=False):
    pairs = [(k, v) for k, v in attributes.items() if k != "#"]
    if tag == "/g":
        return "</g>"
    if tag == "marker":
        pairs.remove(("id", name := attributes["id"]))
        box = 'markerUnits="userSpaceOnUse" markerWidth="1" markerHeight="1" overflow="visible"'
        inner = _element("path", dict(pairs), followed)
        return f'<marker id="{name}" {box}>{inner}</marker>'
    start = f"<{tag}{' data-x' if followed else ''}{_attributes(pairs)}"
    if tag == "g":
        return start + ">"
    return f"{start}>{attributes['#']}</{tag}>" if "#" in attributes else start + "/>"


def svg(recording, label, index):
    """The figure at `index`."""
    width, height = (round(v * PER_POINT) for v in (recording.width, recording.height))
    parts = []
    for kind, *item in recording.drawing:
        if kind == "static":
            parts.append(_element(*item))
            continue
        for mark in item[0].marks:
            now = {name: recording.value(track, index) for name, track in mark.attributes.items()}
            parts.append(_element(mark.tag, now, mark in recording.element))
    defs = "".join(
        f'<{tag} id="{OWN}{name}"{more}>{shape}</{tag}>' for (tag, more, shape), name in recording.renderer.defs.items()
    )
    root = {
        "viewBox": f"0 0 {width} {height}",
        "width": round(recording.width * 4 / 3),
        "height": round(recording.height * 4 / 3),
        "role": "img",
        "aria-label": label,
        "fill": "none",
        "stroke-linejoin": "round",
        "font-family": "sans-serif",
        "font-size": 10 * PER_POINT,
    }
    return f"<svg{_attributes(root.items())}><defs>{defs}</defs>{''.join(parts)}</svg>"


def _row(number, control, now):
    name, label = f"{OWN}c{number}", html.escape(control.label)
    texts = [control.readout(i) for i in range(len(control.values))]
    keep = 'autocomplete="off"'
    if control.kind == "checkbox":
        on = " checked" if now else ""
        field = f'<label><input type="checkbox" id="{name}"{on}> {label}</label>'
        return f'<div class="explorable-row"><span></span>{field}</div>'
    if control.kind == "radio":  # the player names them: two figures alike on a page would be one group
        choices = "".join(
            f'<label><input type="radio" value="{i}"{" checked" if i == now else ""}> {html.escape(text)}</label>'
            for i, text in enumerate(texts)
        )
        return (
            f'<div class="explorable-row"><span id="{name}">{label}</span>'
            f'<div role="radiogroup" aria-labelledby="{name}">{choices}</div></div>'
        )
    head = f'<div class="explorable-row"><label for="{name}">{label}</label>'
    if control.kind == "select":
        choices = "".join(
            f'<option value="{i}"{" selected" if i == now else ""}>{html.escape(text)}</option>' for i, text in enumerate(texts)
        )
        return f'{head}<select {keep} id="{name}">{choices}</select></div>'
    text = html.escape(texts[now])
    return (
        f'{head}<input type="range" {keep} id="{name}" min="0" max="{len(texts) - 1}" '
        f'value="{now}" aria-valuetext="{text}"><output for="{name}">{text}</output></div>'
    )


def figure(recording, label, play=None, index=None):
    """`recording` as HTML without a player, showing the values at `index` (or the start values)."""
    index = recording.start if index is None else tuple(index)
    body = svg(recording, label, index)
    if recording.controls:
        rows = "".join(map(_row, itertools.count(), recording.controls, index))
        body += f'<fieldset disabled>{rows}<div class="explorable-tools"></div></fieldset>'
        payload = {
            "shape": recording.shape,
            "start": recording.start,
            "shown": index,
            "texts": [[c.readout(i) for i in range(len(c.values))] if c.kind == "range" else None for c in recording.controls],
            "play": next((i for i, c in enumerate(recording.controls) if c.name == play), None),
            "channels": recording.channels,
        }
        data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        body += '<script type="application/json">' + data.replace("<", "\\u003c") + "</script>"
    name = "explorable-" + hashlib.sha256(body.encode()).hexdigest()[:10]
    body = body.replace(OWN, f"{name}-")
    return f'<explorable-figure id="{name}"><div>{body}</div></explorable-figure>'


def png(fig, scale):
    """`fig` on white, `scale` times its size, as ``(base64, width, height)`` in CSS pixels."""
    raw, packed = io.BytesIO(), io.BytesIO()
    with rc_context({"savefig.bbox": None, "savefig.transparent": False}):
        look = {"facecolor": fig.get_facecolor(), "edgecolor": fig.get_edgecolor()}
        fig.savefig(raw, format="png", dpi=96 * scale, pil_kwargs={"compress_level": 0}, **look)
    drawn = Image.open(raw)
    image = Image.new("RGB", drawn.size, "white")
    image.paste(drawn, mask=drawn)
    if image.getcolors(8192):  # a drawing: 256 colours will do, and the file is half as large; a photograph is kept whole
        image = image.quantize(256, dither=Image.Dither.NONE)
    image.save(packed, "PNG", optimize=True)
    width, height = np.rint(fig.get_size_inches() * 96).astype(int).tolist()
    return base64.b64encode(packed.getvalue()).decode(), width, height
