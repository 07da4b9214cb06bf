"""Ways to write another text than the network would."""

from grading.misconceptions import Library, changed

LIBRARY = Library()


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
        step: which of predict's steps decides.
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
    finish = finish or (lambda prompt, ids, n, tokenizer: prompt + tokenizer.decode(ids[n:]))

    def complete_text(prompt, n_chars, *, predict, tokenizer, temperature=1.0, seed=None):
        check(prompt=prompt, n_chars=n_chars, temperature=temperature)
        ids = start(tokenizer, prompt)
        n_prompt, generator = len(ids), (source or one_generator)(seed)
        for _ in range(rounds(n_chars, ids)):
            given = shown(ids, n_prompt)
            p = np.array(predict(given[np.newaxis]), dtype=float)[0, -1 if step is None else step]
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


@LIBRARY.add(
    "first-step-decides",
    "a text in which predict's first step decides instead of its last",
    """predict gives a row of probabilities for each step of the text, and here the row of the first
    step is drawn from. That row is about the second character of the prompt, which is known long
    since, and it never changes: the text forgets all that was written. Only the row of the last
    step is about the character that is still missing.""",
)
def first_step_decides(reference):
    return written(reference, step=0)


@LIBRARY.add(
    "only-the-last-character-read",
    "a predict that is shown only the last character of the text",
    """In each round predict is given the newest character alone. If a network kept its state from
    call to call, that would be enough. But this predict starts from nothing each time: it cannot
    know what came before, and writes as if every word began anew. The docstring has it read the
    whole text so far, for each new character.""",
)
def only_the_last_character_read(reference):
    return written(reference, shown=lambda ids, n_prompt: ids[-1:])


@LIBRARY.add(
    "new-characters-never-read",
    "a predict that is shown the prompt only, never the new characters",
    """What was drawn is collected for the result but never shown to predict, which reads the prompt
    in every round (or once, for all draws together). So each new character is drawn as if it were
    the first one after the prompt, and nothing hangs together. Append each new id to those that
    predict reads in the next round.""",
)
def new_characters_never_read(reference):
    return written(reference, shown=lambda ids, n_prompt: ids[:n_prompt])


@LIBRARY.add(
    "last-hundred-only",
    "a text of which only the last hundred characters are read",
    """predict is given a window of the last 100 characters. The network was trained on windows of
    that length, so it seems enough, and a short text shows no difference. But a recurrent network
    reads texts of any length, and what stood before the window is lost. The docstring lets predict
    see the whole text so far.""",
)
def last_hundred_only(reference):
    return written(reference, shown=lambda ids, n_prompt: ids[-100:])


@LIBRARY.add(
    "prompt-lower-cased",
    "a prompt that comes back in small letters",
    """The whole text was decoded from ids at the end, the prompt with it. But ids know no capitals:
    the tokenizer folds the case when it encodes, so "To be" comes back as "to be". The docstring
    wants the prompt as it was given. Decode the new ids only.""",
)
def prompt_lower_cased(reference):
    return written(reference, finish=lambda prompt, ids, n, tokenizer: tokenizer.decode(ids))


@LIBRARY.add(
    "new-characters-alone",
    "the new characters without the prompt in front",
    """What comes back is only what was written, not what it goes on with. It is a matter of taste,
    but the docstring asks for the completed text: the prompt as given, and the new characters
    behind it.""",
)
def new_characters_alone(reference):
    return written(reference, finish=lambda prompt, ids, n, tokenizer: tokenizer.decode(ids[n:]))


@LIBRARY.add(
    "n-chars-counts-the-prompt",
    "a text of n_chars characters in all, the prompt counted too",
    """The loop goes on until the whole text is n_chars long, so a longer prompt leaves room for
    fewer new characters, and a long one for none. n_chars is how many characters to add, says the
    docstring: as many rounds as that, whatever the prompt.""",
)
def n_chars_counts_the_prompt(reference):
    return written(reference, rounds=lambda n_chars, ids: max(0, n_chars - len(ids)))


