"""A pytest plugin for `make mutate`: while mutmut notes which test calls what, every test builds its own fixtures.

A fixture that tests share calls its functions only in the first of them; mutmut would not know the others. What tests
of Sphinx extensions import late is imported here, once for all mutants.
"""

import os

import myst_nb.sphinx_ext  # noqa: F401
import sphinx.testing.util  # noqa: F401
from _pytest.scope import Scope


def pytest_collection_modifyitems(items) -> None:
    """Give every fixture of tests/ the scope of a function."""
    if os.environ.get("MUTANT_UNDER_TEST") != "stats":
        return
    for item in items:
        for definitions in item._fixtureinfo.name2fixturedefs.values():
            for definition in definitions:
                if definition.baseid.startswith("tests"):
                    definition._scope = Scope.Function
