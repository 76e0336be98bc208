"""A pytest plugin: nbval compares the text of outputs, and leaves out what git does not keep.

git keeps `text/plain`, `text/markdown` and printed lines (see tools/notebooks.py). Pictures, HTML and widget views
are made on every run and not compared.
"""

from nbval.plugin import IPyNbCell

NOT_STORED = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json")


def pytest_collection_modifyitems(items):
    for item in items:
        if isinstance(item, IPyNbCell):
            item.parent.skip_compare = tuple(set(item.parent.skip_compare) | set(NOT_STORED))
