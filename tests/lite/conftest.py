"""The JupyterLite of the built site."""

import os

import pytest


@pytest.fixture(scope="session")
def lite_site(site):
    """The folder of the built JupyterLite."""
    folder = site / "lite"
    if not (folder / "launch.json").is_file():
        reason = "JupyterLite is not built: `make lite` builds it"
        if os.environ.get("CI"):
            pytest.fail(reason)   # under CI a check that is not made counts as one that failed
        pytest.skip(reason)
    return folder
