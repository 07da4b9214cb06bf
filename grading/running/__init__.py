"""The one way to run the tests on a subject, and what is said of a failure."""
