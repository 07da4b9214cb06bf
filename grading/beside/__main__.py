"""Begin one of the processes beside a student's code.

python -m grading.beside forkserver FD [MODULE ...]   import once, then fork a worker a request
python -m grading.beside sandbox FD [MODULE ...]      the same, in a sandbox
python -m grading.beside connect PORT                 one worker, where a system cannot fork
"""

import gc
import importlib
import os
import pkgutil
import socket
import sys

from grading.beside import confined, forking, probes, quick, suites, worker
from grading.beside.channel import Channel


def main(arguments):
    mode, address, *preload = arguments
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # The tests' small sums are compared with NumPy's; a GPU would be slower and less exact.
    os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
    _prepare(preload)
    if mode == "connect":
        channel = Channel(socket.create_connection(("127.0.0.1", int(address))))
        worker.serve(channel, channel.receive())
        return
    sandbox = None
    if mode == "sandbox":
        for module in pkgutil.iter_modules(probes.__path__):
            importlib.import_module(f"grading.beside.probes.{module.name}")
        confined.close_all_but(int(address))
        confined.keep_to_itself()
        sandbox = confined.Sandbox()
    forking.serve(socket.socket(fileno=int(address)), sandbox)


def _prepare(modules):
    """Import modules; the garbage collector neither slows that nor looks at what stays for good."""
    gc.disable()
    for name in modules:
        importlib.import_module(name)
    if "tensorflow" in modules:
        quick.be_quick()
    if "hypothesis" in modules:
        suites.warm()
    gc.freeze()
    gc.enable()


if __name__ == "__main__":
    main(sys.argv[1:])
