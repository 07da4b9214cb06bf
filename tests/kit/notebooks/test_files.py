"""A module goes into a notebook and comes out again byte for byte, whatever is in it."""

import json

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from grading.catalogue.stubs import expected_stub, solution_path
from grading.catalogue.syllabus import NAMES
from grading.notebooks.cells import page
from grading.notebooks.files import (
    NotebookError,
    bytes_of,
    module_cell,
    module_cells,
    read,
    take_module,
    text_of,
    write,
)

STUB = expected_stub("tokenizer").encode()
MODULES = {
    "a stub": STUB,
    "half filled": STUB.replace(b"raise NotImplementedError(", b"return str(", 1),
    "a solution": solution_path("tokenizer").read_bytes(),
    "more functions": STUB + b"\n\ndef helper(x):\n\treturn x  \n\n\n",
    "Windows line ends": STUB.replace(b"\n", b"\r\n"),
    "old Mac line ends": STUB.replace(b"\n", b"\r"),
    "mixed line ends": STUB.replace(b"\n", b"\r\n", 7) + b"x = 1\r",
    "no final newline": STUB + b"x = 1",
    "no final newline on Windows": STUB.replace(b"\n", b"\r\n") + b"x = 1",
    "many final newlines": STUB + b"\n\n\n",
    "other languages": 'π = "Ωß日🙂e\u0301\u2028"\n'.encode() + STUB,
    "form feeds and tabs": b"\f\n\tx = 1\v\n \x1c\n\x85\n".replace(b"\x85", "\x85".encode()),
    "a byte order mark": b"\xef\xbb\xbf" + STUB,
    "a byte order mark on Windows": b"\xef\xbb\xbf" + STUB.replace(b"\n", b"\r\n"),
    "an old encoding": b"# -*- coding: latin-1 -*-\nx = '\xe9'\n" + STUB,
    "an encoding line": b"# coding: utf-8\n" + STUB,
    "no Python at all": b"def f(:\n    ???\n",
    "only a newline": b"\n",
    "only a line end": b"\r\n",
    "nothing": b"",
    "a null character": b"x = '\0'\n",
}


def there_and_back(module, name="tokenizer"):
    notebook = page(name, module)
    found, cell = module_cell(read(notebook))
    assert found == name
    back = take_module(cell)
    assert page(name, back) == notebook
    return back


@pytest.mark.parametrize("label", MODULES)
def test_a_module_comes_back_as_it_was(label):
    assert there_and_back(MODULES[label]) == MODULES[label]


@pytest.mark.parametrize("name", NAMES)
def test_every_stub_comes_back_as_it_was(name):
    stub = expected_stub(name).encode()
    assert there_and_back(stub, name) == stub


@given(
    st.text(st.characters(exclude_categories=["Cs"]) | st.sampled_from("\r\n\t\f #x"), max_size=30)
)
@example("#coding:latin-1\né")
@example("\ufeff\ufeffx")
def test_any_text_comes_back_as_it_was(text):
    module = text.encode()
    try:
        kept, form = text_of(module)
    except NotebookError:
        return  # a coding line that contradicts the bytes
    assert bytes_of(kept, form) == module


def test_jupyters_own_reading_and_writing_changes_nothing():
    nbformat = pytest.importorskip("nbformat")
    for label, module in MODULES.items():
        notebook = nbformat.reads(page("tokenizer", module).decode(), as_version=4)
        again = (nbformat.writes(notebook) + "\n").encode()
        assert take_module(module_cell(read(again))[1]) == module, label


def test_the_cell_holds_plain_lines_whatever_the_files_line_ends():
    _, cell = module_cell(read(page("tokenizer", STUB.replace(b"\n", b"\r\n"))))
    assert "".join(cell["source"]) == STUB.decode().removesuffix("\n")


def test_what_is_written_in_the_notebook_gets_the_line_ends_of_the_file():
    notebook = read(page("tokenizer", b"a = 1\r\nb = 2\r\n"))
    _, cell = module_cell(notebook)
    cell["source"] = "a = 1\nb = 3\nc = 4"
    assert take_module(module_cell(read(write(notebook)))[1]) == b"a = 1\r\nb = 3\r\nc = 4\r\n"


