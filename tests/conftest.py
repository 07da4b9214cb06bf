"""What the property tests share: the real text, where it is at hand."""

import pytest

from solutions.data import find_shakespeare


@pytest.fixture(scope="session")
def shakespeare(request):
    """The full text the chapter trains on; skips where neither --data nor the cache has it."""
    path = find_shakespeare(request.config.getoption("--data"))
    if path is None:
        pytest.skip("the full Shakespeare text is not at hand: give --data, or run unrolled train")
    return path.read_text(encoding="utf-8")
