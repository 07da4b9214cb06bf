"""``unrolled notebook``, ``module`` and ``lab``: what is written, and what is never overwritten."""

import json
import os
import socket
import subprocess
import sys

import pytest

from grading.catalogue import memory
from grading.catalogue.files import digest
from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import expected_stub
from grading.catalogue.syllabus import NAMES
from grading.cli import main
from grading.commands import lab
from grading.notebooks import save as notebook_desk
from grading.notebooks.cells import page
from grading.notebooks.files import module_cell, read, take_module, write
from grading.notebooks.save import lay_out

STUB = expected_stub("tokenizer").encode()
MINE = STUB + b"\nmy_idea = 1\n"
OTHER = STUB + b"\nanother = 2\n"


def module_in(path):
    return take_module(module_cell(read(path.read_bytes()))[1])


@pytest.fixture
def unrolled(tmp_path, monkeypatch, capsys):
    """Runs ``unrolled`` in a folder of the test's own."""
    monkeypatch.chdir(tmp_path)

    def run(*words):
        code = main([str(word) for word in words])
        said = capsys.readouterr()
        return subprocess.CompletedProcess(words, code, said.out, said.err)

    return run


def fails(done, code, said):
    assert done.returncode == code, done.stdout
    assert said in done.stderr
    assert "Traceback" not in done.stderr
    return True


def test_there_and_back_gives_the_same_bytes(tmp_path, unrolled):
    (tmp_path / "tokenizer.py").write_bytes(MINE.replace(b"\n", b"\r\n"))
    done = unrolled("notebook", "tokenizer.py")
    assert (done.returncode, done.stdout) == (0, "wrote tokenizer.ipynb\n")
    done = unrolled("module", "tokenizer.ipynb", "--out", "again.py")
    assert (done.returncode, done.stdout) == (0, "wrote again.py\n")
    assert (tmp_path / "again.py").read_bytes() == MINE.replace(b"\n", b"\r\n")


def test_a_file_of_another_name_says_which_exercise_it_answers(tmp_path, unrolled):
    (tmp_path / "mine.py").write_bytes(MINE)
    done = unrolled("notebook", "mine.py")
    assert fails(done, 2, "mine.py is not named after an exercise; give --exercise, one of windows")
    done = unrolled("notebook", "mine.py", "--exercise", "tokenizer")
    assert module_in(tmp_path / "mine.ipynb") == MINE
    done = unrolled("module", "mine.ipynb")
    assert (tmp_path / "tokenizer.py").read_bytes() == MINE


def test_another_answer_is_only_replaced_by_force_and_then_kept_as_a_backup(tmp_path, unrolled):
    (tmp_path / "tokenizer.py").write_bytes(MINE)
    (tmp_path / "tokenizer.ipynb").write_bytes(page("tokenizer", OTHER))
    for command, file in (("notebook", "tokenizer.py"), ("module", "tokenizer.ipynb")):
        before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        done = unrolled(command, file)
        assert fails(done, 1, "holds another answer, so it was not changed; give --force")
        assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before
    done = unrolled("module", "tokenizer.ipynb", "--force")
    assert "kept the old one as tokenizer.py.bak" in done.stdout
    assert (tmp_path / "tokenizer.py").read_bytes() == OTHER
    assert (tmp_path / "tokenizer.py.bak").read_bytes() == MINE


def test_backups_do_not_overwrite_each_other(tmp_path):
    path = tmp_path / "tokenizer.py"
    for number in range(3):
        path.write_bytes(STUB + b"# %d\n" % number)
        notebook_desk.save_module(path, "tokenizer", MINE, force=True)
    kept = sorted(p.name for p in tmp_path.iterdir())
    assert kept == ["tokenizer.py", "tokenizer.py.bak", "tokenizer.py.bak2", "tokenizer.py.bak3"]
    assert (tmp_path / "tokenizer.py.bak3").read_bytes().endswith(b"# 2\n")


def test_a_stub_may_be_replaced_and_needs_no_backup(tmp_path):
    (tmp_path / "tokenizer.py").write_bytes(STUB.replace(b"\n", b"\r\n"))
    notebook = tmp_path / "tokenizer.ipynb"
    notebook.write_bytes(page("tokenizer", MINE))
    notebook_desk.save_module(tmp_path / "tokenizer.py", "tokenizer", module_in(notebook))
    notebook.write_bytes(page("tokenizer"))
    notebook_desk.save_notebook(notebook, "tokenizer", MINE)
    assert (tmp_path / "tokenizer.py").read_bytes() == module_in(notebook) == MINE
    assert len(list(tmp_path.iterdir())) == 2


