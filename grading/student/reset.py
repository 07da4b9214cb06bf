"""Put the stub of an exercise back without losing anything."""

import time

from grading.catalogue.files import back_up, write_atomically
from grading.catalogue.stubs import expected_stub, is_untouched
from grading.catalogue.syllabus import exercise


def reset(name, folder):
    """Put the stub of an exercise back; the file that was there is kept.

    Args:
        name: the exercise.
        folder: where its module is.

    Returns:
        The path of the backup; None where there was no file, or only the stub.

    Raises:
        OSError: something cannot be read or written; the file is then as it was.
    """
    path = (folder / f"{exercise(name).name}.py").resolve()
    if is_untouched(name, path):
        return None
    stamp = time.strftime("%Y%m%d-%H%M%S")

    def place(number):
        again = f"-{number}" if number > 1 else ""
        return path.parent / ".backup" / f"{path.stem}-{stamp}{again}.py"

    backup = back_up(path.read_bytes(), place) if path.exists() else None
    write_atomically(path, expected_stub(name))
    return backup
