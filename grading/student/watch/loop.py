"""The loop of ``unrolled watch``: a save, a run in a fresh worker, a verdict; and the keys.

One process stays: it holds the fork servers, which have TensorFlow imported, and runs pytest again
and again, in a thread. That and two other threads (files that were saved, keys that were pressed)
only put events into a queue; everything else happens in the main thread, also while tests run. An
event that makes a run pointless ends it.
"""

import contextlib
import queue
import signal
import time

from grading.catalogue import board
from grading.catalogue.paths import display_path
from grading.catalogue.syllabus import NAMES
from grading.catalogue.where import folder_of, resolve
from grading.running.run import known_tallies
from grading.student.hints import asked, hinted_by
from grading.student.watch.events import Event
from grading.student.watch.keys import Keys, tell_end_of_input
from grading.student.watch.runs import Runs
from grading.student.watch.saves import Saves
from grading.student.watch.state import Mode, State

COUNTED_EACH = 0.3  # seconds between two drawings of how far a run is
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
        folder = folder_of(where)
        self.state = State(folder, where == "exercises", name or _first_in(folder))
        self.view, self.poll = view, poll
        self.events, self.keys = queue.SimpleQueue(), None
        self.runs = Runs(*map(self._putting, Event.of_runs()))
        self.must_run, self.quitting = True, False
        self._started = self._counted = 0.0

    def run(self):
        """Watch until there is a reason to stop; gives the exit code."""
        with contextlib.ExitStack() as stack:
            stack.callback(self.runs.close)
            stack.enter_context(_signals(self._signalled))
            if self.view.whole:
                stack.callback(self.view.show, [("", None)])  # for the shell's prompt
                self.keys = stack.enter_context(Keys(self._pressed))
            else:
                tell_end_of_input(self._pressed)
                self.view.show([(f"watching {display_path(self.state.path)}; Ctrl-C ends", None)])
            stack.enter_context(Saves(self.state.folder, self._saved, self.poll))
            self.runs.warm(self.state.name)
            while not self.quitting:
                if self.must_run and not self.runs.is_running and self.events.empty():
                    self.must_run = False
                    self._begin_run()
                else:
                    self._handle(*self._next_event())
        return 0

    # Events, from threads and signal handlers.

    def _putting(self, event):
        return lambda what=None: self.events.put((event, what))

    def _saved(self, names):
        self.events.put((Event.SAVED, names))
        self.runs.stop()

    def _pressed(self, key):
        self.events.put((Event.KEY, key))
        if key == "q" or (key is None and self.view.whole):
            self._quit()

    def _signalled(self, number):
        if number == getattr(signal, "SIGWINCH", None):
            self.events.put((Event.RESIZED, None))
        elif number == getattr(signal, "SIGCONT", None):
            self.events.put((Event.RESUMED, None))
        else:
            self._quit()
            self.events.put((Event.SIGNALLED, None))

    def _quit(self):
        self.quitting = True
        self.runs.kill()

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
            case Event.FAILED if self.state.running and self.state.begin_failing(*what):
                self._draw()
            case Event.TOLD if self.state.running:
                self.state.is_telling = True
                self._draw()
            case Event.SETTLED if self.state.running:
                self.state.shown, self.state.named = what
                self.state.is_smallest = True
                self._draw()
            case Event.TESTED if self.state.running:
                self._count()
            case Event.ENDED:
                self._note(what)
            case Event.RESUMED if self.keys:
                self.keys.resume()
                self._draw()

    def _key(self, key):
        state = self.state
        match state.mode, key:
            case Mode.LIST, _:
                self._key_in_list(key)
            case Mode.REPORT, _ if state.page + 1 < self.view.n_pages(state):
                state.page += 1
            case Mode.SOLUTION | Mode.REPORT, _:
                state.mode = Mode.EXERCISE
            case _, "f" if state.failure is not None:
                state.mode, state.page = Mode.REPORT, 0
            case _, "f":
                state.message = "Nothing fails here: there is no report."
            case _, "n" if state.after is not None:
                self._go_to(state.after)
            case _, "n":
                state.message = "Every other exercise is done."
            case _, "r":
                self.must_run = True
                self.runs.stop()
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
                return  # more digits may follow
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
        self.runs.stop()
        self.runs.warm(name)

    def _give_hint(self):
        state, failure = self.state, self.state.failure
        if failure is None and state.tally.state == board.DONE:
            state.message = "Nothing fails here: there is nothing to hint at."
            return
        test = hinted_by(failure, state.diagnosis) if failure else None
        tier, text = asked(_implementation(state.folder, state.name), state.name, test)
        state.hints = [(t, x) for t, x in state.hints if t < tier] + [(tier, text)]

    def _draw(self):
        if not self.quitting:
            self.view.draw(self.state)

    # A run.

    def _begin_run(self):
        state = self.state
        state.message, state.run = None, None
        is_there = _comes_back(state.path)
        state.tallies = self._known()
        if not is_there or state.tally.untouched:
            return self._draw()
        state.begin_run()
        self._started = self._counted = time.monotonic()
        self.runs.begin(str(state.folder), state.name, state.last.get(state.name))
        if not self.events.empty():  # came before there was a run to end
            self.runs.stop()
        return self._draw()

    def _count(self):
        """One more test has come to an end: say so, but not too often."""
        self.state.count = self.runs.count
        if self.view.whole and time.monotonic() - self._counted > COUNTED_EACH:
            self._counted = time.monotonic()
            self._draw()

    def _note(self, run):
        """A run has ended."""
        state, shown = self.state, self.state.failure
        state.running = False
        self.runs.ended(state.name)
        if self.quitting or (run is not None and run.abandoned):
            return
        if run is None or (run.error is None and state.name not in run.tests):
            self.must_run = True  # its file went away meanwhile
            return
        state.run, state.seconds = run, time.monotonic() - self._started
        if state.failure is not None:
            state.last[state.name] = state.failure.test
        state.tallies = {**self._known(), **run.tallies}
        if shown != state.failure:
            state.hints = []  # they were about another test
        if state.tally.state == board.DONE and state.after:
            self.runs.warm(state.after)
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
