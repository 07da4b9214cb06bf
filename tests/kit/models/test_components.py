"""Loading components from a student's folder, and blaming the right line."""

import re
import shutil
import signal
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


# An endless loop that somebody stops with Ctrl-C, a second later.
LOOP = """
        import time, _thread, threading
        threading.Timer(1, _thread.interrupt_main).start()
        for _ in range(300): time.sleep(0.1)  # for ever, nearly
"""


@pytest.mark.parametrize(
    ("module", "old", "new", "message"),
    [
        ("windows", "import numpy as np", "import numpy as", "py, line 12: invalid syntax"),
        ("windows", "import numpy as np", "import numpie", "windows.py cannot be imported"),
        ("windows", "def split_windows", "def cut_windows", "does not define split_windows"),
        ("windows", "range(0, len", "range(1, len", "gave .*, expected"),
        ("windows", "    def cut(", "    raise NotImplementedError\n    def f(", "not written yet"),
        ("tokenizer", "text.lower()).most", "text).most", "tokenizer.py"),
        ("tokenizer", 'return "".join(', 'return " ".join(', 'expected "hell"'),
        ("sampling", ") / temperature", ") * temperature", "softmax of rescale_logits"),
        ("stateful", "1 : n_used + 1", ":n_used", "split_stateful"),
        ("vocabulary", "reverse=True", "reverse=False", "truncate_vocabulary"),
        ("vocabulary", "np.arange(len(vocabulary)", "1 + np.arange(len(vocabulary)", "lookup"),
        ("positional_encoding", "table[:, 1::2] = np.cos", "table[:, 1::2] = np.sin", "of zeros"),
        ("attention", " / tf.sqrt(d_key)", " / d_key / 2", "weights of keys"),
        ("attention", "self.n_heads * d]", "self.n_heads * d * 2]", "attention.py"),
        ("beam_search", "argsort(-totals", "argsort(totals", "the best of two steps is"),
        ("generation", "[:, -1]", "[:, 0]", 'only "Babcab" is possible'),
        ("masking", "not_equal", "equal", "padding_mask of"),
        ("masking", "mask=mask", "mask=None", "9 paddings change the output"),
        ("reviews", 'rb"<br', 'rb"<hr', "b'br', b'I'"),
        ("transformer", ", causal=True", "", "depend on a later decoder id"),
        ("transformer", "activation=\"softmax\", ", "", "for three ids of the decoder"),
    ],
)  # fmt: skip
def test_a_wrong_answer_is_told_in_one_line(folder, module, old, new, message):
    change(folder, module, old, new)
    with pytest.raises(components.ComponentError, match=message) as error:
        components.load_components(folder, [module])
    assert str(folder / module) in str(error.value) and "\n" not in str(error.value)


@pytest.mark.parametrize("place", ["import numpy as np", "        return self"])
def test_a_module_that_would_end_the_program_is_told(folder, place):
    change(folder, "tokenizer", place, "exit()".rjust(len(place) - len(place.lstrip()) + 6))
    with pytest.raises(components.ComponentError, match=r"tokenizer\.py.*SystemExit"):
        components.load_components(folder, ["tokenizer"])


def test_an_endless_loop_is_named_and_ctrl_c_tells_its_line(folder, monkeypatch, capsys):
    monkeypatch.setattr(components, "PATIENCE", 0.01)
    # As in a terminal; what runs in the background may ignore Ctrl-C.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    change(folder, "tokenizer", "    def fit(self, text):", "    def fit(self, text):\n" + LOOP)
    with pytest.raises(components.ComponentError) as error:
        components.load_components(folder, ["tokenizer"])
    signal.signal(signal.SIGINT, before)
    path = folder / "tokenizer.py"
    assert re.fullmatch(f"{path}, line [0-9]+: stopped on a small example", str(error.value))
    assert capsys.readouterr().err.startswith(f"{path} is still at work on a small example")


def test_stubs_are_not_written_yet():
    stubs = SOLUTIONS.parent / "exercises"
    if not (stubs / "windows.py").is_file():
        pytest.skip("the stubs have not been generated")
    with pytest.raises(components.ComponentError, match="NotImplementedError"):
        components.load_components(stubs, ["windows"])


def test_blame_finds_the_students_line_below_tensorflow(folder):
    change(folder, "attention", "transpose_b=True", "transpose_b=False")
    found = components.load_components(folder, ["attention", "positional_encoding"], check=False)
    from solutions.transformer import build_transformer

    model = build_transformer(5, 4, dims=8, n_heads=2, n_blocks=1, components=found)
    inputs = [np.ones([4, 2]), np.ones([4, 3])]
    for call in [model.predict, model]:  # in a compiled function, and step by step
        with pytest.raises(Exception) as caught:
            call(inputs)
        line = components.blame(caught.value, found)
        assert line.startswith(f"{folder / 'attention.py'}, line 43"), line
        assert "\n" not in line


def test_blame_says_nothing_about_the_kits_own_errors(folder):
    found = components.load_components(folder, ["windows"])
    with pytest.raises(ZeroDivisionError) as caught:
        1 / 0  # noqa: B018
    assert components.blame(caught.value, found) is None
    assert components.blame(caught.value, components.reference()) is None
