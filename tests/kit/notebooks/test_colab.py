"""An exercise notebook in a kernel like Colab's: Python 3.13, Keras 3, the kit not there."""

import json
import os
import shutil
import subprocess
import sys

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import solution_path
from grading.notebooks import colab
from grading.notebooks.cells import page

IMAGE = ("tensorflow==2.20.0", "keras==3.13.2", "numpy==2.1.3", "typeguard==4.6.0", "pytest==8.4.2")
NOTEBOOKS = ("tokenizer", "windows", "attention")
OURS = {"unrolled", "hypothesis", "sortedcontainers"}


def run(*command, **options):
    done = subprocess.run(command, capture_output=True, encoding="utf-8", **options)
    if done.returncode:
        pytest.skip(f"no such image can be made here: {done.stderr.strip().splitlines()[-1]}")
    return done.stdout


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    """The Python of an environment with what Colab's kernel has; its kernel is called "colab"."""
    pytest.importorskip("nbclient")
    uv, python = shutil.which("uv"), os.environ.get("UNROLLED_PYTHON_3_13", "3.13")
    if not uv:
        pytest.skip("uv is not there to make an environment")
    folder = tmp_path_factory.mktemp("image")
    offline = {**os.environ, "UV_PYTHON_DOWNLOADS": "never"}
    run(uv, "venv", "--quiet", "--seed", "--python", python, folder / "venv", env=offline)
    where = folder / "venv" / ("Scripts" if os.name == "nt" else "bin") / "python"
    run(uv, "pip", "install", "--quiet", "--python", where, "ipykernel", *IMAGE)
    kernel = folder / "share" / "kernels" / "colab"
    kernel.mkdir(parents=True)
    argv = [str(where), "-m", "ipykernel_launcher", "-f", "{connection_file}"]
    text = json.dumps({"argv": argv, "display_name": "Colab", "language": "python"})
    (kernel / "kernel.json").write_text(text, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    folder = tmp_path_factory.mktemp("wheel")
    run("uv", "build", "--quiet", "--wheel", "-o", folder, ROOT)
    return next(folder.glob("unrolled-*.whl"))


def packages(image):
    python = next((image / "venv").glob("*/python"))
    listed = json.loads(run(python, "-m", "pip", "list", "--format", "json"))
    return {item["name"]: item["version"] for item in listed if item["name"] not in OURS}


@pytest.mark.parametrize("name", NOTEBOOKS)
def test_the_first_cell_installs_the_kit_and_the_checks_judge_beside_the_kernel(
    image, wheel, name, tmp_path, monkeypatch
):
    import nbformat
    from nbclient import NotebookClient

    monkeypatch.setenv("JUPYTER_PATH", str(image / "share"))
    monkeypatch.delenv("PYTHONPATH", raising=False)
    shutil.copy(wheel, tmp_path)
    before = packages(image)
    solution = solution_path(name).read_bytes()
    notebook = nbformat.reads(page(name, solution).decode(), as_version=4)
    client = NotebookClient(
        notebook, timeout=600, kernel_name="colab", resources={"metadata": {"path": str(tmp_path)}}
    )
    client.execute()
    said = text_of(notebook.cells[1])
    if name == NOTEBOOKS[0]:
        assert said.splitlines()[-1].endswith("Write the module below and run its checks.")
    else:
        assert said == ""  # the kit is there by now, so the cell does nothing
    checks = [cell for cell in notebook.cells if cell.metadata.nbgrader["grade"]]
    assert checks
    for cell in checks:
        assert "✓" in text_of(cell), text_of(cell)
    assert packages(image) == before


def text_of(cell):
    return "".join(output.get("text", "") for output in cell.outputs)


def test_where_the_kit_is_the_cell_does_nothing(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", colab.setup()],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        encoding="utf-8",
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_without_a_wheel_the_cell_says_what_to_do(tmp_path, monkeypatch):
    monkeypatch.setattr(colab, "repository", lambda: None)
    hidden = "import importlib.util\nimportlib.util.find_spec = lambda name: None\n"
    done = subprocess.run(
        [sys.executable, "-c", hidden + colab.setup()],
        cwd=tmp_path,
        capture_output=True,
        encoding="utf-8",
    )
    assert done.stderr.strip() == (
        "Upload the wheel of the kit, unrolled-*.whl, to this folder first."
    )


def test_badge_and_cell_follow_the_one_setting(monkeypatch):
    address = "https://github.com/somebody/unrolled"
    monkeypatch.setattr(colab, "repository", lambda: address)
    assert "/github/somebody/unrolled/blob/main/exercises/notebooks/windows.ipynb" in colab.badge(
        "windows"
    )
    assert f'kit = "git+{address}"\n' in colab.setup()
