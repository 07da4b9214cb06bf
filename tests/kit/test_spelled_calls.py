"""A call is shown as the student's code would be called."""

import pytest

from grading.beside.probes.base import probe, spell


@probe("build({first}, *{sizes}, **{options_}), its weights drawn with seed {seed}")
def built(module, first, sizes, options_, seed):
    """What is in a list or a dict is shown as arguments."""


@probe("{function}({*}); {kept}")
def called(module, function, kept, x, **options):
    """A function whose name is an argument."""


@pytest.mark.parametrize(
    ("function", "args", "kwargs", "shown"),
    [
        (
            built,
            [1, [7, 3], {"units": 5}, 0],
            {},
            "build(1, 7, 3, units=5), its weights drawn with seed 0",
        ),
        (built, [1, [7], {}, 0], {}, "build(1, 7), its weights drawn with seed 0"),
        (called, ["rescale", "p", [0.5]], {"seed": 1}, "rescale([0.5], seed=1); 'p'"),
    ],
)
def test_a_call_is_shown_as_python(function, args, kwargs, shown):
    assert spell(function, args, kwargs) == shown
