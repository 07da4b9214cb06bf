"""What earlier runs found out, kept while neither the module nor its tests change."""

import hashlib
from pathlib import Path

from grading.catalogue.board import Tally
from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import is_untouched

_KEY = "unrolled/progress"


def remembered(cache, implementation, name):
    """The tally of earlier runs of an exercise, or a new one if something changed since."""
    path = implementation.path(name)
    tally = Tally(untouched=path is not None and is_untouched(name, path))
    entry = _entries(cache).get(_label(implementation, name))
    if entry and entry.get("of") == fingerprint(implementation, name):
        tally.total = int(entry["total"])
        tally.passed, tally.failed = set(entry["passed"]), set(entry["failed"])
        tally.unwritten = set(entry["unwritten"])
    return tally


def remember(cache, implementation, tallies):
    """Keep the tallies of a run for the next ones."""
    if cache is None:
        return
    entries = _entries(cache)
    for name, tally in tallies.items():
        entries[_label(implementation, name)] = {
            "of": fingerprint(implementation, name),
            "total": tally.total,
            "passed": sorted(tally.passed),
            "failed": sorted(tally.failed),
            "unwritten": sorted(tally.unwritten),
        }
    # Of folders that are gone (a class's submissions, a test's) nothing needs to be known.
    cache.set(_KEY, {path: entry for path, entry in entries.items() if _may_exist(path)})


def _may_exist(label):
    return not Path(label).is_absolute() or Path(label).exists()


def _entries(cache):
    entries = cache.get(_KEY, {}) if cache is not None else {}
    return entries if isinstance(entries, dict) else {}


def _label(implementation, name):
    return str(implementation.path(name) or implementation.label)


def fingerprint(implementation, name):
    """A digest of an exercise's module and its tests: equal as long as neither changes."""
    digest = hashlib.sha256()
    for path in (implementation.path(name), ROOT / "tests" / f"test_{name}.py"):
        if path and Path(path).is_file():
            digest.update(Path(path).read_bytes())
    return digest.hexdigest()
