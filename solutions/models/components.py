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

# Which module defines which components; the models need no others.
MODULES = {
    "windows": ["split_windows"],
    "tokenizer": ["CharTokenizer"],
    "stateful": ["split_stateful"],
    "generation": ["complete_text"],
    "vocabulary": ["truncate_vocabulary", "build_table"],
    "positional_encoding": ["PositionalEncoding"],
    "attention": ["scaled_dot_product_attention", "MultiHeadAttention"],
    "reviews": ["preprocess"],
    "masking": ["padding_mask", "build_classifier"],
    "encoder_decoder": ["teacher_forcing_inputs", "build_translator", "greedy_decode"],
    "transformer": ["build_transformer"],
}


class ComponentError(Exception):
    """A component is missing or cannot be loaded; the message is one line."""


def reference():
    """Give the reference components: a namespace with a name for each of them."""
    return load_components()


def load_components(where="solutions", modules=tuple(MODULES)):
    """Give the components of some modules, as attributes of one namespace.

    Args:
        where: "solutions" for the reference; "exercises" for the folder ``exercises`` here, or
            the installed one; or any folder that holds modules of these names.
        modules: names of the modules needed, keys of ``MODULES``. Only they are loaded.

    Raises:
        ComponentError: a module is missing, does not load, or does not define a component; the
            message is one line that names the module.
    """
    folder = None if str(where) == "solutions" else _find_folder(where)
    components = SimpleNamespace(folder=folder)
    for name in modules:
        module = _load_module(name, folder)
        for component in MODULES[name]:
            if not hasattr(module, component):
                raise ComponentError(f"{module.__file__} does not define {component}")
            setattr(components, component, getattr(module, component))
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
        if frames:
            return f"{frames[-1][0]}, line {frames[-1][1]}: {_in_one_line(error)}"
        if quoted:
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
    except (Exception, SystemExit) as error:
        raise ComponentError(f"{path} cannot be imported: {_in_one_line(error)}") from error
    finally:
        sys.path.remove(str(folder))
    return module
