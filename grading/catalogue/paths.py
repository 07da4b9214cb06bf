"""The folder of the kit, and the environment of the processes that it starts."""

import os
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def kit_environment(**more):
    """This process's environment, made such that the kit can be imported from any folder.

    Args:
        more: variables to set besides.
    """
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, **more}


def display_path(path):
    """A path as the user would write it: relative where that is shorter."""
    if not path:
        return ""
    try:
        return str(Path(path).relative_to(Path.cwd()))
    except ValueError:
        return str(path)
