"""The machinery: syllabus, subjects and probes, the pytest plugin and the command line."""
