"""Grades for Canvas and Moodle: the very file that the platform exported, filled in."""

import zipfile

import pytest

from grading.catalogue.refused import Refused
from grading.course.exporting import Roster, export
from grading.course.tally import Score
from tests.kit.running import run_unrolled

CANVAS = """\
Student,ID,SIS User ID,SIS Login ID,Section,Tokenizer (881),Windows (882),"Assignments Score, all"
,,,,,,Manual Posting,
    Points Possible,,,,,10.0,10.0,(read only)
"Smith, Ada",00123,007,ada01,"A ""B"", c",,3,71.5
"Ünal, Bo",124,008,bo,A,7.5,,
"Student, Test",999,,,A,,,
"""
WORKSHEET = """\
\ufeffIdentifier;"Full name";"Email address";Status;Grade;"Maximum Grade";"Feedback comments"\r
"Participant 0042";"Ada Smith";ada@uni;Submitted;;10,00;\r
"Participant 43";"Bo Ünal";bo@uni;"No submission";-;10,00;"see me"\r
"""
GRADEBOOK = """\
First name,Last name,ID number,Email address,Assignment: Tokenizer (Real),Course total (Real)
Ada,Smith,007,ada@uni,-,12.50
Bo,Ünal,008,bo@uni,5.00,-
"""


def write(folder, text, name="grades.csv"):
    path = folder / name
    path.write_bytes(text.encode())
    return path


def scores(**points):
    """Scores of ten for these students; the names have ``__`` for a blank."""
    return {name.replace("__", " "): Score(value, 10.0, 0.0) for name, value in points.items()}


def exported(path, platform, found, **options):
    return export(Roster(path, platform, list(found), **options), path.parent, found)


def test_canvas_gets_its_own_file_with_nothing_else_changed(tmp_path):
    path = write(tmp_path, "\ufeff" + CANVAS)
    found = {
        "tokenizer": scores(smithada_00123=9.25, ünalbo_124=10.0),
        "windows": scores(ada01=10.0),
    }
    with pytest.raises(Refused, match="the same row"):
        exported(path, "canvas", found)
    found["windows"] = scores(smithada_00123=10.0)
    told = exported(path, "canvas", found)
    assert told.written == [tmp_path / "grades-graded.csv"]
    expected = "\ufeff" + CANVAS.replace('B"", c",,3,71.5', 'B"", c",9.25,10,71.5')
    expected = expected.replace("bo,A,7.5,,", "bo,A,10,,")
    assert told.written[0].read_bytes() == expected.encode()
    assert path.read_bytes() == ("\ufeff" + CANVAS).encode()
    assert told.filled == {"tokenizer": 2, "windows": 1}
    assert told.changed == ["ünalbo_124: tokenizer 7.5 → 10", "smithada_00123: windows 3 → 10"]
    assert told.missing == [
        "Student, Test: tokenizer",
        "Ünal, Bo: windows",
        "Student, Test: windows",
    ]


@pytest.mark.parametrize("student", ["00123", "007", "ada01", "smithada_00123"])
def test_a_student_is_found_by_any_id_of_canvas(tmp_path, student):
    told = exported(write(tmp_path, CANVAS), "canvas", {"tokenizer": scores(**{student: 1.0})})
    assert (told.filled, told.unknown) == ({"tokenizer": 1}, [])


@pytest.mark.parametrize("student", ["ünalbo_124", "unalbo_124", "nalbo_124", "u\u0308nalbo_124"])
def test_a_name_in_a_download_may_have_lost_its_accents(tmp_path, student):
    told = exported(write(tmp_path, CANVAS), "canvas", {"tokenizer": scores(**{student: 1.0})})
    assert (told.filled, told.unknown) == ({"tokenizer": 1}, [])


@pytest.mark.parametrize("student", ["123", "7", "Ada", "smithada_123", "adasmith_00123", "A"])
def test_nobody_is_guessed(tmp_path, student):
    told = exported(write(tmp_path, CANVAS), "canvas", {"tokenizer": scores(**{student: 1.0})})
    assert (told.filled, told.unknown) == ({"tokenizer": 0}, [student])
    assert told.written[0].read_bytes() == CANVAS.encode()


def test_late_work_loses_its_penalty_and_who_is_excused_stays_so(tmp_path):
    path = write(tmp_path, CANVAS.replace("bo,A,7.5", "bo,A,EX"))
    found = {"tokenizer": {"007": Score(10.0, 10.0, 2.75), "008": Score(10.0, 10.0, 0.0)}}
    told = exported(path, "canvas", found)
    text = told.written[0].read_text()
    assert 'B"", c",7.25,3,71.5' in text
    assert "bo,A,EX" in text
    assert told.changed == ["008: tokenizer stays excused (EX)"]


