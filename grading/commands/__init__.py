"""The subcommands of `unrolled`, one module each."""
