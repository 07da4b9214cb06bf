"""Mistakes with writing, made on the chapter's way: a text that grows, encoded in each round."""

from grading.misconceptions import changed


def by_text(reference, next_char=None, count=None, read=None, given=None, finish=None):
    """The chapter's ``next_char`` and ``complete_text``.

    Args:
        next_char: ``(probabilities [steps, V], temperature, seed, step) -> id``.
        count: ``(n_chars, prompt) -> `` how many characters to add.
        read: ``(text, prompt) -> text`` that predict reads.
        given: what becomes of the arguments ``(prompt, n_chars, temperature, seed)`` at first.
        finish: ``(prompt, new characters) -> text``.
    """
    tf, np = reference.tf, reference.np

    def complete_text(prompt, n_chars, *, predict, tokenizer, temperature=1.0, seed=None):
        if given:
            prompt, n_chars, temperature, seed = given(prompt, n_chars, temperature, seed)
        if prompt == "" or n_chars < 0:
            raise ValueError(f"prompt {prompt!r}, n_chars {n_chars}")
        if not (np.isfinite(temperature) and temperature > 0):
            raise ValueError(f"temperature: {temperature}")
        seeds = np.random.RandomState(seed).randint(2**30, size=100_000)
        new = ""
        for step in range(count(n_chars, prompt) if count else n_chars):
            text = prompt + new
            ids = tokenizer.encode(read(text, prompt) if read else text)
            found = tf.cast(predict([ids.tolist()]), tf.float32)[0]
            if next_char:
                char_id = next_char(found, temperature, seed, step)
            else:
                logits = tf.math.log(found[-1:]) / temperature
                char_id = tf.random.stateless_categorical(logits, 1, [seeds[step], step])
            new += tokenizer.decode(np.reshape(char_id, [-1]))
        return finish(prompt, new) if finish else prompt + new

    return changed(reference, complete_text=complete_text)


def choose(reference, weights):
    """Draw with NumPy's choice: ``weights(p, temperature)`` are what is drawn from."""
    np = reference.np

    def next_char(found, temperature, seed, step):
        p = np.array(found[-1], dtype=np.float64)
        chances = weights(p / p.sum(), temperature)
        # A generator of its own for each seed and step.
        rng = np.random.default_rng(None if seed is None else [seed, step])
        return rng.choice(len(p), p=chances / chances.sum())

    return by_text(reference, next_char)


def beginning(reference):
    tf = reference.tf

    def next_char(found, temperature, seed, step):
        logits = tf.math.log(found) / temperature
        # All steps are drawn from, and the first draw is taken.
        start = [reference.np.random.randint(2**30) if seed is None else seed, step]
        return tf.random.stateless_categorical(logits, 1, start)[0]

    return by_text(reference, next_char)


def frozen(reference):
    tf = reference.tf

    def next_char(found, temperature, seed, step):
        start = reference.np.random.randint(2**30) if seed is None else seed
        logits = tf.math.log(found[-1:]) / temperature
        return tf.random.stateless_categorical(logits, 1, [start, 7])

    return by_text(reference, next_char)


def best(reference):
    return by_text(reference, lambda found, *_: reference.tf.argmax(found[-1]))


def given_seed(change):
    def given(prompt, n_chars, temperature, seed):
        return prompt, n_chars, temperature, change(seed)

    return given


def for_all(reference):
    tf = reference.tf

    def next_char(found, temperature, seed, step):
        if seed is not None and step == 0:
            tf.random.set_seed(seed)
        return tf.random.categorical(tf.math.log(found[-1:]) / temperature, 1)

    return by_text(reference, next_char)


def softmax(reference, x):
    powers = reference.np.exp(x - x.max())
    return powers / powers.sum()


SECOND_WAYS = {
    "first-step-decides": beginning,
    "only-the-last-character-read": lambda reference: by_text(
        reference, read=lambda text, prompt: text[-1]
    ),
    "new-characters-never-read": lambda reference: by_text(
        reference, read=lambda text, prompt: prompt
    ),
    "prompt-lower-cased": lambda reference: by_text(
        reference, finish=lambda prompt, new: prompt.lower() + new
    ),
    "new-characters-alone": lambda reference: by_text(reference, finish=lambda prompt, new: new),
    "n-chars-counts-the-prompt": lambda reference: by_text(
        reference, count=lambda n_chars, prompt: n_chars - len(prompt.lower())
    ),
    "one-character-short": lambda reference: by_text(
        reference, count=lambda n_chars, prompt: n_chars - 1
    ),
    "always-the-likeliest": best,
    "probabilities-taken-for-logits": lambda reference: choose(
        reference, lambda p, t: softmax(reference, p / t)
    ),
    "temperature-without-effect": lambda reference: choose(reference, lambda p, t: p / t),
    "logits-times-temperature": lambda reference: choose(
        reference, lambda p, t: (p / p.max()) ** t
    ),
    "powers-underflow": lambda reference: choose(reference, lambda p, t: p ** (1 / t)),
    "same-seed-for-every-character": frozen,
    "fixed-seed-by-default": lambda reference: by_text(
        reference, given=given_seed(lambda seed: 0 if seed is None else seed + 1)
    ),
    "global-seed-set": for_all,
    "negative-n-chars-adds-nothing": lambda reference: by_text(
        reference, given=lambda prompt, n_chars, t, seed: (prompt, max(0, n_chars), t, seed)
    ),
}

UNNAMED = {
    "read-backwards": lambda reference: by_text(reference, read=lambda text, prompt: text[::-1]),
    "prompt-never-read": lambda reference: by_text(
        reference, read=lambda text, prompt: text[len(prompt) :] or prompt[:1]
    ),
    "temperature-squared": lambda reference: choose(
        reference, lambda p, t: (p / p.max()) ** (1 / t**2)
    ),
    "two-for-one": lambda reference: by_text(
        reference, finish=lambda prompt, new: prompt + "".join(c + c for c in new)[: len(new)]
    ),
}
