"""Our modules in the place of an answer to TinyTorch: tokenizer, positional encoding, attention.

Its tests import ``tinytorch``, in whose place modules stand here, or stand among the cells of
``src/``; these are taken out by name and run with our functions in the place of the student's.
"""

import ast
import sys
import types
from pathlib import Path

import numpy as np
from component import Component
from run import run_pytest

from grading.beside.probes import attention

UNKNOWN = "<UNK>"


class Tensor:
    """As much of TinyTorch's tensor as the tests look at."""

    def __init__(self, data, requires_grad=False):
        self.data = np.asarray(data)
        self.shape, self.requires_grad, self.grad = self.data.shape, requires_grad, None


def answers(module):
    """What a student of TinyTorch would have written, by name, made of one of our modules."""

    def scaled_dot_product_attention(Q, K, V, mask=None):
        options = {} if mask is None else {"mask": mask.data != 0}
        q, k, v = (np.asarray(tensor.data, np.float32) for tensor in (Q, K, V))
        outputs, weights = attention.attend(module, q, v, key=k, **options)
        return Tensor(outputs), Tensor(weights)

    class MultiHeadAttention:
        def __init__(self, embed_dim, num_heads):
            self.embed_dim, self.num_heads = embed_dim, num_heads
            self.head_dim = embed_dim // num_heads
            self.causal = {c: module.MultiHeadAttention(num_heads, causal=c) for c in (0, 1)}
            self.forward(Tensor(np.zeros([1, 2, embed_dim])))

        def forward(self, x, mask=None):
            import tensorflow as tf

            steps = tf.constant(np.asarray(x.data, np.float32))
            return Tensor(self.causal[mask is not None]([steps, steps]))

        def parameters(self):  # our maps have no bias, which theirs have
            weights = self.causal[0].trainable_weights
            biases = [np.zeros(weight.shape[-1]) for weight in weights if len(weight.shape) > 1]
            return [*weights, *biases]

    class CharTokenizer:
        def __init__(self, vocab=()):
            self._learn(vocab)

        def build_vocab(self, corpus):
            self._learn(sorted(set("".join(corpus))))

        def _learn(self, vocab):  # their order is given, ours goes by frequency; 0 is <UNK>
            self._own = module.CharTokenizer()
            text = "".join(c * (len(vocab) - i) for i, c in enumerate(vocab))
            self._own.fit(text)
            self.vocab_size = self._own.vocab_size + 1
            self.vocab = [UNKNOWN, *(self._own.decode([i]) for i in range(len(vocab)))]
            self.char_to_id = {c: self._id(c) for c in vocab}

        def _id(self, character):
            try:
                return int(self._own.encode(character)[0]) + 1
            except ValueError:
                return 0

        def encode(self, text):
            try:
                return [int(i) + 1 for i in self._own.encode(text)]
            except ValueError:
                return [self._id(character) for character in text]

        def decode(self, ids):
            if 0 not in ids:
                return self._own.decode([i - 1 for i in ids])
            return "".join(self._own.decode([i - 1]) if i else UNKNOWN for i in ids)

    def create_sinusoidal_embeddings(max_seq_len, embed_dim):
        import tensorflow as tf

        layer = module.PositionalEncoding(max_seq_len, embed_dim)
        return Tensor(layer(tf.zeros([1, max_seq_len, embed_dim]))[0])

    found = locals()
    return {name: found[name] for name in found if name != "module"}


def run(component, module):
    """Run the tests of a component on a module; gives those that passed and those that failed."""
    theirs = {**answers(module), "Tensor": Tensor, "enable_autograd": lambda: None, "np": np}
    for name in ("", ".core", *(f".core.{m}" for m in ("tensor", "attention", "autograd"))):
        stand_in = sys.modules[f"tinytorch{name}"] = types.ModuleType(f"tinytorch{name}")
        stand_in.__dict__.update(theirs)
    sys.modules["tinytorch.core.tokenization"] = sys.modules["tinytorch.core.tensor"]
    passed, failed = set(), set()
    for test in component.tests:
        path, _, name = test.partition("::")
        if not path.startswith("src/"):
            sys.modules.pop(Path(path).stem, None)  # it keeps what it imported for the last one
            for whole, part in zip(
                (passed, failed), run_pytest([test], "--noconftest"), strict=True
            ):
                whole |= part
            continue
        try:
            _function(path, name, theirs)()
            passed.add(test)
        except Exception:
            failed.add(test)
    return passed, failed


def _function(path, name, given):
    tree = ast.parse(Path(path).read_text(encoding="utf-8"))
    tree.body = [node for node in tree.body if getattr(node, "name", None) == name]
    space = dict(given)
    exec(compile(tree, path, "exec"), space)
    return space[name]


def _attend(seed):
    rng = np.random.default_rng(seed)
    steps, dims = rng.integers(2, 7, size=2)
    q, k, v = (Tensor(3 * rng.normal(size=[2, steps, dims])) for _ in range(3))
    mask = Tensor(np.tril(np.ones([2, steps, steps]))) if seed % 2 else None

    def sample(module):
        outputs, weights = answers(module)["scaled_dot_product_attention"](q, k, v, mask)
        return np.concatenate([outputs.data, weights.data], axis=-1)

    return sample


def _multihead(seed):
    rng = np.random.default_rng(seed)
    inputs = [rng.normal(size=[2, 3 + seed, 8]).astype(np.float32)] * 2
    kernels = {name: rng.normal(size=[8, 8]) for name in attention.LINEAR_MAPS}
    return lambda module: attention.attended(module, inputs, kernels, 2, causal=bool(seed % 2))


def _texts(module):
    tokenizer = answers(module)["CharTokenizer"]()
    tokenizer.build_vocab(["to be, or not\n", " to be"])  # they keep case, we do not
    ids = [tokenizer.encode(text) for text in ("to be", "\n, or", "x not?", "")]
    texts = [tokenizer.decode(i) for i in ids]
    return [tokenizer.vocab_size, ids, texts, [type(i).__name__ for some in ids for i in some]]


def _positions(steps, dims):
    return lambda module: answers(module)["create_sinusoidal_embeddings"](steps, dims).data


COMPONENTS = (
    Component(
        "scaled dot-product attention",
        "attention",
        (
            "src/12_attention/12_attention.py::test_unit_scaled_dot_product_attention",
            "tests/12_attention/test_attention_core.py::TestScaledDotProductAttention",
        ),
        tuple(_attend(seed) for seed in range(6)),
    ),
    Component(
        "multi-head attention",
        "attention",
        (
            "src/12_attention/12_attention.py::test_unit_multihead_attention",
            "tests/12_attention/test_attention_core.py::TestMultiHeadAttention",
        ),
        tuple(_multihead(seed) for seed in range(6)),
    ),
    Component(
        "positional encoding",
        "positional_encoding",
        ("src/11_embeddings/11_embeddings.py::test_unit_sinusoidal_embeddings",),
        tuple(_positions(*sizes) for sizes in ((10, 7), (10, 8), (50, 16), (3, 2))),
    ),
    Component(
        "tokenizer",
        "tokenizer",
        (
            "src/10_tokenization/10_tokenization.py::test_unit_char_tokenizer",
            "tests/10_tokenization/test_tokenization_core.py::TestTokenizerBasics",
        ),
        (_texts,),
    ),
)
