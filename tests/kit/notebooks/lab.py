"""JupyterLab as a student meets it: started by ``unrolled lab``, seen in a headless Chromium."""

import contextlib
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from grading.catalogue.paths import ROOT

TOKEN = "a-token-for-this-test"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
DRIVER = shutil.which("chromedriver")
PATIENCE = 180  # seconds for one thing to appear, on a slow, busy machine


def missing(page="jupyterlab"):
    """What is missing for a test in a browser of what the package ``page`` serves, or None."""
    if CHROMIUM is None or DRIVER is None:
        return "Chromium or its driver is not installed"
    for name in ("selenium", page):
        try:
            __import__(name)
        except ImportError:
            return f"{name} is not installed"
    return None


@contextlib.contextmanager
def running_lab(notebooks, home, *arguments):
    """Run ``unrolled lab`` on a free port with an empty home; gives the server's address."""
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    home.mkdir(exist_ok=True)
    words = [*arguments, "--no-browser", "--port", str(port), "--folder", str(notebooks)]
    kept = {key: os.environ[key] for key in ("PATH", "LANG") if key in os.environ}
    with open(home / "lab.log", "wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "grading.cli", "lab", *words],
            cwd=ROOT,
            env={
                **kept,
                "HOME": str(home),
                "PYTHONPATH": str(ROOT),
                "JUPYTER_TOKEN": TOKEN,
                "CUDA_VISIBLE_DEVICES": "-1",
            },
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
        )
    address = f"http://127.0.0.1:{port}"
    try:
        _wait_for(f"{address}/api/status?token={TOKEN}", process, home / "lab.log")
        yield address
    finally:
        process.terminate()  # JupyterLab ends its kernels, and they their judges
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _wait_for(url, process, log):
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        with contextlib.suppress(OSError):
            urllib.request.urlopen(url, timeout=5).close()
            return
        assert process.poll() is None, log.read_text()
        time.sleep(0.2)
    raise AssertionError(f"no JupyterLab after {PATIENCE} s:\n{log.read_text()}")


@contextlib.contextmanager
def running_browser(profile):
    """Run a headless Chromium with an empty profile; gives selenium's driver of it."""
    from selenium import webdriver

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM
    switches = "headless no-sandbox disable-gpu disable-quic no-first-run disable-dev-shm-usage"
    switches += " disable-background-networking disable-component-update disable-sync"
    for switch in switches.split():
        options.add_argument(f"--{switch}")
    options.add_argument(f"--user-data-dir={profile}")
    options.add_argument("--window-size=1280,1600")
    service = webdriver.ChromeService(executable_path=DRIVER)
    browser = webdriver.Chrome(options=options, service=service)
    try:
        yield browser
    finally:
        browser.quit()


class Page:
    """One notebook, open in JupyterLab.

    Args:
        browser: selenium's driver.
        address: of the server.
        name: the notebook's file.
        pictures: a folder for screenshots, or None.
    """

    def __init__(self, browser, address, name, pictures=None):
        self.browser, self.pictures = browser, pictures
        browser.get(f"{address}/lab/tree/{name}?token={TOKEN}")
        self.wait_until(lambda: len(self.cells()) > 3, "the notebook's cells")
        self.wait_until(lambda: "Idle" in self.status(), "an idle kernel")

    def cells(self):
        """The cells, as elements of the page."""
        return self.browser.find_elements("css selector", ".jp-Notebook .jp-Cell")

    def status(self):
        """What the status bar says of the kernel."""
        found = self.browser.find_elements("css selector", ".jp-StatusBar-TextItem")
        return " ".join(item.text for item in found)

    def module_cell(self):
        """The second code cell, below the one for Colab: the module."""
        return self.browser.find_elements("css selector", ".jp-Notebook .jp-CodeCell")[1]

    def type_module(self, text):
        """Replace the whole module by a text, as one who pastes it does."""
        from selenium.webdriver import ActionChains, Keys

        editor = self.module_cell().find_element("css selector", ".cm-content")
        self.browser.execute_script("arguments[0].scrollIntoView()", editor)
        ActionChains(self.browser).move_to_element(editor).click(editor).perform()
        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("a").key_up(
            Keys.CONTROL
        ).perform()
        self.browser.execute_cdp_cmd("Input.insertText", {"text": text})

    def run_all(self):
        """Run > Run All Cells, in the menu; waits until all of them have run."""
        menu = '//div[contains(@class, "lm-MenuBar-itemLabel")][text()="Run"]'
        self.browser.find_element("xpath", menu).click()
        entry = '//div[contains(@class, "lm-Menu-itemLabel")][text()="Run All Cells"]'
        self.wait_until(lambda: self.browser.find_elements("xpath", entry), "the menu Run")
        self.browser.find_element("xpath", entry).click()
        self.wait_until(self._has_run, "the end of all cells")

    def outputs(self):
        """What each code cell shows, as text."""
        cells = self.browser.find_elements("css selector", ".jp-Notebook .jp-CodeCell")
        return [
            "\n".join(area.text for area in cell.find_elements("css selector", ".jp-OutputArea"))
            for cell in cells
        ]

    def save(self):
        """Save the notebook with Ctrl-S, and wait until it is on disk."""
        from selenium.webdriver import ActionChains, Keys

        ActionChains(self.browser).key_down(Keys.CONTROL).send_keys("s").key_up(
            Keys.CONTROL
        ).perform()

    def picture(self, name):
        """Keep a screenshot, if there is a folder for it."""
        if self.pictures:
            Path(self.pictures).mkdir(parents=True, exist_ok=True)
            self.browser.save_screenshot(str(Path(self.pictures) / f"{name}.png"))

    def wait_until(self, condition, what):
        """Wait until a condition holds.

        Raises:
            AssertionError: it does not, for longer than anybody would wait.
        """
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if condition():
                return
            time.sleep(0.2)
        raise AssertionError(f"waited {PATIENCE} s for {what}")

    def _has_run(self):
        prompts = self.browser.find_elements("css selector", ".jp-CodeCell .jp-InputPrompt")
        texts = [prompt.text for prompt in prompts]
        return texts and all(text[1:-2].isdigit() for text in texts)
