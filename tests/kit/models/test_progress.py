"""What a training shows of how far it is."""

import io
import math
import time

from solutions.models.progress import ProgressDisplay


# Progress
def show(display, n_batches=4):
    display.on_train_begin()
    for epoch in range(2):
        display.on_epoch_begin(epoch)
        for batch in range(n_batches):
            display.on_train_batch_end(batch, {"loss": 2.0 - 0.1 * batch})
        display.on_epoch_end(epoch, {"loss": 1.5, "val_loss": 1.25})
    display.close()


def test_progress_without_a_terminal_is_plain_lines(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    file = io.StringIO()
    show(ProgressDisplay(2, steps=4, file=file, interval=0.0))
    lines = file.getvalue().splitlines()
    assert "\x1b" not in file.getvalue()
    assert len(lines) == 2 * (4 + 1)
    assert lines[0].startswith("epoch 1/2  batch 1/4  loss 2.0000  time left ?")
    assert lines[1].startswith("epoch 1/2  batch 2/4  loss 1.9000  time left 0:00:00")
    assert lines[4].startswith("epoch 1/2  loss 1.5000  val_loss 1.2500  time left 0:00:00")


class Terminal(io.StringIO):
    """Says that it is a terminal."""

    def isatty(self):
        """Say yes."""
        return True


def test_progress_on_a_terminal_moves_and_respects_no_color(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE", "COLORTERM"):
        monkeypatch.delenv(name, raising=False)
    coloured, plain = Terminal(), Terminal()
    show(ProgressDisplay(2, steps=4, file=coloured))
    monkeypatch.setenv("NO_COLOR", "1")
    show(ProgressDisplay(2, steps=4, file=plain))
    for file in (coloured, plain):
        assert "epoch 2/2  loss 1.5000" in file.getvalue()
        assert "\x1b[?25h" in file.getvalue()  # the cursor is shown again
    assert "\x1b[38;5;" in coloured.getvalue()
    assert "\x1b[38;5;" not in plain.getvalue()


def test_progress_on_a_narrow_terminal_is_not_cut(monkeypatch):
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("COLUMNS", "40")
    file = Terminal()
    display = ProgressDisplay(50, steps=4, file=file)
    monkeypatch.setattr(display, "time_left", lambda: "12:34:56")
    display.on_train_begin()
    display.last_shown = -math.inf
    display.on_train_batch_end(0, {"loss": 1.5})
    display.close()
    assert "12:34:56" in file.getvalue() and "…" not in file.getvalue()


def test_time_left_counts_the_epochs_still_to_come_and_not_the_compilation(monkeypatch):
    now = [100.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    display = ProgressDisplay(10, first_epoch=4, steps=10, file=io.StringIO())
    display.on_train_begin()
    display.on_epoch_begin(4)
    assert display.time_left() == "?"
    now[0] += 1000
    display.on_train_batch_end(0, {"loss": 1.0})
    assert display.time_left() == "?"
    now[0] += 24
    display.on_train_batch_end(4, {"loss": 1.0})  # four batches in 24 s: a minute for an epoch
    assert display.time_left() == "0:05:30"  # five epochs and a half


def test_no_time_is_left_at_the_end_even_of_a_single_batch():
    file = io.StringIO()
    show(ProgressDisplay(2, steps=1, file=file), n_batches=1)
    lines = file.getvalue().splitlines()
    assert lines[0].endswith("time left ?") and lines[1].endswith("time left 0:00:00")
