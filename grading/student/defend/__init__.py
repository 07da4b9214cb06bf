"""Own code with one change: which call shows it? A student is asked that once all tests pass."""
