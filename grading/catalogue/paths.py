"""The environment of the processes that the kit starts."""

import os

from grading.catalogue.stubs import ROOT


def kit_environment(**more):
    """This process's environment, made such that the kit can be imported from any folder.

    Args:
        more: variables to set besides.
    """
    path = os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH")]))
    return {**os.environ, "PYTHONPATH": path, **more}
