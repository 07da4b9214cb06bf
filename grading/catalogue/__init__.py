"""What the kit knows without running anything: exercises, stubs, folders, files, the board."""
