"""Processes for code that is not trusted: the fork server, and the sandbox."""
