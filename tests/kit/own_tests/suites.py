"""Tests as students write them: good ones in another style, weak ones, worthless ones."""

TOKENIZER = """
import random, pytest
from hypothesis import given, assume, settings, strategies as st

texts = st.text(alphabet="abcAB .\\n", min_size=1, max_size=8)
"""

GOOD = {
    "tokenizer_tests": TOKENIZER
    + """
@pytest.fixture
def nothing(): pass

@settings(max_examples=30)
@given(data=st.data())
def test_against_a_slow_definition(CharTokenizer, data):
    text = data.draw(texts, label="text") + data.draw(st.sampled_from(["", "ΑΣ", "ẞß"]))
    low, tok = text.lower(), CharTokenizer()
    assert tok.fit(text) is tok
    order = sorted(set(low), key=lambda c: (-low.count(c), low.index(c)))
    assert list(tok.encode(text)) == [order.index(c) for c in low]
    assert [tok.decode([i]) for i in range(tok.vocab_size)] == order
    assert tok.decode(tok.encode(text)) == low

class Helper: pass

def test_what_is_refused(CharTokenizer):
    tok = CharTokenizer().fit("some text").fit("abc")
    assert tok.vocab_size == 3
    for call in (lambda: tok.encode("a!"), lambda: tok.encode("s"), lambda: tok.decode([3]),
                 lambda: tok.decode([0, -1])):
        with pytest.raises(ValueError):
            call()
""",
    "stateful_tests": """
import numpy as np

def test_all_of_it(split_stateful):
    for rows in (1, 3):
        for steps in (1, 4):
            for windows in (1, 3):
                length = windows * steps + 1
                for extra in range(rows if windows > 1 else 1):
                    n = rows * length + extra
                    batches = split_stateful(np.arange(n), steps, batch_size=rows)
                    assert windows <= len(batches) <= (n - 1) // rows // steps
                    walk = np.concatenate([x for x, _ in batches], axis=1)
                    assert walk.shape == (rows, len(batches) * steps)
                    starts = walk[:, 0]
                    assert starts[0] == 0
                    assert set(np.diff(starts)) <= {length - 1, length, length + 1}
                    for number, (x, y) in enumerate(batches):
                        first = starts[:, None] + number * steps
                        np.testing.assert_array_equal(x, first + np.arange(steps))
                        np.testing.assert_array_equal(y, x + 1)
    assert len(split_stateful(range(11), 4, batch_size=1)) == 2
    assert all(x.shape == (2, 4) for x, _ in split_stateful(range(21), 4, batch_size=2))
""",
    "attention_tests": """
import numpy as np
import pytest

@pytest.mark.filterwarnings("ignore")
def test_examples(scaled_dot_product_attention):
    attend, rng = scaled_dot_product_attention, np.random.RandomState(4)
    for dtype in (np.float32, np.float64):
        q, k, v = (rng.randn(*s).astype(dtype) for s in ((2, 4), (3, 4), (3, 5)))
        for causal in (False, True):
            for mask in (None, [[True, False, True]], np.array([[1, 1, 0], [1, 0, 1]], bool)):
                for big in (1, 3000):
                    o, w = attend(q * big, v, k, mask=mask, causal=causal)
                    s = q.astype(float) @ k.T.astype(float) * big / 2
                    if mask is not None: s = np.where(mask, s, -np.inf)
                    if causal: s = np.where(np.tri(2, 3), s, -np.inf)
                    e = np.exp(s - s.max(-1, keepdims=True)); e /= e.sum(-1, keepdims=True)
                    np.testing.assert_allclose(w, e, atol=1e-4)
                    np.testing.assert_allclose(o, e @ v, atol=1e-3)
                    assert o.dtype == w.dtype == dtype
    assert attend(q, k)[0].shape == (2, 4)
""",
}

# Good as well, and quick: tables in place of what hypothesis draws.
TABLE = """
import pytest

@pytest.mark.parametrize("text", ["To be,\\nor not", "ΟΔΟΣ", "Straße", "abcABC", "b aab", " "])
def test_all_of_a_text(CharTokenizer, text):
    low, tok = text.lower(), CharTokenizer().fit("xy").fit(text)
    order = sorted(set(low), key=lambda c: (-low.count(c), low.index(c)))
    assert list(tok.encode(text)) == [order.index(c) for c in low]
    assert tok.decode(range(len(order))) == "".join(order)
    assert tok.vocab_size == len(order)

@pytest.mark.parametrize("call", ["encode a!", "encode s", "decode 3", "decode -1"])
def test_what_is_refused(CharTokenizer, call):
    tok, (method, given) = CharTokenizer().fit("some text").fit("abc"), call.split()
    with pytest.raises(ValueError):
        tok.encode(given) if method == "encode" else tok.decode([0, int(given)])
"""

