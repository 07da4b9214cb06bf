"""``unrolled collect``: what was handed in, taken; what cannot be, named, one line each."""

import json
import os
import re
import zipfile

import pytest

from grading.catalogue.stubs import expected_stub, solution_path
from grading.course.collecting import collect, refused_in
from grading.course.folder import Course, course_in
from grading.course.handed_in import find
from grading.course.reading import read_submission
from grading.notebooks.cells import page
from tests.kit.course.courses import GOOD, STUB, WRONG, make_course, submit
from tests.kit.running import run_unrolled

MIDNIGHT = 1_700_000_000.0  # 2023-11-14 22:13:20 UTC


def save(path, data, when=MIDNIGHT):
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    os.utime(path, (when, when))


def collected(course, student, assignment="tokenizer", notebooks=None):
    folder = course / "submitted" / student / assignment
    return read_submission(folder, notebooks or {assignment: (assignment,)}).modules


def test_modules_and_notebooks_in_every_form_become_submissions(tmp_path):
    course, folder = make_course(tmp_path / "course"), tmp_path / "in"
    save(folder / "ada" / "tokenizer.py", GOOD)
    save(folder / "ada" / "windows.py", solution_path("windows").read_bytes())
    save(folder / "bob_positional_encoding.py", b"x = 1\r\n")
    save(folder / "eve.smith@uni_tokenizer.ipynb", page("tokenizer", WRONG))
    with zipfile.ZipFile(folder / "cyd.zip", "w") as archive:
        archive.writestr("homework/tokenizer.py", GOOD)
        archive.writestr("__MACOSX/homework/._tokenizer.py", b"x")
    done = run_unrolled("collect", course, folder)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "5 submissions: 5 new or newer" in done.stdout
    assert collected(course, "ada") == {"tokenizer": GOOD}
    assert collected(course, "bob", "positional_encoding") == {"positional_encoding": b"x = 1\r\n"}
    assert collected(course, "eve.smith@uni") == {"tokenizer": WRONG}
    assert collected(course, "cyd") == {"tokenizer": GOOD}
    stamp = course / "submitted/ada/tokenizer/timestamp.txt"
    assert stamp.read_text() == "2023-11-14 22:13:20.000000 UTC"
    again = run_unrolled("collect", course, folder)
    assert "5 submissions: 0 new or newer, 5 there already; 0 not taken" in again.stdout


def test_a_course_in_one_notebook_keeps_what_was_collected_before(tmp_path):
    course, folder = make_course(tmp_path / "course", single=True), tmp_path / "in"
    notebooks = course_in(course).assignments
    save(folder / "ada_tokenizer.py", GOOD)
    assert collect(course, course_in(course), folder).taken == ["ada/exercises"]
    (folder / "ada_tokenizer.py").unlink()
    save(folder / "ada" / "windows.py", b"w = 1\n", MIDNIGHT + 60)
    assert collect(course, course_in(course), folder).taken == ["ada/exercises"]
    modules = collected(course, "ada", "exercises", notebooks)
    assert modules["tokenizer"] == GOOD
    assert modules["windows"] == b"w = 1\n"
    assert modules["sampling"] == expected_stub("sampling").encode()
    stamp = course / "submitted/ada/exercises/timestamp.txt"
    assert stamp.read_text() == "2023-11-14 22:14:20.000000 UTC"


