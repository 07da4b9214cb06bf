"""All that runs beside a student's code. A sandbox gets a copy of this folder and nothing else."""
