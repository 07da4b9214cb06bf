"""What a test of a student's tests says: that they pass what is right, and fail what is wrong."""

from grading.expect import holds
from grading.running.faults import OverStrict
from grading.running.suites import RIGHT


def catches(subject, mistake):
    """A test of the student's fails on a wrong implementation; worth nothing if right ones fail."""
    failed = subject.run(RIGHT)["failed"]
    if failed:
        raise OverStrict(
            "your tests must pass every right answer, in whatever way it is written; but one right "
            f"answer fails {failed['test']}{_told(failed)}"
        )
    found = subject.run(mistake)
    title = found.get("title")  # of a mistake that was not caught
    holds(found["failed"] is not None, f"at least one of your tests to fail on {title}")


def _told(failed):
    example = f" with {failed['example']}" if failed["example"] else ""
    return f"{example}: {failed['error']}, in line {failed['line']}: {failed['code']}"