@LIBRARY.add(
    "one-character-short",
    "one new character too few",
    """The loop runs once less than it should, as with range(1, n_chars), or the text was cut at
    n_chars - 1. Exactly n_chars characters are added: with 1 there is one round, and with 0 there
    is none.""",
)
def one_character_short(reference):
    return written(reference, rounds=lambda n_chars, ids: max(0, n_chars - 1))


@LIBRARY.add(
    "cut-at-the-prompts-length",
    "new characters looked for behind len(prompt) characters of the decoded text",
    """The text is decoded as a whole, and cut where the prompt should end: after len(prompt)
    characters. But the ids are those of the lower-cased prompt, and lower-casing may change its
    length: the capital letter i with a dot becomes two characters. Then a piece of the prompt comes
    twice. Count the ids of the prompt, not its characters; or count the new ones from the end.""",
)
def cut_at_the_prompts_length(reference):
    def finish(prompt, ids, n, tokenizer):
        return prompt + tokenizer.decode(ids)[len(prompt) :]

    return written(reference, finish=finish)


@LIBRARY.add(
    "always-the-likeliest",
    "a text of the likeliest characters, with no chance in it",
    """Each character is the one with the largest probability. For a single guess that is best, but
    a text written so soon goes in circles, and neither the temperature nor the seed has any effect.
    The docstring wants each character drawn: an unlikely one now and then, just as often as its
    probability says.""",
)
def always_the_likeliest(reference):
    np = reference.np
    return written(reference, pick=lambda logits, rng: int(np.argmax(logits)))


@LIBRARY.add(
    "probabilities-taken-for-logits",
    "draws from a softmax of p / T: probabilities taken for logits",
    """The probabilities, divided by the temperature, went straight to a sampler such as
    tf.random.categorical, which wants logits and applies a softmax to them. What it draws from is
    nearly flat, impossible characters included, and the text is gibberish. Take the logarithm of
    the probabilities first, as in the exercise sampling.""",
)
def probabilities_taken_for_logits(reference):
    return written(reference, logits=lambda p, temperature: p / temperature)


@LIBRARY.add(
    "temperature-without-effect",
    "a temperature that changes nothing",
    """All draws are made at temperature 1, whatever was asked for: the temperature is never used,
    or the probabilities are divided by it and then by their sum, so that it cancels. With the
    default nothing shows. The temperature divides the logarithms of the probabilities, before the
    draw.""",
)
def temperature_without_effect(reference):
    np = reference.np
    return written(reference, logits=lambda p, temperature: np.log(p))


@LIBRARY.add(
    "logits-times-temperature",
    "logits multiplied by the temperature, so that hot and cold change places",
    """The logarithms are multiplied by the temperature, which makes p to the power T of each p. At
    temperature 1 nothing shows; elsewhere hot and cold change places, and a low temperature writes
    the wildest text. The docstring's power is 1 / T, so logarithms are divided by T.""",
)
def logits_times_temperature(reference):
    np = reference.np

    def logits(p, temperature):
        return np.where(p > 0, temperature * np.log(p), -np.inf)

    return written(reference, logits=logits)


@LIBRARY.add(
    "epsilon-added",
    "a small number added to the probabilities, which makes the impossible possible",
    """Something like 1e-7 was added before the logarithm, so that log(0) does not come up. At
    temperature 1 one would wait long to see it. But at temperature 100 its hundredth root is drawn
    from, and that is 0.85: an impossible character becomes nearly as likely as any. log(0) is minus
    infinity, and samplers that take logits know what that means: never.""",
)
def epsilon_added(reference):
    np = reference.np
    return written(reference, logits=lambda p, temperature: np.log(p + 1e-7) / temperature)


@LIBRARY.add(
    "powers-underflow",
    "powers of probabilities that all become 0 at a low temperature",
    """The probabilities are raised to the power 1 / T as the formula has it, and divided by their
    sum. At temperature 0.001 that is the thousandth power: all of them become 0 in floating point,
    and 0 / 0 is no number to draw with. On the scale of logarithms the same is a mere division,
    and nothing is lost.""",
)
def powers_underflow(reference):
    def powers(p, temperature):
        powers = p ** (1 / temperature)
        return powers / powers.sum()

    return written(reference, logits=powers, pick=lambda p, rng: rng.choice(len(p), p=p))


