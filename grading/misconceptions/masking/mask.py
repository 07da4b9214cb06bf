"""The mask."""

from grading.misconceptions import Library, changed
from grading.misconceptions.masking.common import with_mask

LIBRARY = Library()


@LIBRARY.add(
    "mask-inverted",
    "a mask that is True at the padding",
    """The mask is the wrong way round: True marks the padding. Some libraries do it so (PyTorch's
    key_padding_mask), but Keras' masks are True where there is something to read. With this one the
    network skips every word and reads nothing but padding, so that all reviews of equal length look
    alike to it.""",
)
def mask_inverted(reference):
    tf = reference.tf
    model = with_mask(reference, lambda ids, mask, sizes: tf.logical_not(mask))
    return changed(model, padding_mask=lambda ids, pad_id=0: tf.equal(ids, pad_id))


@LIBRARY.add(
    "pad-id-ignored",
    "a mask that looks for 0, whatever pad_id says",
    """The ids are compared with 0, or cast to booleans, and the argument pad_id is not used. As 0
    is its default, nothing shows until somebody's padding has another id. Compare with pad_id.""",
)
def pad_id_ignored(reference):
    return changed(reference, padding_mask=lambda ids, pad_id=0: reference.padding_mask(ids))


@LIBRARY.add(
    "other-padding-replaced-in-the-ids",
    "a padding other than 0 that is replaced by 0 in the caller's own array",
    """Where pad_id is not 0, each padding in ids is first replaced by 0, so that one comparison
    with 0 does for all. In an array that happens in place: afterwards the caller's ids are others,
    and the next one to look for pad_id finds none. Compare with pad_id, and leave the ids as they
    are.""",
)
def other_padding_replaced_in_the_ids(reference):
    def padding_mask(ids, pad_id=0):
        found = reference.padding_mask(ids, pad_id)
        if pad_id != 0 and hasattr(ids, "setflags"):
            ids[ids == pad_id] = 0
        return found

    return changed(reference, padding_mask=padding_mask)


@LIBRARY.add(
    "larger-ids-only",
    "a mask that is True only for ids larger than the padding's",
    """The mask asks whether an id is larger than pad_id, not whether it is another one. For padding
    0 that is the same, as there are no negative ids; but a padding in the middle of the ids hides
    all words that come before it, the most frequent ones. Ask for "not equal".""",
)
def larger_ids_only(reference):
    return changed(reference, padding_mask=lambda ids, pad_id=0: reference.tf.greater(ids, pad_id))


@LIBRARY.add(
    "mask-by-length",
    "a mask made from the number of words in each row",
    """The words of each row were counted, and that many steps at its start are True, as
    sequence_mask does it. Where all the padding stands at the end, that is right. But padding_mask
    is told to hide an id wherever it stands: with a padding between two words, the padding is shown
    and the last word hidden. Compare each id by itself.""",
)
def mask_by_length(reference):
    tf = reference.tf

    def padding_mask(ids, pad_id=0):
        words = tf.cast(tf.not_equal(ids, pad_id), tf.int32)
        return tf.sequence_mask(tf.reduce_sum(words, axis=-1), words.shape[-1])

    return changed(reference, padding_mask=padding_mask)


@LIBRARY.add(
    "mask-of-numbers",
    "a mask of the numbers 1 and 0 instead of booleans",
    """The mask was cast to numbers, which is handy where it is multiplied with something. Keras'
    layers want booleans, and so does tf.where, and the docstring promises them. Leave the result of
    the comparison as it is.""",
)
def mask_of_numbers(reference):
    tf = reference.tf

    def padding_mask(ids, pad_id=0):
        return tf.cast(reference.padding_mask(ids, pad_id), tf.float32)

    return changed(reference, padding_mask=padding_mask)


@LIBRARY.add(
    "mask-with-a-third-axis",
    "a mask of shape [batch, steps, 1]",
    """The mask has one axis too many. It may have been added so that the mask can be multiplied
    with the vectors of the words, but a recurrent layer's mask says yes or no once for each step:
    it is [batch, steps], like the ids.""",
)
def mask_with_a_third_axis(reference):
    def padding_mask(ids, pad_id=0):
        return reference.padding_mask(ids, pad_id)[:, :, reference.tf.newaxis]

    return changed(reference, padding_mask=padding_mask)
