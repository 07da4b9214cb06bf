"""What correct means: one file of property tests an exercise."""
