"""Tests of a student's hour: watch, hint, show, reset, doctor, check, new."""
