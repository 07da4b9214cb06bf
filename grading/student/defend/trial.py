"""Make the same calls of a student's module and of the same module with one change."""

import itertools
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

from grading.catalogue.refused import Refused
from grading.catalogue.spec import FileSpec
from grading.catalogue.syllabus import NAMES
from grading.processes.forkserver import TENSORFLOW
from grading.running.driver import WorkerDriver
from grading.running.evidence import same_outcome
from grading.running.outcome import Kind
from grading.running.patience import slowness_of
from grading.running.subject import error_of
from grading.running.subjects import wants_tensorflow
from grading.student.defend.calls import CALLS, probes_of, read
from grading.student.defend.changes import LESSONS, changes_of

QUESTIONS = 3
MOST_CHANGES = 24  # tried to find those
SECONDS = 2.0  # for a call: each is small
REPEATS = 3  # of a call, so that chance is not taken for a difference
# A change that ends like this shows without any thought, or only after a while.
_USELESS = (Kind.HUNG, Kind.DIED, Kind.UNLOADABLE, Kind.MISSING)


@dataclass(frozen=True)
class Question:
    """A change to find a call for.

    Attributes:
        change: a :class:`grading.student.defend.changes.Change`.
        shown_by: calls that show it, as text.
    """

    change: object
    shown_by: tuple


@dataclass(frozen=True)
class Answer:
    """What a call came to.

    Attributes:
        differs: whether it shows the change.
        yours, changed: what the two modules gave, as text.
    """

    differs: bool
    yours: str
    changed: str


class Chance(ValueError):
    """A call that gives other results each time shows no change; the message says so."""


class Trial:
    """The two modules, in processes of their own.

    Args:
        name: the exercise.
        path: the student's module.
        servers: the :class:`grading.processes.forkserver.ForkServers` that start the processes;
            those of a sandbox will do.
    """

    def __init__(self, name, path, servers):
        self.name, self.source = name, path.read_bytes().decode("utf-8", "replace")
        preload = TENSORFLOW[wants_tensorflow(FileSpec(name, str(path)))]
        self._server = servers.get(preload)
        self._folder = tempfile.TemporaryDirectory(prefix="unrolled-defend-")
        self._drivers = {}
        self._helpers = [file for file in path.parent.glob("*.py") if file.stem not in NAMES]

    def __enter__(self):
        return self

    def __exit__(self, *error):
        for source in list(self._drivers):
            self._end(source)
        self._folder.cleanup()

    def questions(self):
        """Changes to ask about: of several kinds, and no plain example shows them if it can be.

        Raises:
            Refused: the module is no Python.
        """
        found, obvious = [], {}
        plain = {example for _, example in probes_of(self.name).values()}
        try:
            changes = changes_of(self.source)
        except (SyntaxError, ValueError, RecursionError, MemoryError) as error:
            raise Refused(f"{self.name}.py cannot be read as Python: {error}") from None
        for change in _by_turns(changes)[:MOST_CHANGES]:
            if any(q.change.kind == change.kind or q.change.line == change.line for q in found):
                continue
            question = self._question(change)
            self._end(change.source)
            if question is not None:
                if plain & {*question.shown_by}:
                    obvious.setdefault(change.kind, question)
                else:
                    found.append(question)
            if len(found) == QUESTIONS:
                break
        kinds = {question.change.kind for question in found}
        others = [question for kind, question in obvious.items() if kind not in kinds]
        found += others[: QUESTIONS - len(found)]
        return sorted(found, key=lambda question: question.change.line)

    def _question(self, change):
        """The question about a change, or None where no known call shows it."""
        shown_by = []
        for text in CALLS[self.name]:
            call = read(self.name, text)
            own, theirs = (self._outcome(source, call) for source in (self.source, change.source))
            if theirs.fault and theirs.fault.kind in _USELESS:
                return None
            shown_by += [text] * (not _same(call, own, theirs))
        return Question(change, tuple(shown_by)) if shown_by else None

    def answer(self, question, call):
        """Make a call, see :func:`grading.student.defend.calls.read`, of both modules.

        Raises:
            Chance: one of them does not give the same each time.
        """
        own, theirs = (
            [self._outcome(source, call) for _ in range(REPEATS)]
            for source in (self.source, question.change.source)
        )
        for outcomes in (own, theirs):
            if not all(_same(call, outcomes[0], other) for other in outcomes):
                raise Chance("this call gives something else each time, so it shows nothing")
        yours, changed = (self._shown(call, outcomes[0]) for outcomes in (own, theirs))
        return Answer(not _same(call, own[0], theirs[0]), yours, changed)

    def _outcome(self, source, call):
        if source not in self._drivers:
            folder = Path(self._folder.name) / str(len(list(Path(self._folder.name).iterdir())))
            folder.mkdir()
            for helper in self._helpers:
                shutil.copy(helper, folder)
            path = folder / f"{self.name}.py"
            path.write_text(source, encoding="utf-8")
            limit = slowness_of(self.name) * SECONDS
            spec = FileSpec(self.name, str(path))
            self._drivers[source] = WorkerDriver(self._server, spec, limit)
        probe, args, kwargs = call
        return self._drivers[source].call(probe.__name__, args, kwargs)

    def _end(self, source):
        self._drivers.pop(source).close()

    def _shown(self, call, outcome):
        if outcome.fault is None:
            return call[0].probe_shown(outcome.value)
        return str(error_of(self.name, outcome.fault))


def _same(call, one, other):
    return same_outcome(one, other, *call[0].probe_tolerance)


def _by_turns(changes):
    """The changes in another order: the first one of each kind, the second one of each, ..."""
    kinds = [[change for change in changes if change.kind == kind] for kind in LESSONS]
    turns = itertools.zip_longest(*kinds)
    return [change for turn in turns for change in turn if change is not None]
