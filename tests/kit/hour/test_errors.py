"""A slip in a student's file is told with its file and line, and with what was looked for."""

import pytest

from tests.kit.hour.desks import GOOD, save
from tests.kit.running import reports_of, run_pytest

DEFINED = GOOD.splitlines().index("class CharTokenizer:") + 1
ENCODE = GOOD.splitlines().index("    def encode(self, text):") + 1


@pytest.mark.parametrize(
    ("source", "said"),
    [
        (GOOD.replace("import numpy", "import nunpy"), ["tokenizer.py", "line 16", "nunpy"]),
        (
            GOOD.replace("encode(self, text):", "encode(self, text)"),
            ["tokenizer.py", f"line {ENCODE}"],
        ),
        (
            GOOD.replace("class CharTokenizer", "class CharTokeniser"),
            ["no CharTokenizer in tokenizer.py", "CharTokeniser?", f"It is in line {DEFINED}"],
        ),
        (
            GOOD.replace("def encode(self, text):", "def encode(self):\n        text = ''"),
            [
                "tokenizer.encode('", "CharTokenizer.encode() takes 1 positional argument",
                f"tokenizer.py, line {ENCODE}: def encode(self):",
            ],
        ),
        (
            GOOD.replace("self._ids[character]", "self._idz[character]"),
            ["has no attribute '_idz'", "tokenizer.py, line"],
        ),
    ],
    ids=["import", "syntax", "name", "signature", "attribute"],
)  # fmt: skip
def test_file_line_and_what_was_looked_for(tmp_path, source, said):
    assert source != GOOD
    save(tmp_path, source)
    done = run_pytest("--impl", tmp_path, "-x", "-k", "one_id_a_character")
    assert done.returncode == 1
    report = " ".join(reports_of(done.stdout).split())
    for part in said:
        assert part in report, report
