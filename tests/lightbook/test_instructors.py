"""The page for instructors names only what is there."""

import re
from pathlib import Path

import pytest

from tests import instructors
from tools import lite

ROOT = Path(__file__).resolve().parents[2]


def test_every_command_is_one_of_the_makefile():
    targets = set(re.findall(r"^([\w-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    named = set(re.findall(r"\bmake (\w+)", instructors.text()))
    assert {"book", "lite", "exercises"} <= named <= targets


@pytest.mark.site
def test_every_file_is_in_the_repository_or_in_the_site(site):
    named = {name for name in re.findall(r"`([^`\s]+)`", instructors.text()) if re.fullmatch(r"\.?[\w-]+(/[\w./-]*|\.\w+)", name)}
    assert {"_static/", "_config.yml", "_build/html"} <= named
    assert [
        name
        for name in sorted(named)
        if not any((folder / name).exists() for folder in (ROOT, site)) and name != f"{lite.OUTPUT.name}/"
    ] == []


def test_the_two_policies_are_found():
    assert [policy.partition(";")[0] for policy in instructors.policies()] == ["default-src 'self'"] * 2
