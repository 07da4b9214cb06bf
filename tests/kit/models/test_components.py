"""Loading components from a student's folder, and blaming the right line."""

import shutil
from pathlib import Path

import numpy as np
import pytest

import solutions
from solutions.models import components

SOLUTIONS = Path(solutions.__file__).parent


@pytest.fixture
def folder(tmp_path):
    """A student's folder with all the right answers."""
    for name in components.MODULES:
        shutil.copy(SOLUTIONS / f"{name}.py", tmp_path)
    return tmp_path


def change(folder, module, old, new):
    path = folder / f"{module}.py"
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def test_the_reference_has_every_component():
    found = components.reference()
    for names in components.MODULES.values():
        for name in names:
            assert callable(getattr(found, name))


def test_a_folder_of_right_answers_is_taken_from_there(folder):
    found = components.load_components(folder)
    assert Path(found.CharTokenizer.fit.__code__.co_filename).parent == folder
    assert found.split_windows is not components.reference().split_windows


def test_only_the_modules_needed_must_be_there(folder):
    (folder / "attention.py").unlink()
    components.load_components(folder, ["windows", "tokenizer"])
    with pytest.raises(components.ComponentError) as error:
        components.load_components(folder, ["windows", "attention"])
    assert "attention.py is not there" in str(error.value)
    assert "MultiHeadAttention" in str(error.value)


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(components.ComponentError, match="nowhere: there is no such folder"):
        components.load_components(tmp_path / "nowhere")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("import numpy as np", "import numpy as", "py, line 12: invalid syntax"),
        ("import numpy as np", "import numpie", "windows.py cannot be imported"),
        ("def split_windows", "def cut_windows", "does not define split_windows"),
        ("import numpy as np", "exit()", r"windows\.py.*SystemExit"),
    ],
)
def test_a_module_that_cannot_be_used_is_told_in_one_line(folder, old, new, message):
    change(folder, "windows", old, new)
    with pytest.raises(components.ComponentError, match=message) as error:
        components.load_components(folder, ["windows"])
    assert str(folder / "windows.py") in str(error.value) and "\n" not in str(error.value)


def test_blame_finds_the_students_line_below_tensorflow(folder):
    change(folder, "attention", "transpose_b=True", "transpose_b=False")
    lines = (folder / "attention.py").read_text(encoding="utf-8").splitlines()
    (wrong,) = (n for n, line in enumerate(lines, start=1) if "transpose_b=False" in line)
    found = components.load_components(folder, ["attention", "positional_encoding"])
    from solutions.transformer import build_transformer

    model = build_transformer(5, 4, dims=8, n_heads=2, n_blocks=1, components=found)
    inputs = [np.ones([4, 2]), np.ones([4, 3])]
    for call in [model.predict, model]:  # in a compiled function, and step by step
        with pytest.raises(Exception) as caught:
            call(inputs)
        line = components.blame(caught.value, found)
        assert line.startswith(f"{folder / 'attention.py'}, line {wrong}"), line
        assert "\n" not in line


def test_blame_says_nothing_about_the_kits_own_errors(folder):
    found = components.load_components(folder, ["windows"])
    with pytest.raises(ZeroDivisionError) as caught:
        1 / 0  # noqa: B018
    assert components.blame(caught.value, found) is None
    assert components.blame(caught.value, components.reference()) is None