def test_the_newer_file_counts_and_what_gives_way_is_kept(tmp_path):
    course, folder = make_course(tmp_path / "course"), tmp_path / "in"
    save(folder / "ada" / "tokenizer.py", WRONG, MIDNIGHT)
    save(folder / "ada_tokenizer.py", STUB, MIDNIGHT - 5)
    found = collect(course, course_in(course), folder)
    assert found.refused == ["ada_tokenizer.py: ada/tokenizer.py is newer"]
    assert collected(course, "ada") == {"tokenizer": WRONG}
    first = (course / "submitted/ada/tokenizer/tokenizer.ipynb").read_bytes()
    save(folder / "ada" / "tokenizer.py", GOOD, MIDNIGHT + 5)
    assert collect(course, course_in(course), folder).taken == ["ada/tokenizer"]
    assert collected(course, "ada") == {"tokenizer": GOOD}
    (kept,) = (course / ".unrolled/replaced/ada/tokenizer").iterdir()
    assert kept.read_bytes() == first
    save(folder / "ada" / "tokenizer.py", WRONG, MIDNIGHT + 1)
    found = collect(course, course_in(course), folder)
    assert found.refused[-1] == "ada/tokenizer.py: older than what ada/tokenizer has"
    assert collected(course, "ada") == {"tokenizer": GOOD}


@pytest.mark.parametrize(
    ("stamp", "is_older"),
    [
        ("2023-11-14 22:13:19.999999 UTC", False),
        ("2023-11-14 22:13:21.000000 UTC", True),
        ("2023-11-15 00:13:21 +0200", True),
        ("2023-11-14 22:13:21", True),
        ("yesterday", False),  # nobody knows when: the new one counts
        ("", False),
    ],
)
def test_a_time_stamp_is_read_as_nbgrader_reads_it(tmp_path, stamp, is_older):
    pytest.importorskip("nbgrader")
    course, folder = make_course(tmp_path / "course"), tmp_path / "in"
    there = submit(course, "ada", WRONG)
    (there.parent / "timestamp.txt").write_text(stamp)
    save(folder / "ada_tokenizer.py", GOOD)
    found = collect(course, course_in(course), folder)
    assert bool(found.refused) == is_older
    assert collected(course, "ada") == {"tokenizer": WRONG if is_older else GOOD}


