"""Runs the student's code for all tabs, one look after the other, in a thread of its own."""

import threading
import time

from grading.student.see.fields import Unfit


class Desk:
    """What tabs want to see, and the thread that looks.

    Args:
        looking: a :class:`grading.student.see.looking.Looking`.

    Attributes:
        saved_at: when a module was last saved, as text, or None.
        alone: whether the reference's results stay away.
    """

    def __init__(self, looking):
        self.looking, self.alone, self.saved_at = looking, looking.alone, None
        self._wanted, self._pages, self._saved = {}, {}, set()
        self._changed, self._closing, self._running = threading.Condition(), False, None
        self._thread = threading.Thread(target=self._run, daemon=True, name="look")
        self._thread.start()

    def want(self, page, view, inputs):
        """Look with these inputs as soon as can be; ``page.show`` is told what was seen."""
        with self._changed:
            self._pages.pop(page, None)  # so that it is the last one
            self._pages[page] = self._wanted[page] = (view, inputs)
            self._changed.notify()

    def is_wanted(self, page):
        """Whether a tab still waits."""
        return page in self._wanted or self._running is page

    def forget(self, page):
        """A tab was closed."""
        with self._changed:
            self._pages.pop(page, None)
            self._wanted.pop(page, None)

    def saved(self, names):
        """Modules were saved: end what they do, and look again."""
        with self._changed:
            self.saved_at = time.strftime("%H:%M:%S")
            self._saved |= set(names)
            # The last first: the browser may have left the others, which Bokeh keeps for a while.
            self._wanted = dict(reversed(self._pages.items()))
            self.looking.abandon(names)
            self._changed.notify()

    def close(self):
        """End the thread and the modules' processes."""
        with self._changed:
            self._closing = True
            self.looking.abandon()
            self._changed.notify()
        self._thread.join(5)
        self.looking.close()

    def _run(self):
        while True:
            with self._changed:
                self._running = None
                while not self._wanted and not self._closing:
                    self._changed.wait()
                if self._closing:
                    return
                saved, self._saved = self._saved, set()
                page, (view, inputs) = next(iter(self._wanted.items()))
                del self._wanted[page]
                self._running = page
            self.looking.saved(saved)
            seen, message = self._look(view, inputs)
            with self._changed:
                if page in self._wanted or page not in self._pages or self._closing:
                    continue  # too old already
            page.document.add_next_tick_callback(
                lambda page=page, seen=seen, message=message: page.show(seen, message)
            )

    def _look(self, view, inputs):
        try:
            return self.looking.look(view, inputs), None
        except Unfit as unfit:
            return None, str(unfit)
        except Exception as error:  # an error of the kit's own: it is shown, and the page goes on
            return None, f"the picture could not be made ({type(error).__name__}: {error})"
