"""What is read, and how much is written."""

from grading.misconceptions import Library
from grading.misconceptions.generation.common import written

LIBRARY = Library()


@LIBRARY.add(
    "first-step-decides",
    "a text in which predict's first step decides instead of its last",
    """predict gives a row of probabilities for each step of the text, and here the row of the first
    step is drawn from. That row is about the second character of the prompt, which is known long
    since, and it never changes: the text forgets all that was written. Only the row of the last
    step is about the character that is still missing.""",
)
def first_step_decides(reference):
    return written(reference, step=lambda n_prompt: 0)


@LIBRARY.add(
    "prompts-last-step-decides",
    "a text in which the step of the prompt's last character decides each time",
    """predict is shown the whole text, and gives a row of probabilities for each step of it. But
    the row that is drawn from is always the one at the end of the prompt: the step was counted
    once, before the loop, and the text has grown since. Only the row of the last step is about the
    character that is still missing.""",
)
def prompts_last_step_decides(reference):
    return written(reference, step=lambda n_prompt: n_prompt - 1)


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