@LIBRARY.add(
    "only-the-likeliest-few",
    "draws among a few of the likeliest characters only, all others left out",
    """All but a few of the largest probabilities are set to zero before the draw, as many writing
    programs do (top-k). It keeps out nonsense, and with a small alphabet nothing is left out. But
    the docstring wants each character drawn from the probabilities that predict gives: an unlikely
    one must come now and then, just as often as its probability says.""",
)
def only_the_likeliest_few(reference):
    return written(reference, logits=top_k(reference, 10))


@LIBRARY.add(
    "only-the-likeliest-forty",
    "draws among the forty likeliest characters only, all others left out",
    """The probabilities are cut off behind the forty largest before the draw (top-k with k = 40).
    That is more than most texts need, so it hardly ever shows. But alphabets may be larger, and
    the docstring wants each character drawn just as often as its probability says, the unlikely
    ones among them.""",
)
def only_the_likeliest_forty(reference):
    return written(reference, logits=top_k(reference, 40))


@LIBRARY.add(
    "unlikely-tail-left-out",
    "draws among the likeliest characters that make up 99% together, the rest left out",
    """The characters are sorted, and those behind the first 99% of the probability are never drawn
    (nucleus or top-p sampling). It makes texts tidier, but they no longer follow the network: the
    docstring wants what is unlikely drawn as well, and at a high temperature quite often.""",
)
def unlikely_tail_left_out(reference):
    np = reference.np

    def logits(p, temperature):
        order = np.argsort(-p)
        before = np.cumsum(p[order]) - p[order]
        kept = np.zeros(len(p), bool)
        kept[order[before < 0.99]] = True
        return np.where(kept, np.log(p) / temperature, -np.inf)

    return written(reference, logits=logits)


def top_k(reference, k):
    """Logits of the k likeliest; all others are minus infinity."""
    np = reference.np

    def logits(p, temperature):
        kept = np.argsort(np.argsort(-p, kind="stable")) < k
        return np.where(kept, np.log(p) / temperature, -np.inf)

    return logits


def _repeats(probe, args, kwargs, value):
    """Many draws with a seed, all of which gave the same character although others are likely."""
    if kwargs.get("seed") is None or kwargs.get("temperature", 1) < 1:
        return False
    if probe not in ("written", "frequencies"):
        return False
    _, chances, prompt, n_chars = args
    if probe == "frequencies":
        return max(chances) <= 0.6 and n_chars >= 60 and max(value) == 1
    new = value[len(prompt) :]
    return max(chances) <= 0.6 and len(new) == n_chars >= 60 and len(set(new)) == 1


@LIBRARY.add(
    "same-seed-for-every-character",
    "the same seed used for every character, so that chance always chooses alike",
    """In each round the draw starts from the very same seed, so chance makes the same choice each
    time. Where the probabilities hardly change, the text is one letter over and over; elsewhere it
    merely looks dull. The seed makes the text repeatable, not its characters: make one generator
    from it before the loop, or one seed for each round.""",
    recognise=_repeats,
)
def same_seed_for_every_character(reference):
    np = reference.np
    return written(reference, source=lambda seed: lambda: np.random.default_rng(seed))


@LIBRARY.add(
    "seed-0-is-no-seed",
    "seed 0 taken for no seed at all",
    """With seed 0 each call writes another text, with all other seeds the same. Somewhere stands
    "if seed:" or "seed or ...", and 0 counts as false in Python. But 0 is a seed like any other,
    says the docstring, and the one most people take first. What is meant is "seed is None".""",
)
def seed_0_is_no_seed(reference):
    np = reference.np

    def source(seed):
        rng = np.random.default_rng(seed or None)
        return lambda: rng

    return written(reference, source=source)


def _came_twice(probe, args, kwargs, value):
    """Two calls without a seed that gave the same long text."""
    if probe != "written_with_seeds" or set(args[4]) != {None}:
        return False
    return args[3] >= 20 and len(set(value)) < len(value)


