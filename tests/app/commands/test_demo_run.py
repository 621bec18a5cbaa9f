"""`make run` as a newcomer lives it: start, look, lose the power, start again, Ctrl-C."""

from __future__ import annotations

import contextlib
import http.client
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

WITHIN_SECONDS = 180
LAST_WORDS = "Ctrl-C stops everything"


class Programme:
    """A running `tanpuhui demo run`, with what it has said so far."""

    def __init__(self, data_dir: Path, port: int) -> None:
        environ = {k: v for k, v in os.environ.items() if not k.startswith("TANPUHUI_")}
        for name in ("DATABASE_URL", "REDIS_URL"):
            environ.pop(name, None)
        environ |= {"TANPUHUI_DATA_DIR": str(data_dir), "TANPUHUI_PORT": str(port)}
        self.environ = environ
        self.said: list[str] = []
        self.process = subprocess.Popen(
            [sys.executable, "-m", "app.commands.main", "demo", "run"],
            env=environ,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + WITHIN_SECONDS
        while not any(LAST_WORDS in line for line in self.said):
            assert self.process.poll() is None, "".join(self.said)
            assert time.monotonic() < deadline, "".join(self.said)
            time.sleep(0.05)

    def end(self, number: int) -> int:
        self.process.send_signal(number)
        code = self.process.wait(timeout=60)
        self._reader.join()
        self.process.stdout.close()
        return code

    def _listen(self) -> None:
        self.said.extend(iter(self.process.stdout.readline, ""))


@pytest.fixture
def folder() -> Iterator[Path]:
    made = Path(tempfile.mkdtemp(prefix="tanpuhui-test-"))
    made.chmod(0o755)
    yield made
    for process in servers_below(made):
        process.kill()
    sockets = made / "two words" / "engines" / "sockets.txt"
    if sockets.exists():
        shutil.rmtree(sockets.read_text().strip())
    shutil.rmtree(made)


def servers_below(folder: Path) -> list[psutil.Process]:
    """PostgreSQL and Valkey of the folder, wherever they came from."""
    found = []
    for process in psutil.process_iter():
        with contextlib.suppress(psutil.Error):
            if Path(process.cwd()).is_relative_to(folder):
                found.append(process)
    return found


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def get(port: int, path: str) -> tuple[int, bytes]:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", port, timeout=10)) as asked:
        asked.request("GET", path)
        answer = asked.getresponse()
        return answer.status, answer.read()


@pytest.mark.embedded
@pytest.mark.slow
def test_the_demo_starts_survives_a_power_cut_and_ends_in_good_order(folder: Path) -> None:
    data_dir, port = folder / "two words", free_port()
    first = Programme(data_dir, port)
    first.wait_until_ready()
    assert get(port, "/readyz")[0] == 200
    said = "".join(first.said)
    cast = json.loads((data_dir / "demo.json").read_text())
    assert cast["base_url"] == f"http://127.0.0.1:{port}"
    assert cast["clients"]["provider"]["client_secret"] in said
    retired = get(port, "/v1/registry/retirements")
    assert retired[0] == 200
    assert json.loads(retired[1])["data"]

    everything = psutil.Process(first.process.pid).children(recursive=True)
    everything += servers_below(folder)
    first.process.kill()
    for process in everything:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    first.end(signal.SIGKILL)
    psutil.wait_procs(everything, timeout=10)

    second = Programme(data_dir, port)
    second.wait_until_ready()
    assert json.loads((data_dir / "demo.json").read_text()) == cast
    assert get(port, "/v1/registry/retirements") == retired
    audit = subprocess.run(
        [sys.executable, "-m", "app.commands.main", "audit"],
        env=second.environ,
        capture_output=True,
        text=True,
        check=False,
        timeout=WITHIN_SECONDS,
    )
    assert audit.returncode == 0, audit.stdout + audit.stderr

    assert second.end(signal.SIGINT) == 0, "".join(second.said)
    assert "Stopped. The data are kept" in "".join(second.said)
    assert servers_below(folder) == []
    with pytest.raises(OSError):  # noqa: PT011 - whatever the system says of a closed port
        get(port, "/livez")
