"""A recording as HTML that moves by itself: one SVG, its controls, its payload."""

import base64
import functools
import hashlib
import html
import io
import itertools
import json
import re
import struct
import weakref
import zlib
from importlib import resources

import numpy as np
from matplotlib import rc_context

from .svg import OWN, PER_POINT

# an ipywidgets widget: the first control that was made of it, "tangent?alpha"
_driven: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
MARK = ("<!--explorable player-->", "<!--/explorable player-->")
HIDDEN = '<div hidden="hidden">'  # with a value, or JupyterLab strips it


@functools.cache
def asset(name):
    """A script or style sheet of this package, without comments and indents: every figure of a notebook carries it."""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return re.sub(r"/\*.*?\*/\s*| // [^\n]*|^\s+", "", text, flags=re.DOTALL | re.MULTILINE)


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
            if mark.straight:  # a curve of which two points were kept
                now["data-curve"] = "1"
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


def _name(update):
    """How links call the figure that `update` moves: by its name, if it has one."""
    name = getattr(getattr(update, "func", update), "__name__", "")
    return name if name.isidentifier() else ""


def _follow(controls, name):
    """For each control the one that it moves with, because both were made of one widget."""
    if not name:
        return [None for c in controls]
    places = [f"{name}?{c.name}" for c in controls]
    first = [_driven.setdefault(c.widget, place) if c.widget else place for c, place in zip(controls, places)]
    return [other if other != place else None for other, place in zip(first, places)]


def figure(recording, label, play=None, index=None):
    """`recording` as HTML without a player, showing the values at `index` (or the start values)."""
    index = recording.start if index is None else tuple(index)
    name = _name(recording.update)
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
            "names": [c.name for c in recording.controls],
            "words": [c.words() for c in recording.controls],
            "channels": recording.channels,
        }
        if any(follow := _follow(recording.controls, name)):
            payload["follow"] = follow
        data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        body += '<script type="application/json">' + data.replace("<", "\\u003c") + "</script>"
    own = "explorable-" + hashlib.sha256(body.encode()).hexdigest()[:10]
    body = body.replace(OWN, f"{own}-")
    return f"<explorable-figure{_attributes([('id', own), ('data-name', name)])}><div>{body}</div></explorable-figure>"


def png(fig, scale):
    """`fig` on white, `scale` times its size, as ``(base64, width, height)`` in CSS pixels."""
    raw = io.BytesIO()
    with rc_context({"savefig.bbox": None, "savefig.transparent": False}):
        fig.savefig(raw, format="rgba", dpi=96 * scale, facecolor=fig.get_facecolor(), edgecolor=fig.get_edgecolor())
    width, height = np.rint(fig.get_size_inches() * 96).astype(int).tolist()
    # savefig rounds the size its own way: find it from the number of pixels
    pixels = np.frombuffer(raw.getvalue(), np.uint8).reshape(-1, 4)
    alpha = pixels[:, 3:].astype(np.uint16)
    pixels = ((pixels[:, :3] * alpha + 255 * (255 - alpha)) // 255).astype(np.uint8)
    columns = int(fig.get_size_inches()[0] * 96 * scale)
    data = _png(pixels.reshape(-1, columns, 3))
    return base64.b64encode(data).decode(), width, height


def _png(rgb):
    """A PNG of an RGB image.

    A drawing has few colours but for the shades of its edges: the 256 commonest make a palette,
    the rest become the nearest of them, and the file is half as large.  A photograph is kept whole.
    """
    height, width = rgb.shape[:2]
    numbers = rgb.astype(np.uint32) @ np.uint32([65536, 256, 1])
    colours, pixels, counts = np.unique(numbers, return_inverse=True, return_counts=True)
    palette = b""
    rows = rgb.reshape(height, -1)
    if len(colours) <= 8192:
        triples = colours.astype(">u4").view(np.uint8).reshape(-1, 4)[:, 1:]
        chosen = triples[np.argsort(-counts, kind="stable")[:256]]
        far = triples.astype(np.int32)[:, None] - chosen.astype(np.int32)
        rows = np.square(far).sum(axis=2).argmin(axis=1)[pixels].reshape(height, width)
        palette = chosen.tobytes()
    rows = np.pad(rows.astype(np.uint8), ((0, 0), (1, 0)))  # each row begins with its filter, none

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 3 if palette else 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + (chunk(b"PLTE", palette) if palette else b"")
        + chunk(b"IDAT", zlib.compress(rows.tobytes(), 9))
        + chunk(b"IEND", b"")
    )
