"""The syllabus: every exercise in order, with all that the kit says about it in one place."""

import importlib.util
from dataclasses import dataclass

from grading.catalogue.refused import Refused


class NoSuchExercise(Refused, ValueError):
    """No exercise is called that; the message lists those there are."""


@dataclass(frozen=True)
class Exercise:
    """One module to fill.

    Attributes:
        name: the module's name; its tests are ``tests/test_NAME.py``.
        title: what the student builds, in a few words.
        section: the section of chapter 16 that tells its story.
        points: what it is worth when graded.
        defines: the functions and classes that the module must define.
        needs: exercises that are best done before this one.
        builds_on: exercises whose reference this one is tested over.
        tensorflow: whether the module needs TensorFlow (if not, its tests never import it).
        requires: a package that cannot be had everywhere; without it all tests are skipped.
        tests_of: the exercise whose answers this one's tests are to judge; None where the module
            is no module of tests.
        hints: a question, a pointer, nearly the answer.
    """

    name: str
    title: str
    section: str
    points: int
    defines: tuple[str, ...]
    needs: tuple[str, ...] = ()
    builds_on: tuple[str, ...] = ()
    tensorflow: bool = True
    requires: str = ""
    tests_of: str | None = None
    hints: tuple[str, str, str] = ("", "", "")


