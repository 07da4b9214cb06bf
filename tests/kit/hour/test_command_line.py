"""What all commands of ``unrolled`` share: how they refuse, and how they end."""

import argparse
import errno
import subprocess
import sys

import pytest

from grading import cli
from grading.catalogue.paths import ROOT
from grading.catalogue.refused import Refused


@pytest.fixture
def command(monkeypatch):
    """Make a command ``try`` of a function, and give what runs it."""

    class Module:
        @staticmethod
        def add_parser(subparsers):
            subparsers.add_parser("try").set_defaults(run=lambda args: Module.body())

    def run(body):
        Module.body = staticmethod(body)
        monkeypatch.setattr(cli, "COMMANDS", ["try"])
        monkeypatch.setattr(cli.importlib, "import_module", lambda name: Module)
        return cli.main(["try"])

    return run


def raising(error):
    def body():
        raise error

    return body


@pytest.mark.parametrize("code", [1, 2])
def test_a_refusal_is_one_line_on_standard_error(command, capsys, code):
    assert command(raising(Refused(ValueError("--jobs must be at least 1, got 0"), code))) == code
    assert capsys.readouterr() == ("", "unrolled try: --jobs must be at least 1, got 0\n")


@pytest.mark.parametrize(
    "error, told",
    [
        (PermissionError(errno.EACCES, "Permission denied", "a/b.py"), "a/b.py: Permission denied"),
        (FileNotFoundError(errno.ENOENT, "No such file", b"a/b.py"), "a/b.py: No such file"),
        (OSError("the disk is full"), "the disk is full"),
    ],
)
def test_a_file_that_cannot_be_used_is_named_in_one_line(command, capsys, error, told):
    assert command(raising(error)) == 2
    assert capsys.readouterr() == ("", f"unrolled try: {told}\n")


def test_what_is_a_mistake_of_the_kit_is_not_hidden(command):
    with pytest.raises(ZeroDivisionError):
        command(lambda: 1 / 0)


@pytest.mark.skipif(sys.platform == "win32", reason="pipes break in another way there")
@pytest.mark.parametrize("lines", [1, 20_000])  # fewer and more than a pipe holds
def test_a_reader_that_leaves_early_meets_no_traceback(lines):
    code = (
        "import sys, argparse\n"
        "from grading import cli\n"
        "import grading.commands.show as show\n"
        f"show.run = lambda args: [print('a line') for _ in range({lines})] and 0\n"
        "cli.COMMANDS = ['show']\n"
        "sys.stdin.readline()\n"
        "sys.exit(cli.main(['show', 'windows']))"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    process.stdout.close()
    process.stdin.write(b"\n")
    process.stdin.close()
    assert process.stderr.read() == b""
    process.stderr.close()
    assert process.wait(60) == 0


def test_every_command_tells_in_a_line_what_it_is_for():
    subparsers = argparse.ArgumentParser().add_subparsers()
    cli.add_commands(subparsers, cli.COMMANDS)
    helps = {action.dest: action.help for action in subparsers._choices_actions}
    assert list(helps) == list(cli.COMMANDS) and all(helps.values())


def test_a_command_is_imported_when_it_is_asked_for_and_no_other_is():
    code = (
        "import sys\n"
        "from grading import cli\n"
        "try:\n    cli.main(['module', '--help'])\nfinally:\n"
        "    print([name for name in sys.modules if name.startswith('grading.commands.')])"
    )
    run = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert run.stdout.splitlines()[-1] == "['grading.commands.notebook']"
