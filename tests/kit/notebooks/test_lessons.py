"""Each notebook begins with a lesson that can be read without the book, and with its figures."""

import json
import re
import xml.etree.ElementTree as ET

import pytest

from grading.catalogue.lessons import BY_HAND, FIGURE, figure_path, lesson, lesson_with_figures
from grading.catalogue.syllabus import BUILT, NAMES, exercise
from grading.notebooks.cells import cells_of, page
from grading.student.see.figures import FIGURES, draw
from tests.kit.running import THOROUGH

QUICK = [name for name, figure in FIGURES.items() if not exercise(figure.view).tensorflow]
# Words of the field, as they begin; the first lesson that has one explains it.
WORDS = """
recurrent network, hidden state, unrolling, windows, inputs, targets, batch, token, id,
vocabulary, probability distribution, sampling, temperature, logits, softmax, stateless,
stateful, sentiment analysis, embedding, out of vocabulary, oov bucket, hash, attention,
positional encoding, query, key, scores, weights, values, mask, padding, causal, head, prompt,
autoregressive, seed, preprocessing, UTF-8, GRU, sigmoid, gates, encoder, decoder, LSTM, start
of sequence, teacher forcing, greedy decoding, residual connection, layer normalization,
feed-forward, beam width, end of sequence, log-probabilities, property, hypothesis, strategy, oracle
"""


def story_of(name):
    """What stands above the example by hand, without figures and their captions."""
    story = FIGURE.sub("", lesson(name).partition(BY_HAND)[0])
    return re.sub(r"^\*[^*].*?[^*]\*$", "", story, flags=re.M | re.S)


@pytest.mark.parametrize("name", NAMES)
def test_a_lesson_has_a_story_figures_and_an_example_by_hand(name):
    assert 150 <= len(story_of(name).split()) <= 300
    figures = FIGURE.findall(lesson(name))
    assert 1 <= len(figures) <= 2
    assert all(len(words.split()) >= 3 for words, _ in figures)  # for those who cannot see them
    _, _, example = lesson(name).partition(BY_HAND)
    assert not FIGURE.search(example)
    assert len(example.split()) > 40 and re.search(r"\d", example)


def test_the_figures_are_those_of_the_lessons():
    used = [figure for name in NAMES for _, figure in FIGURE.findall(lesson(name))]
    assert sorted(used) == sorted(FIGURES)
    assert {path.stem for path in figure_path("x").parent.glob("*.svg")} == set(FIGURES)


@pytest.mark.parametrize("word", [" ".join(word.split()) for word in WORDS.split(",")])
def test_a_new_word_is_explained_where_it_first_comes_up(word):
    for name in NAMES:
        if re.search(rf"\b{word}", lesson(name).partition(BY_HAND)[0], flags=re.I):
            assert re.search(rf"\*\*{word}\w*\*\*", lesson(name), flags=re.I), name
            return
    raise AssertionError(f"no lesson has {word!r}")


@pytest.mark.parametrize("name", FIGURES if THOROUGH else QUICK)
def test_a_figure_is_drawn_again_byte_for_byte(servers, name):
    drawn = draw(servers, FIGURES[name])
    assert (drawn + "\n").encode() == figure_path(name).read_bytes(), (
        "run: unrolled build --figures"
    )


@pytest.mark.parametrize("name", FIGURES)
def test_a_figure_is_small_and_holds_no_script_and_no_address(name):
    data = figure_path(name).read_bytes()
    assert len(data) < 60_000
    for element in ET.fromstring(data).iter():
        assert element.tag.rpartition("}")[2] in ("svg", "rect", "path", "text")
        assert not [key for key in element.attrib if "href" in key or key.startswith("on")]


@pytest.mark.parametrize("name", NAMES)
def test_a_notebook_needs_no_other_file_for_its_figures(name):
    story = "".join(json.loads(page(name))["cells"][2]["source"])
    shown = re.findall(r'^<img alt="[^"<>]+" src="data:image/svg\+xml;base64,[^"]+">$', story, re.M)
    assert len(shown) == len(FIGURE.findall(lesson(name)))
    assert not FIGURE.search(story)
    assert lesson_with_figures(name) in story


@pytest.mark.parametrize("name", NAMES)
def test_the_last_cell_shows_what_the_module_does(name):
    *others, last = cells_of(name)
    if name in BUILT:
        assert f'see("{name}", source_of("{name}"))' in "".join(last["source"])
        assert "nbgrader" in last["metadata"]  # it is no code of the student's
    assert not any("see(" in "".join(cell["source"]) for cell in others if cell["id"] != name)


def test_a_notebook_names_the_models_that_its_exercise_is_a_part_of():
    *_, about, _ = cells_of("tokenizer")
    assert "`unrolled train char-rnn --quick`" in "".join(about["source"])
    *_, about, _ = cells_of("beam_search")
    assert "unrolled train" not in "".join(about["source"])


def test_where_tests_are_hidden_the_references_results_are_not_shown():
    *_, last = cells_of("tokenizer", hidden=("decode",))
    assert 'see("tokenizer", source_of("tokenizer"), alone=True)' in "".join(last["source"])