def test_the_cells_that_a_student_added_stay_and_are_named(tmp_path, unrolled):
    notebook = read(page("tokenizer"))
    own = {"cell_type": "code", "execution_count": 7, "id": "x", "metadata": {}, "outputs": []}
    notebook["cells"].insert(4, {**own, "source": "CharTokenizer().fit('a')"})
    (tmp_path / "tokenizer.ipynb").write_bytes(write(notebook))
    (tmp_path / "tokenizer.py").write_bytes(MINE)
    assert unrolled("notebook", "tokenizer.py").returncode == 0
    after = read((tmp_path / "tokenizer.ipynb").read_bytes())
    assert module_in(tmp_path / "tokenizer.ipynb") == MINE
    assert [c for i, c in enumerate(after["cells"]) if i != 3] == [
        c for i, c in enumerate(notebook["cells"]) if i != 3
    ]
    done = unrolled("module", "tokenizer.ipynb", "--out", "a.py")
    assert "left out cell 5: only the module cell is the answer" in done.stderr


def test_bad_files_are_refused_in_words(tmp_path, unrolled):
    (tmp_path / "tokenizer.py").write_bytes(b"#\n#\n#\nx = '\xff'\n")
    (tmp_path / "tokenizer.ipynb").write_bytes(b"{")
    (tmp_path / "attention.ipynb").write_bytes(page("windows"))
    (tmp_path / "attention.py").write_bytes(expected_stub("attention").encode())

    assert fails(
        unrolled("notebook", "tokenizer.py"), 2, "tokenizer.py: line 4 holds the byte 0xff"
    )
    assert fails(unrolled("module", "tokenizer.ipynb"), 2, "tokenizer.ipynb: this is no notebook")
    assert fails(unrolled("module", "nowhere.ipynb"), 2, "nowhere.ipynb: No such file")
    assert fails(unrolled("notebook", "windows.py"), 2, "windows.py: No such file")
    assert fails(
        unrolled("notebook", "tokenizer.ipynb"), 2, "is a notebook already; unrolled module"
    )
    assert fails(
        unrolled("notebook", "attention.py"), 2, "no module cell of the exercise attention"
    )
    assert fails(
        unrolled("module", "attention.ipynb", "--exercise", "attention"), 2, "(there is windows)"
    )
    assert fails(
        unrolled("module", "attention.ipynb", "--exercise", "x"), 2, "no exercise is called"
    )
    assert (tmp_path / "tokenizer.ipynb").read_bytes() == b"{"


# The notebooks on the desk.


def test_notebooks_are_laid_out_from_the_desk_and_never_overwritten(tmp_path, monkeypatch):
    desk, folder = tmp_path / "exercises", tmp_path / "exercises" / "notebooks"
    desk.mkdir()
    (desk / "windows.py").write_bytes(b"mine = 1\n")
    monkeypatch.setattr(notebook_desk, "exercise_path", lambda name: desk / f"{name}.py")
    assert lay_out(folder=folder) == (list(NAMES), [])
    assert module_in(folder / "windows.ipynb") == b"mine = 1\n"
    assert module_in(folder / "tokenizer.ipynb") == STUB
    assert lay_out(folder=folder) == ([], [])

    touched = (folder / "tokenizer.ipynb").read_bytes() + b" "
    (folder / "tokenizer.ipynb").write_bytes(touched)
    (desk / "tokenizer.py").write_bytes(MINE)
    (desk / "windows.py").write_bytes(b"mine = 2\n")  # its notebook is as it was made
    assert lay_out(folder=folder) == (["windows"], ["tokenizer"])
    assert (folder / "tokenizer.ipynb").read_bytes() == touched
    assert module_in(folder / "windows.ipynb") == b"mine = 2\n"


def test_on_the_desk_an_answer_goes_to_and_fro_without_force(tmp_path, monkeypatch):
    module, notebook = tmp_path / "tokenizer.py", tmp_path / "notebooks" / "tokenizer.ipynb"
    monkeypatch.setattr(notebook_desk, "exercise_path", lambda name: tmp_path / f"{name}.py")
    monkeypatch.setattr(notebook_desk, "FOLDER", tmp_path / "notebooks")
    monkeypatch.setattr(memory, "FOLDER", tmp_path / "memory")
    (tmp_path / "notebooks").mkdir()
    for answer in (MINE, OTHER, MINE):
        module.write_bytes(answer)
        notebook_desk.save_notebook(notebook, "tokenizer", answer)
        assert module_in(notebook) == answer

    def answer_in_notebook(answer):
        notebook.write_bytes(page("tokenizer", answer))

    answer_in_notebook(OTHER)
    notebook_desk.save_module(
        module, "tokenizer", OTHER
    )  # unchanged since it was put into the notebook
    module.write_bytes(MINE + b"# better\n")
    notebook_desk.save_notebook(notebook, "tokenizer", MINE + b"# better\n")
    assert module_in(notebook) == MINE + b"# better\n"
    module.write_bytes(MINE + b"# this way\n")
    answer_in_notebook(MINE + b"# that way\n")
    for save, path, new in (
        (notebook_desk.save_module, module, module_in(notebook)),
        (notebook_desk.save_notebook, notebook, module.read_bytes()),
    ):
        with pytest.raises(notebook_desk.Kept):  # both were changed: which one counts?
            save(path, "tokenizer", new)
    assert not list(tmp_path.rglob("*.bak*"))


