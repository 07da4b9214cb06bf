"""Hints of each exercise: pairs of words in tests' names and three tiers."""
