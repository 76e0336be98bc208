"""Pictures of one figure by Matplotlib's Agg and by our page, and how much they differ.

Both sides get the same font, the same room for text and no snapping to pixels, so that what is left of
the difference is a difference of the drawing.
"""

import io
import shutil
from pathlib import Path

import matplotlib
import numpy as np

from explorable import page

FINER = 3
SMALL, ALLOWED_SMALL = 8, 0.125  # pixels, share of full brightness
LARGE, ALLOWED_LARGE = 24, 0.04
SETTINGS = {"path.snap": False, "text.hinting": "no_hinting"}
BOXES = """svg => {
    const at = svg.getBoundingClientRect();
    return [...svg.querySelectorAll("text")].map(text => {
        const box = text.getBoundingClientRect();
        return [box.left - at.left, box.top - at.top, box.right - at.left, box.bottom - at.top];
    });
}"""


def by_agg(figure, finer=FINER):
    """The picture by Agg, with more pixels than are compared: it puts texts and markers on whole ones."""
    raw = io.BytesIO()
    figure.savefig(raw, format="rgba", dpi=96 * finer, facecolor=figure.get_facecolor())
    width = int(figure.get_size_inches()[0] * 96 * finer)
    pixels = np.frombuffer(raw.getvalue(), np.uint8).reshape(-1, width, 4)
    height, width = len(pixels) // finer, width // finer
    pixels = pixels[: height * finer, : width * finer].reshape(height, finer, width, finer, 4) / np.float32(255)
    alpha = pixels[..., 3:]
    return (pixels[..., :3] * alpha + 1 - alpha).mean(axis=(1, 3))


def page_of(figures, style, folder):
    """The file of a page that shows `figures`, HTML, in Matplotlib's own font."""
    faces = ""
    for weight, slant, file in (("400", "normal", ""), ("700", "normal", "-Bold"), ("400", "italic", "-Oblique")):
        shutil.copy(Path(matplotlib.get_data_path(), "fonts", "ttf", f"DejaVuSans{file}.ttf"), folder)
        faces += f"@font-face{{font-family:F;font-weight:{weight};font-style:{slant};src:url(DejaVuSans{file}.ttf)}}"
    (folder / "index.html").write_text(
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>t</title><style>{page.asset("player.css")}{faces}'
        f"body{{margin:0;background:#fff;color:#000;font-family:F;font-kerning:none}}{style}</style>"
        f'<script type="module">{page.asset("player.js")}</script>{"".join(figures)}</html>',
        encoding="utf-8",
    )
    return folder / "index.html"


def apart(ours, theirs, size):
    """By how much the mean colours differ, for each block of `size` pixels."""
    height, width = (-(-length // size) * size for length in ours.shape[:2])
    whole = np.zeros((height, width, 3))
    whole[: ours.shape[0], : ours.shape[1]] = ours - theirs
    return np.abs(whole.reshape(height // size, size, width // size, size, 3).mean(axis=(1, 3))).max(axis=2)


def difference(ours, texts, theirs):
    """The largest difference, in units of what is allowed.

    Small areas are compared where there is no text, larger ones everywhere: letters stand a pixel
    or so from where they were, for each is measured alone.
    """
    small = apart(ours, theirs, SMALL)
    for box in texts:
        left, top, right, bottom = (np.array(box) + [-2, -2, 2, 2]).clip(0) // SMALL
        small[int(top) : int(bottom) + 1, int(left) : int(right) + 1] = 0
    return max(small.max() / ALLOWED_SMALL, apart(ours, theirs, LARGE).max() / ALLOWED_LARGE)
