"""Ports, child processes and the state file, with real sockets and real processes."""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from predictiondex.errors import StartError
from predictiondex.ml.registry import Registry
from predictiondex.settings import Settings
from predictiondex.stack import embedded, ports, processes, state
from predictiondex.stack.processes import Child, Service
from tests.ml.models import booster, manifest

#: Starts a child of its own; both ignore SIGTERM and wait for ever. The inner one says that it is there.
STUBBORN = """
import os, signal
signal.signal(signal.SIGTERM, signal.SIG_IGN)
if os.fork() == 0:
    print("inner", flush=True)
signal.pause()
"""

#: Watches a system of no services again and again; each time SIGTERM arrives a line of Python later.
SIGNALLED = """
import faulthandler, pathlib, signal, sys
from predictiondex.settings import Settings
from predictiondex.stack import embedded

faulthandler.dump_traceback_later(60, exit=True)
embedded.POLL_SECONDS = 0.001

def watch(line):
    passed = 0
    def trace(frame, event, argument):
        nonlocal passed
        passed += event == "line"
        if event == "line" and passed == line:
            signal.raise_signal(signal.SIGTERM)
        return trace
    with embedded.Session(Settings(home=pathlib.Path(sys.argv[1])), with_ui=False) as session:
        sys.settrace(trace)
        session.watch()
        sys.settrace(None)
    return passed

for line in range(1, 201):
    assert watch(line) >= line
print("stopped each time")
"""


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A server on a free port of loopback."""
    with closing(socket.create_server(("127.0.0.1", 0))) as server:
        yield server


def program(code: str, folder: Path, name: str = "thing") -> Service:
    """A service that runs a piece of Python."""
    return Service(
        name,
        name.title(),
        (sys.executable, "-c", code),
        {"GREETING": "hello"},
        "",
        "",
        folder / f"{name}.log",
    )


def wait_for_log(child: Child, text: str) -> None:
    """Until the child has written ``text``, or it ends."""
    process = psutil.Process(child.pid)
    for _ in range(200):
        if text in child.log_tail():
            return
        assert child.exit_code is None
        psutil.wait_procs([process], timeout=0.05)
    pytest.fail(f"{text!r} was not written: {child.log_tail()}")


def test_a_taken_port_is_named_with_its_owner_and_the_option(listener: socket.socket) -> None:
    port = listener.getsockname()[1]
    with pytest.raises(StartError, match=rf"Port {port} .*process {os.getpid()}.*--ui-port") as caught:
        ports.demand("127.0.0.1", port, option="--ui-port")
    assert re.search(r"--ui-port \d+", caught.value.message)


def test_a_port_is_free_right_after_its_server_has_gone(listener: socket.socket) -> None:
    address = listener.getsockname()
    with closing(socket.create_connection(address)), closing(listener.accept()[0]):
        pass  # the closed connection lingers in TIME_WAIT
    listener.close()
    ports.demand(*address, option="--port")


def test_a_foreign_address_is_explained() -> None:
    with pytest.raises(StartError, match="--host"):
        ports.claimable("no.such.host.invalid", 8000)


def test_a_child_gets_its_environment_and_its_log(tmp_path: Path) -> None:
    child = Child(program("import os; print(os.environ['GREETING'])", tmp_path))
    psutil.wait_procs([psutil.Process(child.pid)], timeout=20)
    assert child.exit_code == 0
    assert child.log_tail() == "hello"


def test_the_log_before_is_kept(tmp_path: Path) -> None:
    for text in ("first", "second"):
        child = Child(program(f"print({text!r})", tmp_path))
        psutil.wait_procs([psutil.Process(child.pid)], timeout=20)
        assert child.exit_code == 0
    assert (tmp_path / "thing.log").read_text().strip() == "second"
    assert (tmp_path / "thing.previous.log").read_text().strip() == "first"


def test_stop_ends_what_ignores_it_and_what_that_started(tmp_path: Path) -> None:
    child = Child(program(STUBBORN, tmp_path))
    wait_for_log(child, "inner")
    everything = processes.tree(child.pid, child.created)
    assert len(everything) == 2
    processes.stop([child], timeout=0.2)
    assert not any(process.is_running() for process in everything)


def test_a_process_of_another_time_is_not_ours() -> None:
    me = psutil.Process()
    assert processes.tree(me.pid, me.create_time())
    assert processes.tree(me.pid, me.create_time() - 3600) == []


@pytest.mark.slow
def test_a_signal_stops_it_wherever_it_arrives(tmp_path: Path) -> None:
    command = [sys.executable, "-c", SIGNALLED, str(tmp_path)]
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ended.stdout.strip() == "stopped each time", ended.stderr


def test_a_second_up_in_the_same_home_is_refused(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    state.claim(settings, "http://127.0.0.1:8000", None)
    with pytest.raises(StartError, match=rf"already running .*{os.getpid()}"):
        state.claim(settings, "http://127.0.0.1:8001", None)


def test_of_two_that_begin_in_the_same_moment_one_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings, write = Settings(home=tmp_path), state.write
    looked, go_on = threading.Event(), threading.Event()

    def slowly(settings: Settings, record: state.State) -> None:
        """The first has seen that nobody runs there, and has not said yet that it does."""
        if not looked.is_set():
            looked.set()
            assert go_on.wait(60)
        write(settings, record)

    monkeypatch.setattr(state, "write", slowly)
    first = threading.Thread(target=state.claim, args=(settings, "http://127.0.0.1:8000", None))
    first.start()
    try:
        assert looked.wait(60)
        monkeypatch.setattr(state, "_LOCK_SECONDS", 0.05)
        with pytest.raises(StartError, match="still at work"):
            state.claim(settings, "http://127.0.0.1:8001", None)
    finally:
        go_on.set()
        first.join(60)
    with pytest.raises(StartError, match=r"already running .*:8000"):
        state.claim(settings, "http://127.0.0.1:8001", None)


def test_nobody_forgets_the_record_of_another(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    mine = state.claim(settings, "http://127.0.0.1:8000", None)
    others = state.State(state.Process("up", mine.supervisor.pid, 1.0), "http://127.0.0.1:8001", None)
    state.write(settings, others)
    state.stop_file(settings).touch()
    state.release(settings, mine)
    assert state.read(settings) == others
    assert state.stop_file(settings).exists()
    state.release(settings, others)
    assert not state.state_file(settings).exists()
    assert not state.stop_file(settings).exists()


def test_what_a_killed_up_left_behind_is_ended_by_the_next(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    orphan = Child(program("import signal; print('up', flush=True); signal.pause()", tmp_path))
    wait_for_log(orphan, "up")
    dead = state.Process("up", os.getpid(), 1.0)  # our id, but of another time
    left = state.Process("api", orphan.pid, orphan.created)
    state.write(settings, state.State(dead, "http://127.0.0.1:8000", None, [left]))
    state.claim(settings, "http://127.0.0.1:8001", None)
    assert orphan.exit_code is not None


@pytest.mark.parametrize("text", ["", "{", "[]", '{"supervisor": 1}'])
def test_a_damaged_state_file_counts_as_none(text: str, tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    state.state_file(settings).write_text(text)
    assert state.read(settings) is None
    assert state.stop_running(settings) is None
    state.claim(settings, "http://127.0.0.1:8000", None)
    assert state.read(settings) is not None


def test_a_start_trains_a_model_where_there_is_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    begun: list[Service] = []
    monkeypatch.setattr(embedded, "Child", begun.append)
    settings = Settings(home=tmp_path, train_on_start=True)
    assert embedded.Session(settings, with_ui=False).train_first()
    registry = Registry(settings.models)
    registry.add(booster(1), manifest())
    registry.set_alias("champion", "1", reason="first", by="test")
    assert not embedded.Session(settings, with_ui=False).train_first()
    assert all("--missing" in job.command for job in begun)  # a champion that fits stays
    (registry.root / "history.jsonl").write_text("no record\n")
    assert embedded.Session(settings, with_ui=False).train_first()
    assert len(begun) == 3
    unwanted = settings.model_copy(update={"train_on_start": False})
    assert not embedded.Session(unwanted, with_ui=False).train_first()
    assert len(begun) == 3
