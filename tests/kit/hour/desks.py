"""A desk with one exercise, and ways to save into it. The tokenizer needs no TensorFlow."""

import os
from pathlib import Path

from grading.catalogue.stubs import expected_stub, solution_path

GOOD = solution_path("tokenizer").read_text()
WRONG = GOOD.replace('return "".join', 'return " ".join')
STUB = expected_stub("tokenizer")
HANGS = GOOD.replace("def encode(self, text):", "def encode(self, text):\n        while True: pass")
SLOW = GOOD.replace(
    "def fit(self, text):", "def fit(self, text):\n        import time; time.sleep(0.05)"
)
BROKEN = "import numpy as np\n\ndef fit(:\n"


def save(folder, text, name="tokenizer"):
    """Write the module in place."""
    (Path(folder) / f"{name}.py").write_text(text)


def save_by_rename(folder, text, name="tokenizer"):
    """Write another file and give it the module's name, as most editors do."""
    other = Path(folder) / f"{name}.py~new"
    other.write_text(text)
    os.replace(other, Path(folder) / f"{name}.py")


def save_by_deleting(folder, text, name="tokenizer"):
    """Delete the module, then write it."""
    (Path(folder) / f"{name}.py").unlink(missing_ok=True)
    save(folder, text, name)
