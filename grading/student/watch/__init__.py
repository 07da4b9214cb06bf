"""``unrolled watch``: run the tests whenever a module is saved, and show what comes next."""
