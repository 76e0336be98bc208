"""A pytest plugin for `make mutate`: the tests are collected and run once, then a fork per mutant runs those it concerns.

While they run the first time it is noted which test calls which mutated function and how long it takes. Each test
builds its own fixtures and finds its caches empty, in every run: else only the first would call what they share.
"""

import collections
import functools
import gc
import json
import os
import resource
import signal
import subprocess
import sys
import time
import warnings
from pathlib import Path

import hypothesis
import pytest
from joblib.externals import loky

OPTIONS = ["-q", "-s", "--tb=short", "-p", "no:cacheprovider", "-p", "no:xdist", "-o", "tmp_path_retention_policy=none",
           "-W", "ignore::pytest.PytestAssertRewriteWarning", "-m", "not browser and not site and not lite",
           "-k", "not jax"]   # a fork of a process that has used JAX hangs when it uses it again


def start(todo: dict[str, str], tests: list[str], kept: Path) -> int:
    """In the folder with the mutants: try those of `todo` (identity → name), write how each ended into the file `kept`."""
    environment = os.environ | {"PYTHONPATH": os.pathsep.join([os.path.abspath("src"), os.getcwd()]), "TQDM_DISABLE": "1",
                                "OPENBLAS_NUM_THREADS": "1", "PYTHONDONTWRITEBYTECODE": "1", "PYTHONWARNDEFAULTENCODING": "1"}
    return subprocess.run([sys.executable, "-m", "tools.mutate_run", kept, *tests], env=environment, input=json.dumps(todo),
                          text=True, stdout=sys.stderr).returncode


class Mutants:
    """The plugin: instead of running the tests once, once for every mutant."""

    def __init__(self, todo: dict[str, str], kept: Path):
        self.todo, self.kept = todo, kept
        self.failed = False
        self.calls = collections.defaultdict(set)   # mutated function → the tests that call it
        self.seconds: list[float] = []

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
        if not self.note_calls():
            os._exit(1)
        sane = self.fork("", range(len(self.items)), quiet=False)
        if os.waitpid(sane, 0)[1]:
            print("These fail a second time, with no mutant: they cannot tell one.", flush=True)
            os._exit(1)
        ends = json.loads(self.kept.read_text("utf-8"))
        running, began = {}, time.time()
        for number, (identity, mutant) in enumerate(self.todo.items(), 1):
            if len(running) == os.cpu_count():
                self.wait(running, ends)
            mine = sorted(self.calls[mutant.rpartition("__mutmut_")[0]], key=self.seconds.__getitem__)
            if mine:
                running[self.fork(mutant, mine)] = identity
            else:
                ends[identity] = "no test calls it"
            if number % 100 == 0:
                self.save(ends)
                print(f"{number} of {len(self.todo)} mutants, {time.time() - began:.0f} s", flush=True)
        while running:
            self.wait(running, ends)
        self.save(ends)
        os._exit(0)

    def run(self, number: int) -> None:
        for cache in self.caches:
            cache.cache_clear()
        item = self.items[number]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)

    def note_calls(self) -> bool:
        from mutmut.mutation import trampoline
        trampoline.record_trampoline_hit = lambda name, caller: self.calls[name].add(len(self.seconds))
        trampoline.set_mutant_under_test("stats")
        del os.environ["MUTANT_UNDER_TEST"]   # programs that a test starts are not counted
        self.caches = []
        for number in range(len(self.items)):
            began = time.time()
            self.run(number)
            self.seconds.append(time.time() - began)
            self.caches = [cache for cache in gc.get_objects() if isinstance(cache, functools._lru_cache_wrapper)
                           and cache.__module__.startswith(("explorable", "hidden_layer", "lightbook", "quiz", "tests", "tools"))
                           ] if number % 50 == 0 else self.caches
        trampoline.set_mutant_under_test(None)
        loky.get_reusable_executor().shutdown()   # joblib's workers would keep a fork waiting
        return not self.failed

    def fork(self, mutant: str, mine: list[int], quiet: bool = True) -> int:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")   # JAX and Python 3.12 warn of forks in general; the try without a mutant says if it matters
            child = os.fork()
        if child:
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
                    os._exit(1)
        except BaseException:
            os._exit(1)
        os._exit(0)

    def wait(self, running: dict[int, str], ends: dict[str, str]) -> None:
        child, status = os.wait()
        try:
            os.killpg(child, signal.SIGKILL)   # what its tests have left behind
        except ProcessLookupError:
            pass
        code = os.waitstatus_to_exitcode(status)
        ends[running.pop(child)] = {0: "survived", -signal.SIGXCPU: "out of time", -signal.SIGALRM: "out of time"}.get(code, "killed")

    def save(self, ends: dict[str, str]) -> None:
        part = self.kept.with_suffix(".part")
        part.write_text(json.dumps(ends), encoding="utf-8")
        part.replace(self.kept)


if __name__ == "__main__":
    kept, *tests = sys.argv[1:]
    sys.exit(pytest.main([*OPTIONS, *tests], plugins=[Mutants(json.load(sys.stdin), Path(kept))]))
