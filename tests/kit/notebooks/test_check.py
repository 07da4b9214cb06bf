"""Check cells, run in a real kernel: the report of pytest, nbgrader's points, nothing else."""

import json
import os
import time

import pytest

from grading.catalogue import points as groups
from grading.catalogue.paths import ROOT
from grading.catalogue.points import group_named, groups_of
from grading.catalogue.stubs import solution_path
from grading.notebooks.cells import page
from tests.kit.running import reports_of, run_pytest, run_unrolled

SOLUTION = solution_path("tokenizer").read_text(encoding="utf-8")


JOIN = 'return "".join('


assert JOIN in SOLUTION


SPACED = SOLUTION.replace(JOIN, 'return " ".join(')  # a known misconception


# In a kernel.
def code_cell(source):
    return {
        "cell_type": "code",
        "execution_count": None,
        "metadata": {"tags": ["raises-exception"]},
        "outputs": [],
        "source": source,
    }


EXTRA = {
    "experiment": "class CharTokenizer:\n    pass",
    "after the experiment": (
        "from grading.notebooks.check import check\ncheck('tokenizer', 'encode')"
    ),
    "all groups": "check('tokenizer')",
    "no such group": "check('tokenizer', 'decoding')",
    "no such exercise": "check('tokeniser', 'decode')",
    "helper": "def helper():\n    return ''",
    "module with a helper outside": SOLUTION.replace(JOIN, "return helper("),
    "name of another cell": "check('tokenizer', 'decode')",
    "broken module": SOLUTION.replace("def fit(self, text):", "def fit(self, text:"),
    "of the broken module": "check('tokenizer', 'fit')",
    "module that prints": SOLUTION.replace(
        JOIN, "import sys; print('out'); print('err', file=sys.stderr); " + JOIN
    ),
    "while it prints": "check('tokenizer', 'decode')",
    "imported": "import sys; [n for n in ('tensorflow', 'pytest') if n in sys.modules]",
}


@pytest.fixture(scope="module")
def ran(tmp_path_factory):
    """The notebook of the tokenizer with a misconception in it, and the cells above, all run."""
    nbformat = pytest.importorskip("nbformat")
    nbclient = pytest.importorskip("nbclient")
    pytest.importorskip("ipykernel")
    notebook = json.loads(page("tokenizer", SPACED.encode()))
    for number, source in enumerate(EXTRA.values()):
        notebook["cells"].append({**code_cell(source), "id": f"extra-{number}"})
    notebook = nbformat.reads(json.dumps(notebook), as_version=4)
    folder = str(tmp_path_factory.mktemp("kernel"))  # away from the kit's own folder
    env = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": folder}
    client = nbclient.NotebookClient(
        notebook, resources={"metadata": {"path": folder}}, timeout=120
    )
    client.execute(env=env)
    return notebook.cells


def shown(cell):
    """What a cell shows, as text."""
    parts = []
    for output in cell.outputs:
        if output.output_type == "stream":
            parts.append(output.text)
        elif output.output_type == "error":
            parts.append("\n".join(output.traceback))
        else:
            parts.append(output.data["text/plain"])
    text = "\n".join(parts)
    for code in ("0", "1", "31", "32", "33", "36"):
        text = text.replace(f"\033[{code}m", "")
    return text


def cell_of(ran, name):
    return ran[len(ran) - len(EXTRA) + list(EXTRA).index(name)]


def shown_by(ran, name):
    return shown(cell_of(ran, name))


def checks_of(ran):
    return {
        cell.id.removeprefix("tokenizer-"): cell
        for cell in ran
        if cell.metadata.get("nbgrader", {}).get("grade")
    }


def test_a_group_that_passes_says_so_in_one_line_and_raises_nothing(ran):
    text = shown(checks_of(ran)["what-is-refused"])
    assert text.startswith("✓ what is refused: 8 tests passed · 2 points")
    assert "ChecksFailed" not in text


def test_a_group_that_fails_shows_what_pytest_shows(ran, tmp_path):
    text = shown(checks_of(ran)["decode"])
    (tmp_path / "tokenizer.py").write_text(SPACED, encoding="utf-8")
    tests = groups.tests_by_group("tokenizer")[group_named("tokenizer", "decode")]
    ids = [f"tests/test_tokenizer.py::{test}" for test in tests]
    expected = reports_of(run_pytest("--impl", tmp_path, *ids, COLUMNS="88").stdout).splitlines()
    expected = [
        line for line in expected[1:] if line.strip() and not line.startswith(("___", "---"))
    ]
    assert any("looks like" in line for line in expected)
    assert len(expected) > 20
    assert [line for line in expected if line not in text] == [], text


def test_a_group_of_which_part_passes_ends_in_its_points_and_raises_nothing(ran):
    cell = checks_of(ran)["decode"]
    assert len(cell.outputs) == 2, shown(cell)
    report, result = cell.outputs
    assert (report.output_type, report.name) == ("stream", "stdout")
    assert result.output_type == "execute_result"
    points = float(result.data["text/plain"])
    assert 0 < points < 2
    assert result.data["text/html"] == f"<b>{points:g}</b> of 2 points"


