"""A recording as HTML that moves by itself: one SVG, its controls, its payload."""

import base64
import functools
import hashlib
import html
import io
import itertools
import json
import re
import weakref
from importlib import resources

from matplotlib import rc_context
from PIL import Image

from .svg import OWN, PER_POINT

# an ipywidgets widget: the first control that was made of it, "tangent?alpha"
_driven: weakref.WeakKeyDictionary = weakref.WeakKeyDictionary()
MARK = ("<!--explorable player-->", "<!--/explorable player-->")
NOT_RECORDED = (
    "explorable: this was shown by a live kernel and is not recorded. Execute the notebook anew: jupyter nbconvert --execute"
)
HIDDEN = '<div hidden="hidden">'  # with a value, or JupyterLab strips it


@functools.cache
def asset(name):
    """A script or style sheet of this package, without comments and indents: every figure of a notebook carries it."""
    text = resources.files(__package__).joinpath(name).read_text("utf-8")
    return re.sub(r"/\*.*?\*/\s*| // [^\n]*|^\s+", "", text, flags=re.DOTALL | re.MULTILINE)


def standalone(figure, label="", image=None):
    """`figure` for a page that has no player: with style sheet and player, between `MARK`.

    JupyterLab strips a notebook it does not trust of all but the most harmless HTML.  What is left
    then hides the remains of the figure and shows `image`, a PNG.
    """
    still = ""
    if image is not None:
        data, width, height = image
        still = (
            f'<img class="explorable-still" alt="{html.escape(label)}" width="{width}" height="{height}"'
            f' src="data:image/png;base64,{data}">'
        )
        figure = figure.replace("<div>", HIDDEN, 1)
    player = f'<style>{asset("player.css")}</style><script type="module">{asset("player.js")}</script>'
    return f"{figure}{MARK[0]}{still}{player}{MARK[1]}"


def _attributes(pairs):
    return "".join(f' {name}="{html.escape(str(value))}"' for name, value in pairs if value not in ("", None))


def _element(tag, attributes, followed=False):
    pairs = [(k, v) for k, v in attributes.items() if k != "#"]
    group = tag.lstrip("/") in ("g", "axes")
    tag = tag.replace("axes", "g")
    if tag.startswith("/"):
        return f"<{tag}>"
    if tag == "marker":
        pairs.remove(("id", name := attributes["id"]))
        box = 'markerUnits="userSpaceOnUse" markerWidth="1" markerHeight="1" overflow="visible"'
        inner = _element("path", dict(pairs), followed)
        return f'<marker id="{name}" {box}>{inner}</marker>'
    start = f"<{tag}{' data-x' if followed else ''}{_attributes(pairs)}"
    if group:
        return start + ">"
    return f"{start}>{attributes['#']}</{tag}>" if "#" in attributes else start + "/>"


def root(renderer):
    """The attributes of the SVG of a figure that depend on its size, which may change."""
    width, height = renderer.width, renderer.height
    return {
        "viewBox": f"0 0 {round(width * PER_POINT)} {round(height * PER_POINT)}",
        "width": str(round(width * 4 / 3)),
        "height": str(round(height * 4 / 3)),
    }


_ROOT = {
    "fill": "none",
    "stroke-linejoin": "round",
    "font-family": "sans-serif",
    "font-size": 10 * PER_POINT,
}


def outputs(recording, labels, index):
    """What is shown at `index`."""
    parts = []
    for unit in recording.scene.units:
        for mark in unit.marks:
            now = {name: recording.value(mark, name, index) for name in mark.attributes}
            if mark.straight:  # a curve of which two points were kept
                now["data-curve"] = "1"
            if mark.tag == "svg":
                number = unit.key[0][1]
                now |= {"role": "img", "aria-label": labels[number] if number < len(labels) else labels[0]} | _ROOT
                defs = recording.renderers[number].defs.items()
                inner = "".join(f'<{tag} id="{OWN}{name}"{more}>{shape}</{tag}>' for (tag, more, shape), name in defs)
                parts.append(_element("svg", now, mark in recording.element)[:-2] + f"><defs>{inner}</defs>")
            else:
                parts.append(_element(mark.tag, now, mark in recording.element))
    return "".join(parts)


