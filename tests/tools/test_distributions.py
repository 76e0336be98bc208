"""Three distributions for three audiences: the subject, the figures that keep moving, the book. Each package is in one."""

import shutil
import subprocess
import sys
import tomllib
import zipfile
from email.parser import BytesParser
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from tools.lite import OWN

ROOT = Path(__file__).resolve().parents[2]
PROJECTS = {name: tomllib.loads((ROOT / place / "pyproject.toml").read_text("utf-8"))["project"] for name, place in OWN.items()}


NOT_PACKED = ("LICENSE", "pyproject.toml", "ruff.toml")


def packed_files():
    """What belongs into a wheel, as git knows it: {name in the wheel: content}."""
    known = subprocess.run(["git", "ls-files", "src"], cwd=ROOT, capture_output=True, text=True, check=True).stdout.split()
    return {name.removeprefix("src/"): (ROOT / name).read_bytes() for name in known if Path(name).name not in NOT_PACKED}


def names(requirements):
    return {canonicalize_name(Requirement(one).name) for one in requirements}


@pytest.fixture(scope="module")
def checkout(tmp_path_factory):
    """The files that the wheels are built of, all of them known to git."""
    folder = tmp_path_factory.mktemp("checkout")
    for name in ("pyproject.toml", ".gitignore", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, folder)
    shutil.copytree(ROOT / "src", folder / "src", ignore=shutil.ignore_patterns("__pycache__", "build", "*.egg-info"))
    subprocess.run(["git", "init", "--quiet"], cwd=folder, check=True)
    subprocess.run(["git", "add", "."], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="module")
def wheels(checkout, tmp_path_factory):
    """What is in the wheels that pip builds in place, one after the other, without asking the network: {name: {file: content}}."""
    folder = tmp_path_factory.mktemp("wheels")
    offline = ["--quiet", "--no-deps", "--no-index", "--no-build-isolation", "--wheel-dir", folder]
    pip = [sys.executable, "-m", "pip", "wheel", *offline, *(checkout / place for place in OWN.values())]
    subprocess.run(pip, check=True, capture_output=True, text=True)
    found = {}
    for path in folder.glob("*.whl"):
        with zipfile.ZipFile(path) as archive:
            found[canonicalize_name(path.name.partition("-")[0])] = {name: archive.read(name) for name in archive.namelist()}
    return found


def metadata(wheel):
    return BytesParser().parsebytes(next(content for name, content in wheel.items() if name.endswith(".dist-info/METADATA")))


def test_each_package_is_in_one_wheel_with_all_its_files(wheels):
    folders = {name: {file.partition("/")[0] for file in wheel if ".dist-info/" not in file} for name, wheel in wheels.items()}
    assert folders == {
        "hidden-layer": {"hidden_layer"},
        "explorable": {"explorable"},
        "hidden-layer-book": {"hidden_layer_book", "lightbook", "quiz"},
    }
    packed = {file: content for wheel in wheels.values() for file, content in wheel.items()}
    assert {file: packed.get(file) for file in packed_files()} == packed_files()


def test_building_them_leaves_git_nothing_to_say(wheels, checkout):
    assert (checkout / "src/build").is_dir() and (checkout / "src/explorable/build").is_dir()
    unknown = ["git", "ls-files", "--others", "--exclude-standard"]
    assert subprocess.run(unknown, cwd=checkout, capture_output=True, text=True, check=True).stdout == ""


def test_the_subject_alone_asks_for_numpy_and_scipy(wheels):
    needed = [one for one in map(Requirement, metadata(wheels["hidden-layer"]).get_all("Requires-Dist")) if one.marker is None]
    assert {one.name for one in needed} == {"numpy", "scipy"}


def test_all_have_the_licence_of_the_code_and_ask_for_one_python(wheels):
    for wheel in wheels.values():
        assert metadata(wheel)["License-Expression"] == "MIT" and metadata(wheel)["Requires-Python"] == ">=3.11"
        assert [content for name, content in wheel.items() if name.endswith("/LICENSE")] == [(ROOT / "LICENSE").read_bytes()]


def test_the_pins_are_complete_and_in_the_ranges():
    lines = [line for line in (ROOT / "requirements.txt").read_text("utf-8").splitlines() if not line.startswith("#")]
    assert lines[:3] == ["-e .", "-e ./src/explorable", "-e ./src[site]"]
    pins = {}
    for one in map(Requirement, lines[3:]):
        pins.setdefault(canonicalize_name(one.name), []).append(str(one.specifier).removeprefix("=="))
    for project in PROJECTS.values():
        extras = project.get("optional-dependencies", {})
        for one in map(Requirement, [*project["dependencies"], *extras.get("experiments", []), *extras.get("site", [])]):
            if one.name not in OWN:
                assert all(one.specifier.contains(version) for version in pins[canonicalize_name(one.name)]), one


# What a notebook on Colab finds installed.
COLAB = {"numpy", "scipy", "scikit-learn", "joblib", "threadpoolctl", "tqdm", "matplotlib", "ipywidgets", "pillow", "pyyaml"}


def test_the_first_cell_on_colab_installs_all_that_the_chapters_run_with_and_colab_lacks():
    cell = yaml.safe_load((ROOT / "_config.yml").read_text("utf-8"))["sphinx"]["config"]["launch_first_cell"]
    assert cell.startswith("%pip install -q --no-deps ")
    places = {"git+{repository}", *(f"git+{{repository}}#subdirectory={place}" for place in OWN.values() if place != ".")}
    declared = names(
        [
            *(one for project in PROJECTS.values() for one in project["dependencies"]),
            *PROJECTS["hidden-layer"]["optional-dependencies"]["experiments"],
        ]
    )
    assert set(cell.split()[4:]) == places | declared - COLAB - set(OWN) | {"psygnal"}  # the last for anywidget