def bad_zip(*names, link=False, data=b"x = 1\n"):
    def write(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(path, "w") as archive:
            for name in names:
                entry = zipfile.ZipInfo(name)
                entry.compress_type = zipfile.ZIP_DEFLATED
                entry.external_attr = (0o120777 if link else 0o100644) << 16
                archive.writestr(entry, data)

    return write


def plain(data):
    return lambda path: save(path, data)


def link_to(target):
    def write(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.symlink_to(target)

    return write


BAD = {
    "a link out of the folder": ("eve/tokenizer.py", link_to("/etc/hostname"), "link to a place"),
    "a link inside": ("eve/tokenizer.py", link_to("../ada/tokenizer.py"), "a symbolic link"),
    "a linked folder": ("eve", link_to("/etc"), "a symbolic link"),
    "a link to itself": ("eve/tokenizer.py", link_to("tokenizer.py"), "symbolic link|cannot be"),
    "a wrong name": ("eve/tokeniser.py", plain(GOOD), "not named after an exercise"),
    "another module's name": ("eve/statistics.py", plain(GOOD), "not named after an exercise"),
    "no student": ("tokenizer.py", plain(GOOD), "not of the form STUDENT_EXERCISE"),
    "a student that is a path": ("..\\eve_tokenizer.py", plain(GOOD), "cannot be the id"),
    "a student that is a pattern": ("[a-z]*/tokenizer.py", plain(GOOD), "cannot be the id"),
    "another kind of file": ("eve/tokenizer.txt", plain(GOOD), "neither a module"),
    "a folder": ("eve/work/tokenizer.py", plain(GOOD), "it is a folder"),
    "an empty file": ("eve/tokenizer.py", plain(b"\n"), "it is empty"),
    "a large file": ("eve/tokenizer.py", plain(b"#" * 10_000_001), "10.0 MB, and 10 MB are"),
    "no text": ("eve/tokenizer.py", plain(b"\xff\xfe\x00"), "no text"),
    "a notebook that is none": ("eve/tokenizer.ipynb", plain(b"{"), "no JSON"),
    "a named pipe": ("eve/tokenizer.py", lambda path: (path.parent.mkdir(), os.mkfifo(path)), ""),
    "a zip that climbs": ("eve.zip", bad_zip("../../x.py"), "would leave its folder"),
    "a zip from the root": ("eve.zip", bad_zip("/etc/x.py"), "would leave its folder"),
    "a zip from a drive": ("eve.zip", bad_zip("C:\\x.py"), "would leave its folder"),
    "a zip with a link": ("eve.zip", bad_zip("tokenizer.py", link=True), "is a symbolic link"),
    "a zip bomb": ("eve.zip", bad_zip("tokenizer.py", data=b"0" * 20_000_000), "unpacks to more"),
    "many files": ("eve.zip", bad_zip(*(f"{i}.py" for i in range(1001))), "holds 1001 files"),
    "a zip that is none": ("eve.zip", plain(b"PK\x03\x04 no"), "no zip archive"),
    "a wrong name in a zip": ("eve.zip", bad_zip("conftest.py"), "not named after an exercise"),
}


@pytest.mark.parametrize("label", BAD)
def test_what_cannot_be_taken_gets_one_line_and_the_others_are_taken(tmp_path, label):
    name, write, said = BAD[label]
    course, folder = make_course(tmp_path / "course"), tmp_path / "in"
    save(folder / "ada" / "tokenizer.py", GOOD)
    write(folder / name)
    found = collect(course, course_in(course), folder)
    (line,) = found.refused
    assert line.startswith(name.split("/")[0])
    assert re.search(said, line), line
    assert found.taken == ["ada/tokenizer"]
    assert os.listdir(course / "submitted") == ["ada"]


def test_an_archive_that_lies_about_its_sizes_is_not_believed(tmp_path):
    path = tmp_path / "in" / "eve.zip"
    bad_zip("tokenizer.py", data=b"0" * 20_000_000)(path)
    data, size = path.read_bytes(), (20_000_000).to_bytes(4, "little")
    assert data.count(size) == 2
    path.write_bytes(data.replace(size, (20).to_bytes(4, "little")))
    harvest = find(path.parent, Course().assignments)
    assert not harvest.taken
    assert len(harvest.refused) == 1


def test_control_characters_in_a_name_do_not_reach_the_terminal(tmp_path):
    save(tmp_path / "in" / "\x1b[2Jeve_tokenizer.py", GOOD)
    (line,) = find(tmp_path / "in", Course().assignments).refused
    assert "\x1b" not in line


def test_a_folder_that_is_no_course_or_not_there_is_named(tmp_path):
    done = run_unrolled("collect", tmp_path, tmp_path)
    assert done.returncode == 2
    assert f"{tmp_path} holds no course: make one with unrolled course" in done.stderr
    course = make_course(tmp_path / "course")
    done = run_unrolled("collect", course, tmp_path / "nowhere")
    assert done.returncode == 2
    assert "nowhere: No such file" in done.stderr


def test_what_is_collected_is_what_nbgrader_expects(tmp_path):
    course, folder = make_course(tmp_path / "course", hidden=["tokenizer/fit"]), tmp_path / "in"
    save(folder / "ada_tokenizer.py", GOOD)
    collect(course, course_in(course), folder)
    source = json.loads((course / "source/tokenizer/tokenizer.ipynb").read_bytes())
    submitted = json.loads((course / "submitted/ada/tokenizer/tokenizer.ipynb").read_bytes())
    assert submitted == source  # her module is the solution


# The names under which Canvas and Moodle let an instructor download what was handed in.
DOWNLOADS = {
    "smithada_12345_67890_tokenizer.ipynb": "smithada_12345",
    "smithada_LATE_12345_67890_tokenizer.ipynb": "smithada_12345",
    "smithada_LATE_12345_67999_tokenizer-2.ipynb": "smithada_12345",
    "smithada_12345_68000_tokenizer-3.py": "smithada_12345",
    "müllereva_12_345_tokenizer (1).ipynb": "müllereva_12",
    "Ada Smith_4711_assignsubmission_file_/tokenizer.ipynb": "Ada Smith",
    "Ada Smith_4712_assignsubmission_file_/tokenizer (2).ipynb": "Ada Smith",
    "Eva von Ost_99_assignsubmission_file_tokenizer.py": "Eva von Ost",
    "Participant_7_assignsubmission_file_/tokenizer.py": "Participant_7",
    "group_1_2_tokenizer.py": "group_1_2",
    "tom_tokenizer-1.py": "tom",
}


@pytest.mark.parametrize("name", DOWNLOADS)
def test_a_download_of_canvas_or_moodle_belongs_to_its_student(tmp_path, name):
    data = GOOD if name.endswith(".py") else page("tokenizer", GOOD)
    save(tmp_path / "in" / name, data)
    harvest = find(tmp_path / "in", Course().assignments)
    assert not harvest.refused
    (handed,) = harvest.taken
    assert (handed.student, handed.exercise) == (DOWNLOADS[name], "tokenizer")
    assert handed.is_late == ("LATE" in name)


def test_a_second_upload_is_the_same_student_and_the_newer_counts(tmp_path):
    course, folder = make_course(tmp_path / "course"), tmp_path / "in"
    save(folder / "smithada_12345_67890_tokenizer.ipynb", page("tokenizer", WRONG))
    assert collect(course, course_in(course), folder).taken == ["smithada_12345/tokenizer"]
    late = "smithada_LATE_12345_67999_tokenizer-1.ipynb"
    save(folder / late, page("tokenizer", GOOD), MIDNIGHT + 9)
    found = collect(course, course_in(course), folder)
    assert found.taken == ["smithada_12345/tokenizer"] and found.late == [late]
    assert collected(course, "smithada_12345") == {"tokenizer": GOOD}
    assert os.listdir(course / "submitted") == ["smithada_12345"]


def test_two_students_of_one_name_are_two(tmp_path):
    for number in (11, 12):
        folder = tmp_path / "in" / f"Ada Smith_{number}_assignsubmission_file_"
        save(folder / "tokenizer.py", GOOD)
    taken = find(tmp_path / "in", Course().assignments).taken
    assert [handed.student for handed in taken] == ["Ada Smith_11", "Ada Smith_12"]


def test_many_files_of_an_archive_that_are_not_taken_are_one_line(tmp_path):
    course, folder = make_course(tmp_path / "course"), tmp_path / "in"
    bad_zip(*(f"{i}/tokenizer.py" for i in range(999)))(folder / "eve.zip")
    bad_zip(*(f"{i}.py" for i in range(998)), "tokenizer.py")(folder / "tom.zip")
    found = collect(course, course_in(course), folder)
    first, second = found.refused
    assert first == (
        "eve.zip: 998 files in it, such as 0/tokenizer.py: 998/tokenizer.py is the last of them, "
        "and counts"
    )
    assert second.startswith("tom.zip: 998 files in it, such as 0.py: it is not named after an ")
    assert found.taken == ["eve/tokenizer", "tom/tokenizer"]


def test_what_was_refused_is_remembered_until_the_folder_is_collected_again(tmp_path):
    course, folder = make_course(tmp_path / "course"), tmp_path / "in"
    assert refused_in(course) == []
    save(folder / "eve_tokenizer.ipynb", b"{")
    save(folder / "ada_tokenizer.py", GOOD)
    collect(course, course_in(course), folder)
    (line,) = refused_in(course)
    assert line.startswith("eve_tokenizer.ipynb: this is no notebook: it is no JSON")
    # What is older than something else is not damaged.
    save(folder / "ada" / "tokenizer.py", WRONG, MIDNIGHT - 5)
    assert len(collect(course, course_in(course), folder).refused) == 2
    assert refused_in(course) == [line]
    (folder / "eve_tokenizer.ipynb").unlink()
    collect(course, course_in(course), folder)
    assert refused_in(course) == []
    (course / ".unrolled" / "refused.json").write_text("[5")
    assert refused_in(course) == []
