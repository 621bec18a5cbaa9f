"""An installation in live mode as its operator sets it up: secrets, an empty database, commands."""

from __future__ import annotations

import os
import secrets
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from tests.builders.jobs import until
from tests.builders.server import alive

ROOT = Path(__file__).parents[2]
ANSWERS = """
programme: {name_zh: 某省碳普惠, name_en: A Province, zone: Asia/Shanghai, serial_prefix: PRV}
operators:
  - {username: li.wei, display_name: 李伟}
  - {username: wang.fang, display_name: 王芳}
authority: {username: zhao.min, display_name: 赵敏}
base_url: https://tanpuhui.example.cn/
"""


@dataclass(frozen=True)
class Server:
    """One machine: its environment, and what is typed on it."""

    environ: dict[str, str]
    folder: Path

    def type(self, *words: str, sent: str = "") -> subprocess.CompletedProcess[str]:
        """``tanpuhui …`` in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "app.commands.main", *words],
            cwd=ROOT,
            env=self.environ,
            input=sent,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )

    @contextmanager
    def serving(self) -> Iterator[httpx.Client]:
        """`tanpuhui serve` while the block lasts."""
        command = [sys.executable, "-m", "app.commands.main", "serve"]
        log = self.folder / "serve.log"
        with log.open("wb") as out:
            server = subprocess.Popen(command, cwd=ROOT, env=self.environ, stdout=out, stderr=out)
        base_url = f"http://127.0.0.1:{self.environ['TANPUHUI_PORT']}"
        try:
            until(lambda: alive(base_url, server, log), within_s=60)
            with httpx.Client(base_url=base_url, timeout=30) as web:
                yield web
        finally:
            server.terminate()
            server.wait(30)


def a_server(database_url: str, redis_url: str, folder: Path) -> Server:
    """A machine with fresh secrets, whose database is nobody's yet."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("TANPUHUI_")}
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    made = {
        f"TANPUHUI_{name}_KEY": secrets.token_hex(32)
        for name in ("SECRET", "IDENTITY", "SIGNING", "MASTER")
    }
    settings = {
        "TANPUHUI_MODE": "live",
        "TANPUHUI_DATA_DIR": str(folder / "var"),
        "TANPUHUI_PORT": str(port),
        "DATABASE_URL": database_url,
        "REDIS_URL": redis_url,
        "LC_ALL": "C.UTF-8",
    }
    return Server(own | made | settings, folder)
