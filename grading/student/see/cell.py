"""What the last cell of a notebook calls: ``see("windows", source_of("windows"), shift=1)``.

This runs in the kernel, beside whatever the student's cells did there, so it imports next to
nothing. The pictures are made by a process of their own, :mod:`grading.student.see.answers`.
"""

import atexit

from grading.running.pool import Judges, NotJudged, request

PROGRAM = "grading.student.see.answers"


class Seen:
    """Pictures as HTML without any script, or a sentence where there are none.

    Attributes:
        text: the same in words.
        html: the pictures, or None.
    """

    def __init__(self, text, html=None):
        self.text, self.html = text, html

    def __repr__(self):
        return self.text

    def _repr_html_(self):
        return self.html


def see(name, source, *, alone=False, **inputs):
    """Pictures of a module, beside the reference's.

    Args:
        name: the exercise.
        source: the text of the module.
        alone: leave the reference's results away.
        inputs: what to try it on, texts and numbers; those that are not named are as on the page
            of ``unrolled see``.
    """
    for key, value in inputs.items():
        if not isinstance(value, str | int | float):
            return Seen(f"{key} must be a text or a number, and is {type(value).__name__}")
    asked = request("see", name=name, source=source, alone=alone, inputs=inputs)
    try:
        return Seen(**_judges.ask(asked))
    except NotJudged as error:
        return Seen(f"the pictures could not be made: {error}")
    except KeyboardInterrupt:
        _judges.end_all()
        return Seen("the pictures were ended")


_judges = Judges(program=PROGRAM)  # one process, since one cell runs at a time
atexit.register(_judges.end)
