"""What is wrong only after other calls is told as such, as no student can see it in one call."""

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import solution_path
from grading.running.left_behind import TOLD
from tests.kit.running import run_pytest_here

GOOD = solution_path("tokenizer").read_text()
# The ids of the first text of each length are given for all others of that length.
CACHED = """
_known, _encode = {}, CharTokenizer.encode
def encode(self, text):
    if len(text) not in _known:
        _known[len(text)] = _encode(self, text)
    return _known[len(text)]
CharTokenizer.encode = encode
"""
# Wrong in each process: a wrong id, whatever was called before.
SHIFTED = """
_encode = CharTokenizer.encode
CharTokenizer.encode = lambda self, text: (_encode(self, text) * 7 + 3) % 11
"""


@pytest.mark.parametrize(("more", "is_told"), [(CACHED, True), (SHIFTED, False)])
def test_it_is_told_only_where_a_new_process_gives_what_is_right(servers, tmp_path, more, is_told):
    (tmp_path / "tokenizer.py").write_text(GOOD + more)
    done = run_pytest_here(servers, tmp_path, tests=ROOT / "tests" / "test_tokenizer.py")
    _, title, explanation = TOLD
    assert done.returncode == 1
    assert (f"looks like {title}" in " ".join(done.stdout.split())) == is_told
    assert (explanation.split(";")[0] in " ".join(done.stdout.split())) == is_told
