"""Mistakes that were made in public and mended there, written anew for the exercises.

Each says in ``found_in`` where: ``"owner/repository#number"`` is an issue or a pull request on
GitHub. Where a misconception of the library is that very mistake, its reference is only noted.
"""
