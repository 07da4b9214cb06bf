"""What the kit knows without running anything: exercises, points, stubs, folders, files, the board."""
