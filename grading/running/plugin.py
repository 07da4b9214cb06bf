"""The pytest plugin: ``--impl`` and other options, and a fixture for each exercise.

What a run does is done by the plugins that it registers, a module each: :mod:`.collection`,
:mod:`.subjects`, :mod:`.reporting`, :mod:`.diagnosing`, :mod:`.summary`, and the
:class:`grading.running.run.Recorder` that all of them read from.
"""

import inspect

import pytest
from _pytest.config.findpaths import determine_setup

from grading.catalogue.syllabus import NAMES
from grading.catalogue.where import NoImplementation, resolve
from grading.running.ahead import Ahead
from grading.running.collection import Collection
from grading.running.diagnosing import Diagnosing
from grading.running.driver import CALL_LIMIT
from grading.running.library import SECONDS
from grading.running.properties import use_profile
from grading.running.reporting import Reporting
from grading.running.run import Recorder
from grading.running.subjects import Subjects
from grading.running.summary import Summary

SUBJECTS = pytest.StashKey()


def pytest_addoption(parser):
    group = parser.getgroup("unrolled", "the exercise kit")
    group.addoption(
        "--impl",
        metavar="WHERE",
        default="exercises",
        help="what to test: exercises (the default), solutions, or a folder with modules",
    )
    group.addoption("--data", metavar="PATH", help="the real Shakespeare text, or its folder")
    group.addoption(
        "--time-limit",
        metavar="SECONDS",
        type=float,
        default=CALL_LIMIT,
        help=f"how long one call of your function may take (default: {CALL_LIMIT:g})",
    )
    group.addoption(
        "--examples-times",
        metavar="N",
        type=float,
        default=1,
        help="try N times as many examples of every property (a fraction: fewer)",
    )
    group.addoption(
        "--inline",
        action="store_true",
        help="run your code in pytest's own process, for a debugger (--pdb, breakpoint())",
    )
    group.addoption(
        "--no-diagnosis",
        dest="diagnose",
        action="store_false",
        help="do not look for the known misconception behind a failing test",
    )
    group.addoption(
        "--diagnosis-time",
        metavar="SECONDS",
        type=float,
        default=SECONDS,
        help=f"a guard: how long to look for it in an exercise (default: {SECONDS:g})",
    )
    group.addoption(
        "--plots", metavar="DIR", help="draw heat maps of wrong arrays as PNG files in this folder"
    )
    group.addoption("--no-shrink", action="store_true", help="report the first failing example")


@pytest.hookimpl(tryfirst=True)
def pytest_load_initial_conftests(early_config):
    """Look for pyproject.toml again, now that ``--impl WHERE`` is known to be an option.

    pytest does so before it loads plugins, and then takes WHERE for a folder of tests: with a
    folder outside the project it would find neither our settings nor our tests.
    """
    known = early_config.known_args_namespace
    more = {}
    if "override_ini" in inspect.signature(determine_setup).parameters:  # not in pytest 8, Colab's
        more["override_ini"] = known.override_ini
    root, ini, settings, *_ = determine_setup(
        inifile=known.inifilename,
        args=known.file_or_dir,
        rootdir_cmd_arg=known.rootdir or None,
        invocation_dir=early_config.invocation_params.dir,
        **more,
    )
    if root != early_config.rootpath:
        early_config._rootpath, early_config._inipath = root, ini
        name = "_inicfg" if hasattr(early_config, "_inicfg") else "inicfg"
        setattr(early_config, name, settings)
        early_config._inicache.clear()
        known.confcutdir = str(root)


def pytest_configure(config):
    # assume() is meant to be called by hypothesis only, but examples are also tried without it.
    ignored = "ignore::hypothesis.errors.HypothesisDeprecationWarning"
    config.addinivalue_line("filterwarnings", ignored)
    for option in ("--examples-times", "--time-limit", "--diagnosis-time"):
        if not config.getoption(option) > 0:
            raise pytest.UsageError(f"{option} {config.getoption(option):g}: must be above 0")
    try:
        start = config.invocation_params.dir
        implementation = resolve(config.getoption("--impl"), start)
    except NoImplementation as error:
        raise pytest.UsageError(str(error)) from None
    seeded = config.getoption("--hypothesis-seed", None) is not None
    use_profile(
        times=config.getoption("--examples-times"),
        repeatable=not seeded,
        shrink=not config.getoption("--no-shrink"),
    )
    _register(config, implementation)


def _register(config, implementation):
    """Register the plugins of a run; whoever began it may have given it a recorder."""
    plugins = config.pluginmanager
    given = next((p for p in plugins.get_plugins() if isinstance(p, Recorder)), None)
    recorder = given or Recorder()
    subjects = Subjects(config, implementation, recorder)
    recorder.begin(config, implementation, subjects)
    config.stash[SUBJECTS] = subjects
    if given is None:
        plugins.register(recorder, "unrolled-recorder")
        config.add_cleanup(recorder.servers.close)
    for name, part in {
        "collection": Collection(config, implementation),
        "subjects": subjects,
        "reporting": Reporting(config, subjects, recorder.run),
        "diagnosing": Diagnosing(config, subjects, recorder.run),
        "summary": Summary(config, recorder.run),
    }.items():
        plugins.register(part, f"unrolled-{name}")
    is_chosen = any(str(word).startswith("--dist") for word in config.invocation_params.args)
    if config.getoption("dist", "no") == "load" and not is_chosen:
        config.option.dist = "loadfile"  # a process keeps what it made, such as models, for a file
    # xdist has processes of its own.
    is_xdist = hasattr(config, "workerinput") or config.getoption("dist", "no") != "no"
    options = recorder.ahead
    if options is not None and subjects.replay and not is_xdist:
        ahead = Ahead(subjects, plugins.get_plugin("unrolled-diagnosing"), **options)
        plugins.register(ahead, "unrolled-ahead")  # after the subjects, whose replay it may spare
    if recorder.instead is not None:
        recorder.instead.subjects = subjects
        plugins.register(recorder.instead, "unrolled-instead")


def _subject_fixture(name):
    @pytest.fixture(scope="session", name=name)
    def subject(request):
        return request.config.stash[SUBJECTS].get(name)

    subject.__doc__ = f"The implementation of the exercise {name} under test."
    return subject


for _name in NAMES:
    globals()[f"_{_name}_fixture"] = _subject_fixture(_name)
