"""Show how a training goes on: the epoch, the loss and the time left."""

import datetime
import time

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn
from tensorflow import keras


class ProgressDisplay(keras.callbacks.Callback):
    """A line that moves on a terminal; elsewhere plain lines, one now and then.

    Args:
        epochs: how many epochs the whole training has; each is a call of ``fit`` of its own.
        first_epoch: how many were done before, by an earlier run.
        steps: batches in an epoch; None to ask Keras, which may not know before the first one has
            passed.
        file: where to write, standard output by default. Colours are left out where the
            environment variable NO_COLOR is set.
        interval: seconds between two plain lines.
    """

    _supports_tf_logs = True  # take the losses as tensors: no wait for the GPU at every batch

    def __init__(self, epochs, first_epoch=0, steps=None, file=None, interval=10.0):
        super().__init__()
        self.epochs, self.first_epoch, self.steps = epochs, first_epoch, steps
        self.interval = interval
        self.console = Console(file=file, highlight=False, soft_wrap=True)
        self.live, self.epoch, self.batch = None, first_epoch, 0
        self.start = self.last_shown = None
        self.done_at_start = 0.0

    def on_train_begin(self, logs=None):
        """Show the line, at the first epoch only."""
        if self.last_shown is not None:
            return
        self.last_shown = time.monotonic()
        self.steps = self.steps or (self.params or {}).get("steps")
        if self.console.is_terminal:
            time_left = "time left" if self.console.width >= 60 else "left"
            self.live = Progress(
                TextColumn("epoch {task.fields[epoch]}/" + str(self.epochs)),
                BarColumn(),
                TextColumn("loss {task.fields[loss]}  " + time_left + " {task.fields[left]}"),
                console=self.console,
                transient=True,
            )
            self.task = self.live.add_task(
                "", epoch=self.epoch + 1, loss="-", left="?", total=self.steps
            )
            self.live.start()

    def on_train_batch_end(self, batch, logs=None):
        """Move on, though not more often than anyone can read."""
        self.batch = batch + 1
        now = time.monotonic()
        if self.start is None:  # the first batch compiles: its time says nothing of the others
            self.start, self.done_at_start = now, self._done()
        if now - self.last_shown < (0.2 if self.live else self.interval):
            return
        self.last_shown = now
        epoch, loss, left = self.epoch + 1, f"{float(logs['loss']):.4f}", self.time_left()
        if self.live:
            done = {"completed": self.batch, "total": self.steps}
            self.live.update(self.task, epoch=epoch, loss=loss, left=left, **done)
        else:
            done = f"{self.batch}/{self.steps}" if self.steps else f"{self.batch}"
            self.console.print(
                f"epoch {epoch}/{self.epochs}  batch {done}  loss {loss}  time left {left}"
            )

    def on_epoch_end(self, epoch, logs=None):
        """Leave a line with all the figures of the epoch."""
        self.steps = self.batch  # now it is known
        self.epoch, self.batch = self.epoch + 1, 0
        self.last_shown = time.monotonic()
        # Keras 3 tells them in alphabetical order.
        names = sorted(logs, key=lambda name: (name.startswith("val_"), not name.endswith("loss")))
        figures = "  ".join(f"{name} {float(logs[name]):.4f}" for name in names)
        self.console.print(
            f"epoch {self.epoch}/{self.epochs}  {figures}  time left {self.time_left()}"
        )

    def _done(self):
        """Give the epochs done by this run, with fractions where an epoch's length is known."""
        return self.epoch - self.first_epoch + (self.batch / self.steps if self.steps else 0)

    def time_left(self):
        """Give the time left as h:mm:ss, from the mean time of a batch so far; "?" at first."""
        done = self._done()
        epochs_left = self.epochs - self.first_epoch - done
        if epochs_left <= 0:
            return "0:00:00"
        if self.start is None or done <= self.done_at_start:
            return "?"
        per_epoch = (time.monotonic() - self.start) / (done - self.done_at_start)
        return str(datetime.timedelta(seconds=round(per_epoch * epochs_left)))

    def close(self):
        """Take the moving line away."""
        if self.live:
            self.live.stop()
            self.live = None
