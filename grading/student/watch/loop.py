"""The loop of ``unrolled watch``: a save, a run in a fresh worker, a verdict; and the keys.

One process stays: it holds the fork servers, which have TensorFlow imported, and runs pytest again
and again. Two threads only put events into a queue (files that were saved, keys that were
pressed); everything else happens in the main thread. An event that makes a run pointless ends it.
"""

import contextlib
import enum
import queue
import signal
import time

from grading.catalogue import board
from grading.catalogue.syllabus import NAMES
from grading.catalogue.where import NoImplementation, folder_of, resolve
from grading.processes.forkserver import ForkServers
from grading.running.outcome import Kind
from grading.running.report import display_path
from grading.running.run import Recorder, known_tallies, run_tests
from grading.student.hints import asked
from grading.student.watch.keys import Keys, tell_end_of_input
from grading.student.watch.saves import Saves
from grading.student.watch.state import Mode, State

ENDS_A_RUN = "nrq"  # keys that do not wait for the tests
GRACE = 0.4  # seconds a file may be away while an editor replaces it


class Event(enum.Enum):
    """What can happen to a watch."""

    SAVED = enum.auto()  # with the names of the modules
    KEY = enum.auto()  # with the key; None at the end of input
    RESIZED = enum.auto()
    RESUMED = enum.auto()  # the terminal is ours again, after Ctrl-Z and fg
    SIGNALLED = enum.auto()  # to end


