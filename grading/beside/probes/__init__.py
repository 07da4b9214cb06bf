"""Probes: small adapters that call a subject and hand back plain values.

One module an exercise; its functions marked with :func:`grading.beside.probes.base.probe` can be
called from a test. They run beside the subject (so perhaps in another process) and import
TensorFlow only when they are called.
"""
