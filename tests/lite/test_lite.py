"""How `make lite` finds what the chapters need: packages and wheels."""

import zipfile
from hashlib import sha256
from pathlib import Path

import pytest

from tools import lite
from tools.browser import served


def package(name, version, file_name, depends=(), sha256=""):
    """An entry of Pyodide's lock."""
    return {"version": version, "file_name": file_name, "imports": [name], "depends": depends, "sha256": sha256}


NUMPY = package("numpy", "2.4.6", "numpy-2.4.6-cp314-cp314-pyemscripten_2026_0_wasm32.whl", [], sha256(b"numpy").hexdigest())
LOCK = {
    "info": {"python": "3.14.2"},
    "packages": {
        "numpy": NUMPY,
        "prompt-toolkit": package("prompt_toolkit", "3", "prompt_toolkit-3-py3-none-any.whl", ["wcwidth"]),
        "wcwidth": package("wcwidth", "1", "wcwidth-1-py2.py3-none-any.whl"),
        "ipython": package("IPython", "9", "ipython-9-py3-none-any.whl", ["prompt_toolkit"]),
    },
}


def test_dependencies_are_found_however_their_names_are_written():
    assert lite.closure(["ipython"], LOCK) == ["ipython", "prompt-toolkit", "wcwidth"]


def test_pins_are_those_for_the_python_of_the_browser(tmp_path):
    (tmp_path / "requirements.txt").write_text(
        "# comment\n-e .\nnumpy==2.4.6 ; python_full_version < '3.12'\nnumpy==2.5.5 ; python_full_version >= '3.12'\n"
        "pexpect==4.9.0 ; sys_platform != 'emscripten' and sys_platform != 'win32'\nPyYAML==6.0.3\n"
    )
    assert lite.pins(LOCK, tmp_path) == {"numpy": "2.5.5", "pyyaml": "6.0.3"}


# Wheels


def wheel(folder, name="one-1.0-py3-none-any.whl", requires=()):
    """A wheel that says what it requires."""
    path = Path(folder, name)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("one/__init__.py", "")
        archive.writestr("beside.py", "")
        archive.writestr("one-1.0.data/data/share/script.py", "")
        archive.writestr("one-1.0.dist-info/METADATA", "\n".join(["Name: one", *(f"Requires-Dist: {one}" for one in requires)]))
    return path


def test_a_wheel_requires_what_it_does_in_the_browser(tmp_path):
    requires = [
        "Type_Ext>=4",
        "watch; extra == 'dev'",
        "winpty; sys_platform == 'win32'",
        "wasm; sys_platform == 'emscripten'",
        "jupyterlab_widgets~=3.0",
    ]
    assert lite.depends_of(wheel(tmp_path, requires=requires), LOCK) == ["type-ext", "wasm"]


def test_what_our_wheels_require_of_each_other_with_an_extra_is_in_the_lock(tmp_path):
    (tmp_path / "requirements.txt").write_text("")
    ours = {"subject": ["numpy", "ipython; extra == 'shell'", "sphinx; extra == 'site'"], "book": ["subject[shell]"]}
    own = {name: wheel(tmp_path, f"{name}-1.0-py3-none-any.whl", requires) for name, requires in ours.items()}
    pure = {
        "packages": {name: package | {"file_name": f"{name}-1-cp314.whl"} for name, package in LOCK["packages"].items()}
        | {name: NUMPY for name in ("comm", "jedi", "micropip")}
    }  # nothing to download
    packages = lite.complete(LOCK | pure, own, tmp_path, tmp_path)["packages"]
    assert packages["subject"]["depends"] == ["ipython", "numpy"] and packages["book"]["depends"] == ["subject"]


def test_a_requirement_that_neither_the_lock_nor_the_pins_have_is_named(tmp_path):
    (tmp_path / "requirements.txt").write_text("")
    with pytest.raises(lite.LiteError, match="far, near: neither Pyodide's lock nor requirements.txt has it"):
        lite.complete(
            LOCK | {"packages": {name: NUMPY for name in lite.KERNEL}},
            {"one": wheel(tmp_path, requires=["near", "far>=2"])},
            tmp_path,
            tmp_path,
        )