def _row(number, control, now, dead):
    row = '<div class="explorable-row"' + (' hidden="hidden"' if dead else "") + ">"
    name, label = f"{OWN}c{number}", html.escape(control.label)
    if control.end:  # the player says it in the page's language
        label += f' <span data-word="{control.end}"></span>'
    texts = [control.readout(i) for i in range(len(control.values))]
    keep = 'autocomplete="off"'
    if control.kind == "checkbox":
        on = " checked" if now else ""
        field = f'<label><input type="checkbox" id="{name}"{on}> {label}</label>'
        return f"{row}<span></span>{field}</div>"
    if control.kind == "radio":  # the player names them: two figures alike on a page would be one group
        choices = "".join(
            f'<label><input type="radio" value="{i}"{" checked" if i == now else ""}> {html.escape(text)}</label>'
            for i, text in enumerate(texts)
        )
        return f'{row}<span id="{name}">{label}</span><div role="radiogroup" aria-labelledby="{name}">{choices}</div></div>'
    head = f'{row}<label for="{name}">{label}</label>'
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


def figure(recording, label, index=None):
    """`recording` as HTML without a player, showing the values at `index` (or the start values)."""
    index = recording.start if index is None else tuple(index)
    name = _name(recording.update)
    body = outputs(recording, [label, *recording.descriptions[1:]], index)
    if recording.controls:
        dead = recording.dead()
        rows = "".join(_row(*row, axis in dead) for axis, row in enumerate(zip(itertools.count(), recording.controls, index)))
        body += f'<fieldset disabled>{rows}<div class="explorable-tools"></div></fieldset>'
        templates = {one: i for i, one in enumerate(dict.fromkeys(t for channel in recording.channels for t in channel["t"]))}
        payload = {
            "shape": recording.shape,
            "start": recording.start,
            "shown": index,
            "texts": [[c.readout(i) for i in range(len(c.values))] if c.kind == "range" else None for c in recording.controls],
            "play": next((i for i, c in enumerate(recording.controls) if c.play), None),
            "names": [c.name for c in recording.controls],
            "words": [c.words() for c in recording.controls],
            "thin": recording.thin,
            "templates": list(templates),
            "channels": [channel | {"t": [templates[t] for t in channel["t"]]} for channel in recording.channels],
        }
        if any(follow := _follow(recording.controls, name)):
            payload["follow"] = follow
        data = json.dumps(payload, ensure_ascii=False, separators=(",", ":"))
        body += '<script type="application/json">' + data.replace("<", "\\u003c") + "</script>"
    own = "explorable-" + hashlib.sha256(body.encode()).hexdigest()[:10]
    body = body.replace(OWN, f"{own}-")
    return f"<explorable-figure{_attributes([('id', own), ('data-name', name)])}><div>{body}</div></explorable-figure>"


def picture(fig):
    """`fig` on white, at twice its size, as an image of Pillow's, and its size in CSS pixels."""
    raw = io.BytesIO()
    with rc_context({"savefig.bbox": None, "savefig.transparent": False}):
        look = {"facecolor": fig.get_facecolor(), "edgecolor": fig.get_edgecolor()}
        fig.savefig(raw, format="png", dpi=96 * 2, pil_kwargs={"compress_level": 0}, **look)
    drawn = Image.open(raw)
    image = Image.new("RGB", drawn.size, "white")
    image.paste(drawn, mask=drawn)
    return image, tuple(round(length * 96) for length in fig.get_size_inches())


def png(pictures, scale):
    """Pictures under each other, at `scale` (1 or 2) times their size, as ``(base64, width, height)`` in CSS pixels."""
    images, sizes = zip(*pictures)
    if scale == 1:
        images = [one.reduce(2) for one in images]
    size = max(one.width for one in images), sum(one.height for one in images)
    image, packed, top = Image.new("RGB", size, "white"), io.BytesIO(), 0
    for one in images:
        image.paste(one, (0, top))
        top += one.height
    if image.getcolors(8192):  # a drawing: 256 colours will do, and the file is half as large; a photograph is kept whole
        image = image.quantize(256, dither=Image.Dither.NONE)
    image.save(packed, "PNG")
    widths, heights = zip(*sizes)
    return base64.b64encode(packed.getvalue()).decode(), max(widths), sum(heights)
