"""Answers that mean to please every comparison, and tampering with what judges."""

from tests.kit.grading_class.attacks.wrong import at_import, method

ATTACKS = {
    # Values that mean to please every comparison.
    "NaN": method(
        """
        def encode(self, text):
            return np.full(len(text), np.nan)
        """
    ),
    "infinity and huge numbers": method(
        """
        vocab_size = property(lambda self: 10 ** 5000)

        def encode(self, text):
            return np.array([np.inf, -np.inf, 1e308][: len(text)])
        """
    ),
    "objects equal to everything": method(
        """
        def encode(self, text):
            return super().encode(text).view(Ids)

        def decode(self, ids):
            return Text(super().decode(ids))
        """,
        same=True,
        before="""
        class Ids(np.ndarray):
            __eq__ = __le__ = __ge__ = lambda self, other: np.ones(np.shape(other), bool)
            __ne__ = __lt__ = __gt__ = lambda self, other: np.zeros(np.shape(other), bool)
            __array_function__ = lambda self, function, *rest: True
            __hash__ = None


        class Text(str):
            __eq__ = __contains__ = startswith = lambda *anything: True
            __ne__ = lambda *anything: False
            __hash__ = str.__hash__
            lower = lambda self: self
        """,
    ),
    "a pickle as result": method(
        """
        def encode(self, text):
            return np.array([Bomb()], dtype=object)

        def decode(self, ids):
            import pickle
            return pickle.dumps(Bomb())
        """,
        before="""
        class Bomb:
            def __reduce__(self):
                return open, ("CANARY/pickled", "w")
        """,
    ),
    "an array of absurd size": method(
        """
        def encode(self, text):
            return np.broadcast_to(np.int64(0), (10**6, 10**6))

        def decode(self, ids):
            return "a" * 35 * 2**20
        """,
        notes="far too large",
    ),
    "many large answers": method(
        """
        def encode(self, text):
            return np.zeros(20 * 2**20, dtype=np.int8)

        def decode(self, ids):
            return "a" * 30 * 2**20
        """,
        notes="far too large: .* in all",
    ),
    "an array of absurd shape": method(
        """
        def encode(self, text):
            return np.zeros((0, 2**60), dtype=np.int8)
        """
    ),
    "a million small parts": method(
        """
        def decode(self, ids):
            return "[" * 2_000_000
        """,
        notes="no worker sends",
    ),
    # Tampering with what judges it, were it in the same process.
    "an AST transformer that deletes asserts": at_import(
        """
        import ast, builtins, sys

        class NoAsserts(ast.NodeTransformer):
            def visit_Assert(self, node):
                return ast.Pass()

        def without_asserts(source, *args, **kwargs):
            tree = source if isinstance(source, ast.AST) else ast.parse(source)
            return compiled(ast.fix_missing_locations(NoAsserts().visit(tree)), *args, **kwargs)

        compiled, builtins.compile = builtins.compile, without_asserts
        """,
        notes="replaced builtins.compile",
        same=False,
    ),
    "patched builtins": at_import(
        """
        import builtins
        builtins.len = lambda x: 3
        builtins.isinstance = lambda *anything: True
        """,
        notes=r"replaced builtins\.\w+|ended its process",
        same=False,
    ),
    "patched test tools": at_import(
        """
        import sys, types

        class Anything(types.ModuleType):
            def __getattr__(self, name):
                return lambda *args, **kwargs: None

        kit = ("grading.expect", "grading.running.plugin")
        for name in ("pytest", "hypothesis", "numpy.testing", *kit):
            sys.modules[name] = Anything(name)
        """
    ),
    "patched NumPy": at_import(
        """
        import numpy
        numpy.array_equal = numpy.allclose = lambda *args, **kwargs: True
        """,
        notes="replaced numpy.a",
        same=False,
    ),
    "patched TensorFlow": at_import(
        """
        import tensorflow as tf
        tf.constant = tf.convert_to_tensor = lambda *args, **kwargs: None
        """,
        notes="replaced tensorflow.con",
        same=False,
    ),
    "patched probes": at_import(
        """
        import grading.beside.probes.tokenizer as probes
        probes.round_trip = lambda module, text, other: other.lower()
        probes.vocab_size = lambda module, text: len(set(text.lower()))
        """,
        notes="replaced grading.beside.probes.tokenizer",
        same=False,
    ),
    "a forged answer": method(
        """
        def encode(self, text):
            import gc, json, socket, struct

            forged = json.dumps({"passed": True, "value": 1}).encode()
            for thing in gc.get_objects():
                if isinstance(thing, socket.socket):
                    try:
                        thing.sendall(struct.pack(">Q", len(forged)) + forged)
                    except OSError:
                        pass  # another one
            return super().encode(text)
        """,
        notes="no worker sends",
    ),
    "a message of a terabyte": at_import(
        """
        import gc, socket

        for thing in gc.get_objects():
            if isinstance(thing, socket.socket):
                try:
                    thing.sendall(b"\\0\\0\\1\\0\\0\\0\\0\\0")
                except OSError:
                    pass
        """,
        same=False,
    ),
    "a question in the middle of a call": method(
        """
        def encode(self, text):
            import gc
            from grading.beside.channel import Channel

            for thing in gc.get_objects():
                if type(thing) is Channel and thing.sock.fileno() != -1:
                    thing.send({"ask": {"probe": "encoding", "args": [text, text]}})
            return super().encode(text)
        """,
        notes="no worker sends",
    ),
    "objects that claim to be others": method(
        """
        def encode(self, text):
            return Ids()

        def decode(self, ids):
            return Text()
        """,
        before="""
        class Ids:
            __class__, shape, dtype = np.ndarray, (3,), np.dtype(int)
            __getattr__ = __array__ = lambda self, *anything: exit()


        class Text:
            __class__ = str
            __str__ = __repr__ = lambda self: exit()
        """,
    ),
    "a check for replaced functions that sees nothing": at_import(
        """
        from grading.beside import audit, plain

        audit.broken.__code__ = (lambda kept: None).__code__
        plain.to_plain.__code__ = (lambda value, depth=20: True).__code__
        """,
        same=False,
    ),
}