def test_an_entry_of_the_lock_names_what_can_be_imported(tmp_path):
    path = wheel(tmp_path)
    made = lite.entry("one", path, ["numpy"])
    assert made["imports"] == ["beside", "one"] and made["sha256"] == sha256(path.read_bytes()).hexdigest()
    assert made["version"] == "1.0" and made["depends"] == ["numpy"]


@pytest.fixture
def server(tmp_path):
    """The address of a server, and the file that it has for NumPy's wheel."""
    (tmp_path / "far").mkdir()
    with served(tmp_path / "far") as address:
        yield address.rstrip("/"), tmp_path / "far" / NUMPY["file_name"]


def test_a_wheel_is_fetched_once_and_checked_and_one_that_is_damaged_anew(server, tmp_path):
    address, there = server
    there.write_bytes(b"numpy")
    kept = tmp_path / "kept" / NUMPY["file_name"]
    kept.parent.mkdir()
    kept.write_bytes(b"numpz")
    for _ in range(2):
        assert lite.compiled_wheel(NUMPY, "fetch", address, kept.parent).read_bytes() == b"numpy"
        there.unlink(missing_ok=True)


@pytest.mark.parametrize(
    "answer, message",
    [
        (b"numpz", "is not the file that Pyodide's lock means: sha256 .*, expected " + NUMPY["sha256"]),
        (None, "cannot be had: HTTP Error 404"),
    ],
)
def test_a_wheel_that_is_not_the_locks_is_refused_and_leaves_nothing(server, tmp_path, answer, message):
    address, there = server
    if answer:
        there.write_bytes(answer)
    with pytest.raises(lite.LiteError, match=message) as caught:
        lite.compiled_wheel(NUMPY, "fetch", address, tmp_path / "kept")
    assert NUMPY["file_name"] in str(caught.value)
    assert not (tmp_path / "kept").exists()


def test_a_server_that_is_not_there_is_named(tmp_path):
    with pytest.raises(lite.LiteError, match="http://127.0.0.1:9/full/numpy.* cannot be had"):
        lite.compiled_wheel(NUMPY, "fetch", "http://127.0.0.1:9/full", tmp_path)


def test_wheels_come_from_a_folder_and_are_checked(tmp_path):
    source, kept = tmp_path / "source", tmp_path / "kept"
    source.mkdir()
    with pytest.raises(lite.LiteError, match=f"this folder lacks {NUMPY['file_name']}, other.whl"):
        lite.compiled_wheels([NUMPY, {"file_name": "other.whl"}], str(source), "", kept)
    (source / NUMPY["file_name"]).write_bytes(b"numpz")
    with pytest.raises(lite.LiteError, match="is not the file"):
        lite.compiled_wheel(NUMPY, str(source), "", kept)
    assert not kept.exists()
    (source / NUMPY["file_name"]).write_bytes(b"numpy")
    assert [path.read_bytes() for path in lite.compiled_wheels([NUMPY], str(source), "", kept)] == [b"numpy"]


def test_a_wrong_source_of_wheels_is_refused_before_anything_is_built(tmp_path, capsys):
    assert lite.main(["--wheels", "fetsch"]) == 1
    assert "expected fetch, or a folder with wheels; 'fetsch' is neither" in capsys.readouterr().err


def test_what_is_not_on_the_site_keeps_the_address_of_pyodides_server():
    packages = {name: dict(package) for name, package in LOCK["packages"].items()}
    lite.address(packages, {"ipython-9-py3-none-any.whl"}, "https://far.example/full")
    assert packages["ipython"]["file_name"] == "ipython-9-py3-none-any.whl"
    assert packages["numpy"]["file_name"] == f"https://far.example/full/{NUMPY['file_name']}"


def test_a_folder_replaces_another_whole(tmp_path):
    new, old = tmp_path / "work/new", tmp_path / "site/lite"
    for folder in (new, old):
        folder.mkdir(parents=True)
        (folder / folder.name).touch()
    lite.replace_folder(new, old)
    assert [path.name for path in old.iterdir()] == ["new"]
    assert [path.name for path in old.parent.iterdir()] == ["lite"]
