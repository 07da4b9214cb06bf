"""Misconceptions written a second way, and mistakes that are in no library."""

import importlib


def subject(name):
    """The wrong module called ``EXERCISE/NAME``, for a worker."""
    exercise, _, key = name.partition("/")
    module = importlib.import_module(f"tests.kit.second_ways.{exercise}")
    make = {**module.SECOND_WAYS, **module.UNNAMED}[key]
    return make(importlib.import_module(f"solutions.{exercise}"))
