"""What a correct ``complete_text`` does, one property a test.

The networks here are tables. Where they are sure of what follows, only one text is right. Where
they are not, texts are judged by how often each character comes, within bounds that a right answer
leaves less than once in a million runs, whatever its random generator.
"""

import string
from itertools import pairwise

import numpy as np
from hypothesis import example, given
from hypothesis import strategies as st

from grading.expect import holds, refused, same
from grading.running.properties import examples
from solutions.data import sample_text
from tests.strategies import sizes

DRAWS = 500  # of one text, where frequencies are judged
COLD = {"temperature": 0.01}  # where predict is sure, so that what is judged is not the sampling
LETTERS = "etaoinsh"
EQUAL = [0.1] * 10
TEN = "abcdefghij"
MANY = string.ascii_lowercase + string.digits + " \n" + string.punctuation + "àáâãä"  # 75 of them
SYLLABLES = "".join(map(chr, range(0x1401, 0x1401 + 300)))  # of Inuktitut: it has no capitals
FALLING, STEEP = (  # from the likeliest of 25 to the least likely, and of 75
    (np.geomspace(first, 1, n) / np.geomspace(first, 1, n).sum()).tolist()
    for first, n in ((1.25, 25), (30, 75))
)

new_chars = sizes(1, 8)
seeds = st.sampled_from([None, 0, 5])
BAD_TEMPERATURES = (0, 0.0, -1, -0.5, -1e-3, float("nan"), float("inf"), float("-inf"))


@st.composite
def alphabets(draw, min_size=2, max_size=6):
    """A few different characters in some order, as one text."""
    characters = st.sampled_from("abcdefg ,\n")
    return "".join(draw(st.lists(characters, min_size=min_size, max_size=max_size, unique=True)))


@st.composite
def prompts(draw, alphabet, max_size=6):
    """A text over the alphabet, some of its letters capitals."""
    both = sorted({*alphabet, *alphabet.upper()})
    return draw(st.text(st.sampled_from(both), min_size=1, max_size=max_size))


@st.composite
def stories(draw, min_size=2):
    """An alphabet, what surely follows each of its characters, and a prompt."""
    alphabet = draw(alphabets(min_size))
    n = len(alphabet)
    after = draw(st.text(st.sampled_from(alphabet), min_size=n, max_size=n))
    return alphabet, after, draw(prompts(alphabet))


def told(alphabet, after, prompt, n_chars):
    """The text that goes on with what surely follows."""
    last, text = prompt.lower()[-1], prompt
    for _ in range(n_chars):
        last = after[alphabet.index(last)]
        text += last
    return text


def rescaled(chances, temperature):
    """p^(1/T), made to sum to 1; the largest p is divided out first."""
    p = np.array(chances) / max(chances)
    powers = p ** (1 / temperature)
    return powers / powers.sum()


def check_shares(
    shares, expected, n, what="the share of each character among the new ones", title=None
):
    """Shares of ``n`` independent draws are near what is expected; the impossible never comes.

    By Chernoff's bound a share x of n draws strays so far from its probability p, or further, with
    a chance of at most exp(-n * distance), where distance is the relative entropy of x and p.
    """
    shares, expected = np.asarray(shares, dtype=float), np.asarray(expected, dtype=float)
    impossible = (expected == 0) & (shares > 0)
    seen = np.round(shares, 3).tolist()
    holds(not impossible.any(), "nothing to be drawn whose probability is 0", seen)

    def part(x, p):
        return np.where(x > 0, x * np.log(np.maximum(x, 1e-300) / np.maximum(p, 1e-300)), 0.0)

    distances = part(shares, expected) + part(1 - shares, 1 - expected)
    about = np.round(expected, 3).tolist()
    holds(
        np.all(n * distances < 20),
        f"{what} to be about {about}",
        f"{seen}, which in {n} draws cannot be chance",
        title,
    )


