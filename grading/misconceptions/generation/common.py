"""Writing in steps that a wrong one can take differently."""

from grading.misconceptions import changed


def written(
    reference,
    *,
    check=None,
    start=None,
    rounds=None,
    shown=None,
    step=None,
    logits=None,
    source=None,
    pick=None,
    finish=None,
):
    """The loop in NumPy, with some of its parts replaced.

    Args:
        check: what is refused, from the keyword arguments of ``complete_text`` and its prompt.
        start: ``(tokenizer, prompt) -> ids`` of the prompt.
        rounds: ``(n_chars, ids of the prompt) -> `` how many characters are added.
        shown: ``(ids, n_prompt) -> ids`` that ``predict`` is given.
        step: ``n_prompt -> `` which of predict's steps decides.
        logits: ``(p, temperature) -> logits``.
        source: ``seed -> `` a function that gives a generator for each draw.
        pick: ``(logits, generator) -> id``.
        finish: ``(prompt, ids, n_prompt, tokenizer) -> text``.
    """
    np = reference.np

    def right_logits(p, temperature):
        return np.log(p) / temperature

    def one_generator(seed):
        rng = np.random.default_rng(seed)
        return lambda: rng

    def gumbel_max(logits, rng):
        return int(np.argmax(logits + rng.gumbel(size=len(logits))))

    check = check or checked(reference)
    start = start or (lambda tokenizer, prompt: np.array(tokenizer.encode(prompt)))
    rounds = rounds or (lambda n_chars, ids: n_chars)
    shown = shown or (lambda ids, n_prompt: ids)
    logits, pick = logits or right_logits, pick or gumbel_max
    step = step or (lambda n_prompt: -1)
    finish = finish or (lambda prompt, ids, n, tokenizer: prompt + tokenizer.decode(ids[n:]))

    def complete_text(prompt, n_chars, *, predict, tokenizer, temperature=1.0, seed=None):
        check(prompt=prompt, n_chars=n_chars, temperature=temperature)
        ids = start(tokenizer, prompt)
        n_prompt, generator = len(ids), (source or one_generator)(seed)
        for _ in range(rounds(n_chars, ids)):
            given = shown(ids, n_prompt)
            p = np.array(predict(given[np.newaxis]), dtype=float)[0, step(n_prompt)]
            with np.errstate(all="ignore"):
                ids = np.append(ids, pick(logits(p, temperature), generator()))
        return finish(prompt, ids, n_prompt, tokenizer)

    return changed(reference, complete_text=complete_text)


def checked(reference, without=()):
    """The reference's checks of the arguments but those named; the tokenizer's is its own."""
    harmless = {"prompt": "a", "n_chars": 0, "temperature": 1.0}

    class AnyCharacter:
        vocab_size = 1

        def encode(self, text):
            return reference.np.zeros(len(text), int)

        def decode(self, ids):
            return ""

    def check(**arguments):
        arguments |= {name: harmless[name] for name in without}
        arguments["n_chars"] = min(0, arguments["n_chars"])
        reference.complete_text(**arguments, predict=None, tokenizer=AnyCharacter())

    return check
