"""What a student asks for: the watch, hints, the reference side by side, scores, a fresh stub."""
