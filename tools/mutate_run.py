"""A pytest plugin for `make mutate`: the tests are collected and run once, then a fork per mutant runs those it concerns.

While they run the first time it is noted which test calls which mutated function and how long it takes. Each test
builds its own fixtures and finds the caches empty: else only the first would call what they share.
"""

import collections
import contextlib
import functools
import importlib
import json
import os
import pickle
import resource
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import hypothesis
import pytest

OPTIONS = ["-q", "-s", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "tmp_path_retention_policy=none",   # a test's files go with it
           "-W", "ignore::pytest.PytestAssertRewriteWarning", "-m", "not browser and not site and not lite"]
OURS = ("explorable", "hidden_layer", "hidden_layer_book", "lightbook", "quiz", "tests", "tools")


def start(todo: dict[str, str], tests: list[str], kept: Path) -> int:
    """In the folder with the mutants: try those of `todo` (identity → name), write how each ended into the file `kept`."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([os.path.abspath("src"), os.getcwd()]), "TQDM_DISABLE": "1",
                                "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNDEFAULTENCODING": "1",
                                "PYTEST_DEBUG_TEMPROOT": os.getcwd()}   # else other runs of pytest remove the folders of this one
    return subprocess.run([sys.executable, "-m", "tools.mutate_run", kept, *tests], env=environment, input=json.dumps(todo),
                          encoding="utf-8", stdout=sys.stderr).returncode


class Mutants:
    """The plugin: instead of running the tests once, once for every mutant."""

    def __init__(self, todo: dict[str, str], kept: Path):
        self.todo, self.kept = todo, kept
        self.failed = False
        self.calls = collections.defaultdict(set)   # mutated function → the tests that call it
        self.seconds: list[float] = []
        self.noticed = {}   # mutated function → the test that noticed the last of its mutants

    def pytest_configure(self):
        # one try must end as the next one does, and an example need not be made small
        phases = [hypothesis.Phase.explicit, hypothesis.Phase.generate]
        hypothesis.settings.register_profile("mutants", hypothesis.settings.default, phases=phases, database=None, derandomize=True,
                                             deadline=None, suppress_health_check=list(hypothesis.HealthCheck))
        hypothesis.settings.load_profile("mutants")

    def pytest_runtest_logreport(self, report):
        if report.failed:
            self.failed = True
            mutant = os.environ.get("MUTANT_UNDER_TEST")
            if mutant:
                with self.kept.with_suffix(".log").open("a", encoding="utf-8") as log:
                    log.write(f"{mutant} is noticed by {report.nodeid}\n" + "".join(
                        f"    {line}\n" for line in report.longreprtext.splitlines() if line.startswith("E ")))
            else:
                print(f"\n{report.nodeid}\n{report.longreprtext}", flush=True)

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session):
        self.items = session.items
        self.learn()
        if self.wait_for(self.fork("", sorted(range(len(self.items)), key=self.seconds.__getitem__), quiet=False)):
            print("These fail in another order, with no mutant: they cannot tell one.", flush=True)
            os._exit(1)
        ends = json.loads(self.kept.read_text("utf-8"))
        running, began = {}, time.time()
        for number, (identity, mutant) in enumerate(self.todo.items(), 1):
            if len(running) == os.cpu_count():
                self.wait(running, ends)
            function = mutant.rpartition("__mutmut_")[0]
            mine = sorted(self.calls[function], key=lambda test: (test != self.noticed.get(function), self.seconds[test]))
            if mine:
                running[self.fork(mutant, mine)] = identity, function, mine
            else:
                ends[identity] = "no test calls it"
            if number % 100 == 0:
                self.save(ends)
                print(f"{number} of {len(self.todo)} mutants, {time.time() - began:.0f} s", flush=True)
        while running:
            self.wait(running, ends)
        self.save(ends)
        os._exit(0)

    def learn(self) -> None:
        """Note which test calls what and how long it takes, in a fork: threads that a test starts would not live in the next.

        What the tests import late is imported here, once for all; but JAX, which does not run in a fork of what imported it.
        """
        known = self.kept.with_suffix(".calls")
        self.empty_caches()
        if not (child := self.silent_fork()):
            self.note_calls()
            known.write_bytes(pickle.dumps((dict(self.calls), self.seconds, list(sys.modules))))
            os._exit(self.failed)
        if self.wait_for(child):
            os._exit(1)
        calls, self.seconds, modules = pickle.loads(known.read_bytes())
        known.unlink()
        self.calls |= calls
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            for name in modules:
                if not name.startswith(("jax", "__m")):
                    with contextlib.suppress(Exception):
                        importlib.import_module(name)

    def note_calls(self) -> None:
        from mutmut.mutation import trampoline
        trampoline.record_trampoline_hit = lambda name, caller: self.calls[name].add(len(self.seconds))
        trampoline.set_mutant_under_test("stats")
        del os.environ["MUTANT_UNDER_TEST"]   # programs that a test starts are not counted
        for number in range(len(self.items)):
            self.empty_caches()
            began = time.time()
            self.run(number)
            self.seconds.append(time.time() - began)

    def empty_caches(self) -> None:
        """Forget what functions of ours with a cache have returned, so that the next test calls them."""
        for module in [module for name, module in sys.modules.items() if name.startswith(OURS)]:
            for value in vars(module).values():
                if isinstance(value, functools._lru_cache_wrapper) and value.__module__.startswith(OURS):
                    value.cache_clear()

    def run(self, number: int) -> None:
        item = self.items[number]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)

    def silent_fork(self) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")   # Python 3.12 warns of forks in general; the run without a mutant says if it matters
            return os.fork()

    def fork(self, mutant: str, mine: list[int], quiet: bool = True) -> int:
        """A new process that runs some of the tests under a mutant; its end says whether one fails."""
        if child := self.silent_fork():
            return child
        if not quiet:
            signal.signal(signal.SIGALRM, lambda *_: print(f"\n{os.environ['PYTEST_CURRENT_TEST']}: waits", flush=True) or os._exit(1))
        else:
            nowhere = os.open(os.devnull, os.O_RDWR)
            os.dup2(nowhere, 1)
            os.dup2(nowhere, 2)
        os.setsid()
        os.environ["MUTANT_UNDER_TEST"] = mutant
        try:
            for number in mine:
                used = resource.getrusage(resource.RUSAGE_SELF)
                limit = used.ru_utime + used.ru_stime + 5 + 10 * self.seconds[number]   # of CPU time: a busy machine is no error
                resource.setrlimit(resource.RLIMIT_CPU, (int(limit), resource.RLIM_INFINITY))
                signal.alarm(int(60 + 60 * self.seconds[number]))   # for what waits
                self.run(number)
                if self.failed:
                    break
        except BaseException:
            self.failed = True
        os._exit(min(mine.index(number) + 1, 127) if self.failed else 0)

    def wait_for(self, child: int) -> int:
        return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

    def wait(self, running: dict[int, tuple], ends: dict[str, str]) -> None:
        child, status = os.wait()
        identity, function, tests = running.pop(child)
        try:
            os.killpg(child, signal.SIGKILL)   # what its tests have left behind
        except ProcessLookupError:
            pass
        code = os.waitstatus_to_exitcode(status)
        if code > 0:
            self.noticed[function] = tests[code - 1]   # the next mutant of the function is likely to be noticed by the same
        ends[identity] = "killed" if code > 0 else {0: "survived", -signal.SIGXCPU: "out of time", -signal.SIGALRM: "out of time"}.get(
            code, "crashed")

    def save(self, ends: dict[str, str]) -> None:
        part = self.kept.with_suffix(".part")
        part.write_text(json.dumps(ends), encoding="utf-8")
        part.replace(self.kept)


if __name__ == "__main__":
    kept, *tests = sys.argv[1:]
    sys.exit(pytest.main([*OPTIONS, *tests], plugins=[Mutants(json.load(sys.stdin), Path(kept))]))