@LIBRARY.add(
    "fixed-seed-by-default",
    "the same text at every call although no seed was given",
    """Without a seed every call writes the same text: some fixed number, such as 42, takes the
    seed's place. That is pleasant while one tries things out, but somebody who asks a second time
    wants to read something new. None is no seed, says the docstring: then each text is fresh.""",
    recognise=_came_twice,
)
def fixed_seed_by_default(reference):
    np = reference.np

    def source(seed):
        rng = np.random.default_rng(42 if seed is None else seed)
        return lambda: rng

    return written(reference, source=source)


def _seed_left_behind(probe, args, kwargs, value):
    """After the same seed, a call without one gave the same long text again."""
    if probe != "written_with_seeds" or len(args[4]) != 5 or args[4][2] is not None:
        return False
    return args[3] >= 20 and value[2] == value[4] != value[0]


@LIBRARY.add(
    "global-seed-set",
    "a seed that is set for the whole program and stays behind",
    """The seed is set globally, with np.random.seed or tf.random.set_seed, and remains so when the
    text is finished. From then on texts without a seed are no longer fresh: they follow from the
    last seed used, and so does all else in the program that draws at random. A generator of the
    call's own leaves nothing behind.""",
    recognise=_seed_left_behind,
)
def global_seed_set(reference):
    np = reference.np

    def source(seed):
        if seed is not None:
            np.random.seed(seed)
        return lambda: np.random

    return written(reference, source=source)


@LIBRARY.add(
    "seed-without-effect",
    "a seed that does not make the text repeatable",
    """The same seed writes another text the second time: it is not used, or it went to
    tf.random.categorical, whose seed in eager mode only starts a counter that every further draw
    moves on. The docstring wants the same text for the same seed, whatever was drawn before; a
    generator made from the seed in this very call gives it, and so do stateless samplers.""",
)
def seed_without_effect(reference):
    np = reference.np

    def source(seed):
        rng = np.random.default_rng()
        return lambda: rng

    return written(reference, source=source)


@LIBRARY.add(
    "empty-prompt-not-checked",
    "an empty prompt that is not refused",
    """An empty prompt goes all the way to predict, as ids of shape [1, 0]. There is no last step to
    draw from, and what the network makes of that is anyone's guess, mostly an error from deep
    inside. The docstring refuses it at once: a ValueError that names the prompt.""",
)
def empty_prompt_not_checked(reference):
    def start(tokenizer, prompt):
        return reference.np.array(tokenizer.encode(prompt))

    return written(reference, check=checked(reference, ["prompt"]), start=start)


@LIBRARY.add(
    "negative-n-chars-adds-nothing",
    "an n_chars below 0 that quietly adds nothing",
    """range(-3) is empty in Python, so with n_chars=-3 the loop does not run and the prompt comes
    back as if all were well. Whoever asks for fewer than no characters has made a mistake and
    should hear of it: the docstring promises a ValueError that names n_chars and its value.""",
)
def negative_n_chars_adds_nothing(reference):
    return written(reference, check=checked(reference, ["n_chars"]))


@LIBRARY.add(
    "temperature-not-checked",
    "a temperature that is not checked, or that NaN slips through",
    """A temperature that makes no sense is accepted. Division by 0 gives infinities, and every
    comparison with NaN is false, so "if temperature <= 0" lets it pass. Nothing fails by itself;
    the text merely looks odd. The docstring refuses all that is not above 0 or not finite.""",
)
def temperature_not_checked(reference):
    check = checked(reference, ["temperature"])

    def refuse(prompt, n_chars, temperature):
        check(prompt=prompt, n_chars=n_chars, temperature=temperature)
        if temperature <= 0:
            raise ValueError(f"temperature must be above 0, got {temperature}")

    return written(reference, check=refuse)


@LIBRARY.add(
    "unknown-characters-left-out",
    "a prompt whose unknown characters are left out without a word",
    """Characters that the tokenizer does not know are taken out of the prompt before it is encoded,
    or its error is caught and passed over. The network then reads another prompt than the one that
    stands in front of the text. The docstring lets the tokenizer's own ValueError come through,
    which says what is wrong with the prompt.""",
)
def unknown_characters_left_out(reference):
    np = reference.np

    def start(tokenizer, prompt):
        ids = []
        for character in prompt:
            try:
                ids.extend(tokenizer.encode(character))
            except ValueError:
                continue
        return np.array(ids, dtype=int)

    return written(reference, start=start)
