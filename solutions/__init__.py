"""The reference solutions, module for module, and the chapter's full models."""
