"""For those who work on the kit: benchmarks, mutants, new exercises."""
