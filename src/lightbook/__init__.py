"""The Sphinx extensions of this site, by concern; ``lightbook`` loads them all."""

PARTS = [
    "mathematics",
    "theme",
    "reading",
    "glossary",
    "launching",
    "comments",
    "assets",
    "search",
    "offline",
    "execution",
    "strictness",
]


def setup(app):
    for part in PARTS:
        app.setup_extension(f"{__name__}.{part}")
    return {"parallel_read_safe": True, "parallel_write_safe": True}