def check_lengths(texts, prompt, n_chars):
    """Every text is the prompt and so many new characters."""
    starts = [text[: len(prompt)] for text in texts]
    title = "the prompt comes first as it was given"
    same(starts, [prompt] * len(texts), "what the texts begin with", title=title)
    added, title = [len(text) - len(prompt) for text in texts], "n_chars characters are added"
    same(added, [n_chars] * len(texts), "the numbers of new characters", title=title)


@given(story=stories(), n_chars=new_chars)
@example(story=("cab", "abc", "Bc"), n_chars=4)
@example(story=("cab", "bca", "Bc"), n_chars=2)  # all is as before, but for what predict gives
@example(story=("a", "a", "A"), n_chars=3)
def test_the_text_goes_on_with_what_predict_is_sure_of(generation, story, n_chars):
    alphabet, after, prompt = story
    text = generation.continued(alphabet, after, prompt, n_chars, seed=0, **COLD)
    expected = told(alphabet, after, prompt, n_chars).lower()
    same(text.lower(), expected, "the text in small letters")


@given(story=stories(), n_chars=new_chars)
@example(story=("nab ", " ban", "Ban "), n_chars=3)
def test_the_prompt_comes_first_as_it_was_given_with_its_capitals(generation, story, n_chars):
    alphabet, after, prompt = story
    text = generation.continued(alphabet, after, prompt, n_chars, **COLD)
    same(text[: len(prompt)], prompt, "what the text begins with")
    title = "n_chars new characters follow the prompt"
    same(len(text), len(prompt) + n_chars, "the number of characters", title=title)


@given(story=stories(), more=sizes(1, 3))
def test_with_n_chars_0_the_prompt_comes_back(generation, story, more):
    alphabet, after, prompt = story
    same(generation.continued(alphabet, after, prompt, 0, **COLD), prompt, "the text")
    # Not because nothing is ever added.
    text = generation.continued(alphabet, after, prompt, more, **COLD)
    title = "the text goes on with what predict is sure of"
    same(text, told(alphabet, after, prompt, more), "the text", title=title)


@given(prompt=st.text(st.sampled_from("abİI"), min_size=1, max_size=4), n_chars=new_chars)
@example(prompt="İb", n_chars=3)
@example(prompt="aİİ", n_chars=1)
def test_a_prompt_that_lower_casing_makes_longer_is_followed_by_n_chars_all_the_same(
    generation, prompt, n_chars
):
    alphabet, after = "bai\u0307", "\u0307bia"
    text = generation.continued(alphabet, after, prompt, n_chars, **COLD)
    same(text, told(alphabet, after, prompt, n_chars), "the text")


@given(story=stories(), elsewhere=sizes(0, 5), n_chars=new_chars)
@example(story=("abc", "bca", "ca"), elsewhere=0, n_chars=4)
def test_only_the_last_step_of_predict_decides(generation, story, elsewhere, n_chars):
    alphabet, after, prompt = story
    wrong = alphabet[elsewhere % len(alphabet)]
    text = generation.continued_despite(alphabet, after, wrong, prompt, n_chars, **COLD)
    same(text, told(alphabet, after, prompt, n_chars), "the text")


@given(story=stories(min_size=3), n_chars=new_chars)
@example(story=("abcde", "", "Cab"), n_chars=6)
@example(story=("abcdefg", "", "fade"), n_chars=130)
@example(story=(SYLLABLES, "", SYLLABLES[270]), n_chars=3)  # ids do not fit into one byte
def test_predict_reads_the_whole_text_so_far(generation, story, n_chars):
    alphabet, _, prompt = story
    ids = [alphabet.index(character) for character in prompt.lower()]
    for _ in range(n_chars):
        ids.append(sum(i + 1 for i in ids) % len(alphabet))
    expected = prompt + "".join(alphabet[i] for i in ids[len(prompt) :])
    same(generation.continued_by_sum(alphabet, prompt, n_chars, **COLD), expected, "the text")


