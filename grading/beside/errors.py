"""Exceptions as plain values: what a student's code raised, and in which of its lines."""

import ast
import linecache
import re
import textwrap

# Where in a graph an operation failed, which is nothing that a student wrote.
_NOISE = re.compile(
    r"\{\{function_node [^}]*\}\} ?| ?\[Op:\w+\](?: name:(?: \S+)?)?|\s*\[\[\{\{node [^\n]*"
)
# By way of which lines, ours among them, the operation came into the graph.
_WAY = re.compile(r"Detected at node [^\n]*\n(?:\s*File \"[^\n]*\n)*\s*")


def describe_error(error, path):
    """An exception as plain values: class names, message, and the lines of the student's file."""
    return {
        "kind": type(error).__name__,
        "kinds": [base.__name__ for base in type(error).__mro__],
        "message": _own_message(error),
        "frames": (_frames_in(path, error) + _frames_of_graph(path, error))[-5:]
        or _definition_called(path, error),
    }


def _own_message(error):
    """The message, without what TensorFlow, Keras and AutoGraph wrap round it."""
    text = str(error)
    if "Call arguments received by layer" in text:
        text = text[: text.index("Call arguments received by layer")].rstrip()
    if "Exception encountered when calling layer" in text:
        text = text[text.index("Exception encountered when calling layer") :].partition("\n\n")[2]
    if text.startswith("in user code:"):
        text = textwrap.dedent(text.rpartition("\n\n")[2] or text)
        text = text.strip().removeprefix(f"{type(error).__name__}: ")
    text = _NOISE.sub("", _WAY.sub("", text))
    lines = text.split("\n")
    # What the student wrote stays whole: a tab at its end may be the very character it names.
    once = [line for i, line in enumerate(lines) if not i or not line or line != lines[i - 1]]
    text = "\n".join(once)
    return text if text == str(error) else text.strip()


def _frames_in(path, error):
    frames, trace = [], error.__traceback__
    while trace:
        if trace.tb_frame.f_code.co_filename == path:
            frame = [trace.tb_lineno, linecache.getline(path, trace.tb_lineno).strip()]
            if frame not in frames[-1:]:  # a comprehension has a frame of its own
                frames.append(frame)
        trace = trace.tb_next
    return frames


def _frames_of_graph(path, error):
    """The line in which an operation that failed later was put into a graph."""
    numbers = re.findall(rf'File "{re.escape(path)}", line (\d+)', str(error)) if path else ()
    return [[int(number), linecache.getline(path, int(number)).strip()] for number in numbers[-1:]]


def _definition_called(path, error):
    """The line, as a frame, that defines the function which was called with wrong arguments."""
    found = re.match(r"([\w.]+)\(\) (takes|got|missing)", str(error))
    if not (isinstance(error, TypeError) and found):
        return []
    try:
        with open(path, encoding="utf-8") as file:
            source = file.read()
        body = ast.parse(source).body
        for name in found[1].split("."):
            (node,) = (n for n in body if getattr(n, "name", None) == name)
            body = node.body
    except (OSError, ValueError, SyntaxError, AttributeError):  # not the student's own function
        return []
    return [[node.lineno, source.splitlines()[node.lineno - 1].strip()]]


def line_in(path, error):
    """The line of a student's file that an error comes from, as ``", line N"``, or nothing."""
    frames = _frames_in(path, error)
    return f", line {frames[-1][0]}" if frames else ""
