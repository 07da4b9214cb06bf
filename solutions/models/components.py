"""The exercises' answers as one object, from the reference or from a student's own folder.

The models of the chapter are put together from the exercises. They take them from here, so that
``--impl exercises`` trains the same models on the student's own answers.
"""

import contextlib
import importlib
import importlib.util
import sys
import threading
import traceback
from pathlib import Path
from types import SimpleNamespace

from solutions.models import component_checks

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

PATIENCE = 30  # seconds after which a module that is still tried out is named


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
            if Path(frame.filename).is_relative_to(folder)
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
        with _named_if_endless(path):
            spec.loader.exec_module(module)
    except ComponentError:
        raise
    except SyntaxError as error:
        raise ComponentError(f"{path}, line {error.lineno}: {error.msg}") from error
    except (Exception, SystemExit) as error:
        raise ComponentError(f"{path} cannot be imported: {_in_one_line(error)}") from error
    finally:
        sys.path.remove(str(folder))
    return module


@contextlib.contextmanager
def _named_if_endless(path):
    """Say after a while which module is at work: it may never end."""
    told = f"{path} is still at work on a small example; if it never ends, stop it with Ctrl-C"
    timer = threading.Timer(PATIENCE, print, [told], {"file": sys.stderr, "flush": True})
    timer.daemon = True
    timer.start()
    try:
        yield
    except KeyboardInterrupt as error:
        frames = traceback.extract_tb(error.__traceback__)
        lines = [frame.lineno for frame in frames if frame.filename == str(path)]
        if not lines:
            raise
        raise ComponentError(f"{path}, line {lines[-1]}: stopped on a small example") from error
    finally:
        timer.cancel()


def _check(name, components):
    try:
        with _named_if_endless(_path(name, components.folder)):
            complaint = getattr(component_checks, f"check_{name}")(components)
    except ComponentError:
        raise
    except (Exception, SystemExit) as error:
        where = blame(error, components) or (
            f"{_path(name, components.folder)}: {_in_one_line(error)}"
        )
        raise ComponentError(where) from error
    if complaint:
        raise ComponentError(
            f"{_path(name, components.folder)}: {complaint}; run its tests to see more"
        )
