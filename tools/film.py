"""Film the moving figure of a notebook for a README: `python -m tools.film examples/fourier.ipynb docs/explorable.gif`.

The first slider goes from its first value to its last, then the first checkbox is ticked. What is filmed is what a
reader sees: the figure's own HTML, without a kernel, in Chromium.
"""

import argparse
import io
import os
import sys
from pathlib import Path

import nbformat
from PIL import Image
from playwright.sync_api import sync_playwright

from tools import browser
from tools.notebooks import execute

SIZE = {"width": 600, "height": 460}
FRAME, REST = 160, 1600  # milliseconds
COLOURS = 32
PAGE = (
    '<!doctype html><html lang="ja"><meta charset="utf-8"><title>film</title>'
    '<body style="margin: 8px; background: #fff; font-family: sans-serif">{}</body></html>'
)


def moving_figure(path: Path) -> str:
    """The HTML of the first moving figure that the notebook makes."""
    notebook = nbformat.read(path, as_version=4)
    execute(notebook, path.parent)
    shown = [output.get("data", {}).get("text/html", "") for cell in notebook.cells for output in cell.get("outputs", [])]
    for html in shown:
        if "<explorable-figure" in html and "<fieldset" in html:
            return html
    raise SystemExit(f"{path}: no cell shows a moving figure")


def film(html: str) -> tuple[list[Image.Image], list[int]]:
    """The pictures, and how long each stays, in milliseconds."""
    pictures, durations = [], []
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=browser.find(), args=browser.ARGUMENTS)
        page = chromium.new_page(viewport=SIZE)
        page.set_content(PAGE.format(html))
        page.wait_for_selector("fieldset:not([disabled])")

        def shoot(duration):
            pictures.append(Image.open(io.BytesIO(page.screenshot())).convert("RGB"))
            durations.append(duration)

        slider = page.locator("input[type=range]").first
        slider.press("Home")
        shoot(REST // 2)
        while slider.input_value() != slider.get_attribute("max"):
            slider.press("ArrowRight")
            shoot(FRAME)
        durations[-1] = REST
        if box := page.query_selector("input[type=checkbox]"):
            box.check()
            shoot(REST)
        chromium.close()
    return pictures, durations


def save(pictures: list[Image.Image], durations: list[int], path: Path) -> None:
    """Write an animated GIF; all its pictures share one palette, or what rests would flicker."""
    width, height = pictures[0].size
    strip = Image.new("RGB", (width, height * len(pictures)))
    for number, picture in enumerate(pictures):
        strip.paste(picture, (0, height * number))
    palette = strip.quantize(COLOURS, dither=Image.Dither.NONE)
    first, *others = (picture.quantize(palette=palette, dither=Image.Dither.NONE) for picture in pictures)
    unfinished = path.with_suffix(".tmp")
    first.save(unfinished, format="GIF", save_all=True, append_images=others, duration=durations, loop=0)
    os.replace(unfinished, path)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("notebook", type=Path)
    parser.add_argument("picture", type=Path, help="an animated GIF")
    asked = parser.parse_args()
    pictures, durations = film(moving_figure(asked.notebook))
    save(pictures, durations, asked.picture)
    print(f"{asked.picture}: {len(pictures)} pictures, {asked.picture.stat().st_size / 1000:.0f} KB")
    return 0


if __name__ == "__main__":
    sys.exit(main())
