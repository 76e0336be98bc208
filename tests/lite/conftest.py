"""The JupyterLite of the built site."""

import pytest


@pytest.fixture(scope="session")
def lite_site(site):
    """The folder of the built JupyterLite; `make test-slow` builds it before the tests start."""
    folder = site / "lite"
    if not (folder / "launch.json").is_file():
        pytest.fail("JupyterLite is not built: run `make site`")
    return folder
