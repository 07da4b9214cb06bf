"""Modules for the tests of ``unrolled see``: right, wrong, missing and hanging ones."""

from grading.catalogue.stubs import BEGIN, END, expected_stub, solution_path

# For each exercise a piece of the solution, what it is replaced by, and what the page then says.
WRONG = {
    "tokenizer": ('"".join(self._ch', '" ".join(self._ch', "≠ Back again: decode"),
    "windows": ("windows[:, 1:]", "windows[:, :-1]", "≠ Where the windows lie"),
    "stateful": ("parts[:, 1 : n_used + 1]", "parts[:, :n_used]", "≠ The batch that is lit"),
    "attention": (" / tf.sqrt(d_key)", "", "≠ Weights of head 0"),
    "positional_encoding": ("np.cos(", "np.sin(", "≠ What is added at each position"),
    "sampling": (") / temperature", ") * temperature", "≠ The distribution at the temperature"),
    "vocabulary": ("reverse=True", "reverse=False", "≠ The words that are kept"),
    "generation": ("[:, -1]", "[:, 0]", "≠ Nearly without chance: temperature 0.001"),
    "reviews": ("review[:max_bytes]", "review[: max_bytes // 2]", "≠ After"),
    "masking": (", mask=mask)", ")", "≠ The output as padding is appended"),
    "encoder_decoder": ("targets[:, :-1]]", "targets[:, 1:]]", "≠ What the decoder reads"),
    "transformer": (", causal=True)([z, z])", ")([z, z])", "≠ Probabilities at each step"),
    "beam_search": ("reverse=True)[:beam_width]", "reverse=True)[:1]", "≠ The tree"),
}


def right(name):
    """The source of a right module."""
    return solution_path(name).read_text(encoding="utf-8")


def wrong(name):
    """The source of a wrong one."""
    old, new, _ = WRONG[name]
    source = right(name)
    assert old in source
    return source.replace(old, new)


def missing(name):
    """The stub."""
    return expected_stub(name)


def hanging(name):
    """A module of which every function loops for ever."""
    source, lines = right(name), []
    inside = False
    for line in source.splitlines():
        if line.strip() == BEGIN:
            inside = True
            lines.append(line.replace(BEGIN, "while True: pass"))
        elif line.strip() == END:
            inside = False
        elif not inside:
            lines.append(line)
    return "\n".join(lines) + "\n"
