"""The loop of ``unrolled watch``: a save, a run in a fresh worker, a verdict; and the keys.

One process stays: it holds the fork servers, which have TensorFlow imported, and runs pytest again
and again. Two threads only put events into a queue (files that were saved, keys that were
pressed); everything else happens in the main thread. An event that makes a run pointless ends it.
"""

import contextlib
import queue
import signal
import threading
import time
from pathlib import Path

from grading.beside.channel import Closed, TooLate
from grading.catalogue import board
from grading.catalogue.syllabus import NAMES, exercise
from grading.catalogue.where import NoImplementation, folder_of, resolve
from grading.processes.forkserver import ForkServers
from grading.running.outcome import Kind
from grading.running.report import display_path
from grading.running.run import (
    Recorder,
    known_tallies,
    run_tests,
    the_failure_that_matters,
    to_work_on,
)
from grading.student.hints import asked
from grading.student.watch import screen
from grading.student.watch.keys import Keys, tell_end_of_input
from grading.student.watch.saves import Saves

ENDS_A_RUN = "nrq"  # keys that do not wait for the tests
GRACE = 0.4  # seconds a file may be away while an editor replaces it


class Watch:
    """Watches one folder and works on one exercise at a time.

    Args:
        where: the folder, as in ``--impl``.
        name: the exercise to begin with; the next to work on if None.
        view: a :class:`grading.student.watch.screen.Screen`.
        poll: look at the files at intervals instead of waiting for events.
    """

    def __init__(self, where, name, view, poll=False):
        self.where, self.view, self.poll = where, view, poll
        self.folder = folder_of(where)
        self.name = name or self._first()
        self.events = queue.SimpleQueue()
        self.servers = ForkServers()
        self.recorder = self.found = self.keys = None
        self.must_run, self.quitting, self.running = True, False, False
        self.mode, self.typed, self.message, self.hints = "exercise", "", None, []
        self.tallies = {}

    def run(self):
        """Watch until there is a reason to stop; gives the exit code."""
        with contextlib.ExitStack() as stack:
            stack.callback(self.servers.close)
            stack.callback(self._leave)
            stack.enter_context(_signals(self._signalled))
            if self.view.whole:
                self.keys = stack.enter_context(Keys(self._pressed))
            else:
                tell_end_of_input(self._pressed)
                path = display_path(self.folder / f"{self.name}.py")
                self.view.show([(f"watching {path}; Ctrl-C ends", None)])
            stack.enter_context(Saves(self.folder, self._saved, self.poll))
            self._warm()
            while not self.quitting:
                while self.must_run and self.events.empty() and not self.quitting:
                    self.must_run = False
                    self._test()
                self._handle(self._next_event())
        return 0

    def _leave(self):
        if self.view.whole:
            self.view.show([("", None)])  # the shell's prompt begins on a line of its own

    # Events, from threads and signal handlers.

    def _saved(self, names):
        self.events.put(("saved", names))
        self._end_run()

    def _pressed(self, key):
        self.events.put(("key", key))
        if key == "q" or (key is None and self.view.whole):
            self._quit()
        elif key is not None and key in ENDS_A_RUN and self.mode == "exercise":
            self._end_run()

    def _signalled(self, number):
        if number == getattr(signal, "SIGWINCH", None):
            self.events.put(("redraw", None))
        elif number == getattr(signal, "SIGCONT", None):
            self.events.put(("resumed", None))
        else:
            self._quit()
            self.events.put(("quit", None))

    def _end_run(self):
        recorder = self.recorder
        if recorder is not None:
            recorder.stop()

    def _quit(self):
        self.quitting = True
        self._end_run()
        self.servers.kill()  # else quitting would wait for TensorFlow's import

    def _next_event(self):
        while True:
            # On Windows a wait without end would not notice Ctrl-C.
            with contextlib.suppress(queue.Empty):
                return self.events.get(timeout=0.5)

    # What happens on an event, in the main thread.

    def _handle(self, event):
        kind, what = event
        if kind == "saved":
            self._go_to_what_was_saved(what)
        elif kind == "resumed" and self.keys:
            self.keys.resume()
            self._draw()
        elif kind == "redraw":
            self._draw()
        elif kind == "key" and what is None:
            self.quitting = True
        elif kind == "key":
            self.message = None
            {"exercise": self._key, "list": self._key_in_list}.get(self.mode, self._back)(what)

    def _go_to_what_was_saved(self, names):
        exercises = [name for name in NAMES if name in names]
        if exercises and self.name not in exercises:
            self._go_to(exercises[0])
        self.mode, self.must_run = "exercise", True

    def _key(self, key):
        if key == "n":
            after = board.next_exercise(self.tallies, after=self.name)
            if after is None:
                self.message = "Every other exercise is done."
            else:
                return self._go_to(after)
        elif key == "r":
            self.must_run = True
            return None
        elif key == "h":
            self._give_hint()
        elif key == "l":
            self.mode, self.typed = "list", ""
        elif key == "s":
            return self._show_solution()
        return self._draw()

    def _key_in_list(self, key):
        order = board.order_of(self.tallies)
        if key.isdigit():
            self.typed += key
        number = int(self.typed or 0)
        longer = any(
            str(NAMES.index(n) + 1).startswith(self.typed + d) for n in order for d in "0123456789"
        )
        if key.isdigit() and longer:
            return self._draw()
        self.mode = "exercise"
        if (key.isdigit() or key in "\r\n") and 0 < number <= len(NAMES):
            if NAMES[number - 1] in order:
                return self._go_to(NAMES[number - 1])
            self.message = f"{NAMES[number - 1]}.py is not in this folder."
        elif self.typed:
            self.message = f"There is no exercise {self.typed}."
        return self._draw()

    def _back(self, key):
        self.mode = "exercise"
        self._draw()

    def _go_to(self, name):
        self.name, self.found, self.hints = name, None, []
        self.mode, self.must_run = "exercise", True
        self._warm()

    def _give_hint(self):
        facts = self._failure()
        if facts is None and self._tally().state == board.DONE:
            self.message = "Nothing fails here: there is nothing to hint at."
            return
        test = facts.test if facts else None
        tier, text = asked(self._implementation(), self.name, test)
        self.hints = [(t, x) for t, x in self.hints if t < tier] + [(tier, text)]

    def _show_solution(self):
        if self._tally().state != board.DONE:
            self.message = (
                "The reference is shown when all tests pass. If you must see it now: "
                f"{board.runner()}unrolled show {self.name} --spoil"
            )
            return self._draw()
        from grading.student.side_by_side import beside

        self.mode = "solution"
        self.view.clear()
        path = self.folder / f"{self.name}.py"
        for part in beside(self.name, path.read_text(encoding="utf-8"), self.view.width):
            self.view.console.print(part)
        return self.view.show([("any key goes back", "reverse")], end="")

    # A run.

    def _test(self):
        self.message, path = None, self.folder / f"{self.name}.py"
        if not _comes_back(path):
            self.found = None
            self.tallies = self._known()
            return self._draw()
        self.tallies = self._known()
        if self.tallies[self.name].untouched:
            self.found = None
            return self._draw()
        self.found, self.hints, started = None, [], time.monotonic()
        self.running, self.shown = True, None
        self.recorder = Recorder(self.servers, self._failed)
        self._draw()
        try:
            if not self.events.empty():  # came before there was a run to end
                self.recorder.stop()
            found = run_tests(str(self.folder), [self.name], self.recorder, remember=True)
        except NoImplementation:  # the file has just gone
            self.must_run = True
            return None
        finally:
            self.running, self.recorder = False, None
        if found.abandoned or self.quitting:
            return None
        if found.error is None and self.name not in found.tests:  # its file went away meanwhile
            self.must_run = True
            return None
        self.found, self.took = found, time.monotonic() - started
        self.tallies = {**self._known(), **found.tallies}
        if self._tally().state == board.DONE:
            self._warm(board.next_exercise(self.tallies, after=self.name))
        return self._draw()

    def _failed(self, facts):
        """A test has failed: show the first that matters, while the others still run."""
        if self.shown is None and facts.kind is not Kind.NOT_WRITTEN:
            self.shown = facts
            self._draw()

    def _warm(self, name=None):
        """Import TensorFlow ahead of need, in a process that waits."""
        name = name or self.name
        server = self.servers.get(("tensorflow",) if exercise(name).tensorflow else ())

        def warm():
            with contextlib.suppress(Closed, TooLate, OSError):  # if we quit meanwhile
                if not self.quitting:
                    server.warm()

        threading.Thread(target=warm, daemon=True, name="warm").start()

    # What is shown.

    def _draw(self):
        if self.quitting:
            return
        if not self.view.whole:
            self._say()
            return
        width = self.view.width
        lines = screen.title_lines(self.name, width)
        if self.mode == "list":
            number = f" {self.typed}" if self.typed else ""
            rows = board.rows_of(self.tallies, self.view.unicode, width)
            more = [("", None), (f"The number of an exercise goes there:{number}", None)]
            lines = [*rows, *more, ("any other key goes back", "reverse")]
        else:
            lines += self._exercise_lines(width)
            keys = screen.key_lines(width)
            room = self.view.height - len(lines) - len(keys) - 3
            lines += [("", None), *screen.board_lines(self.tallies, self.name, self.view, room)]
            lines += [("", None), *keys]
        self.view.clear()
        self.view.show(lines, end="")

    def _exercise_lines(self, width):
        lines, facts = [], self._failure()
        if facts is not None:
            diagnosis = self.found.diagnosis_of(facts) if self.found else None
            lines += screen.report_lines(facts, diagnosis, width)
            others = len(self.found.failures_of(self.name)) - 1 if self.found else 0
            if others:
                lines.append((f"  and {others} more", "dim"))
        if self.running:
            lines.append((f"{'' if facts is None else '  '}testing ...", "dim"))
        elif self.found is None:
            lines += self._lines_without_a_run(width)
        elif self.found.error:
            lines += [(line[:width], "red") for line in self.found.error.splitlines()[-8:]]
        elif facts is None:
            after = board.next_exercise(self.tallies, after=self.name)
            lines += screen.done_lines(self._tally(), after, width)
        for tier, text in self.hints:
            lines += [("", None), *screen.hint_lines(tier, text, width)]
        if self.message:
            lines += [("", None), *screen._wrapped(self.message, width, "yellow")]
        return lines

    def _lines_without_a_run(self, width):
        path = self.folder / f"{self.name}.py"
        if not path.is_file():
            return screen.absent_lines(self.name, path, width, self.where == "exercises")
        if self._tally().untouched:
            needs = [
                other
                for other in exercise(self.name).needs
                if other in self.tallies and self.tallies[other].state != board.DONE
            ]
            return screen.fresh_lines(self.name, path, needs, width)
        return []

    def _say(self):
        """The same, line after line, each thing once."""
        width = self.view.width
        if self.running and self.shown is None:
            return self.view.show([("", None), (f"testing {self.name} ...", None)])
        if self.running:
            return self.view.show(screen.report_lines(self.shown, None, width))
        lines, facts = [], self._failure()
        if self.found is None or self.found.error or facts is None:
            lines += self._exercise_lines(width)
        else:
            if facts is not self.shown:
                lines += screen.report_lines(facts, None, width)
            diagnosis = self.found.diagnosis_of(facts)
            if diagnosis:
                lines += [(line, "cyan") for line in screen.render_diagnosis(diagnosis, width)]
        rows = board.rows_of(self.tallies, self.view.unicode, width)
        took = f"({self.took:.1f} s)" if self.found else ""
        return self.view.show([*lines, ("", None), *rows, *([(took, "dim")] if took else [])])

    def _failure(self):
        if self.running:
            return self.shown
        failures = self.found.failures_of(self.name) if self.found else []
        return the_failure_that_matters(failures)

    # What is known.

    def _tally(self):
        return self.tallies.get(self.name) or board.Tally()

    def _implementation(self):
        return resolve(str(self.folder), ".", needed=self.name)

    def _known(self):
        tallies = known_tallies(self._implementation())
        if not (self.folder / f"{self.name}.py").is_file() and self.name not in board.order_of(
            self.tallies
        ):
            tallies.setdefault(self.name, board.Tally())
        return tallies

    def _first(self):
        there = [name for name in NAMES if (self.folder / f"{name}.py").is_file()]
        if not there:
            return NAMES[0]
        tallies = known_tallies(resolve(str(self.folder), ".", needed=there[0]))
        return to_work_on(tallies) or there[0]


def _comes_back(path):
    """Whether a file is there, or comes back in a moment: some editors delete before they write."""
    end = time.monotonic() + GRACE
    while not Path(path).is_file():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@contextlib.contextmanager
def _signals(told):
    """Call ``told(number)`` on signals that end a program or change its terminal."""
    wanted = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK", "SIGWINCH", "SIGCONT")
    before = {}
    for number in (getattr(signal, name) for name in wanted if hasattr(signal, name)):
        before[number] = signal.signal(number, lambda number, frame: told(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
