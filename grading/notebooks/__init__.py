"""The exercise notebooks: how they are made, converted to modules and back, and judged."""