SYLLABUS = (
    Exercise(
        name="windows",
        title="cut a text into training windows",
        section="Chopping the Sequential Dataset into Multiple Windows",
        points=10,
        defines=("split_windows",),
        hints=(
            "Which number says everything about a window, once n_steps is known?",
            "List the starts: 0, shift, 2 * shift, ... The last window must end inside the "
            "sequence, and it holds n_steps + 1 items, not n_steps.",
            "Make a dataset of starts (tf.data.Dataset.range), shuffle it if asked, batch it, and "
            "map each batch of starts to windows with tf.gather; inputs are all columns but the "
            "last, targets all but the first.",
        ),
    ),
    Exercise(
        name="tokenizer",
        title="turn characters into ids and back",
        section="Creating the Training Dataset",
        points=10,
        defines=("CharTokenizer",),
        tensorflow=False,
        hints=(
            "Which two look-ups do encode and decode need, and how do they depend on each other?",
            "collections.Counter counts characters, keeps the order in which it first saw them, "
            "and most_common() respects that order among equals.",
            "Keep a list from id to character, from Counter(text.lower()).most_common(), and a "
            "dict that inverts it. Before looking anything up, compare with what is known and "
            "raise ValueError with the culprit in the message.",
        ),
    ),
    Exercise(
        name="sampling",
        title="draw the next character at a temperature",
        section="Generating Fake Shakespearean Text",
        points=10,
        defines=("rescale_logits", "sample_ids"),
        needs=("tokenizer",),
        hints=(
            "What does p^(1/T) become when you take its logarithm?",
            "tf.random.categorical and its stateless sibling expect logits, not probabilities. "
            "What happens to their seed when you call them twice?",
            "The logits are log(p) / T: minus infinity for p = 0 is just right. Draw with "
            "tf.random.stateless_categorical(logits, num_samples, seed=[seed, 0]); where no seed "
            "is given, take a fresh one at each call.",
        ),
    ),
    Exercise(
        name="stateful",
        title="batches that go on where the last stopped",
        section="Stateful RNN",
        points=10,
        defines=("split_stateful",),
        needs=("windows",),
        hints=(
            "Follow row 0 through the batches: which items does it read? And row 1?",
            "First cut the sequence into batch_size long parts, as rows of a matrix. A batch is "
            "then a block of n_steps columns; its targets lie one column further.",
            "With parts of length L there are (L - 1) // n_steps batches: batch t is "
            "parts[:, t * n_steps : (t + 1) * n_steps].",
        ),
    ),
    Exercise(
        name="vocabulary",
        title="keep frequent words, bucket the rest",
        section="Sentiment Analysis",
        points=10,
        defines=("truncate_vocabulary", "build_table"),
        hints=(
            "What must two processes agree on, so that an unknown word gets the same id in both?",
            "Python's sort is stable. TensorFlow has a table made for known words with buckets "
            "for the rest: look in tf.lookup.",
            "sorted(pairs, key=count, reverse=True) keeps ties in order; then "
            "tf.lookup.StaticVocabularyTable over a tf.lookup.KeyValueTensorInitializer with ids "
            "0 ... V - 1 as tf.int64.",
        ),
    ),
    Exercise(
        name="positional_encoding",
        title="tell attention where each word stands",
        section="Positional encodings",
        points=10,
        defines=("PositionalEncoding",),
        hints=(
            "Columns 6 and 7 share one wavelength: which exponent do they share?",
            "Fill a table [max_steps, D] once, with D rounded up to even: sines in table[:, 0::2], "
            "cosines in table[:, 1::2], from the same angles. Then slice it in call.",
            "angles = positions[:, None] / 10000 ** (np.arange(0, D, 2) / D). In call, check the "
            "static sizes, add table[:steps, :dims], and let masks through with "
            "self.supports_masking = True.",
        ),
    ),
    Exercise(
        name="attention",
        title="scaled dot-product and multi-head attention",
        section="Multi-Head Attention",
        points=20,
        defines=("scaled_dot_product_attention", "MultiHeadAttention"),
        needs=("positional_encoding",),
        hints=(
            "Over which axis must the weights of one query sum to 1, and what must a hidden key's "
            "score be for its weight to become 0?",
            "Hide keys before the softmax, with a very negative score. For the heads, reshape "
            "[batch, steps, dims] to [batch, steps, heads, d] first, and only then swap axes.",
            "scores = matmul(Q, K, transpose_b=True) / sqrt(d_key); tf.where(visible, scores, "
            "scores.dtype.min); softmax; matmul with V. Split heads by reshape and transpose to "
            "[batch, heads, steps, d], merge them by the transpose and the reshape back, then "
            "out_linear.",
        ),
    ),
    Exercise(
        name="generation",
        title="let the network write a text",
        section="Generating Fake Shakespearean Text",
        points=10,
        defines=("complete_text",),
        needs=("tokenizer", "sampling"),
        hints=(
            "What does the network read before it writes the third new character, and at which "
            "step does it say what the third may be?",
            "Encode the prompt once, keep all ids in one array, and append one id in each round of "
            "a loop. Of what predict gives, only the last step matters.",
            "In each round: predict, for the ids with an axis in front; its last step; the "
            "logarithm, divided by the temperature; one draw, with a seed of its own; append. "
            "After the loop, decode the last n_chars ids and put the prompt in front.",
        ),
    ),
    Exercise(
        name="reviews",
        title="turn reviews into a batch of words",
        section="Sentiment Analysis",
        points=10,
        defines=("preprocess",),
        needs=("vocabulary",),
        hints=(
            "Cut, replace the breaks, replace other characters: what goes wrong in another order?",
            "tf.strings can cut, replace by a pattern and split a whole batch at once; Python's "
            "bytes and its module re can do the same, review by review. Rows are padded last.",
            "With tf.strings: substr from 0 for max_bytes, regex_replace for the breaks, then for "
            "all that is in no [a-zA-Z'], split, and to_tensor with pad as its default value.",
        ),
    ),
    Exercise(
        name="masking",
        title="classify reviews without reading their padding",
        section="Masking",
        points=10,
        defines=("padding_mask", "build_classifier"),
        needs=("vocabulary", "reviews"),
        hints=(
            "What does a recurrent layer do with the paddings behind the last word of a row?",
            "Keras' recurrent layers take a mask when they are called: booleans [batch, steps]. "
            "Who makes the mask in a functional model, and which layers must be given it?",
            "A Lambda layer turns the ids into the mask; call both GRU layers with it, the first "
            "of them giving its outputs at all steps. The Embedding needs a row for each word and "
            "each bucket.",
        ),
    ),
    Exercise(
        name="encoder_decoder",
        title="read a text whole, then write its translation",
        section="An Encoder-Decoder Network for Neural Machine Translation",
        points=20,
        defines=("teacher_forcing_inputs", "build_translator", "greedy_decode"),
        needs=("tokenizer",),
        requires="tensorflow_addons",
        hints=(
            "What does the decoder know of the source when it writes its first item, and what has "
            "it read by then?",
            "An LSTM layer with return_state=True gives three things: its outputs, h and c. The "
            "decoder begins with the last two, and reads the start id first.",
            "Embed both texts (V + 1 rows for the decoder; mask_zero for the source only), run the "
            "encoder, begin the decoder with [h, c] as its initial state, and give its outputs of "
            "all steps to a Dense layer of V units with a softmax.",
        ),
    ),
    Exercise(
        name="transformer",
        title="blocks of attention for encoder and decoder",
        section="The Transformer Architecture",
        points=20,
        defines=(
            "add_and_normalize",
            "feed_forward_block",
            "encoder_block",
            "decoder_block",
            "build_simple",
            "build_transformer",
        ),
        needs=("positional_encoding", "attention"),
        builds_on=("positional_encoding", "attention"),
        hints=(
            "Which three things does a block of the decoder look at, one after the other, and what "
            "must it not see of each?",
            "Write the blocks from the bottom up: add and normalize, the feed-forward block, then "
            "the encoder's block, and the decoder's with one more attention layer in between. The "
            "two builders are loops over them.",
            "The encoder's attention goes from z to z and hides padding. The decoder's first one "
            "goes from z to z and is causal; its second one goes from z to the encoder's outputs "
            "and hides the source's padding. Each time add what came in, and normalize.",
        ),
    ),
    Exercise(
        name="beam_search",
        title="keep the best few beginnings",
        section="Beam Search",
        points=10,
        defines=("beam_search",),
        tensorflow=False,
        hints=(
            "Two beginnings, each with V continuations: how many candidates are there for the next "
            "beam, and which of them may stay?",
            "Keep pairs of ids and the sum of logarithms. In each round, put the continuations of "
            "all beginnings into one list, add the pairs that have ended, sort, and cut.",
            "Start with one pair, no ids and 0.0. In each round: ask for all that have not ended, "
            "add each row to its beginning's sum, flatten, take the best beam_width together with "
            "the ended ones. Stop after max_steps rounds, or when all have ended.",
        ),
    ),
    Exercise(
        name="tokenizer_tests",
        title="write the tests of a tokenizer",
        section="Creating the Training Dataset",
        points=10,
        defines=("test_decode_undoes_encode",),
        needs=("tokenizer",),
        tensorflow=False,
        tests_of="tokenizer",
        hints=(
            "Which sentences of the contract does none of your tests check yet?",
            "Each mistake has a smallest text that shows it: two characters that are equally "
            "frequent, a capital letter, a newline at the end, a character that fit never saw.",
            "Compare encode(text) with a list made from Counter(text.lower()).most_common(); "
            "decode it again; and put wrong ids and unseen characters into "
            "pytest.raises(ValueError).",
        ),
    ),
    Exercise(
        name="stateful_tests",
        title="write the tests of stateful batches",
        section="Stateful RNN",
        points=10,
        defines=("test_all_batches_have_one_shape",),
        needs=("stateful",),
        tensorflow=False,
        tests_of="stateful",
        hints=(
            "If you saw only the shapes of the batches, which mistakes would you miss?",
            "With the sequence range(n) every number says where it stood. Follow one row from "
            "batch to batch; then compare the first numbers of all rows.",
            "Check the shapes, targets == inputs + 1, each row counting on without a gap through "
            "all batches, rows that start equally far apart from 0 on, and as many batches as the "
            "shortest part has windows.",
        ),
    ),
    Exercise(
        name="attention_tests",
        title="write the tests of attention",
        section="Multi-Head Attention",
        points=10,
        defines=("test_weights_sum_to_1",),
        needs=("attention",),
        tensorflow=False,
        tests_of="attention",
        hints=(
            "Which sizes must differ in your examples, so that a mixed-up axis cannot hide?",
            "Write the formula once more with NumPy, on small arrays of which no two sizes are "
            "equal; then ask what a hidden key may change: nothing at all.",
            "Compare with softmax(Q K^T / sqrt(d_key)) V; change a hidden key and its value, and "
            "compare the outputs; use scores of 1e4; combine mask and causal; check that float64 "
            "comes back as float64.",
        ),
    ),
)

NAMES = tuple(exercise.name for exercise in SYLLABUS)
# Those whose module is to be written, and those in which the tests of such a module are.
BUILT = tuple(exercise.name for exercise in SYLLABUS if exercise.tests_of is None)
TESTING = tuple(exercise.name for exercise in SYLLABUS if exercise.tests_of is not None)


def exercise(name):
    """The exercise of that name.

    Raises:
        NoSuchExercise: there is none; the message lists those there are.
    """
    for candidate in SYLLABUS:
        if candidate.name == name:
            return candidate
    raise NoSuchExercise(f"no exercise is called {name!r}; there are: {', '.join(NAMES)}")


def why_left_out(name):
    """Why an exercise cannot be done here: the package that it requires is not there; or None."""
    package = exercise(name).requires
    if not package or importlib.util.find_spec(package) is not None:
        return None
    return f"{package.replace('_', '-')} is not installed"
