"""The Docker of the tests' own: what is left running."""

from __future__ import annotations

import gc
import os
import signal
import subprocess
import sys
import time

import psutil

from tests.stack import daemon


def test_what_is_left_running_says_nothing_and_leaves_no_zombie() -> None:
    """Warnings are errors here: a ``Popen`` that is dropped while its process runs fails the test."""
    process = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
    number = process.pid
    daemon.leave_running(process)
    del process
    gc.collect()
    assert psutil.Process(number).is_running()
    os.kill(number, signal.SIGKILL)
    until = time.monotonic() + 10
    while psutil.pid_exists(number) and time.monotonic() < until:
        time.sleep(0.01)
    assert not psutil.pid_exists(number), "it was waited for"