@pytest.mark.parametrize("ledger", [b"", b"[]", b"{", b"\xff"])
def test_a_spoilt_ledger_of_an_earlier_version_costs_no_notebook(tmp_path, ledger):
    for name in NAMES:
        (tmp_path / f"{name}.ipynb").write_bytes(page(name, MINE if name == "tokenizer" else None))
    (tmp_path / ".notebooks.json").write_bytes(ledger)
    assert lay_out(folder=tmp_path) == ([], list(NAMES))
    assert module_in(tmp_path / "tokenizer.ipynb") == MINE


def test_a_ledger_of_an_earlier_version_is_taken_over(tmp_path, monkeypatch):
    desk, folder = tmp_path / "exercises", tmp_path / "exercises" / "notebooks"
    folder.mkdir(parents=True)
    monkeypatch.setattr(notebook_desk, "exercise_path", lambda name: desk / f"{name}.py")
    monkeypatch.setattr(notebook_desk, "FOLDER", folder)
    monkeypatch.setattr(memory, "FOLDER", tmp_path / "memory")
    for name in ("windows", "tokenizer"):
        (folder / f"{name}.ipynb").write_bytes(page(name) + b"\n")
    (folder / "tokenizer.ipynb").write_bytes(page("tokenizer", OTHER))
    (desk / "tokenizer.py").write_bytes(MINE)  # as it was put into the notebook, which went on
    ledger = {"windows": digest(page("windows") + b"\n"), "tokenizer": digest(page("tokenizer"))}
    ledger["answer tokenizer"] = digest(MINE)
    (folder / ".notebooks.json").write_text(json.dumps(ledger))
    assert lay_out(["windows", "tokenizer"], folder) == (["windows"], ["tokenizer"])
    assert not (folder / ".notebooks.json").exists()
    assert lay_out(["windows", "tokenizer"], folder) == ([], ["tokenizer"])
    assert notebook_desk.save_module(desk / "tokenizer.py", "tokenizer", OTHER) is None


def test_a_notebook_that_was_laid_out_says_so_itself_whatever_made_it(tmp_path):
    assert lay_out(["tokenizer"], tmp_path) == (["tokenizer"], [])
    path = tmp_path / "tokenizer.ipynb"
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    notebook = read(path.read_bytes())
    del notebook["metadata"]["unrolled"]
    notebook["cells"][0]["source"] = "the story of an earlier version"
    earlier = {"made": digest(write(notebook))}
    path.write_bytes(write({**notebook, "metadata": notebook["metadata"] | {"unrolled": earlier}}))
    assert lay_out(["tokenizer"], tmp_path) == (["tokenizer"], [])
    notebook["cells"].pop(0)
    path.write_bytes(write({**notebook, "metadata": notebook["metadata"] | {"unrolled": earlier}}))
    assert lay_out(["tokenizer"], tmp_path) == ([], ["tokenizer"])
    for metadata in ({}, {"unrolled": 5}, 5, None):
        path.write_bytes(write({**notebook, "metadata": metadata}))
        assert lay_out(["tokenizer"], tmp_path) == ([], ["tokenizer"])


# JupyterLab.


def test_without_jupyterlab_the_command_that_installs_it_is_shown(tmp_path):
    code = (
        "import importlib.util, sys\n"
        "found = importlib.util.find_spec\n"
        "importlib.util.find_spec = lambda n, *a: None if n == 'jupyterlab' else found(n, *a)\n"
        "from grading.cli import main\n"
        f"sys.exit(main(['lab', 'tokenizer', '--folder', {str(tmp_path / 'desk')!r}]))\n"
    )
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True)
    assert fails(done, 2, "this installs and starts it: uv run --extra lab unrolled lab tokenizer")
    assert not (tmp_path / "desk").exists()


def test_a_port_that_is_taken_and_an_exercise_that_is_none_are_told(tmp_path, unrolled):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = unrolled("lab", "--port", port, "--folder", tmp_path / "desk")
    assert fails(done, 2, f"--port {port} cannot be used")
    assert fails(unrolled("lab", "--port", 99999), 2, "--port 99999 cannot be used")
    assert fails(unrolled("lab", "tokeniser"), 2, "no exercise is called 'tokeniser'")
    assert not (tmp_path / "desk").exists()


def test_jupyterlab_listens_on_this_machine_only_and_keeps_its_token(tmp_path):
    words = lab.command(tmp_path, "windows", 1234, no_browser=True)
    assert words[:3] == [sys.executable, "-m", "jupyterlab"]
    assert "--ServerApp.ip=127.0.0.1" in words
    assert not [word for word in words if "token" in word or "password" in word]
    assert {f"--ServerApp.root_dir={tmp_path}", "--no-browser", "--ServerApp.port=1234"} <= {*words}
    assert "--LabApp.default_url=/lab/tree/windows.ipynb" in words