@pytest.mark.parametrize(
    ("module", "said"),
    [
        (b"x = 1\ny = '\xff'\n", "line 2 holds the byte 0xff"),
        (b"#\n#\n#\ny = '\xff'\n", "line 4 holds the byte 0xff"),
        (b"# coding: klingon\n", "unknown encoding"),
        (b"# coding: rot13\n", "no text"),
        (STUB.decode().encode("utf-16"), "no text"),
    ],
)
def test_bytes_that_are_no_text_are_refused_with_their_place(module, said):
    with pytest.raises(NotebookError, match=said):
        text_of(module)


def test_a_character_that_the_files_encoding_lacks_is_refused_with_its_line():
    notebook = read(page("tokenizer", b"# coding: latin-1\nx = '\xe9'\n"))
    _, cell = module_cell(notebook)
    cell["source"] = "# coding: latin-1\nx = 'é'\ny = 'ж'"
    with pytest.raises(NotebookError, match=r"line 3 .* '\\u0436', which .* cannot write"):
        take_module(cell)


@pytest.mark.parametrize("form", [5, {"encoding": 5}, {"encoding": "klingon"}, {"newline": 7}])
def test_a_form_that_somebody_spoilt_does_no_harm(form):
    notebook = read(page("tokenizer"))
    _, cell = module_cell(notebook)
    cell["metadata"]["unrolled"] = form
    try:
        assert take_module(cell) == STUB
    except NotebookError as error:
        assert "names an encoding that is none" in str(error)


def notebook_with(change):
    notebook = json.loads(page("tokenizer"))
    change(notebook)
    return json.dumps(notebook).encode()


DAMAGED = {
    "nothing": (b"", "no JSON"),
    "half a file": (page("tokenizer")[:3000], "no JSON .* line"),
    "a picture": (b"\x89PNG\xff\xfe", "no text in UTF-8"),
    "a list": (b"[]", "no nbformat"),
    "deep nesting": (b"[" * 100_000, "no JSON"),
    "an old format": (notebook_with(lambda n: n.update(nbformat=3)), "format 3, not 4"),
    "no cells": (notebook_with(lambda n: n.pop("cells")), "cells are damaged"),
    "a cell that is none": (notebook_with(lambda n: n["cells"].append(5)), "cells are damaged"),
    "a source of numbers": (
        notebook_with(lambda n: n["cells"][3].update(source=[1, 2])),
        "cells are damaged",
    ),
    "no module cell": (notebook_with(lambda n: n["cells"].pop(3)), "no cell .* is marked"),
    "no marks": (
        notebook_with(lambda n: n["cells"][3]["metadata"].pop("nbgrader")),
        "no cell .* is marked",
    ),
    "a copied module cell": (
        notebook_with(lambda n: n["cells"].append(n["cells"][3])),
        "cells 4 and 14 both claim to be the module tokenizer",
    ),
    "a retyped module cell": (
        notebook_with(lambda n: n["cells"][3].update(cell_type="markdown")),
        "cell 4, the module tokenizer, was turned into a markdown cell",
    ),
}


@pytest.mark.parametrize("label", DAMAGED)
def test_a_damaged_notebook_is_refused_in_words(label):
    data, said = DAMAGED[label]
    with pytest.raises(NotebookError, match=said):
        module_cell(read(data))


def test_of_several_modules_one_must_be_chosen():
    notebook = json.loads(page("tokenizer"))
    notebook["cells"] += json.loads(page("windows"))["cells"]
    assert list(module_cells(notebook)) == ["tokenizer", "windows"]
    with pytest.raises(NotebookError, match="several modules: tokenizer, windows"):
        module_cell(notebook)
    assert take_module(module_cell(notebook, "windows")[1]) == expected_stub("windows").encode()
    with pytest.raises(NotebookError, match="no module cell of the exercise attention"):
        module_cell(notebook, "attention")


def test_half_a_surrogate_pair_neither_crashes_nor_is_lost():
    notebook = read(page("tokenizer"))
    notebook["cells"][0]["source"] = "\ud83d"
    assert read(write(notebook)) == notebook
    _, cell = module_cell(notebook)
    cell["source"] = "x = '\ud83d'"
    with pytest.raises(NotebookError, match="line 1"):
        take_module(cell)
