"""The exercises' answers as one object, from the reference or from a student's own folder.

The models of the chapter are put together from the exercises. They take them from here, so that
``--impl exercises`` trains the same models on the student's own answers.
"""

import importlib
import importlib.util
import sys
import traceback
from pathlib import Path
from types import SimpleNamespace

import numpy as np

# Which module of the kit defines which components.
MODULES = {
    "windows": ["split_windows"],
    "tokenizer": ["CharTokenizer"],
    "sampling": ["rescale_logits", "sample_ids"],
    "stateful": ["split_stateful"],
    "vocabulary": ["truncate_vocabulary", "build_table"],
    "positional_encoding": ["PositionalEncoding"],
    "attention": ["scaled_dot_product_attention", "MultiHeadAttention"],
    "generation": ["complete_text"],
    "reviews": ["preprocess"],
    "beam_search": ["beam_search"],
    "masking": ["padding_mask", "build_classifier"],
    "encoder_decoder": ["teacher_forcing_inputs", "build_translator", "greedy_decode"],
    "transformer": ["build_transformer"],
}


class ComponentError(Exception):
    """A component is missing, not written yet, or wrong; the message is one line."""


def reference():
    """Give the reference components: a namespace with a name for each of them."""
    return load_components("solutions", check=False)


def load_components(where="solutions", modules=tuple(MODULES), *, check=True):
    """Give the components of some modules, as attributes of one namespace.

    Args:
        where: "solutions" for the reference; "exercises" for the folder ``exercises`` here, or
            the installed one; or any folder that holds modules of these names.
        modules: names of the modules needed, keys of ``MODULES``. Only they are loaded.
        check: try each module out on a small example, so that a wrong answer is told at once and
            not after an hour of training. This is no replacement for the exercise's tests.

    Raises:
        ComponentError: a module is missing, does not load, is not written yet or gives a wrong
            answer; the message is one line that names the module.
    """
    components = SimpleNamespace(where=str(where), folder=None)
    if str(where) != "solutions":
        components.folder = _find_folder(where)
    for name in modules:
        module = _load_module(name, components.folder)
        for component in MODULES[name]:
            if not hasattr(module, component):
                raise ComponentError(
                    f"{_path(name, components.folder)} does not define {component}"
                )
            setattr(components, component, getattr(module, component))
    if check and components.folder is not None:
        for name in modules:
            _check(name, components)
    return components


def blame(error, components):
    """Give one line that says where in the student's folder an error arose, else None.

    Args:
        error: an exception caught while a model was built or trained.
        components: the namespace the model was built from.
    """
    if components.folder is None:
        return None
    folder = str(components.folder)
    while error is not None:
        # Frames of the student's files; TensorFlow also quotes them in messages of its own, for
        # code it has compiled ("in user code: File ...").
        frames = [
            (Path(frame.filename), frame.lineno)
            for frame in traceback.extract_tb(error.__traceback__)
            if frame.filename.startswith(folder)
        ]
        quoted = [line for line in str(error).splitlines() if f'File "{folder}' in line]
        if frames or quoted:
            if frames:
                place = f"{frames[-1][0]}, line {frames[-1][1]}"
            else:
                place = quoted[-1].strip().removeprefix("File ").replace('"', "").rstrip(" *")
            return f"{place}: {_in_one_line(error)}"
        error = error.__cause__ or error.__context__
    return None


def _in_one_line(error):
    if isinstance(error, NotImplementedError) or "NotImplementedError" in str(error):
        return "not written yet (NotImplementedError)"
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    # Of TensorFlow's long messages, the last line that is no advice on where to look says it.
    lines = [line for line in lines if not line.startswith(("File ", "Call arguments", "•"))]
    if not lines:
        return type(error).__name__
    what = lines[-1].split(" for '{{node")[0]
    name = type(error).__name__
    return what if what.startswith(f"{name}:") else f"{name}: {what}"


def _find_folder(where):
    folder = Path(where)
    if not folder.is_dir() and str(where) == "exercises":
        folder = Path(__file__).resolve().parents[2] / "exercises"
    if not folder.is_dir():
        raise ComponentError(f"--impl {where}: there is no such folder")
    return folder.resolve()


def _path(name, folder):
    return f"solutions/{name}.py" if folder is None else str(folder / f"{name}.py")


