"""What an exercise notebook begins with, for Google Colab: a badge, and a cell to install the kit.

The cell works in a kernel that knows nothing of the kit, so all of it stands in the cell. Where the
kit can be imported, as in a clone, it does nothing. It installs the kit without its requirements,
so that the kernel's own TensorFlow, Keras and NumPy stay as they are, and of what the checks need
only what is not there. The checks then run beside the kernel, with its Python and its packages.

Where the kit comes from is one setting, ``Repository`` under ``[project.urls]`` in
``pyproject.toml``. As long as there is none, the cell takes a wheel of the kit that was uploaded:
``uv build --wheel`` makes it.
"""

import importlib.metadata
import tomllib

from grading.catalogue.paths import ROOT

_BADGE = "https://colab.research.google.com/assets/colab-badge.svg"
_GITHUB = "https://github.com/"

_CELL = """\
# For Google Colab: installs the kit that checks your answers. Elsewhere this does nothing.
import importlib.util

if importlib.util.find_spec("grading") is None:
    import glob, subprocess, sys

    kit = KIT
    if not kit:
        raise SystemExit("Upload the wheel of the kit, unrolled-*.whl, to this folder first.")
    needed = [name for name in ("pytest", "hypothesis") if importlib.util.find_spec(name) is None]
    steps = [["--no-deps", kit]] + [[name] for name in needed]
    for number, step in enumerate(steps, start=1):
        print(f"\\rThe kit: installing {number} of {len(steps)} ...", end="", flush=True)
        done = subprocess.run(
            [sys.executable, "-m", "pip", "install", "--quiet", *step],
            capture_output=True, encoding="utf-8",
        )
        if done.returncode:
            raise SystemExit(f"\\nThe kit could not be installed:\\n{done.stderr}")
    importlib.invalidate_caches()
    print("\\rThe kit is installed. Write the module below and run its checks.")
"""


def repository():
    """The address of the kit's repository, from ``pyproject.toml``; None where there is none."""
    path = ROOT / "pyproject.toml"
    if path.is_file():
        project = tomllib.loads(path.read_text(encoding="utf-8")).get("project", {})
        return project.get("urls", {}).get("Repository")
    try:  # an installed kit has it in its metadata
        pairs = importlib.metadata.metadata("unrolled").get_all("Project-URL") or ()
    except importlib.metadata.PackageNotFoundError:
        return None
    return dict(pair.split(", ", 1) for pair in pairs).get("Repository")


def badge(name):
    """The badge that opens an exercise's notebook in Colab, as Markdown."""
    address = repository() or ""
    place = "#upload=true"
    if address.startswith(_GITHUB):
        folder = address.removeprefix(_GITHUB).removesuffix(".git").strip("/")
        place = f"github/{folder}/blob/main/exercises/notebooks/{name}.ipynb"
    return f"[![Open in Colab]({_BADGE})](https://colab.research.google.com/{place})"


def setup():
    """The source of the cell that installs the kit where it is not there."""
    address = repository()
    kit = f'"git+{address}"' if address else 'max(glob.glob("unrolled-*.whl"), default=None)'
    return _CELL.replace("KIT", kit).rstrip("\n")
