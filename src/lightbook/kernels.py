"""Kernels as forks of one process that has imported what most notebooks import.

NumPy, SciPy and Matplotlib take almost a second of a processor to import, in each kernel anew. Here one process imports
them and then does nothing but fork: each fork becomes a kernel of its own, as independent of the others as any.
Linux only: macOS's own libraries do not survive a fork, and Windows has none.
"""

import importlib
import json
import os
import signal
import sys
from contextlib import contextmanager
from pathlib import Path
from subprocess import PIPE, Popen
from threading import Lock
from unittest import mock

from jupyter_client.provisioning import local_provisioner
from sphinx.errors import ConfigError


class Fork:
    """A kernel as jupyter_client knows it, by the methods of `subprocess.Popen`; who forked it has seen to its end."""

    stdin = stdout = stderr = None

    def __init__(self, pid):
        self.pid = pid

    def poll(self):
        """None while it runs; afterwards 0, since nobody asks how it ended."""
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return 0
        return None

    wait = poll  # jupyter_client calls it when `poll` has told that it is over

    def send_signal(self, number):
        os.kill(self.pid, number)


@contextmanager
def forked(modules):
    """While this is open, kernels of this Python are forks of a process that has imported `modules`."""
    launch, lock = local_provisioner.launch_kernel, Lock()

    def fork(command, *, env, cwd=".", **kwargs):
        if command[:3] != [sys.executable, "-m", "ipykernel_launcher"]:
            return launch(command, env=env, cwd=cwd, **kwargs)
        try:
            with lock:
                mother.stdin.write(json.dumps([command[3:], env, os.fspath(cwd)]).encode() + b"\n")
                return Fork(int(mother.stdout.readline()))
        except (BrokenPipeError, ValueError):  # that process is gone, before or after it was asked
            raise ConfigError(
                f"execution_preloads: the process that imports {', '.join(modules)} is gone; why stands above"
            ) from None

    with (
        Popen([sys.executable, "-m", __name__, *modules], stdin=PIPE, stdout=PIPE, bufsize=0) as mother,
        mock.patch.object(local_provisioner, "launch_kernel", fork),
    ):
        yield


def serve(modules):
    """Fork for each line of standard input; in the fork, print the number of the process and return the kernel's arguments."""
    # As ipykernel does, before Matplotlib is imported.
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    for name in ["ipykernel.kernelapp", *modules]:
        importlib.import_module(name)
    # Nothing is left of a fork that has ended; and Ctrl+C is for the build, after which there are no lines any more.
    usual = {number: signal.signal(number, signal.SIG_IGN) for number in (signal.SIGCHLD, signal.SIGINT)}
    mother = os.getpid()
    for line in sys.stdin:
        if os.fork():
            continue
        os.setsid()  # first: jupyter_client asks for the group as soon as it has the number, and sends its signals there
        print(os.getpid(), flush=True)
        for number, handler in usual.items():
            signal.signal(number, handler)
        arguments, environment, folder = json.loads(line)
        os.environ.clear()
        os.environ.update(environment)
        os.chdir(folder)
        with open(os.devnull) as nothing:
            os.dup2(nothing.fileno(), sys.stdin.fileno())
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        return [*arguments, f"--IPKernelApp.parent_handle={mother}"]  # it ends when that process does
    return None


if __name__ == "__main__":
    if Path(sys.path[0]) == Path.cwd():  # as in ipykernel_launcher: the kernel puts its own folder there
        del sys.path[0]
    if (arguments := serve(sys.argv[1:])) is not None:
        from ipykernel import kernelapp

        sys.argv[1:] = arguments
        kernelapp.launch_new_instance()