@given(story=stories(), n_chars=new_chars, seed=seeds)
@example(story=("abcdef", "", "Fed"), n_chars=8, seed=1)
def test_predict_reads_each_character_that_was_written(generation, story, n_chars, seed):
    alphabet, _, prompt = story
    n = len(alphabet)
    # Each character is followed by any but itself.
    table = ((1 - np.eye(n)) / (n - 1)).tolist()
    found = generation.read(alphabet, table, prompt, n_chars, seed=seed)
    text = found["text"]
    check_lengths([text], prompt, n_chars)
    ids = [alphabet.index(character) for character in text.lower()]
    for end in range(len(prompt), len(text)):
        holds(
            ids[:end] in found["ids"],
            f"predict to be given {ids[:end]}, the ids of {text[:end].lower()!r}",
            f"the text {text!r}, but predict was only given {found['ids']}",
        )
    stays = [one for one, two in pairwise(text[len(prompt) - 1 :].lower()) if one == two]
    title = "what has probability zero is never drawn"
    wanted = "no character to follow itself, as predict gives that a 0"
    holds(not stays, wanted, f"{text!r}", title)


@given(story=stories(), n_chars=new_chars)
@examples(3)
def test_predict_may_give_an_array_or_a_tensor(generation, story, n_chars):
    alphabet, after, prompt = story
    for form in ("an array", "a float32 array", "a tensor"):
        text = generation.continued_by(form, alphabet, after, prompt, n_chars, **COLD)
        same(text, told(alphabet, after, prompt, n_chars), "the text")


@given(chances=st.sampled_from([[0.6, 0.4], [0.1, 0.7, 0.2], [0.15, 0.15, 0.6, 0.1]]))
@example(chances=[0.05, 0.0, 0.65, 0.3])  # also what is unlikely
@example(chances=[0.96, 0.04])
@examples(1)
def test_characters_are_drawn_as_often_as_their_probabilities_say(generation, chances):
    alphabet = LETTERS[: len(chances)]
    shares = generation.frequencies(alphabet, chances, "E", DRAWS)
    check_shares(shares, chances, DRAWS)


@given(
    chances=st.sampled_from([[0.1, 0.9], [0.55, 0.35, 0.1], [0.05, 0.15, 0.8], [0.4, 0.2, 0.4]]),
    temperature=st.sampled_from([0.25, 0.5, 2, 4]),
    seed=seeds,
)
@example(chances=[0.02, 0.98], temperature=4, seed=None)
@example(chances=[0.25, 0.35, 0.4], temperature=0.25, seed=5)
@examples(1)
def test_characters_are_drawn_as_the_temperature_says(generation, chances, temperature, seed):
    alphabet, options = LETTERS[: len(chances)], {"temperature": temperature, "seed": seed}
    shares = generation.frequencies(alphabet, chances, "e", DRAWS, **options)
    expected = rescaled(chances, temperature)
    is_stuck = seed is not None and max(shares) == 1 and max(expected) < 0.9
    title = "with a seed, too, each character is drawn anew" if is_stuck else None
    check_shares(shares, expected, DRAWS, title=title)


@given(
    chances=st.sampled_from([[0.0, 0.9, 0.1], [0.3, 0.0, 0.0, 0.7], [0.001, 0.999, 0.0]]),
    temperature=st.sampled_from([8, 100]),
)
@example(chances=[0.96, 0.0, 0.04], temperature=8)
@example(chances=[0.96, 0.0, 0.04], temperature=1e4)
@example(chances=[0.001, 0.999, 0.0], temperature=100)
@examples(1)
def test_what_has_probability_zero_is_never_drawn_however_hot_it_is(
    generation, chances, temperature
):
    alphabet = LETTERS[: len(chances)]
    shares = generation.frequencies(alphabet, chances, "e", DRAWS, temperature=temperature)
    expected = rescaled(chances, temperature)
    is_drawn = any(share > 0 for share, chance in zip(shares, chances, strict=True) if chance == 0)
    title = None if is_drawn else "characters are drawn as the temperature says"
    check_shares(shares, expected, DRAWS, title=title)


