"""The packages that only experiments need: installed with the extra `experiments`, imported where they are used."""

from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def imported_from(package: str) -> Iterator[None]:
    """Around the import of a module of `package`: if that is not installed, the error says what brings it."""
    try:
        yield
    except ModuleNotFoundError as error:
        way = "pip install 'hidden-layer[experiments]', or '.[experiments]' in a checkout of the book"
        raise ModuleNotFoundError(f"{package} is needed here and is not installed: {way}", name=error.name) from None
