"""What the workflow runs is what the README tells a reader to run, and what it publishes is what it tested."""

import re
import tomllib
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
JOBS = yaml.safe_load((ROOT / ".github/workflows/book.yml").read_text("utf-8"))["jobs"]
LINES = [(job, step["run"]) for job, what in JOBS.items() for step in what["steps"] if "run" in step]
README = (ROOT / "README.md").read_text("utf-8")
TARGETS = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.MULTILINE))


def uses(job, action):
    return [step for step in JOBS[job]["steps"] if step.get("uses", "").startswith(action)]


@pytest.mark.parametrize("job, line", LINES)
def test_every_line_is_a_command_of_the_readme_or_of_tools(job, line):
    if make := re.fullmatch(r"make ([a-z-]+)( [A-Z]+=\S+| [A-Z]+=\$\{\{ [\w.]+ \}\})*", line):
        assert make[1] in TARGETS and f"make {make[1]}" in README
    elif module := re.fullmatch(r"python -m (tools\.\w+)", line):
        assert ROOT.joinpath(*module[1].split(".")).with_suffix(".py").is_file()
    else:
        packages = re.fullmatch(r"python -m pip install -r (\S+)", line)
        assert packages and (ROOT / packages[1]).is_file(), (
            f"{job} runs {line!r}: neither a make target, nor a tool, nor our packages"
        )


def test_continuous_integration_here_runs_the_same_commands_as_the_job_whose_site_is_published():
    script = (ROOT / ".ci/run").read_text("utf-8").splitlines()
    assert [line for line in script if line.startswith("make")] == [line for job, line in LINES if job == "site"]


def test_the_readme_s_table_has_every_make_target_and_no_other():
    told = set(re.findall(r"`make ([a-z-]+)`", README)) | {"book", "test"}
    assert told == TARGETS - {"help"}


def test_what_is_published_is_the_folder_that_the_same_job_tested():
    (kept,) = uses("site", "actions/upload-pages-artifact")
    assert kept["with"]["path"] == "_build/html"
    assert JOBS["site"]["steps"].index(kept) > max(i for i, step in enumerate(JOBS["site"]["steps"]) if "run" in step)
    assert "if" not in JOBS["site"] and "always()" not in kept["if"] and JOBS["publish"]["needs"] == "site"
    assert [step.get("uses", "").partition("@")[0] for step in JOBS["publish"]["steps"]] == ["actions/deploy-pages"]


def test_every_job_ends_by_itself_and_floating_versions_are_tried_only_by_the_calendar():
    assert all(what["timeout-minutes"] <= 60 for what in JOBS.values())
    assert JOBS["versions"]["if"] == "github.event_name == 'schedule'"
    assert not any("versions" in str(what.get("needs")) for what in JOBS.values())


def test_what_is_released_has_one_number():
    numbers = {str(yaml.safe_load((ROOT / "CITATION.cff").read_text("utf-8"))["version"])}
    for path in (ROOT / "pyproject.toml", *ROOT.glob("src/**/pyproject.toml")):
        numbers.add(tomllib.loads(path.read_text("utf-8"))["project"]["version"])
    numbers.add(re.search(r"^## \[(.+)\]", (ROOT / "CHANGELOG.md").read_text("utf-8"), re.MULTILINE)[1])
    assert len(numbers) == 1
