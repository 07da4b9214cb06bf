"""Training: what is kept, what an interruption costs (nothing), what is refused."""

import csv
import io
import shutil
import subprocess
import sys
import time

import numpy as np
import pytest
import tensorflow as tf
from PIL import Image

from solutions.models import Options, char_rnn, run_files, stateful_char_rnn, transformer
from solutions.models.components import reference
from solutions.models.run import Run
from solutions.models.run_files import RunError, read_history
from tests.kit.models import tiny
from tests.kit.models.tiny import make_task


def train(task, out, **arguments):
    return tiny.train(task, out, say=lambda line: None, file=io.StringIO(), **arguments)


def without_seconds(history):
    return [{k: v for k, v in row.items() if k != "seconds"} for row in history]


def assert_same_weights(model, other):
    for a, b in zip(model.get_weights(), other.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_run_leaves_weights_history_and_curves(tmp_path):
    model, history = train(make_task(), tmp_path)
    names = sorted(path.name for path in tmp_path.iterdir())
    assert names == [
        "checkpoint-00003", "curves.png", "history.csv", "model.weights.h5", "settings.json",
    ]  # fmt: skip
    rows = list(csv.DictReader((tmp_path / "history.csv").open()))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    assert [float(row["val_loss"]) for row in rows] == [row["val_loss"] for row in history]
    assert read_history(tmp_path)[2]["loss"] == history[2]["loss"]
    assert history[2]["loss"] < history[0]["loss"]
    pixels = np.asarray(Image.open(tmp_path / "curves.png").convert("L"))
    assert (pixels < 128).mean() > 0.005  # something is drawn
    loaded = make_task().build()
    loaded.load_weights(tmp_path / "model.weights.h5")
    assert_same_weights(loaded, model)


def test_a_run_in_two_parts_ends_like_one_in_one_part(tmp_path):
    whole, history = train(make_task(epochs=4), tmp_path / "whole")
    train(make_task(epochs=2), tmp_path / "parts")
    said = []
    resumed, its_history = tiny.train(
        make_task(epochs=4), tmp_path / "parts", say=said.append, file=io.StringIO()
    )
    assert said == [f"going on after epoch 2, from {tmp_path / 'parts'}"]
    assert without_seconds(its_history) == without_seconds(history)
    assert_same_weights(resumed, whole)


def test_so_does_a_recurrent_model_with_dropout(tmp_path):
    def train(epochs, out):
        options = Options(
            data="sample", limit=3_000, units=4, batch_size=4, recipe="chapter", epochs=epochs
        )
        run = Run(out, say=lambda line: None, file=io.StringIO())
        model, _ = stateful_char_rnn.train(run, options, reference())
        return model, run.history

    whole, history = train(2, tmp_path / "whole")
    train(1, tmp_path / "parts")
    resumed, its_history = train(2, tmp_path / "parts")
    assert without_seconds(its_history) == without_seconds(history)
    assert_same_weights(resumed, whole)
    loaded, tokenizer = char_rnn.load(tmp_path / "parts")
    assert_same_weights(loaded, whole)
    assert tokenizer.decode(tokenizer.encode("the")) == "the"
    assert tokenizer.vocab_size == whole.output_shape[-1]


def test_a_killed_run_goes_on_and_ends_like_an_uninterrupted_one(tmp_path):
    out = tmp_path / "killed"
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.kit.models.tiny", str(out)], stdout=subprocess.DEVNULL
    )
    try:
        deadline = time.monotonic() + 120
        while not list(out.glob("checkpoint-0000[3-9]")):
            assert process.poll() is None, "the run ended before it could be killed"
            assert time.monotonic() < deadline
            time.sleep(0.01)
    finally:
        process.kill()  # SIGKILL: nothing in the process can tidy up
        process.wait()
    n_done = int(max(path.name for path in out.glob("checkpoint-[0-9]*"))[-5:])
    assert 3 <= n_done < 1000 and not (out / "model.weights.h5").exists()
    (out / ".checkpoint-half").mkdir()  # as if it had been killed while it wrote
    (out / ".tmp-half").write_text("half")

    resumed, history = train(make_task(epochs=n_done + 2), out)
    whole, its_history = train(make_task(epochs=n_done + 2), tmp_path / "whole")
    assert without_seconds(history) == without_seconds(its_history)
    assert_same_weights(resumed, whole)
    assert not list(out.glob(".*"))


def test_a_finished_run_is_not_trained_again(tmp_path):
    model, history = train(make_task(epochs=1), tmp_path)
    again, its_history = train(make_task(epochs=1), tmp_path)
    assert its_history == history
    assert_same_weights(again, model)


def test_a_finished_run_says_that_it_is(tmp_path):
    train(make_task(epochs=2), tmp_path)
    said = []
    tiny.train(make_task(epochs=1), tmp_path, say=said.append, file=io.StringIO())
    [line] = said
    assert line.startswith(f"{tmp_path} is trained already: ") and "--epochs" in line


def test_what_a_kill_left_undone_is_made_up_for(tmp_path):
    train(make_task(epochs=2), tmp_path)
    whole = (tmp_path / "history.csv").read_text()
    # Killed after the checkpoint had got its name: the one before it was still there, and the
    # history was not written.
    shutil.copytree(tmp_path / "checkpoint-00002", tmp_path / "checkpoint-00001")
    (tmp_path / "history.csv").write_text(whole.splitlines()[0] + "\n")
    train(make_task(epochs=2), tmp_path)
    assert (tmp_path / "history.csv").read_text() == whole
    train(make_task(epochs=3), tmp_path)
    assert [path.name for path in tmp_path.glob("checkpoint*")] == ["checkpoint-00003"]


