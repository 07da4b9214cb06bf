"""The command ``bench``."""

import json

import pytest

import grading.catalogue.memory
import grading.develop.benchmarks
from grading.commands import bench
from grading.develop.benchmarks import Benchmark
from tests.kit.models.test_commands import call


def test_bench_compares_both_sides(capsys):
    assert call("bench", "vocabulary", "--quick", "--json", "--reviews", "sample") in (0, 1)
    [row] = json.loads(capsys.readouterr().out)
    assert row["name"] == "vocabulary" and row["demanded_ratio"] == 5
    assert row["same_output"] is True
    assert row["ratio"] == pytest.approx(row["ours"]["value"] / row["baseline"]["value"])
    assert row["ours"]["peak_memory"] > 50e6 and row["baseline"]["peak_memory"] > 50e6
    assert row["reached"] == (row["ratio"] >= 5)


def fake_sides(monkeypatch, benchmark, ours, baseline):
    class Module:
        BENCHMARK = benchmark

    monkeypatch.setattr(bench, "load", lambda name: Module)
    monkeypatch.setattr(
        bench,
        "_run_side",
        lambda name, side, settings: {
            "value": ours if side == "ours" else baseline,
            "peak_memory": 123_000_000,
            "notes": [],
            "output": None,
        },
    )


@pytest.mark.parametrize(
    ("benchmark", "ours", "baseline", "ratio", "reached"),
    [
        (Benchmark("s", "x/s", demanded_ratio=20), 100.0, 5.0, 20, True),
        (Benchmark("s", "x/s", demanded_ratio=20), 100.0, 6.0, 100 / 6, False),
        (Benchmark("s", "s", higher_is_better=False, demanded_value=60), 50.0, 500.0, 10, True),
        (Benchmark("s", "s", higher_is_better=False, demanded_value=60), 61.0, 500.0, 8.2, False),
        (Benchmark("s", "s", higher_is_better=False), float("inf"), 500.0, 0, True),
    ],
)
def test_what_is_demanded_is_judged(monkeypatch, capsys, benchmark, ours, baseline, ratio, reached):
    fake_sides(monkeypatch, benchmark, ours, baseline)
    assert call("bench", "stateful") == (0 if reached else 1)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split()[:4] == ["benchmark", "unit", "ours", "baseline"]
    assert ("yes" if reached else "NO") in lines[2].split()
    assert "123 MB" in lines[2]
    row = bench.measure("stateful", grading.develop.benchmarks.Settings())
    assert row["ratio"] == pytest.approx(ratio, rel=0.01)


def test_bench_refuses_what_is_not_there(capsys):
    assert call("bench", "nothing") == 2
    assert "there is no benchmark 'nothing'; there are pipeline" in capsys.readouterr().err
    assert call("bench", "--text", "nowhere") == 2
    assert "--text nowhere: there is no such file" in capsys.readouterr().err


def test_every_benchmark_has_both_sides():
    for name in grading.develop.benchmarks.NAMES:
        module = grading.develop.benchmarks.load(name)
        assert isinstance(module.BENCHMARK, Benchmark)
        assert callable(module.ours) and callable(module.baseline)


def test_a_side_that_fails_is_told(monkeypatch, capsys, tmp_path):
    broken = tmp_path / "reviews.csv"
    broken.write_text("a,b\n")
    assert call("bench", "vocabulary", "--reviews", broken) == 1
    assert "unrolled bench: vocabulary, ours: " in capsys.readouterr().err