def _load_module(name, folder):
    if folder is None:
        return importlib.import_module(f"solutions.{name}")
    path = folder / f"{name}.py"
    if not path.is_file():
        raise ComponentError(f"{path} is not there; it must define {', '.join(MODULES[name])}")
    unique = f"_components_{abs(hash(str(folder)))}_{name}"
    spec = importlib.util.spec_from_file_location(unique, path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[unique] = module
    sys.path.insert(0, str(folder))  # an answer may be spread over several files of the folder
    try:
        spec.loader.exec_module(module)
    except SyntaxError as error:
        raise ComponentError(f"{path}, line {error.lineno}: {error.msg}") from error
    except Exception as error:
        raise ComponentError(f"{path} cannot be imported: {_in_one_line(error)}") from error
    finally:
        sys.path.remove(str(folder))
    return module


def _check(name, components):
    try:
        complaint = globals()[f"_check_{name}"](components)
    except Exception as error:
        where = blame(error, components) or (
            f"{_path(name, components.folder)}: {_in_one_line(error)}"
        )
        raise ComponentError(where) from error
    if complaint:
        raise ComponentError(
            f"{_path(name, components.folder)}: {complaint}; run its tests to see more"
        )


def _batches(dataset):
    return [(np.asarray(x).tolist(), np.asarray(y).tolist()) for x, y in dataset]


def _check_windows(components):
    call = "split_windows(range(8), n_steps=3, shift=2, batch_size=2)"
    found = _batches(components.split_windows(range(8), n_steps=3, shift=2, batch_size=2))
    expected = [([[0, 1, 2], [2, 3, 4]], [[1, 2, 3], [3, 4, 5]]), ([[4, 5, 6]], [[5, 6, 7]])]
    return None if found == expected else f"{call} gave {found}, expected {expected}"


def _check_tokenizer(components):
    tokenizer = components.CharTokenizer().fit("Hello, hello!")
    found = np.asarray(tokenizer.encode("HELL")).tolist()
    if found != [1, 2, 0, 0]:
        return f'encode("HELL") after fit("Hello, hello!") gave {found}, expected [1, 2, 0, 0]'
    text = tokenizer.decode(found)
    return None if text == "hell" else f'decode([1, 2, 0, 0]) gave {text!r}, expected "hell"'


def _check_sampling(components):
    logits = np.asarray(components.rescale_logits([[0.2, 0.8]], 0.5), dtype=np.float64)
    found = np.exp(logits) / np.exp(logits).sum()
    if not np.allclose(found, [[1 / 17, 16 / 17]], atol=1e-4):
        return f"the softmax of rescale_logits([[0.2, 0.8]], 0.5) is {found}, expected 1/17, 16/17"
    ids = components.sample_ids([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]], num_samples=2, seed=0)
    found = np.asarray(ids).tolist()
    if found != [[1, 1], [0, 0]]:
        return f"sample_ids of two sure rows gave {found}, expected [[1, 1], [0, 0]]"
    return None


def _check_stateful(components):
    batches = _batches(components.split_stateful(range(14), n_steps=3, batch_size=2))
    call = "split_stateful(range(14), n_steps=3, batch_size=2)"
    expected = [([[0, 1, 2], [7, 8, 9]], [[1, 2, 3], [8, 9, 10]])]
    expected += [([[3, 4, 5], [10, 11, 12]], [[4, 5, 6], [11, 12, 13]])]
    return None if batches == expected else f"{call} gave {batches}, expected {expected}"


def _check_vocabulary(components):
    words = list(components.truncate_vocabulary({"sea": 2, "the": 5, "ship": 1}, 2))
    if words != ["the", "sea"]:
        return f"truncate_vocabulary of the: 5, sea: 2, ship: 1 gave {words}"
    import tensorflow as tf

    table = components.build_table(words, num_oov_buckets=3)
    ids = np.asarray(table.lookup(tf.constant([["the", "sea", "ship"]]))).tolist()
    if ids[0][:2] != [0, 1] or not 2 <= ids[0][2] < 5:
        return f"lookup of the, sea and an unknown word gave {ids}, expected [[0, 1, 2 ... 4]]"
    return None


def _check_positional_encoding(components):
    found = np.asarray(components.PositionalEncoding(10, 4)(np.zeros([1, 2, 4], np.float32)))
    expected = [[[0, 1, 0, 1], [np.sin(1), np.cos(1), np.sin(0.01), np.cos(0.01)]]]
    if found.shape != (1, 2, 4) or not np.allclose(found, expected, atol=1e-4):
        return f"PositionalEncoding(10, 4) of zeros [1, 2, 4] gave {found.tolist()}"
    return None


