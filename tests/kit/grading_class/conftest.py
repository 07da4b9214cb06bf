"""Sandboxes for the tests of this folder."""

import pytest

from grading.catalogue.spec import FileSpec
from grading.processes.sandbox import Sandboxes
from grading.running.driver import WorkerDriver
from tests.kit.grading_class.sandboxes import LIMITS
from tests.kit.test_bad_input import wrong


@pytest.fixture
def boxes():
    made = Sandboxes(LIMITS)
    yield made
    made.close()


@pytest.fixture
def answer_of(boxes, tmp_path):
    """Run some code in a sandbox; gives the text that it leaves in ``said``."""

    def answer(code):
        lines = "\n        ".join(["said = None", *code.strip().splitlines(), "return repr(said)"])
        path = tmp_path / "tokenizer.py"
        path.write_text(wrong(decode=lines))
        driver = WorkerDriver(boxes.get(), FileSpec("tokenizer", str(path)), limit=5)
        outcome = driver.call("decoding", ["ab", [0]])
        driver.close()
        return outcome.value if outcome.fault is None else outcome.fault

    return answer