def test_moodles_worksheet_and_the_zip_of_its_feedback(tmp_path):
    pages = tmp_path / "feedback_pages" / "tokenizer"
    pages.mkdir(parents=True)
    (pages / "Ada Smith.html").write_text("for Ada")
    path = write(tmp_path, WORKSHEET)
    told = exported(path, "moodle", {"tokenizer": scores(Ada__Smith=9.25, eve=3.0)})
    filled, feedback = told.written
    expected = WORKSHEET.replace("Submitted;;10", "Submitted;9,25;10")
    assert filled.read_bytes() == expected.encode()
    assert told.unknown == ["eve"]
    assert told.missing == ["Bo Ünal: tokenizer"]
    with zipfile.ZipFile(feedback) as archive:
        # As in Moodle's own download: name_number_assignsubmission_file_.
        (name,) = archive.namelist()
        assert name == "Ada Smith_0042_assignsubmission_file_/tokenizer.html"
        assert archive.read(name) == b"for Ada"


def test_moodles_gradebook_has_several_assignments(tmp_path):
    text = GRADEBOOK.replace("Course total", "Assignment: Windows (Real),Course total")
    text = text.replace("-,12.50", "-,-,12.50").replace("5.00,-", "5.00,-,-")
    found = {"tokenizer": scores(Ada__Smith=1.5), "windows": scores(Bo__Ünal=2.0)}
    told = exported(write(tmp_path, text), "moodle", found)
    assert told.written[0].read_text() == text.replace("-,-,12.50", "1.5,-,12.50").replace(
        "5.00,-,-", "5.00,2,-"
    )
    assert len(told.written) == 1


def test_two_of_one_name_are_refused_but_told_apart_by_number_or_column(tmp_path):
    text = WORKSHEET.replace("Bo Ünal", "Ada Smith")
    path = write(tmp_path, text)
    with pytest.raises(Refused, match=r"'Ada Smith' may be 2 rows .* --id TITLE"):
        exported(path, "moodle", {"tokenizer": scores(Ada__Smith=1.0)})
    assert list(tmp_path.iterdir()) == [path]
    told = exported(path, "moodle", {"tokenizer": {"Ada Smith_43": Score(1.0, 10.0, 0.0)}})
    assert told.filled == {"tokenizer": 1}
    found = {"tokenizer": {"bo@uni": Score(1.0, 10.0, 0.0)}}
    assert exported(path, "moodle", found, identity="Email address").unknown == []


@pytest.mark.parametrize(
    ("text", "platform", "options", "said"),
    [
        (CANVAS.replace("Tokenizer (881)", "Homework"), "canvas", {}, "no column 'tokenizer'"),
        (CANVAS.replace("Windows", "Tokenizer"), "canvas", {}, "2 columns 'tokenizer'"),
        (CANVAS, "canvas", {"identity": "E-mail"}, "--id E-mail: the columns of"),
        (CANVAS, "canvas", {"columns": {"window": "x"}}, "--column window=...: window is not"),
        (CANVAS, "moodle", {}, "has no columns Identifier"),
        (CANVAS.replace("10.0,10.0", "100,10.0"), "canvas", {}, "gives '100' points"),
        (CANVAS.replace("Points Possible", "Points"), "canvas", {}, "no row Points Possible"),
        (CANVAS + '"open', "canvas", {}, "line 7: a quotation mark"),
        (CANVAS + "short,1,ada02\n", "canvas", {}, "line 7: it has fewer columns"),
        (WORKSHEET.replace("-;10,00", "1.5;10,00"), "moodle", {}, "with a point and with a comma"),
        ("", "canvas", {}, "has no columns Student, ID"),
    ],
)
def test_what_is_not_clear_is_refused_and_nothing_written(tmp_path, text, platform, options, said):
    path = write(tmp_path, text)
    with pytest.raises(Refused, match=said):
        exported(path, platform, {"tokenizer": scores(ada01=1.0, Ada__Smith=2.0)}, **options)
    assert list(tmp_path.iterdir()) == [path]


def test_a_column_of_another_name_can_be_named(tmp_path):
    path = write(tmp_path, CANVAS)
    found = {"hello": scores(ada01=1.0)}
    told = exported(path, "canvas", found, columns={"hello": "Tokenizer"})
    assert 'B"", c",1,3,71.5' in told.written[0].read_text()


def test_a_file_that_is_there_already_stays(tmp_path):
    path = write(tmp_path, CANVAS)
    mine = tmp_path / "grades-graded.csv"
    mine.write_text("mine")
    told = exported(path, "canvas", {"tokenizer": scores(ada01=1.0)})
    again = exported(path, "canvas", {"tokenizer": scores(ada01=1.0)})
    assert told.written == again.written == [tmp_path / "grades-graded-2.csv"]
    assert mine.read_text() == "mine"


def test_the_command_refuses_before_it_grades(tmp_path):
    from tests.kit.course.courses import make_course

    course = make_course(tmp_path / "c", exercises=["tokenizer"])
    words = ("grade", "tokenizer", "--course", course, "--unsafe")
    done = run_unrolled(*words, "--export", "canvas", "--roster", tmp_path / "none.csv")
    assert done.returncode == 2
    assert "none.csv: No such file" in done.stderr
    done = run_unrolled(*words, "--export", "canvas")
    assert "give it by --roster FILE" in done.stderr