def test_a_group_of_which_nothing_passes_ends_in_one_line_without_a_traceback_of_ours(ran):
    cell = cell_of(ran, "of the broken module")
    (error,) = [output for output in cell.outputs if output.output_type == "error"]
    assert error.ename == "ChecksFailed"
    assert len(error.traceback) == 1
    assert shown(cell).splitlines()[-1] == "ChecksFailed: fit: 0 of 3 tests passed"
    assert "grading/" not in shown(cell)


def test_nbgrader_and_the_board_give_the_same_points(ran, tmp_path):
    determine_grade = pytest.importorskip("nbgrader.utils").determine_grade
    given = {name: determine_grade(cell) for name, cell in checks_of(ran).items()}
    for group in groups_of("tokenizer"):
        points, max_points = given[group.slug]
        assert max_points == group.points
        # One of the tests of fit decodes what two tokenizers encoded.
        if group.name in ("decode", "fit"):
            assert 0 < points < max_points
        else:
            assert points == max_points, shown(checks_of(ran)[group.slug])
    (tmp_path / "tokenizer.py").write_text(SPACED, encoding="utf-8")
    done = run_unrolled("check", "--impl", tmp_path, "--json")
    total = round(sum(points for points, _ in given.values()), 2)
    assert json.loads(done.stdout)["points"] == total
    assert shown_by(ran, "all groups").splitlines()[-1] == f"{total:g}"


def test_nothing_a_check_cell_shows_is_on_stderr(ran):
    names = {output.get("name") for cell in checks_of(ran).values() for output in cell.outputs}
    assert names == {"stdout", None}


def test_an_experiment_changes_no_verdict(ran):
    assert shown_by(ran, "after the experiment").startswith("✓ encode")


def test_a_wrong_name_is_told_with_those_there_are(ran):
    assert "no group 'decoding'; its groups are: 'the ids', " in shown_by(ran, "no such group")
    assert "no exercise is called 'tokeniser'" in shown_by(ran, "no such exercise")


def test_a_name_that_only_another_cell_defines_is_explained(ran):
    text = shown_by(ran, "name of another cell")
    assert "NameError: name 'helper' is not defined" in text
    assert "module cell, line " in text
    assert "Note: helper is defined in another cell." in text


def test_a_module_that_cannot_be_parsed_is_reported_with_its_line(ran):
    text = shown_by(ran, "of the broken module")
    assert "SyntaxError in tokenizer.py, line " in text
    assert "ChecksFailed: fit: 0 of 3 tests passed" in text


def test_what_the_module_prints_costs_nothing(ran):
    text = shown_by(ran, "while it prints")
    assert text.startswith("✓ decode")
    assert "err" not in text


def test_the_kernel_imports_neither_tensorflow_nor_the_tests(ran):
    assert shown_by(ran, "imported") == "[]"


def test_an_interrupt_ends_the_tests_and_the_end_of_the_kernel_ends_the_judge(tmp_path):
    manager = pytest.importorskip("jupyter_client.manager")
    psutil = pytest.importorskip("psutil")
    env = {**os.environ, "PYTHONPATH": str(ROOT), "IPYTHONDIR": str(tmp_path)}
    kernel, client = manager.start_new_kernel(env=env, cwd=str(tmp_path))

    def run(source):
        said = []
        reply = client.execute_interactive(
            source,
            timeout=120,
            output_hook=lambda message: said.append(message["content"].get("text", "")),
        )
        return reply["content"]["status"], "".join(said)

    def judge():
        source = (
            "import grading.notebooks.check as n; judges = n._judges._all; "
            "print(next(iter(judges)).popen.pid if judges else None)"
        )
        return run(source)[1].strip()

    def gone(pid):
        try:
            return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
        except psutil.NoSuchProcess:
            return True

    def soon(condition):
        end = time.monotonic() + 20
        while not condition() and time.monotonic() < end:
            time.sleep(0.1)
        return condition()

    try:
        run("from grading.notebooks.check import check")
        run(SOLUTION)
        assert run("check('tokenizer', 'fit')")[0] == "ok"
        first = int(judge())
        run(SOLUTION.replace(JOIN, "while True: pass\n        " + JOIN))
        message = client.execute("check('tokenizer', 'decode')")
        # A worker that loops is the sign that the tests have begun.
        worker = psutil.Process(first)
        assert soon(lambda: any(p.cpu_percent(0.2) > 10 for p in worker.children(recursive=True)))
        workers = [process.pid for process in worker.children(recursive=True)]
        kernel.interrupt_kernel()
        while (reply := client.get_shell_msg(timeout=60))["parent_header"]["msg_id"] != message:
            pass
        assert reply["content"]["ename"] == "Interrupted"
        assert len(reply["content"]["traceback"]) == 1
        # What is printed right after an interrupt may be told of the cell before.
        assert soon(lambda: judge() == "None")
        assert soon(lambda: all(map(gone, [first, *workers])))
        run(SOLUTION)
        assert run("check('tokenizer', 'fit')")[0] == "ok"  # a new one
        second = int(judge())
        assert second != first
    finally:
        client.stop_channels()
        kernel.shutdown_kernel(now=True)  # kill: it cannot say goodbye
    assert soon(lambda: gone(second))
