"""What grading a class rests on: the sandbox, the judge of a submission, and attacks on them."""
