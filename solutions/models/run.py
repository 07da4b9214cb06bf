"""A training that loses no work: progress, checkpoints, an exact resume, and a record.

A model is trained like this:

    with run.start(name, settings, source):
        model = ...  # built and compiled
        for epoch in run.epochs(model, n_epochs):
            model.fit(batches_of(epoch), callbacks=run.callbacks, verbose=0)
        run.finish(model)

Everything random in an epoch hangs on the seed and on the epoch's number alone. So a run that was
stopped, even by ``kill -9``, takes up the last checkpoint and ends with the very weights that it
would have had without the interruption. Keras' ``BackupAndRestore`` and ``CSVLogger`` do not serve
here: they restore neither the order of the examples nor what dropout draws, and a kill while they
write may leave half a file.
"""

import contextlib
import math
import time
from pathlib import Path

from tensorflow import keras

from solutions.models import run_files
from solutions.models.keras_api import seed_layers, seedable_layers
from solutions.models.plots import plot_curves
from solutions.models.progress import ProgressDisplay
from solutions.models.run_files import CURVES, WEIGHTS, RunError, writing_into


class Run:
    """One training in a folder of its own.

    Args:
        folder: at the end it holds ``model.weights.h5``, ``settings.json``, ``history.csv`` and
            ``curves.png``; during the run also the last checkpoint.
        seed: everything random follows from it.
        strategy: a ``tf.distribute`` strategy, or None.
        fresh: throw away what an earlier run left in the folder.
        settings: more settings than those given to :meth:`start`.
        title: a line to say first.
        say: where to send messages, line by line.
        file: where to show the progress; standard output by default.

    Attributes:
        callbacks: for ``fit``.
        history: a dict for each epoch: its number from 1 on, the figures of ``fit``, the seconds.
    """

    def __init__(self, folder, *, seed=42, strategy=None, fresh=False, settings=None, title="",
                 say=print, file=None):  # fmt: skip
        self.folder, self.seed, self.strategy, self.fresh = Path(folder), seed, strategy, fresh
        self.more_settings, self.title, self.say, self.file = settings or {}, title, say, file
        self.is_chief = _is_chief(strategy)
        self.callbacks, self.history = [], []

    @contextlib.contextmanager
    def start(self, name, settings, source="", *, one_device=False):
        """Open the folder; inside, build the model, fit it epoch by epoch, and finish.

        Args:
            name: the model's name.
            settings: what tells this run from another one: sizes, data, seed. Saved beside the
                weights. A run only goes on with the settings it was started with.
            source: where the data come from, in a few words.
            one_device: the model cannot be spread over several devices.

        Raises:
            RunError: the folder holds a run of other settings, cannot be written, or another
                training writes into it.
        """
        settings = {"model": name, **settings, **self.more_settings}
        self.name = name
        if self.strategy and one_device:
            raise RunError(f"{name} cannot be spread over several devices: leave --strategy out")
        for line in filter(None, [self.title, source and f"data: {source}"]):
            self.say(line)
        with contextlib.ExitStack() as stack:
            with writing_into(self.folder):
                self.folder.mkdir(parents=True, exist_ok=True)
                if self.is_chief:
                    stack.enter_context(run_files.alone_in(self.folder))
                    run_files.tidy(self.folder, self.fresh)
                # A worker must not read what the chief is just clearing away.
                if self.is_chief or not self.fresh:
                    self.history = run_files.open_run(settings, self.folder, self.is_chief)
            if self.strategy:
                stack.enter_context(self.strategy.scope())
            stack.enter_context(seedable_layers())
            keras.utils.set_random_seed(self.seed)
            yield

    def epochs(self, model, n_epochs):
        """Give the numbers of the epochs still to do, from 0 on; one ``fit`` is due for each.

        Before it, all that is random gets its seed; after it, a checkpoint is written.

        Args:
            model: built and compiled; it goes on with the weights of an earlier run.
            n_epochs: how many epochs the whole training has.

        Raises:
            RunError: the checkpoint is damaged, the folder cannot be written, or the loss is no
                number any more.
        """
        n_done = len(self.history)
        model.optimizer.build(model.trainable_variables)
        if n_done:
            run_files.restore(model, self.folder)
            if n_done < n_epochs:
                self.say(f"going on after epoch {n_done}, from {self.folder}")
            else:
                more = "a larger --epochs goes on, --fresh starts over"
                self.say(f"{self.folder} is trained already: {more}")
        progress = ProgressDisplay(n_epochs, n_done, file=self.file)
        self.callbacks = [progress]
        try:
            for epoch in range(n_done, n_epochs):
                keras.utils.set_random_seed(self.seed + 1 + epoch)
                seed_layers(model, self.seed + 1 + epoch)
                start = time.monotonic()
                yield epoch
                seconds = round(time.monotonic() - start, 3)
                figures = {name: float(last) for name, [last] in model.history.history.items()}
                if not figures:
                    raise RunError("there is not enough data for a single batch")
                if not math.isfinite(figures["loss"]):
                    raise RunError(
                        f"the loss of epoch {epoch + 1} is {figures['loss']}: start over with a "
                        "smaller --learning-rate and --fresh"
                    )
                self.history.append({"epoch": epoch + 1, **figures, "seconds": seconds})
                with writing_into(self.folder):
                    run_files.save_checkpoint(model, self.history, self.folder, self.is_chief)
        finally:
            progress.close()

    def finish(self, model):
        """Write the weights of the trained model, the history and its curves."""
        write, out = run_files.write_atomically, self.folder
        with writing_into(out):
            # In a group of workers, all must take part, though only the chief's file is kept.
            write(out / WEIGHTS, model.save_weights, suffix=".weights.h5", keep=self.is_chief)
            if self.is_chief:
                # A run may have been killed just before it wrote its history.
                run_files.write_history(self.history, out)
                figure = plot_curves(self.history, title=self.name)
                write(out / CURVES, figure.savefig, suffix=".png")


def _is_chief(strategy):
    """Tell whether this process writes the files: of several workers, only one does."""
    resolver = getattr(strategy, "cluster_resolver", None)
    if resolver is None or not resolver.cluster_spec():
        return True
    if resolver.task_type == "worker":
        return resolver.task_id == 0 and "chief" not in resolver.cluster_spec().jobs
    return resolver.task_type in (None, "chief")
