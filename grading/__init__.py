"""The kit around exercises, solutions and tests: see README.md in this folder.

Files that exist already name modules of the kit: notebooks ``grading.notebook``, courses
``grading.course.nbgrader_judge`` and others, installations made earlier ``grading.plugin``. Who
moves such a module adds a row to ``MOVED``, from its old name to its new one; what those files use
must keep its name in the new module.
"""

import importlib.util
import sys
from importlib.machinery import ModuleSpec

MOVED = {
    "grading.course.nbgrader_cells": "grading.course.nbgrader_steps",
    "grading.course.nbgrader_judge": "grading.course.nbgrader_steps",
    "grading.course.nbgrader_mend": "grading.course.nbgrader_steps",
    "grading.notebook": "grading.notebooks.check",
    "grading.plugin": "grading.running.plugin",
    "grading.submission": "grading.running.submission",
}


class _Moved:
    """Finds a module under its old name: it is the one of the new name, not another copy."""

    @staticmethod
    def find_spec(name, path=None, target=None):
        return ModuleSpec(name, _Moved) if name in MOVED else None

    @staticmethod
    def create_module(spec):
        return None

    @staticmethod
    def exec_module(module):
        sys.modules[module.__name__] = importlib.import_module(MOVED[module.__name__])

    @staticmethod
    def get_code(name):  # python -m
        spec = importlib.util.find_spec(MOVED[name])
        return spec.loader.get_code(spec.name)


sys.meta_path.append(_Moved)