# Weak but honest: what they catch, and what they do not.
WEAK = {
    "only a round trip": (
        "tokenizer_tests",
        TOKENIZER
        + """
@given(text=texts)
def test_round_trip(CharTokenizer, text):
    tok = CharTokenizer().fit(text)
    assert tok.decode(tok.encode(text)) == text.lower()
""",
        {"decode_that_puts_spaces_between", "throwing_newline"},
        {"start_at_1", "second_fit", "unseen", "ties_in"},
    ),
    "in a class, and from a table": (
        "tokenizer_tests",
        TOKENIZER
        + """
class TestTokenizer:
    table = [("aab", 2), pytest.param("aBc", 3, id="three")]

    @pytest.mark.parametrize("text, size", table)
    @pytest.mark.parametrize(["more"], [("",), ("aaa",)])
    def test_size(self, CharTokenizer, text, size, more):
        assert CharTokenizer().fit(text + more).vocab_size == size

    @given(text=texts)
    def test_first_id(self, CharTokenizer, text):
        tok = CharTokenizer().fit(text)
        assert 0 in tok.encode(text)

@pytest.mark.parametrize(argnames="first", argvalues=iter("zy"))
@given(text=texts)
def test_most_frequent(CharTokenizer, first, text):
    tok = CharTokenizer().fit(text + 9 * first)
    assert tok.encode(first)[0] == 0
""",
        {"one_too_large", "start_at_1", "alphabetical_order", "rarest"},
        {"spaces_between", "unseen"},
    ),
    "in classes that prepare something, and inherit": (
        "tokenizer_tests",
        TOKENIZER
        + """
class Sizes:
    def setup_method(self):
        self.tokens = set(self.text)

    def test_size(self, CharTokenizer):
        assert CharTokenizer().fit(self.text).vocab_size == len(self.tokens)

class TestShort(Sizes):
    text = "aab"

@pytest.mark.parametrize("text", ["ab", pytest.param("", marks=pytest.mark.skip)])
class TestMore:
    @staticmethod
    def test_ids(CharTokenizer, text):
        assert CharTokenizer().fit(text).encode(text)[0] == 0

    @pytest.mark.skip(reason="not sure of this")
    def test_dtype(self, CharTokenizer, text):
        assert CharTokenizer().fit(text).encode(text).dtype == "int7"

@pytest.mark.xfail
def test_that_is_known_to_be_wrong(CharTokenizer):
    assert CharTokenizer().fit("ab").vocab_size == 3
""",
        {"one_too_large", "start_at_1"},
        {"spaces_between", "unseen"},
    ),
    "only shapes": (
        "stateful_tests",
        """
def test_shapes(split_stateful):
    for x, y in split_stateful(range(33), 3, batch_size=4):
        assert x.shape == y.shape == (4, 3)
""",
        {"exchanged_places", "smaller_last_batch"},
        {"interleaved", "targets_equal", "neighbouring", "remainder"},
    ),
    "no mask at all": (
        "attention_tests",
        """
import numpy as np
def test_first_row(scaled_dot_product_attention):
    q = np.array([[1.0, 2.0], [3.0, -1.0], [0.5, 0.5]], np.float32)
    _, w = scaled_dot_product_attention(q, q)
    e = np.exp(q @ q.T / 2 ** 0.5)
    assert np.allclose(w, e / e.sum(-1, keepdims=True), atol=1e-4)
""",
        {"without_a_scale", "over_the_queries"},
        {"inverted_mask", "causal", "overflows", "key_that_is_ignored"},
    ),
}

# Worth nothing, with words of the reason.
WORTHLESS = {
    "demand more than the contract": (
        TOKENIZER
        + """
def test_kind_of_ids(CharTokenizer):
    assert CharTokenizer().fit("ab").encode("ab").dtype == "int64"
""",
        "right answer",
    ),
    "fail always": (
        TOKENIZER
        + """
def test_no(CharTokenizer):
    CharTokenizer().fit("ab")
    assert False
""",
        "right answer",
    ),
    "never look": (
        """
def test_yes(CharTokenizer):
    assert CharTokenizer
""",
        "never call",
    ),
    "are no tests": ("def check(CharTokenizer): pass", "there is no test"),
    "want what there is not": (
        "def test_me(CharTokenizer, text): assert CharTokenizer().fit(text)",
        "wants text",
    ),
    "have a table with a hole": (
        "import pytest\n"
        "@pytest.mark.parametrize('text, size', [('a', 1), ('b',)])\n"
        "def test_me(CharTokenizer, text, size):\n"
        "    assert CharTokenizer().fit(text).vocab_size == size",
        "parametrize names text, size, but gives ['b']",
    ),
    "have an empty table": (
        "import pytest\n"
        "@pytest.mark.parametrize('text', [])\n"
        "def test_me(CharTokenizer, text): CharTokenizer().fit(text)",
        "gives no text",
    ),
    "say with return what they should assert": (
        TOKENIZER
        + """
@given(text=texts)
def test_me(CharTokenizer, text):
    return CharTokenizer().fit(text).vocab_size == len(set(text.lower()))
""",
        "test_me returns the bool True, but nobody looks at that",
    ),
    "want a fixture": (
        TOKENIZER
        + """
@pytest.fixture
def tokenizer(CharTokenizer): return CharTokenizer().fit("aab")
def test_me(CharTokenizer, tokenizer): assert tokenizer.vocab_size == 2
""",
        "fixtures are not run here",
    ),
    "take nothing": ("def test_me(): assert 1", "takes no CharTokenizer"),
    "have a slip of their own": (
        "def test_me(CharTokenizer): assert CharTokeniser().fit('a').vocab_size == 1",
        "NameError",
    ),
    "stop Python": (
        "import os\ndef test_me(CharTokenizer):\n    CharTokenizer().fit('a')\n    os._exit(0)",
        "ended the whole Python process",
    ),
    "leave by sys.exit": (
        "import sys\ndef test_me(CharTokenizer):\n    CharTokenizer().fit('a')\n    sys.exit(0)",
        "SystemExit",
    ),
    "loop": (
        "def test_me(CharTokenizer):\n    CharTokenizer().fit('a')\n    while True: pass",
        "did not return",
    ),
}
