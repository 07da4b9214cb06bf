"""The student's desk: one stub a module, in syllabus order."""
