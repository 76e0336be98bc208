"""How nbval compares our notebooks: `pytest --nbval index.ipynb chapters examples`.

git keeps `text/plain`, `text/markdown` and printed lines (see tools/notebooks.py). Pictures, HTML and widget views
are made on every run and not compared.
"""

import os

import tools  # noqa: F401  the kernels get the processor's features that it asks for

NOT_STORED = ("text/html", "image/svg+xml", "image/png", "image/jpeg", "application/vnd.jupyter.widget-view+json")


def pytest_configure():
    os.environ.setdefault("TQDM_DISABLE", "1")  # a kernel's progress bars are not stored either
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # as in the book's build


def pytest_collection_modifyitems(items):
    for item in items:
        if hasattr(item.parent, "skip_compare"):  # one of nbval's cells
            item.parent.skip_compare = tuple({*item.parent.skip_compare, *NOT_STORED})
