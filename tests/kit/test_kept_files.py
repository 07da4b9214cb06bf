"""Writing a file in one step, and keeping what it held."""

import os
import stat

import pytest

from grading.catalogue.files import back_up, write_atomically


def test_bytes_and_texts_are_written_as_they_are(tmp_path):
    path = tmp_path / "answer.py"
    for data, there in ((b"a\r\n", b"a\r\n"), ("é\n", "é\n".encode())):
        write_atomically(path, data)
        assert path.read_bytes() == there
    assert [p.name for p in tmp_path.iterdir()] == ["answer.py"]


@pytest.mark.skipif(os.name == "nt", reason="about POSIX modes and links")
def test_the_mode_stays_and_a_link_stays_a_link(tmp_path):
    path, link = tmp_path / "answer.py", tmp_path / "link.py"
    path.write_text("old")
    path.chmod(0o640)
    link.symlink_to(path)
    write_atomically(link, "new")
    assert link.is_symlink()
    assert (path.read_text(), stat.S_IMODE(path.stat().st_mode)) == ("new", 0o640)


def test_where_it_cannot_be_written_the_old_one_stays_and_nothing_else(tmp_path, monkeypatch):
    path = tmp_path / "answer.py"
    path.write_text("old")

    def fails(*arguments):
        raise OSError("no space left")

    monkeypatch.setattr(os, "replace", fails)
    with pytest.raises(OSError, match="no space left"):
        write_atomically(path, "new")
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("answer.py", "old")]


def test_a_backup_is_written_where_nothing_is_yet(tmp_path):
    def place(number):
        return tmp_path / "backups" / f"answer{number}.py"

    assert [back_up(data, place).name for data in (b"1", b"2")] == ["answer1.py", "answer2.py"]
    assert place(1).read_bytes() == b"1"
    with pytest.raises(FileExistsError, match="999 backups"):
        back_up(b"3", lambda number: place(1))
