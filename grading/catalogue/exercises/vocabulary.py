"""The exercise ``vocabulary``: what it is, what its points are for, and its hints."""

from grading.catalogue.entry import REFUSALS, Exercise, Group, Hint

EXERCISE = Exercise(
    name="vocabulary",
    title="keep frequent words, bucket the rest",
    section="Sentiment Analysis",
    points=10,
    defines=("truncate_vocabulary", "build_table"),
    other_process=True,
    hints=(
        "What must two processes agree on, so that an unknown word gets the same id in both?",
        "Python's sort is stable. TensorFlow has a table made for known words with buckets "
        "for the rest: look in tf.lookup.",
        "sorted(pairs, key=count, reverse=True) keeps ties in order; then "
        "tf.lookup.StaticVocabularyTable over a tf.lookup.KeyValueTensorInitializer with ids "
        "0 ... V - 1 as tf.int64.",
    ),
    groups=(
        Group("the vocabulary", 4),
        Group(
            "known words",
            2,
            ("known", "table", "tables", "the vocabulary may", "accents", "int64", "tensor"),
        ),
        Group("unknown words", 3, ("unknown", "size counts")),
        Group("what is refused", 1, REFUSALS),
    ),
    hints_of_tests=(
        Hint(
            ("num_oov_buckets_below",),
            "Which id does an unknown word get from a table with no bucket at all?",
            "There is none for it. The table must not even be made: compare the number with its "
            "limit first, at the call itself.",
            "num_oov_buckets must be at least 1: raise a ValueError with its name and value.",
        ),
        Hint(
            ("refused",),
            "What does a slice with a negative end give, and does it complain?",
            "It silently gives something else. Compare the number with its limit first, at the "
            "call itself.",
            "max_size may be 0 but not less: raise a ValueError with its name and value.",
        ),
        Hint(
            ("max_size_of_0",),
            "What does `max_size or something` give when max_size is 0?",
            "0 counts as false. It is no sign for 'all of them': no word is kept.",
            "A slice [:0] is empty by itself; leave out what treats 0 apart.",
        ),
        Hint(
            ("every_process", "keeps_its_bucket", "share_nothing"),
            "Does Python's hash of a word give the same number when you start Python again?",
            "It does not: strings are hashed with a seed of the process. Nor may the bucket depend "
            "on the order in which unknown words came.",
            "Use a hash that depends on the word's bytes alone: TensorFlow's table with buckets "
            "does, and so do zlib.crc32 and hashlib.",
        ),
        Hint(
            ("test_known_words", "test_a_known_word", "every_word", "are_known"),
            "What does `ids.get(word) or unknown` give for the word with id 0?",
            "0 counts as false. Tell 'not there' from 'there, with id 0'.",
            "Ask whether the word is in the table, or compare with None; a TensorFlow table with "
            "ids 0 ... V - 1 has no such trap.",
        ),
        Hint(
            ("size_counts",),
            "How many different ids can your table give?",
            "Known words and buckets together, whether or not any unknown word was seen.",
            "size() is V + num_oov_buckets.",
        ),
        Hint(
            ("unknown_word", "unknown_words", "bucket", "behind_the_vocabulary"),
            "Which ids are taken by the V known words, and which are left for the buckets?",
            "Buckets come behind the vocabulary: a hash modulo the number of buckets still has to "
            "be moved up. All buckets are to be used, not only the first.",
            "TensorFlow's static vocabulary table does just that; by hand it is V plus the hash "
            "modulo num_oov_buckets.",
        ),
        Hint(
            ("int64", "any_shape", "without_words"),
            "What does your lookup return for a tensor of shape [2, 3], and for one with no words?",
            "An int64 tensor of the same shape. A loop over words has to put the shape back.",
            "TensorFlow's own tables keep the shape; by hand, flatten, look up, and reshape to the "
            "shape that came in.",
        ),
        Hint(
            ("not_change_the_vocabulary", "counts_are_not_changed"),
            "Which of your lines writes into what was given?",
            "append, sort() and item assignment change the caller's own object; sorted() and "
            "list() make a new one.",
            "Sort with sorted(), and make a list of your own where you need one with more words.",
        ),
        Hint(
            ("bytes", "list_a_tuple_or_an_array"),
            "Are 'sea' and b'sea' the same word to a dict? And to TensorFlow?",
            "To a dict they differ; a string tensor holds bytes only. Convert at the border, once, "
            "and keep every table to itself.",
            "Turn the vocabulary into one string tensor, whatever sequence it was, and build the "
            "table from that.",
        ),
        Hint(
            ("case", "accents"),
            "Is 'The' the word 'the' here?",
            "Words are compared as they are: no lower-casing, no stripping, no normalising.",
            "Leave out every step that changes a word; count and look up what was given.",
        ),
        Hint(
            ("seen_first",),
            "What does your sort do with two words of equal count?",
            "Python's sort is stable, also with reverse=True. Sorting pairs compares the words "
            "when the counts are equal, which is not asked for.",
            "Sort by the count alone, in falling order, and leave equals where they are.",
        ),
        Hint(
            ("generator", "pairs"),
            "How often can you go through a generator, and what do you get when you go through a "
            "dict?",
            "Once only; and the keys only. Look whether counts is a mapping, and read it in one "
            "go.",
            "For a mapping take its items(), otherwise what was given, and sort that: sorting "
            "makes a new list.",
        ),
        Hint(
            ("frequent", "max_size", "most"),
            "Which words are kept, and in which order do they stand?",
            "The most frequent ones, most frequent first, max_size of them or all if there are "
            "fewer.",
            "Sort by falling count, keep the first max_size, and give only the words.",
        ),
    ),
)
