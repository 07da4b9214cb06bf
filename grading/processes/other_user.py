"""Student code as another user, for containers in which no sandbox can be made.

The kit's files are closed to that user, who sees Python, its packages and a copy of
``grading/beside/``. It is less than a sandbox: there is the network, and all else that is open.
"""

import os
import shutil
import time
from pathlib import Path

from grading.catalogue.paths import ROOT
from grading.processes.forkserver import (
    LARGEST_ANSWER,
    MOST_ANSWERS,
    ForkServer,
    SubmissionServers,
)
from grading.processes.sandbox.bubblewrap import copy_of_kit
from grading.processes.sandbox.processes import is_over, kill
from grading.processes.starter import START_LIMIT, beside, popen, request_of

USER = 65533  # its number: all its processes are ended, so not `nobody`, whose sandboxes may run
LIMITS = ("--nproc=512", "--fsize=268435456", "--core=0", "--nofile=256")


def missing():
    """Why no student's code can run as another user here, or None if it can."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return "only root can run it as another user"
    for program in ("setpriv", "prlimit"):
        if shutil.which(program) is None:
            return f"{program} is not installed: apt-get install util-linux"
    open_folders = [path for path in (ROOT, *ROOT.parents) if not path.stat().st_mode & 0o001]
    if not open_folders:
        return f"everybody may read {ROOT}, which has the solutions: chmod 700 {ROOT}"
    return None


class OtherUser(SubmissionServers):
    """The fork servers of one submission, which run as the other user."""

    def close(self):
        super().close()
        _end_all()

    def _make(self, preload, hash_seed):
        return _ForkServer(preload, hash_seed, self.note)


class _ForkServer(ForkServer):
    """A fork server of the other user's."""

    largest_answer, most_answers = LARGEST_ANSWER, MOST_ANSWERS

    def __init__(self, preload, hash_seed, note):
        super().__init__(tuple(preload), hash_seed)
        self.note = note

    def start(self, spec):
        self.warm()
        request = request_of(spec)
        folder = Path(self._folder.name) / f"subject-{time.monotonic_ns()}"
        request["references"] = {
            name: path and _copied(Path(path), folder / "references")
            for name, path in request["references"].items()
        }
        Path(spec.path).parent.chmod(0o755)  # the judge's copy of what was handed in
        with self._asking:
            # No stack file: a student's code could have any file read in its place.
            return *self._fork(request, START_LIMIT), None

    def _end(self):
        super()._end()
        _end_all()

    def _spawn(self, theirs):
        folder = Path(self._folder.name)
        folder.chmod(0o755)
        kit, desk = copy_of_kit(folder / "kit"), folder / "desk"
        desk.mkdir(mode=0o700)
        os.chown(desk, USER, USER)
        become = ("setpriv", "--reuid", USER, "--regid", USER, "--clear-groups")
        command = [
            *become,
            *("--no-new-privs", "--inh-caps=-all", "--pdeathsig", "KILL", "--"),
            *("prlimit", *LIMITS, "--"),
            *beside("forkserver", theirs.fileno(), *self.preload),
        ]
        variables = {"PYTHONPATH": str(kit), "HOME": str(desk), "TMPDIR": str(desk)}
        kept = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        self._process = popen(
            [str(part) for part in command],
            self.hash_seed,
            environment={**kept, **variables},
            pass_fds=[theirs.fileno()],
            cwd=kit,
        )


def _copied(path, folder):
    """A copy of a file that everybody may read."""
    folder.mkdir(parents=True, exist_ok=True)
    for one in (folder.parent, folder):
        one.chmod(0o755)
    copy = folder / path.name
    shutil.copyfile(path, copy)
    copy.chmod(0o644)
    return str(copy)


def _end_all():
    """End all processes of the other user's, also those that left their fork server."""
    for _ in range(100):
        found = [path for path in Path("/proc").glob("[0-9]*") if _is_theirs(path)]
        if not found:
            return
        for path in found:
            kill(int(path.name))
        time.sleep(0.01)


def _is_theirs(path):
    try:
        return path.stat().st_uid == USER and not is_over(path.name)
    except OSError:
        return False
