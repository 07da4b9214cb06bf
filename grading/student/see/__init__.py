"""Pictures of a student's own code beside the reference's: ``unrolled see``.

A module such as :mod:`grading.student.see.characters` says what is seen of an exercise: its fields,
which the student sets, and its panels. A panel asks a module a probe and gives a part, plain data
from :mod:`grading.student.see.parts`; the same function is asked of the student's module and of the
reference. :mod:`grading.student.see.looking` compares the two, :mod:`grading.student.see.drawing`
draws them in the browser and :mod:`grading.student.see.png` in files.
"""