def _check_attention(components):
    query, value = np.float32([[[2.0]]]), np.float32([[[1.0], [0.0], [9.0]]])
    _, weights = components.scaled_dot_product_attention(
        query, value, mask=np.array([[[True, True, False]]])
    )
    weights = np.asarray(weights)
    if not np.allclose(weights, [[[0.880797, 0.119203, 0.0]]], atol=1e-4):
        return f"weights of keys 1, 0 and a hidden 9 for query 2 are {weights.round(4).tolist()}"
    inputs = [np.zeros([2, 3, 8], np.float32), np.zeros([2, 5, 8], np.float32)]
    shape = tuple(components.MultiHeadAttention(n_heads=2)(inputs).shape)
    return None if shape == (2, 3, 8) else f"MultiHeadAttention gave the shape {shape}"


def _check_generation(components):
    class Tokenizer:
        vocab_size = 3

        def encode(self, text):
            return np.array(["abc".index(character) for character in text.lower()])

        def decode(self, ids):
            return "".join("abc"[int(i)] for i in np.asarray(ids))

    def predict(ids):  # b follows a, c follows b, a follows c
        return np.eye(3, dtype=np.float32)[(np.array(ids) + 1) % 3]

    text = components.complete_text("Ba", 4, predict=predict, tokenizer=Tokenizer())
    if text != "Babcab":
        return f'complete_text("Ba", 4) gave {text!r} where only "Babcab" is possible'
    return None


def _check_reviews(components):
    words = components.preprocess(["It's 10<br />I do", "no"], max_bytes=14)
    found = np.asarray(words).tolist()
    if found != [[b"It's", b"I"], [b"no", b"<pad>"]]:
        return f"""preprocess(["It's 10<br />I do", "no"], max_bytes=14) gave {found}"""
    return None


def _check_beam_search(components):
    # After the start, after 0, after 1: the likelier first item is 0, the likeliest pair is 1, 0.
    rows = np.log([[0.6, 0.4], [0.55, 0.45], [0.95, 0.05]])

    def next_log_probs(prefixes):
        return rows[[0 if len(prefix) == 1 else prefix[-1] + 1 for prefix in prefixes]]

    found = components.beam_search(next_log_probs, 2, max_steps=2, beam_width=2)
    ids, log_prob = found[0]
    if [int(i) for i in ids] != [1, 0] or not np.isclose(log_prob, np.log(0.38)):
        return f"the best of two steps is {found[0]}, expected ([1, 0], {np.log(0.38):.4f})"
    return None


def _check_masking(components):
    found = np.asarray(components.padding_mask(np.array([[3, 1], [2, 0]]))).tolist()
    if found != [[True, True], [True, False]]:
        return f"padding_mask of [[3, 1], [2, 0]] gave {found}"
    model = components.build_classifier(3, 2, embed_size=8, units=8)
    alone, beside = (np.asarray(model(np.array([[2, 4] + [0] * n]))) for n in (0, 9))
    if alone.shape != (1, 1) or not np.allclose(alone, beside, rtol=0, atol=1e-6):
        return f"9 paddings change the output of build_classifier from {alone} to {beside}"
    return None


def _check_encoder_decoder(components):
    found = np.asarray(components.teacher_forcing_inputs([[0, 1, 2], [2, 2, 0]], 3)).tolist()
    if found != [[3, 0, 1], [3, 2, 2]]:
        return f"teacher_forcing_inputs([[0, 1, 2], [2, 2, 0]], 3) gave {found}"
    # The translator itself needs TF-Addons, and the Transformer is trained without it.
    import tensorflow as tf

    def step(inputs):  # after id i comes id i - 1
        return tf.one_hot((tf.cast(inputs[1], tf.int64) - 1) % 3, 3)

    inputs = [tf.keras.Input([None], dtype=tf.int64) for _ in range(2)]
    model = tf.keras.Model(inputs, tf.keras.layers.Lambda(step)(inputs))
    found = np.asarray(components.greedy_decode(model, np.array([[1, 2], [2, 0]]), 4, 3)).tolist()
    if found != [[2, 1, 0, 2]] * 2:
        return f"greedy_decode of a model that counts down from 3 gave {found}"
    return None


def _check_transformer(components):
    # On the reference's layers: whose fault it is would not be clear on others.
    sizes = {"dims": 4, "n_heads": 2, "n_blocks": 1, "feed_forward": 6, "max_steps": 5}
    model = components.build_transformer(5, 3, components=reference(), **sizes)
    found, later = (
        np.asarray(model([np.array([[1, 4, 0]]), np.array([[3, 1, last]])])) for last in (0, 2)
    )
    if found.shape != (1, 3, 3) or not np.allclose(found.sum(axis=-1), 1, atol=1e-3):
        return f"build_transformer(5, 3) gave {found.tolist()} for three ids of the decoder"
    if not np.allclose(found[:, :2], later[:, :2], atol=1e-4):
        return "in build_transformer's model, earlier outputs depend on a later decoder id"
    return None
