"""The local server of ``unrolled see``: loopback only, with a secret in its address."""

import contextlib
import logging
import secrets
import signal
import socket
import threading
import webbrowser

from bokeh.application import Application
from bokeh.application.handlers import FunctionHandler
from bokeh.server.server import Server

from grading.catalogue.syllabus import NAMES
from grading.processes.forkserver import ForkServers
from grading.student.see.desk import Desk
from grading.student.see.looking import Looking
from grading.student.see.page import Page
from grading.student.see.views import VIEWS
from grading.student.watch.saves import Saves

ADDRESS = "127.0.0.1"


def serve(folder, first, port=0, alone=False, poll=False, browser=True):
    """Serve the pages until Ctrl-C.

    Args:
        folder: of the student's modules.
        first: the exercise to open.
        port: on the loopback interface; 0 takes a free one.
        alone: leave the reference's results away.
        poll: look at the files at intervals instead of waiting for events.
        browser: open the page in a browser.

    Raises:
        OSError: the port is taken.
    """
    for name in ("bokeh", "tornado"):  # refused requests are not shown to a student
        logging.getLogger(name).setLevel(logging.CRITICAL)
    servers = ForkServers()
    desk = Desk(Looking(servers, folder, alone))
    secret, port = secrets.token_urlsafe(24), port or _free_port()
    with contextlib.ExitStack() as stack:
        stack.callback(servers.close)
        stack.callback(desk.close)
        # All that is served is below the secret, also the websocket: without it there is nothing.
        server = Server(
            {f"/{each}": _application(each, desk) for each in VIEWS},
            address=ADDRESS,
            port=port,
            prefix=secret,
            use_index=False,
            redirect_root=False,
            allow_websocket_origin=[f"{ADDRESS}:{port}"],
        )
        stack.callback(server.stop)
        server.start()
        stack.enter_context(Saves(folder, desk.saved, poll))
        address = f"http://{ADDRESS}:{server.port}/{secret}/{first}"
        print(f"{address}\nThe page is new at each save. Ctrl-C ends.", flush=True)
        if first in NAMES:
            servers.warm(first)
        if browser:
            threading.Thread(target=webbrowser.open, args=(address,), daemon=True).start()
        with contextlib.suppress(ValueError):  # not in the main thread: in a test, say
            signal.signal(signal.SIGTERM, lambda *_: server.io_loop.add_callback_from_signal(
                server.io_loop.stop))  # fmt: skip
        with contextlib.suppress(KeyboardInterrupt):
            server.io_loop.start()
    return 0


def _free_port():
    """Found before the server starts: its own address is the only origin it answers to."""
    with socket.create_server((ADDRESS, 0)) as free:
        return free.getsockname()[1]


def _application(name, desk):
    return Application(FunctionHandler(lambda document: _open(document, name, desk)))


def _open(document, name, desk):
    Page(document, name, desk)
