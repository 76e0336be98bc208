"""Sphinx extensions that make a Jupyter Book light, self-contained and findable.

``lightbook`` loads them all; each also works alone (``lightbook.mathml``, …).
"""

from pathlib import Path

PARTS = [
    "light_theme", "copy_button", "reading", "launch", "comments", "mathml", "one_script", "one_stylesheet", "page_head",
    "text_search", "versions", "strict_config", "strict_rebuild", "strict_figures", "unaltered", "execution", "first_use_links",
    "reproducible", "accessible_markup", "without_solutions",
]


STATIC = Path(__file__).parent / "static"


def add_static(app):
    """Give the pages the files of `static/`; the folder is taken once, however many parts ask for it."""
    if str(STATIC) not in app.config.html_static_path:
        app.config.html_static_path = [*app.config.html_static_path, str(STATIC)]


def setup(app):
    for part in PARTS:
        app.setup_extension(f"lightbook.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
