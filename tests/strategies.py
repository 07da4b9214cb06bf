"""What the property tests draw: small, asymmetric, and rich in edge cases."""

from hypothesis import strategies as st

FORMS = ("a list", "an array", "a tensor")  # how a sequence of ids may be given


def sizes(low, high):
    """A whole number from ``low`` to ``high``, both included."""
    return st.integers(min_value=low, max_value=high)


def picks(options, count):
    """A list of ``count`` of the options; the first is the simplest, to which examples shrink.

    All of them are drawn at once, as bytes: one by one, a matrix takes longer to draw than to test.
    """
    drawn = st.binary(min_size=count, max_size=count)
    return drawn.map(lambda data: [options[byte % len(options)] for byte in data])


def distinct_items(n):
    """The ids 10, 20, 30, ...: each tells where it stood; none is its position or another + 1."""
    return [10 * (position + 1) for position in range(n)]