@given(chances=st.permutations([0.1, 0.25, 0.3, 0.15, 0.2]))
@example(chances=[0.05, 0.1, 0.7, 0.1, 0.05])
@example(chances=[0.1, 0.35, 0.1, 0.35, 0.1])  # two are the likeliest
@examples(1)
def test_at_a_very_low_temperature_only_the_likeliest_character_is_left(generation, chances):
    shares = generation.frequencies("etaoi", chances, "tea", 100, temperature=1e-3)
    check_shares(shares, rescaled(chances, 1e-3), 100)


@given(
    chances=st.sampled_from([[0.5, 0.5], [0.3, 0.5, 0.2], [0.25] * 4]),
    seed=seeds,
    temperature=st.sampled_from([1.0, 2]),
)
@example(chances=[0.25] * 4, seed=None, temperature=1.0)
@example(chances=[0.5, 0.5], seed=3, temperature=1.0)
@examples(1)
def test_the_draws_of_one_text_are_independent_of_each_other(
    generation, chances, seed, temperature
):
    alphabet = LETTERS[: len(chances)]
    text = generation.written(alphabet, chances, "e", DRAWS, seed=seed, temperature=temperature)
    check_lengths([text], "e", DRAWS)
    expected = np.outer(rescaled(chances, temperature), rescaled(chances, temperature))
    for start in (1, 2):  # two ways to cut the new characters into pairs
        pairs = list(zip(text[start::2], text[start + 1 :: 2], strict=False))
        shares = [[pairs.count((a, b)) / len(pairs) for b in alphabet] for a in alphabet]
        what = "the share of each two characters, one after the other,"
        check_shares(shares, expected, len(pairs), what)


def test_all_of_many_characters_are_drawn_in_a_long_text(generation):
    shares = generation.frequencies(MANY[:25], FALLING, "ab", 600)
    check_shares(shares, FALLING, 600)
    # So high a temperature makes 75 characters equal; each third comes as often as one of 25.
    shares = generation.frequencies(MANY, STEEP, "ab", 600, temperature=1e4, seed=0)
    thirds = (np.reshape(x, [25, 3]).sum(axis=1) for x in (shares, rescaled(STEEP, 1e4)))
    check_shares(*thirds, 600, "the share of each three characters among the new ones")


@given(start=sizes(0, 80_000), length=sizes(1, 20), temperature=st.sampled_from([0.5, 1.0, 3]))
@examples(3)
def test_of_real_text_only_pairs_of_letters_that_occur_are_ever_written(
    generation, start, length, temperature
):
    text = sample_text()[start : start + 1000].lower()
    alphabet = "".join(sorted(set(text)))
    counts = np.zeros([len(alphabet)] * 2)
    for one, two in pairwise([*text, text[0]]):
        counts[alphabet.index(one), alphabet.index(two)] += 1
    table = (counts / counts.sum(axis=1, keepdims=True)).tolist()
    prompt = text[:length]
    found = generation.read(alphabet, table, prompt, 100, temperature=temperature)["text"]
    check_lengths([found], prompt, 100)
    strange = {
        one + two for one, two in pairwise(found[length - 1 :]) if one + two not in text + text[0]
    }
    holds(not strange, "only pairs of letters that predict deems possible", f"{sorted(strange)}")


@given(seed=sizes(0, 9999), more=sizes(1, 3), temperature=st.sampled_from([1.0, 2]))
@example(seed=7, more=1, temperature=1.0)
@example(seed=0, more=1, temperature=2)
@examples(3)
def test_the_same_seed_gives_the_same_text_whatever_was_written_between(
    generation, seed, more, temperature
):
    options = {"seed": seed, "temperature": temperature}
    first = generation.written(TEN, EQUAL, "Abc", 30, **options)
    check_lengths([first], "Abc", 30)
    for size in range(1, more + 1):
        generation.written("ab", [0.5, 0.5], "a", size, seed=seed + size)
        generation.written("ab", [0.5, 0.5], "a", size)
    again = generation.written(TEN, EQUAL, "Abc", 30, **options)
    same(again, first, "the text with that seed", "the first call gave it")