def test_a_second_training_into_the_same_folder_is_refused(tmp_path):
    def train_too(model, epoch):
        with pytest.raises(RunError, match="another training is writing into"):
            train(make_task(epochs=1), tmp_path, fresh=True)

    task = make_task(epochs=1)
    task.before_epoch = train_too
    train(task, tmp_path)
    train(make_task(epochs=2), tmp_path)  # once that one has ended


def test_a_loss_that_is_no_number_ends_the_training_and_is_not_kept(tmp_path):
    def spoil(model, epoch):
        if epoch == 1:
            model.layers[-1].kernel.assign(np.full([6, 1], np.nan))

    task = make_task(epochs=3)
    task.before_epoch = spoil
    with pytest.raises(RunError, match="the loss of epoch 2 is nan"):
        train(task, tmp_path)
    assert [path.name for path in tmp_path.glob("checkpoint*")] == ["checkpoint-00001"]


@pytest.mark.parametrize(
    "error",
    [
        OSError(28, "No space left on device"),
        RuntimeError("failed (errno = 28, error message = 'No space left on device', offset = 0)"),
        tf.errors.ResourceExhaustedError(None, None, "model.index; No space left on device"),
    ],
)
def test_a_full_disk_is_told_in_one_line(tmp_path, monkeypatch, error):
    def fail(*arguments):
        raise error

    monkeypatch.setattr(run_files, "save_checkpoint", fail)
    with pytest.raises(RunError) as caught:
        train(make_task(epochs=1), tmp_path)
    told = str(caught.value)
    assert told.lower() == f"--out {tmp_path} cannot be written: no space left on device".lower()


def test_other_settings_are_refused_unless_fresh(tmp_path):
    train(make_task(epochs=1), tmp_path)
    (tmp_path / "notes.txt").write_text("mine")
    with pytest.raises(RunError, match=r"holds a run with units=6, not 5.*--fresh"):
        train(make_task(epochs=1, units=5), tmp_path)
    with pytest.raises(RunError, match='holds a run with model="tiny", not "other"'):
        train(make_task(epochs=1, units=5, name="other"), tmp_path)
    model, history = train(make_task(epochs=1, units=5), tmp_path, fresh=True)
    assert model.layers[0].units == 5 and len(history) == 1
    assert (tmp_path / "notes.txt").read_text() == "mine"


def test_another_seed_gives_another_model(tmp_path):
    model, _ = train(make_task(epochs=1), tmp_path / "a", seed=1)
    other, _ = train(make_task(epochs=1), tmp_path / "b", seed=2)
    assert np.abs(model.get_weights()[0] - other.get_weights()[0]).max() > 0.01


def test_a_folder_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(RunError, match="cannot be written"):
        train(make_task(epochs=1), tmp_path / "file")


def test_a_checkpoint_of_another_model_is_refused(tmp_path):
    train(make_task(epochs=1), tmp_path)
    task = make_task(epochs=2)
    task.build = make_task(epochs=2, units=9).build
    with pytest.raises(RunError, match="holds another model than this one"):
        train(task, tmp_path)


@pytest.mark.parametrize("content", [None, "", "a,b\n1,2\n", "epoch,loss\n1,x\n"])
def test_a_folder_without_history_is_refused(tmp_path, content):
    if content is not None:
        (tmp_path / "history.csv").write_text(content)
    with pytest.raises(RunError):
        read_history(tmp_path)


def test_loading_a_run_that_is_not_there_or_not_finished_says_what_to_do(tmp_path):
    with pytest.raises(RunError, match="unrolled train stateful-char-rnn"):
        char_rnn.load(tmp_path)
    (tmp_path / "settings.json").write_text("{}")
    with pytest.raises(RunError, match="not finished"):
        char_rnn.load(tmp_path)


@pytest.mark.parametrize(
    "settings", ["", "null", "[]", "{}", '{"alphabet": "ab"}', '{"alphabet": "ab", "units": "4"}']
)
def test_loading_a_damaged_run_says_so(tmp_path, settings):
    (tmp_path / "settings.json").write_text(settings)
    (tmp_path / "model.weights.h5").write_text("")
    for module in (char_rnn, transformer):
        with pytest.raises(RunError, match="cannot be read"):
            module.load(tmp_path)


@pytest.fixture(scope="module")
def finished_run(tmp_path_factory):
    out = tmp_path_factory.mktemp("finished")
    train(make_task(epochs=1), out)
    return out


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("settings.json", b"{", "settings.json cannot be read"),
        ("settings.json", b"[]", "settings.json cannot be read"),
        ("settings.json", None, "settings.json is missing"),
        ("checkpoint-00001/history.json", b"{", "history.json cannot be read"),
        ("checkpoint-00001/history.json", b"{}", "history.json cannot be read"),
        ("checkpoint-00001/history.json", b"[]", "has a history of 0 epochs"),
        ("checkpoint-00001/history.json", None, "history.json cannot be read"),
        ("checkpoint-00001/model.index", b"short", "checkpoint-00001 cannot be read"),
        ("checkpoint-00001/model.data-00000-of-00001", b"short", "checkpoint-00001 cannot be read"),
        ("checkpoint-00001/model.data-00000-of-00001", None, "checkpoint-00001 cannot be read"),
    ],
)
def test_a_damaged_run_is_told(tmp_path, finished_run, name, content, message):
    out = tmp_path / "run"
    shutil.copytree(finished_run, out)
    (out / name).unlink()
    if content is not None:
        (out / name).write_bytes(content)
    with pytest.raises(RunError, match=f"{message}.*: give --fresh to start over"):
        train(make_task(epochs=2), out)
