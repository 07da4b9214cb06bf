"""Tests of the chapter's full models and of what trains them, at tiny sizes."""