@given(seed=st.sampled_from([0, 1, 2, 41, 42, 43, 123, 1234]), other=sizes(1, 99))
@example(seed=0, other=1)
@examples(4)
def test_another_seed_gives_another_text(generation, seed, other):
    both = [seed, seed + other]
    first, second = texts = generation.written_with_seeds(TEN, EQUAL, "Abc", 40, both)
    check_lengths(texts, "Abc", 40)
    holds(
        first != second,
        f"another text with seed {both[1]} than with seed {both[0]}",
        f"{first!r} both times",
    )


@given(temperature=st.sampled_from([1.0, 0.5, 2]), prompt=prompts(TEN))
@example(temperature=1.0, prompt="A")
@examples(3)
def test_without_a_seed_each_call_gives_a_fresh_text(generation, temperature, prompt):
    texts = generation.written_with_seeds(
        TEN, EQUAL, prompt, 30, [None, None, None], temperature=temperature
    )
    check_lengths(texts, prompt, 30)
    same(len(set(texts)), 3, "the number of different texts of three calls")


@given(seed=sizes(0, 99))
@examples(4)
def test_a_seed_is_for_its_own_call_only(generation, seed):
    order = [None, seed, None, seed, None]
    texts = generation.written_with_seeds(TEN, EQUAL, "a", 30, order)
    check_lengths(texts, "a", 30)
    holds(
        texts[2] != texts[4],
        "a fresh text at each call without a seed",
        f"{texts[2]!r} both times, as the call before had seed {seed}",
    )


@given(seed=sizes(0, 99))
@examples(4)
def test_the_temperature_is_1_unless_told_otherwise(generation, seed):
    chances = [0.5, 0.3, 0.15, 0.05]
    told_so = generation.written("etao", chances, "e", 60, seed=seed, temperature=1.0)
    check_lengths([told_so], "e", 60)
    text, title = generation.written("etao", chances, "e", 60, seed=seed), None
    if text != told_so:
        again = generation.written("etao", chances, "e", 60, seed=seed)
        title = "the same seed gives the same text" if again != text else None
    same(text, told_so, "the text", f"temperature=1.0 and seed={seed} give it", title=title)


@given(n_chars=sizes(0, 5), temperature=st.sampled_from([0.5, 1.0]))
def test_an_empty_prompt_is_refused(generation, n_chars, temperature):
    with refused("prompt"):
        generation.continued("abc", "bca", "", n_chars, temperature=temperature)


@given(story=stories(), n_chars=sizes(-9, -1))
def test_n_chars_below_0_is_refused(generation, story, n_chars):
    with refused("n_chars", n_chars):
        generation.continued(*story, n_chars)


@given(story=stories(), n_chars=sizes(1, 4), seed=seeds)
@examples(2)
def test_a_temperature_that_is_not_finite_and_above_0_is_refused(generation, story, n_chars, seed):
    for temperature in BAD_TEMPERATURES:
        with refused("temperature", temperature):
            generation.continued(*story, n_chars, temperature=temperature, seed=seed)


@given(story=stories(), place=sizes(0, 9), unknown=st.sampled_from("€ñ7%"), n_chars=sizes(1, 4))
@example(story=("ab", "ba", "Ab"), place=2, unknown="€", n_chars=2)
def test_a_prompt_with_a_character_that_the_tokenizer_does_not_know_is_refused(
    generation, story, place, unknown, n_chars
):
    alphabet, after, prompt = story
    place = place % (len(prompt) + 1)
    with refused(unknown):
        generation.continued(alphabet, after, prompt[:place] + unknown + prompt[place:], n_chars)
