"""The instructor's part: an nbgrader course, and grading the class that hands it in."""
