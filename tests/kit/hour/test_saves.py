"""Saves are noticed however they are made, each burst once, and nothing else is."""

import queue
import shutil
import time

import pytest

from grading.student.watch import saves
from tests.kit.hour.desks import save, save_by_deleting, save_by_rename


@pytest.fixture(params=[False, True], ids=["events", "polling"])
def told(request, tmp_path, monkeypatch):
    monkeypatch.setattr(saves, "LOOK_ANYWAY_MS", 60_000)  # events, or polling, must do it alone
    save(tmp_path, "one")
    names = queue.SimpleQueue()
    with saves.Saves(tmp_path, names.put, poll=request.param):
        time.sleep(0.7)  # until it is watched
        yield names


@pytest.mark.parametrize("how", [save, save_by_rename, save_by_deleting])
def test_a_save_is_noticed(told, tmp_path, how):
    how(tmp_path, "another text")
    assert "tokenizer" in told.get(timeout=20)


def test_a_new_file_is_noticed_and_one_that_is_gone(told, tmp_path):
    save(tmp_path, "new", "windows")
    assert told.get(timeout=20) == ["windows"]
    (tmp_path / "windows.py").unlink()
    assert told.get(timeout=20) == ["windows"]


def test_several_saves_at_once_are_few_events(told, tmp_path):
    for number in range(20):
        save(tmp_path, f"text {number}", ("tokenizer", "windows")[number % 2])
    seen = set(told.get(timeout=20))
    events, end = 1, time.monotonic() + 1.5
    while time.monotonic() < end:
        try:
            seen |= set(told.get(timeout=0.3))
            events += 1
        except queue.Empty:
            continue
    assert seen == {"tokenizer", "windows"}
    assert events <= 4


def test_other_files_do_not_count(told, tmp_path):
    (tmp_path / ".tokenizer.py.swp").write_text("x")
    (tmp_path / "#tokenizer.py#").write_text("x")
    (tmp_path / "notes.txt").write_text("x")
    (tmp_path / "__pycache__").mkdir()
    with pytest.raises(queue.Empty):
        told.get(timeout=0.8)


def test_where_nothing_tells_of_a_save_or_the_folder_is_made_anew_it_is_found_by_looking(
    tmp_path, monkeypatch
):
    monkeypatch.setattr(saves, "LOOK_ANYWAY_MS", 300)
    folder, names = tmp_path / "desk", queue.SimpleQueue()
    folder.mkdir()
    save(folder, "one")
    with saves.Saves(folder, names.put):
        time.sleep(0.5)
        shutil.rmtree(folder)
        assert names.get(timeout=20) == ["tokenizer"]
        time.sleep(0.5)
        folder.mkdir()
        save(folder, "two")
        assert names.get(timeout=20) == ["tokenizer"]
