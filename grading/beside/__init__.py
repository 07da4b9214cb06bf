"""All that runs beside a student's code; a sandbox gets a copy of this folder and of nothing else."""
