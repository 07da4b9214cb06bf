"""What ``unrolled see`` shows of right, wrong, missing and hanging modules, without a browser."""

from types import SimpleNamespace

import pytest

from grading.catalogue.syllabus import BUILT
from grading.student.see import path, worker
from grading.student.see.fields import Unfit
from grading.student.see.looking import Looking
from grading.student.see.parts import Trouble
from grading.student.see.png import save
from grading.student.see.views import VIEWS, defaults
from tests.kit.see import modules

QUICK = "tokenizer"  # the exercise that needs no TensorFlow
ALTERNATIVES = ("first", "second", "third", "fourth", "fifth")


@pytest.fixture
def look(servers, tmp_path):
    """Look at a module with this source; more words are inputs."""
    looking = Looking(servers, tmp_path)

    def look(name, source, **inputs):
        if source is not None:
            (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
        looking.saved([name])
        return looking.look(VIEWS[name], inputs_of(name, **inputs))

    yield look
    looking.close()


def inputs_of(name, **inputs):
    return SimpleNamespace(**{**defaults(VIEWS[name]), **inputs})


def troubles(seen):
    return [one.yours for one in seen if isinstance(one.yours, Trouble)]


@pytest.mark.parametrize("name", modules.WRONG)
def test_a_right_module_differs_nowhere(look, name):
    seen = look(name, modules.right(name))
    assert not troubles(seen)
    assert [one.difference for one in seen] == [None] * len(seen)
    assert all(one.yours.words() for one in seen)


@pytest.mark.parametrize("name", modules.WRONG)
def test_a_wrong_module_is_lit_where_it_first_differs(look, name):
    title = modules.WRONG[name][2].removeprefix("≠ ")
    (first, *_) = [one for one in look(name, modules.wrong(name)) if one.difference]
    assert first.panel.title.startswith(title)
    assert first.difference.found != first.difference.expected


@pytest.mark.parametrize("name", modules.WRONG)
def test_a_stub_is_an_empty_frame_that_says_so(look, name):
    for one in look(name, modules.missing(name)):
        assert one.yours.kind == "not written"
        assert "is not written yet" in one.yours.lines[0]
        assert not isinstance(one.reference, Trouble)


def test_there_is_a_view_of_each_exercise_that_is_built():
    assert list(VIEWS) == [*BUILT, "path"] and set(modules.WRONG) == set(BUILT)


def test_alternatives_differ_nowhere(look):
    from grading.catalogue.paths import ROOT

    found = []
    for folder in ALTERNATIVES:
        path = ROOT / "grading" / "misconceptions" / "alternatives" / folder / f"{QUICK}.py"
        if path.is_file() and "tensorflow" not in path.read_text(encoding="utf-8"):
            found += look(QUICK, path.read_text(encoding="utf-8"))
    assert found and all(one.difference is None for one in found)
    assert not troubles(found)


def test_a_hanging_module_is_ended_and_the_rest_not_run(look, monkeypatch):
    monkeypatch.setattr(worker, "LIMIT", 1.0)
    first, *others = look(QUICK, modules.hanging(QUICK))
    assert first.yours.kind == "hung"
    assert "did not return within 1 second" in " ".join(" ".join(first.yours.lines).split())
    assert "while True" in " ".join(first.yours.lines)
    assert [one.yours.kind for one in others] == ["not run"] * len(others)
    assert not isinstance(others[-1].reference, Trouble)


def test_a_file_that_is_not_there_is_said(look):
    assert [one.yours.kind for one in look(QUICK, None)] == ["not there"] * 3


def test_an_error_is_told_as_in_a_report(look):
    broken = modules.right(QUICK).replace("Counter(text.lower())", "Counter(text.lowr())")
    (first, *_) = look(QUICK, broken)
    told = " ".join(" ".join(first.yours.lines).split())
    assert "raised AttributeError: 'str' object has no attribute 'lowr'" in told
    assert "tokenizer.py, line" in told


def test_nothing_of_the_references_code_is_told_where_it_refuses(look):
    seen = look(QUICK, modules.right(QUICK), text="Ωmega")
    refused = [one.reference for one in seen if isinstance(one.reference, Trouble)]
    assert [trouble.kind for trouble in refused] == ["refused"] * 2
    assert "raise ValueError" not in " ".join(line for r in refused for line in r.lines)


def test_alone_asks_nothing_of_the_reference(servers, tmp_path):
    (tmp_path / "tokenizer.py").write_text(modules.wrong(QUICK), encoding="utf-8")
    looking = Looking(servers, tmp_path, alone=True)
    seen = looking.look(VIEWS[QUICK], inputs_of(QUICK))
    assert [(one.reference, one.difference) for one in seen] == [(None, None)] * 3
    looking.close()


@pytest.mark.parametrize(
    ("name", "inputs", "said"),
    [
        ("tokenizer", {"text": "  "}, "The text to encode is empty"),
        ("tokenizer", {"learnt": "word " * 10_000}, "has 50,000 characters; at most 400"),
        ("attention", {"text": ""}, "The sentence is empty: type at least one word."),
        ("attention", {"text": "word " * 10_000}, "has 10,000 words; at most"),
        ("stateful", {"text": "ab"}, "fewer than batch_size=3 rows"),
    ],
)
def test_what_cannot_be_shown_gets_a_clear_line(look, name, inputs, said):
    with pytest.raises(Unfit) as refused:
        look(name, None, **inputs)
    assert said in str(refused.value)


def test_emoji_are_characters_like_others(look):
    text = "a 😀 b 😀"
    seen = look(QUICK, modules.right(QUICK), learnt=text, text=text)
    assert [one.difference for one in seen] == [None] * 3 and not troubles(seen)
    assert "😀" in seen[2].yours.words()[0]


def test_a_picture_file_shows_all_kinds_of_panels(look, tmp_path):
    stub_and_wrong = modules.wrong(QUICK).replace("return np.array(", "raise RuntimeError(")
    for number, source in enumerate([modules.wrong(QUICK), stub_and_wrong]):
        path = tmp_path / f"{number}.png"
        save(look(QUICK, source), QUICK, path)
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_path_takes_what_is_done_from_the_student_and_the_rest_from_the_reference(
    servers, tmp_path, monkeypatch
):
    (tmp_path / "tokenizer.py").write_text(modules.wrong(QUICK), encoding="utf-8")
    monkeypatch.setattr(path, "PARTS", ("tokenizer",))
    for is_done in (False, True):
        monkeypatch.setattr(path, "_is_done", lambda folder, name, done=is_done: done)
        looking = Looking(servers, tmp_path)
        parts = path.Parts(looking)
        assert parts.tokenizer.is_reference is not is_done
        shown = parts.draw(path.PATH.panels[0], inputs_of("path"))
        assert shown.note.startswith(f"(tokenizer: {'yours' if is_done else 'reference'})")
        looking.close()


def test_alone_the_path_has_only_parts_of_the_student(servers, tmp_path, monkeypatch):
    monkeypatch.setattr(path, "_is_done", lambda folder, name: False)
    looking = Looking(servers, tmp_path, alone=True)
    parts = path.Parts(looking)
    assert not any(getattr(parts, name).is_reference for name in path.PARTS)
    looking.close()
