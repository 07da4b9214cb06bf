"""No attack gets a point it did not earn, and the host and all others stay as they were."""

import json
import os
import re
import socket
import time

import pytest

from grading.catalogue.paths import ROOT
from grading.catalogue.stubs import solution_path
from grading.processes import sandbox
from grading.processes.sandbox import Limits, servers
from grading.processes.starter import descendants
from grading.running import submission
from tests.kit.grading_class.attacks import ATTACKS, WRONG

pytestmark = pytest.mark.skipif(sandbox.missing() is not None, reason=str(sandbox.missing()))

RIGHT = solution_path("tokenizer").read_text()
LIMITS = Limits(memory=512 * 2**20, processes=100, disk=64 * 2**20)
SECRET = "the-instructors-secret"
MARK = "98765.4321"
UNPRINTED = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e\ud800-\udfff]")
QUICK = ("--examples-times=0.25", "--no-shrink")


def judged(source, **options):
    given = {"limits": LIMITS, "time_limit": 1, "diagnose": False, "options": QUICK, **options}
    return submission.judge_submission({"tokenizer": source.encode()}, **given)


def points_of(result):
    return {group["slug"]: group["points"] for group in result["exercises"]["tokenizer"]["groups"]}


@pytest.fixture(scope="module")
def earned():
    points = points_of(judged(WRONG, time_limit=10))
    assert 0 < sum(points.values()) < 10
    return points


@pytest.fixture
def host(tmp_path, monkeypatch):
    """What an attack would like to see or change, and whether it did."""
    monkeypatch.setenv("UNROLLED_TEST_SECRET", SECRET)
    # More than a fork takes on a busy machine, and than a stack is waited for.
    monkeypatch.setattr(servers, "REPLY_LIMIT", 5.0)
    (tmp_path / "gradebook.db").write_text(SECRET)
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "tokenizer.py").write_text(SECRET)
    for path in (tmp_path, *tmp_path.rglob("*")):
        path.chmod(0o777)  # it is the sandbox that protects them here
    before = snapshot(tmp_path), solution_path("tokenizer").read_bytes()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield tmp_path, server.getsockname()[1]
        with pytest.raises(BlockingIOError):
            server.accept()
    assert (snapshot(tmp_path), solution_path("tokenizer").read_bytes()) == before
    assert processes_with(MARK) == []
    assert descendants_of_this_process("bwrap") == []


@pytest.fixture
def pool(host):
    made = sandbox.Pool()
    yield made
    made.close()


def snapshot(folder):
    paths = [path for path in sorted(folder.rglob("*")) if "__pycache__" not in path.parts]
    return {str(path): path.is_file() and path.read_bytes() for path in paths}


def texts_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, list | dict):
        for part in value:
            yield from texts_in(part)
            if isinstance(value, dict):
                yield from texts_in(value[part])


def processes_with(text):
    found = []
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/cmdline") as file:
                if text in file.read():
                    found.append(pid)
        except OSError:
            continue
    return found


def descendants_of_this_process(name):
    ours = []
    for pid in descendants(os.getpid()):
        with open(f"/proc/{pid}/comm") as file:
            if name in file.read():
                ours.append(pid)
    return ours


@pytest.mark.parametrize("name", ATTACKS)
def test_an_attack_gets_no_point_it_did_not_earn(name, earned, host, pool):
    attack, (canary, port) = ATTACKS[name], host
    source = attack.source.replace("CANARY", str(canary)).replace("ROOT", str(ROOT))
    start = time.monotonic()
    result = judged(source.replace("PORT", str(port)).replace("MARK", MARK), pool=pool)
    assert time.monotonic() - start < 120
    points = points_of(result)
    told = f"{result['notes']} {str(result['exercises']['tokenizer'])[:3000]}"
    for group, most in earned.items():
        assert points[group] == most if attack.same else 0 <= points[group] <= most, told
    if attack.notes:
        assert any(re.search(attack.notes, note) for note in result["notes"]), told
    if any(pool.kept.values()):  # then nothing may be left for whoever comes next
        after = judged(RIGHT, pool=pool, time_limit=10)
        assert after["exercises"]["tokenizer"]["points"] == 10 and after["notes"] == [], after
    text = json.dumps(result, allow_nan=False, ensure_ascii=False)
    assert SECRET not in text and "it could" not in text
    assert len(text) < 200_000
    assert not any(UNPRINTED.search(part) for part in texts_in(result))


def test_the_next_submission_is_judged_as_ever():
    result = judged(RIGHT)
    assert result["exercises"]["tokenizer"]["points"] == 10
    assert result["notes"] == []


def test_an_honest_submission_that_warns_and_prints_gets_full_marks():
    noise = (
        "\nimport sys, warnings, os\n"
        "warnings.warn('this is fine')\n"
        "for name in ('fit', 'encode', 'decode'):\n"
        "    def loud(self, given, right=getattr(CharTokenizer, name)):\n"
        "        print('warning: ' * 100, file=sys.stderr)\n"
        "        print('passed: True, score: -1, {\"value\": 1}')\n"
        "        os.write(2, b'\\x1b[31m0 points\\n' * 10)\n"
        "        return right(self, given)\n"
        "    setattr(CharTokenizer, name, loud)\n"
        "print('x' * 20_000_000)\n"
    )
    result = judged(RIGHT + noise)
    assert result["exercises"]["tokenizer"]["points"] == 10
    assert result["notes"] == []
