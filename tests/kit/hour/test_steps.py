"""At each step of a student's hour the first screen leads to what is wrong; no name is false."""

import pytest

from grading.catalogue.syllabus import BUILT
from tests.kit.hour import steps
from tests.kit.running import THOROUGH

if not THOROUGH:
    pytest.skip("only where UNROLLED_THOROUGH is set", allow_module_level=True)


@pytest.mark.parametrize("exercise", BUILT)
def test_the_first_screen_leads_to_what_is_wrong(exercise, tmp_path):
    found = steps.take(exercise, tmp_path)
    for one, (failure, diagnosis) in zip(steps.steps_of(exercise), found, strict=True):
        assert (failure is None) == (one.leads is None), one.label
        assert failure is None or one.leads in failure.test, one.label
        assert diagnosis is None or diagnosis.name in one.names, one.label
