"""What the property tests draw: small, asymmetric, and rich in edge cases."""

from hypothesis import strategies as st

FORMS = ("a list", "an array", "a tensor")  # how a sequence of ids may be given


def sizes(low, high):
    """A whole number from ``low`` to ``high``, both included."""
    return st.integers(min_value=low, max_value=high)


def distinct_items(n):
    """The ids 10, 20, 30, ...: each tells where it stood; none is its position or another + 1."""
    return [10 * (position + 1) for position in range(n)]
