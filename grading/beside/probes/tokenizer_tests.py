"""Probes of the exercise ``tokenizer_tests``: the student's tests, and what they reach."""

from grading.beside.probes.base import Unusable, probe
from grading.beside.suites import ask, prepare, run_tests, shown_run, within

MOST = 20_000  # characters or ids


__all__ = ["prepare", "run", "use"]


@probe("your tests, run on {form}", shown=shown_run)
def run(module, form, small=False):
    """Run the student's tests; gives how many there are, and the first that fails."""
    return run_tests(module, {"CharTokenizer": CharTokenizer}, small)


def use(module, calls):
    """What the last of some calls gives, made one after the other on a new tokenizer."""
    within(MOST, len(calls), *(len(call[1]) for call in calls if len(call) > 1))
    tokenizer = module.CharTokenizer()
    for method, *args in calls:
        if method == "vocab_size":
            given = tokenizer.vocab_size
        elif method in ("fit", "encode", "decode"):
            given = getattr(tokenizer, method)(*args)
        else:
            raise Unusable(f"a tokenizer has no {method}")
    return None if calls[-1][0] == "fit" else given


class CharTokenizer:
    """The tokenizer under test, as the student's tests see it."""

    def __init__(self):
        self._before = []

    def fit(self, text):
        """Learn the characters of a text."""
        self._ask("fit", text)
        return self

    def encode(self, text):
        """The ids of a text."""
        return self._ask("encode", text)

    def decode(self, ids):
        """The text of some ids."""
        return self._ask("decode", list(ids) if isinstance(ids, range) else ids)

    @property
    def vocab_size(self):
        """The number of characters learnt."""
        return self._ask("vocab_size")

    def _ask(self, *call):
        answer = ask("use", [*self._before, list(call)])
        if call[0] in ("fit", "encode"):  # what it has read, it may have learnt
            self._before.append(list(call))
        return answer
