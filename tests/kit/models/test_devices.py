"""Several devices, several workers, 16 bits: each tried in processes of their own."""

import json
import os
import shutil
import socket
import subprocess
import sys

import numpy as np
import pytest
from tensorflow import keras

from solutions.models import Options, char_rnn, devices, stateful_char_rnn
from solutions.models.components import reference
from solutions.models.run import Run
from solutions.models.run_files import RunError, read_history

PROGRAM = """
import sys
import numpy as np
from solutions.models import devices
from tests.kit.models.tiny import make_task, train

name, out, result = sys.argv[1:]
if name == "mirrored":
    devices.split_cpu(2)
strategy = devices.make_strategy(name)
model, history = train(make_task(epochs=2), out, strategy=strategy)
np.savez(result, *model.get_weights(), n=strategy.num_replicas_in_sync,
         loss=[row["loss"] for row in history])
"""


def start(name, out, result, tf_config=None):
    environment = {**os.environ, "CUDA_VISIBLE_DEVICES": "-1"}
    environment.pop("TF_CONFIG", None)
    if tf_config:
        environment["TF_CONFIG"] = json.dumps(tf_config)
    return subprocess.Popen(
        [sys.executable, "-c", PROGRAM, name, str(out), str(result)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def finish(processes):
    """Wait for them; False if one was taken for dead, as TensorFlow does after 10 s of silence."""
    try:
        outputs = [process.communicate(timeout=150)[0] for process in processes]
    finally:
        for process in processes:
            process.kill()
    failed = [output for p, output in zip(processes, outputs, strict=True) if p.returncode]
    if any("heartbeat timeout" in output for output in failed):
        return False
    assert not failed, "\n\n".join(output[-3000:] for output in failed)
    return True


def free_ports(n):
    sockets = [socket.socket() for _ in range(n)]
    for s in sockets:
        s.bind(("127.0.0.1", 0))
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def load(path):
    with np.load(path) as arrays:
        return dict(arrays)


def start_workers(folder):
    workers = {"worker": [f"127.0.0.1:{port}" for port in free_ports(2)]}
    return [
        start(
            "multiworker",
            folder / "workers",
            folder / f"worker{i}.npz",
            {"cluster": workers, "task": {"type": "worker", "index": i}},
        )
        for i in range(2)
    ]


def test_training_is_spread_over_two_devices_and_over_two_workers(tmp_path):
    assert finish([start("mirrored", tmp_path / "mirrored", tmp_path / "mirrored.npz")])
    if not finish(start_workers(tmp_path)):  # the machine was busy for a moment
        shutil.rmtree(tmp_path / "workers", ignore_errors=True)
        assert finish(start_workers(tmp_path))

    runs = [load(tmp_path / f"{name}.npz") for name in ("mirrored", "worker0", "worker1")]
    for run in runs:
        assert run["n"] == 2
        assert run["loss"][1] < run["loss"][0]
    for key in runs[1]:  # both workers hold the same model
        np.testing.assert_array_equal(runs[1][key], runs[2][key])
    for folder in ("mirrored", "workers"):
        names = sorted(path.name for path in (tmp_path / folder).iterdir())
        assert names == [
            "checkpoint-00002", "curves.png", "history.csv", "model.weights.h5", "settings.json",
        ]  # fmt: skip
        assert len(read_history(tmp_path / folder)) == 2


def test_a_stateful_model_stays_on_one_device(tmp_path):
    options = Options(data="sample", limit=9_000, units=2, batch_size=4)
    run = Run(tmp_path, strategy=object())
    with pytest.raises(RunError, match="cannot be spread over several devices"):
        stateful_char_rnn.train(run, options, reference())


WORKER = '{"cluster": {"worker": ["localhost:1"]}'  # a task is missing


@pytest.mark.parametrize(
    "tf_config",
    [
        None, "", "{}", '{"cluster": {}}', "[1]", "not JSON", WORKER + "}",
        WORKER + ', "task": {"type": "worker", "index": 5}}',
        '{"cluster": {"worker": "a:1"}, "task": {"type": "worker", "index": 0}}',
    ],
)  # fmt: skip
def test_workers_need_a_good_tf_config(monkeypatch, tf_config):
    monkeypatch.delenv("TF_CONFIG", raising=False)
    if tf_config is not None:
        monkeypatch.setenv("TF_CONFIG", tf_config)
    with pytest.raises(RunError, match="TF_CONFIG"):
        devices.make_strategy("multiworker")


def test_the_cpu_is_split_into_two_at_least():
    with pytest.raises(RunError, match="--logical-devices 1: at least 2"):
        devices.split_cpu(1)


def test_no_strategy_is_none():
    assert devices.make_strategy("none") is None


def test_mixed_precision_computes_in_16_bits_and_keeps_32():
    try:
        devices.set_mixed_precision(True)
        model = char_rnn.build_char_rnn(5, units=4)
        assert model.layers[1].compute_dtype in ("float16", "bfloat16")
        assert all(weight.dtype == "float32" for weight in model.weights)
        probabilities = model(np.array([[1, 2, 3]]))
        assert probabilities.dtype == "float32"
        np.testing.assert_allclose(probabilities.numpy().sum(axis=-1), 1, rtol=1e-5)
        model.compile(loss="sparse_categorical_crossentropy", optimizer="adam")
        ids = np.tile([[0, 1, 2, 3, 4]], (4, 1))
        before = model.get_weights()[0]
        assert np.isfinite(model.train_on_batch(ids[:, :-1], ids[:, 1:]))
        assert np.abs(model.get_weights()[0] - before).max() > 0
    finally:
        devices.set_mixed_precision(False)
    assert keras.mixed_precision.global_policy().name == "float32"