class Watch:
    """Watches one folder and works on one exercise at a time.

    Args:
        where: the folder, as in ``--impl``.
        name: the exercise to begin with; the next to work on if None.
        view: a :class:`grading.student.watch.screen.Screen`.
        poll: look at the files at intervals instead of waiting for events.
    """

    def __init__(self, where, name, view, poll=False):
        folder = folder_of(where)
        self.state = State(folder, where == "exercises", name or _first_in(folder))
        self.view, self.poll = view, poll
        self.events, self.servers = queue.SimpleQueue(), ForkServers()
        self.recorder = self.keys = None
        self.must_run, self.quitting = True, False

    def run(self):
        """Watch until there is a reason to stop; gives the exit code."""
        with contextlib.ExitStack() as stack:
            stack.callback(self.servers.close)
            stack.enter_context(_signals(self._signalled))
            if self.view.whole:
                stack.callback(self.view.show, [("", None)])  # for the shell's prompt
                self.keys = stack.enter_context(Keys(self._pressed))
            else:
                tell_end_of_input(self._pressed)
                self.view.show([(f"watching {display_path(self.state.path)}; Ctrl-C ends", None)])
            stack.enter_context(Saves(self.state.folder, self._saved, self.poll))
            self.servers.warm(self.state.name)
            while not self.quitting:
                while self.must_run and self.events.empty() and not self.quitting:
                    self.must_run = False
                    self._test()
                self._handle(*self._next_event())
        return 0

    # Events, from threads and signal handlers.

    def _saved(self, names):
        self.events.put((Event.SAVED, names))
        self._end_run()

    def _pressed(self, key):
        self.events.put((Event.KEY, key))
        if key == "q" or (key is None and self.view.whole):
            self._quit()
        elif key is not None and key in ENDS_A_RUN and self.state.mode is Mode.EXERCISE:
            self._end_run()

    def _signalled(self, number):
        if number == getattr(signal, "SIGWINCH", None):
            self.events.put((Event.RESIZED, None))
        elif number == getattr(signal, "SIGCONT", None):
            self.events.put((Event.RESUMED, None))
        else:
            self._quit()
            self.events.put((Event.SIGNALLED, None))

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

    def _handle(self, event, what):
        match event:
            case Event.SAVED:
                exercises = [name for name in NAMES if name in what]
                if exercises and self.state.name not in exercises:
                    self._go_to(exercises[0])
                self.state.mode, self.must_run = Mode.EXERCISE, True
            case Event.KEY if what is None:
                self._quit()
            case Event.KEY:
                self.state.message = None
                self._key(what)
            case Event.RESIZED:
                self._draw()
            case Event.RESUMED if self.keys:
                self.keys.resume()
                self._draw()

    def _key(self, key):
        state = self.state
        match state.mode, key:
            case Mode.LIST, _:
                self._key_in_list(key)
            case Mode.SOLUTION, _:
                state.mode = Mode.EXERCISE
            case _, "n" if state.after is not None:
                self._go_to(state.after)
            case _, "n":
                state.message = "Every other exercise is done."
            case _, "r":
                self.must_run = True
            case _, "h":
                self._give_hint()
            case _, "l":
                state.mode, state.typed = Mode.LIST, ""
            case _, "s" if state.tally.state == board.DONE:
                state.mode = Mode.SOLUTION
            case _, "s":
                state.message = (
                    "The reference is shown when all tests pass. If you must see it now: "
                    f"{board.runner()}unrolled show {state.name} --spoil"
                )
        if not self.must_run:  # a run draws
            self._draw()

    def _key_in_list(self, key):
        state, order = self.state, board.order_of(self.state.tallies)
        if key.isdigit():
            state.typed += key
            numbers = [str(NAMES.index(name) + 1) for name in order]
            if any(n.startswith(state.typed) and n != state.typed for n in numbers):
                return  # a longer number may be meant
        state.mode, number = Mode.EXERCISE, int(state.typed or 0)
        if (key.isdigit() or key in "\r\n") and 0 < number <= len(NAMES):
            if NAMES[number - 1] in order:
                self._go_to(NAMES[number - 1])
            else:
                state.message = f"{NAMES[number - 1]}.py is not in this folder."
        elif state.typed:
            state.message = f"There is no exercise {state.typed}."

    def _go_to(self, name):
        self.state.go_to(name)
        self.must_run = True
        self.servers.warm(name)

    def _give_hint(self):
        state, failure = self.state, self.state.failure
        if failure is None and state.tally.state == board.DONE:
            state.message = "Nothing fails here: there is nothing to hint at."
            return
        test = failure.test if failure else None
        tier, text = asked(_implementation(state.folder, state.name), state.name, test)
        state.hints = [(t, x) for t, x in state.hints if t < tier] + [(tier, text)]

    def _draw(self):
        if not self.quitting:
            self.view.draw(self.state)

    # A run.

    def _test(self):
        state = self.state
        state.message, state.run = None, None
        is_there = _comes_back(state.path)
        state.tallies = self._known()
        if not is_there or state.tally.untouched:
            return self._draw()
        state.hints, state.running, state.shown, state.is_telling = [], True, None, False
        last = state.last.get(state.name)
        self.recorder = Recorder(self.servers, self._failed, self._told, last)
        started = time.monotonic()
        self._draw()
        try:
            if not self.events.empty():  # came before there was a run to end
                self.recorder.stop()
            run = run_tests(str(state.folder), [state.name], self.recorder, remember=True)
        except NoImplementation:  # the file has just gone
            self.must_run = True
            return None
        finally:
            state.running, self.recorder = False, None
        if run.abandoned or self.quitting:
            return None
        if run.error is None and state.name not in run.tests:  # its file went away meanwhile
            self.must_run = True
            return None
        state.run, state.seconds = run, time.monotonic() - started
        if state.failure is not None:
            state.last[state.name] = state.failure.test
        state.tallies = {**self._known(), **run.tallies}
        if state.tally.state == board.DONE and state.after:
            self.servers.warm(state.after)
        return self._draw()

    def _failed(self, failure):
        """A test has failed: show the first that matters, while the others still run."""
        if self.state.shown is None and failure.kind is not Kind.NOT_WRITTEN:
            self.state.shown = failure
            self._draw()

    def _told(self, n_tests):
        """Nothing fails on the telling examples: say so, while all others are tried."""
        self.state.is_telling = True
        self._draw()

    def _known(self):
        state = self.state
        tallies = known_tallies(_implementation(state.folder, state.name))
        if not state.path.is_file() and state.name not in board.order_of(state.tallies):
            tallies.setdefault(state.name, board.Tally())
        return tallies


def _implementation(folder, name):
    return resolve(str(folder), ".", needed=name)


def _first_in(folder):
    there = [name for name in NAMES if (folder / f"{name}.py").is_file()]
    if not there:
        return NAMES[0]
    tallies = known_tallies(_implementation(folder, there[0]))
    return board.next_exercise(tallies, changed=True) or there[0]


def _comes_back(path):
    """Whether a file is there, or comes back in a moment: some editors delete before they write."""
    end = time.monotonic() + GRACE
    while not path.is_file():
        if time.monotonic() > end:
            return False
        time.sleep(0.02)
    return True


@contextlib.contextmanager
def _signals(on_signal):
    """Call ``on_signal(number)`` on signals that end a program or change its terminal."""
    wanted = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK", "SIGWINCH", "SIGCONT")
    before = {}
    for number in (getattr(signal, name) for name in wanted if hasattr(signal, name)):
        before[number] = signal.signal(number, lambda number, frame: on_signal(number))
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
