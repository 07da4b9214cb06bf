"""Plain Python: lists of ids, ``random.choices``, weights on the scale of logarithms."""

import math
import random


def complete_text(prompt, n_chars, *, predict, tokenizer, temperature=1.0, seed=None):
    if prompt == "":
        raise ValueError(f"prompt={prompt!r}: there must be something to go on with")
    if n_chars < 0:
        raise ValueError(f"{n_chars=}: cannot add fewer than no characters")
    if math.isnan(temperature) or temperature <= 0 or math.isinf(temperature):
        raise ValueError(f"{temperature=}: must be finite and above 0")
    source = random.Random(seed)
    known = list(range(tokenizer.vocab_size))
    ids = [int(i) for i in tokenizer.encode(prompt)]
    new = []
    while len(new) < n_chars:
        last = [float(p) for p in predict([ids + new])[0][-1]]
        highest = max(last)
        weights = [math.exp(math.log(p / highest) / temperature) if p > 0 else 0.0 for p in last]
        new += source.choices(known, weights)
    return prompt + tokenizer.decode(new)
