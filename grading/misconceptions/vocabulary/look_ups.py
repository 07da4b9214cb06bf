"""Tables: what is looked up, and what comes back."""

import random
import types

from grading.misconceptions import Library, changed
from grading.misconceptions.vocabulary.common import mapped, marked, table_of

LIBRARY = Library()


@marked
def _one_after_another(ids, v, buckets):
    return list(ids.values()) == [v + i % buckets for i in range(len(ids))]


@LIBRARY.add(
    "first-come-first-served",
    "buckets given out in the order in which unknown words turn up",
    """Each new unknown word gets the next bucket. They are used evenly, but a word's id now
    depends on what was looked up before: another order of the reviews, or another run, and the
    word has another id, which the trained network does not know. The docstring lets the id depend
    on the word alone; a hash does that without remembering anything.""",
    recognise=_one_after_another,
)
def first_come_first_served(reference):
    import tensorflow as tf

    def build_table(vocabulary, num_oov_buckets):
        if num_oov_buckets < 1:
            raise ValueError(f"num_oov_buckets must be at least 1, got {num_oov_buckets}")
        v, seen = len(vocabulary), {}
        words = {tf.compat.as_bytes(word): i for i, word in enumerate(vocabulary)}

        def id_of(word):
            if word in words:
                return words[word]
            return v + seen.setdefault(word, len(seen) % num_oov_buckets)

        def lookup(tensor):
            found = [id_of(word) for word in tf.reshape(tensor, [-1]).numpy()]
            return tf.reshape(tf.constant(found, dtype=tf.int64), tensor.shape)

        return types.SimpleNamespace(lookup=lookup, size=lambda: v + num_oov_buckets)

    return changed(reference, build_table=build_table)


@LIBRARY.add(
    "random-bucket",
    "a bucket drawn at random at each look-up",
    """An unknown word gets another bucket every time. The ids are spread very well, but the
    network can learn nothing about a word whose id changes. The docstring lets the id depend on
    the word alone: a hash looks random, and yet gives the same word the same number.""",
)
def random_bucket(reference):
    def id_of(word, words, buckets):
        return words[word] if word in words else len(words) + random.randrange(buckets)

    return table_of(reference, id_of)


@LIBRARY.add(
    "lower-cased-look-up",
    "a table that lower-cases the words it looks up",
    """"The" is looked up as "the". It seems tolerant, but a vocabulary may hold both, and then the
    capital one is never found. The docstring says that case matters.""",
)
def lower_cased_look_up(reference):
    def lower(words):
        import tensorflow as tf

        return tf.strings.lower(words)

    return mapped(reference, change_words=lower)


@LIBRARY.add(
    "stripped-look-up",
    "a table that strips white space off the words",
    """" sea" is taken for "sea". The words of a review were split at spaces before, so it hardly
    ever shows, but a table looks up just what it is given: tidying up is the business of the
    preprocessing, and a word that differs in a space is another word.""",
)
def stripped_look_up(reference):
    def strip(words):
        import tensorflow as tf

        return tf.strings.strip(words)

    return mapped(reference, change_words=strip)


@LIBRARY.add(
    "size-without-buckets",
    "a size() that leaves the buckets out",
    """size() is the length of the vocabulary. But it is asked for to make an embedding with one
    row an id, and the ids go on behind the vocabulary: with only V rows, the first unknown word
    falls outside. The docstring: size() gives V + num_oov_buckets.""",
)
def size_without_buckets(reference):
    def build_table(vocabulary, num_oov_buckets):
        table = reference.build_table(vocabulary, num_oov_buckets)
        return types.SimpleNamespace(lookup=table.lookup, size=lambda: len(vocabulary))

    return changed(reference, build_table=build_table)


@LIBRARY.add(
    "int32-ids",
    "ids of type int32",
    """The ids are right, but of TensorFlow's default integer type. The docstring asks for int64,
    which is what TensorFlow's own tables give; two tensors of different integer types cannot be
    added or compared without a cast.""",
)
def int32_ids(reference):
    def cast(ids, v, n):
        import tensorflow as tf

        return tf.cast(ids, tf.int32)

    return mapped(reference, change_ids=cast)


@LIBRARY.add(
    "flat-ids",
    "ids that lost the shape of the words",
    """A batch of reviews is a table of words, [batch, longest], but the ids come back in one long
    row. The docstring asks for a tensor of the same shape as the words.""",
)
def flat_ids(reference):
    def flatten(ids, v, n):
        import tensorflow as tf

        return tf.reshape(ids, [-1])

    return mapped(reference, change_ids=flatten)


@LIBRARY.add(
    "no-buckets-allowed",
    "a table that takes num_oov_buckets below 1 without a word",
    """With no bucket, or fewer than none, an unknown word has nowhere to go; here a table is made
    all the same, and the trouble comes later, if it is noticed at all. The docstring asks for a
    ValueError when the table is built, which names num_oov_buckets and its value.""",
)
def no_buckets_allowed(reference):
    def build_table(vocabulary, num_oov_buckets):
        return reference.build_table(vocabulary, max(1, num_oov_buckets))

    return changed(reference, build_table=build_table)


@LIBRARY.add(
    "vocabulary-extended",
    "a build_table that adds a word to the caller's list",
    """A token for unknown words is appended to the vocabulary that was given. The table may be
    right, but the caller's list has grown, and a second table made of it is another one. What is
    given to a function is not changed: make a new list if you need a longer one.""",
)
def vocabulary_extended(reference):
    def build_table(vocabulary, num_oov_buckets):
        table = reference.build_table(list(vocabulary), num_oov_buckets)
        if isinstance(vocabulary, list):
            vocabulary.append("<unk>")
        return table

    return changed(reference, build_table=build_table)


@LIBRARY.add(
    "only-a-dict",
    "counts that are taken for pairs unless they are a dict",
    """The code asks isinstance(counts, dict) and takes everything else for pairs. But a mapping
    need not be a dict: types.MappingProxyType, collections.UserDict and others are none, and
    iterating one gives its keys, not pairs. The docstring takes any mapping;
    collections.abc.Mapping is the question to ask.""",
)
def only_a_dict(reference):
    def truncate_vocabulary(counts, max_size):
        pairs = counts.items() if isinstance(counts, dict) else iter(counts)
        return reference.truncate_vocabulary(pairs, max_size)

    return changed(reference, truncate_vocabulary=truncate_vocabulary)
