"""The one program, as a shell sees it: real processes, real ports, real engines."""

from __future__ import annotations

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import psycopg
import pytest
from click.testing import CliRunner

from app.commands.main import VERBS, tanpuhui
from app.commands.supervise import Supervisor
from app.settings import SECRETS, Settings
from app.store.server_facts import ServerUnreachable, ask_server
from behaviours.actions.shipped import METHODOLOGIES_FOLDER


@pytest.fixture
def environ(settings: Settings, database_url: str, tmp_path: Path) -> dict[str, str]:
    """The environment of a program on this run's servers, with a data directory of its own."""
    own = {name: value for name, value in os.environ.items() if not name.startswith("TANPUHUI_")}
    return own | {
        "DATABASE_URL": database_url,
        "REDIS_URL": str(settings.redis_url),
        "TANPUHUI_DATA_DIR": str(tmp_path / "var"),
        "TANPUHUI_PORT": str(free_port()),
    }


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.create_server(("127.0.0.1", 0)) as holder:
        yield holder.getsockname()[1]


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


def call(environ: dict[str, str], *words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "app.commands.main", *words],
        env=environ,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def wait_for(what: Callable[[], bool], seconds: float = 20) -> None:
    deadline = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < deadline, "it did not come about"
        time.sleep(0.02)


def test_help_lists_every_verb_with_its_sentence() -> None:
    answer = CliRunner().invoke(tanpuhui, ["--help"])
    assert answer.exit_code == 0, answer.output
    for verb, (_, sentence) in VERBS.items():
        assert re.search(rf"^  {verb} +{re.escape(sentence)}$", answer.output, re.MULTILINE)


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_explains_itself(verb: str) -> None:
    answer = CliRunner().invoke(tanpuhui, [verb, "--help"])
    assert answer.exit_code == 0, answer.output
    assert answer.output.startswith(f"Usage: tanpuhui {verb}")


def test_help_names_every_setting() -> None:
    said = CliRunner().invoke(tanpuhui, ["--help"]).output
    made = {"warnings", "is_sandbox"}
    names = [name.upper() for name in Settings.__dataclass_fields__ if name not in made]
    for name in names:
        assert (name if name in {"DATABASE_URL", "REDIS_URL"} else f"TANPUHUI_{name}") in said


@pytest.mark.parametrize("words", [("serve",), ("demo", "run")])
def test_a_taken_port_is_said_before_anything_starts(
    environ: dict[str, str], taken_port: int, words: tuple[str, ...]
) -> None:
    del environ["DATABASE_URL"], environ["REDIS_URL"]
    answer = call(environ | {"TANPUHUI_PORT": str(taken_port)}, *words)
    assert answer.returncode == 1
    assert f"TANPUHUI_PORT={taken_port + 1}" in answer.stderr
    assert not (Path(environ["TANPUHUI_DATA_DIR"]) / "engines").exists()


def test_bad_settings_are_all_said_at_once(environ: dict[str, str]) -> None:
    answer = call(
        environ | {"TANPUHUI_PORT": "none", "TANPUHUI_MODE": "beta", "TANPUHUI_PROT": "1"}, "clock"
    )
    assert answer.returncode == 1
    assert "TANPUHUI_PORT is 'none'" in answer.stderr
    assert "TANPUHUI_MODE is 'beta'" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_an_unknown_setting_is_a_warning(environ: dict[str, str]) -> None:
    answer = call(environ | {"TANPUHUI_PROT": "1"}, "clock")
    assert answer.returncode == 0
    assert "did you mean TANPUHUI_PORT?" in answer.stderr


def test_the_clock_is_shown_and_moved(environ: dict[str, str]) -> None:
    assert "real time" in call(environ, "clock").stdout
    assert "86,460 s ahead" in call(environ, "clock", "--days", "1", "--advance", "60").stdout
    assert "86,460 s ahead" in call(environ, "clock").stdout
    back = call(environ, "clock", "--advance", "-5")
    assert (back.returncode, "forward only" in back.stderr) == (1, True)


def test_migrate_may_be_repeated(environ: dict[str, str], make_database: Callable[[], str]) -> None:
    environ = environ | {"DATABASE_URL": make_database()}
    for _ in range(2):
        answer = call(environ, "migrate")
        assert answer.returncode == 0, answer.stderr
        assert "at step" in answer.stdout


def test_the_doctor_finds_this_set_up_in_order(environ: dict[str, str], settings: Settings) -> None:
    # The database of this run is sealed by the key of this run.
    answer = call(environ | {"TANPUHUI_MASTER_KEY": settings.master_key.hex()}, "doctor")
    for name in ("python", "disk", "secrets", "port", "clock", "database", "durability", "redis"):
        assert name in answer.stdout
    # The queue's persistence and eviction are the server's, which may be somebody else's.
    bad = {line.split()[1] for line in answer.stdout.splitlines() if line.startswith("no ")}
    assert bad <= {"redis"}, answer.stdout


def test_the_doctor_says_what_to_do_about_a_server_that_is_away(environ: dict[str, str]) -> None:
    away = f"postgresql://u:hunter2@127.0.0.1:{free_port()}/none"
    answer = call(environ | {"DATABASE_URL": away}, "doctor")
    assert answer.returncode == 1
    assert "Start the server that DATABASE_URL names" in answer.stdout
    assert "hunter2" not in answer.stdout + answer.stderr


def test_live_mode_refuses_missing_secrets_by_name(environ: dict[str, str]) -> None:
    answer = call(environ | {"TANPUHUI_MODE": "live"}, "serve")
    assert answer.returncode == 1
    for name in ("SECRET_KEY", "IDENTITY_KEY", "SIGNING_KEY", "MASTER_KEY"):
        assert f"TANPUHUI_{name} is not set" in answer.stderr


def live_mode() -> dict[str, str]:
    """Live mode with every secret that it demands."""
    keys = {f"TANPUHUI_{name.upper()}": os.urandom(32).hex() for name in SECRETS}
    return {**keys, "TANPUHUI_MODE": "live"}


def test_live_mode_refuses_a_server_that_can_lose_an_answer(
    environ: dict[str, str], make_database: Callable[[], str]
) -> None:
    url = make_database()
    with psycopg.connect(url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f"ALTER DATABASE {name} SET synchronous_commit = off")
    live = environ | live_mode() | {"DATABASE_URL": url}
    answer = call(live, "serve")
    assert answer.returncode == 1
    assert "durability: off: synchronous_commit" in answer.stderr


def test_the_demo_is_refused_in_live_mode(environ: dict[str, str]) -> None:
    answer = call(environ | live_mode(), "demo", "run")
    assert answer.returncode == 1
    assert "tanpuhui serve" in answer.stderr


def test_a_server_that_is_away_is_told_without_its_password() -> None:
    with pytest.raises(ServerUnreachable) as away:
        ask_server(f"postgresql://u:hunter2@127.0.0.1:{free_port()}/none")
    assert "hunter2" not in str(away.value)


@pytest.fixture
def sleepers(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[], list[int]]:
    """Let a Supervisor run a verb that only notes its process number and sleeps; lists them."""
    notes = tmp_path / "processes"
    script = tmp_path / "verb.py"
    script.write_text(
        "import os, pathlib, sys, time\n"
        "from app.commands.parent import end_with_parent\n"
        "end_with_parent()\n"
        f"with pathlib.Path({str(notes)!r}).open('a') as file:\n"
        "    file.write(f'{os.getpid()}\\n')\n"
        "time.sleep(60)\n"
    )
    spawn = subprocess.Popen

    def sleeper(command: list[str], **options: object) -> subprocess.Popen[bytes]:
        assert command[1:3] == ["-m", "app.commands.main"]
        return spawn([sys.executable, str(script)], **options)

    monkeypatch.setattr("app.commands.supervise.subprocess.Popen", sleeper)
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).resolve().parents[3]))
    return lambda: [int(n) for n in notes.read_text().split()] if notes.exists() else []


def test_a_dead_child_is_started_again_and_all_end_with_us(
    sleepers: Callable[[], list[int]],
) -> None:
    supervisor = Supervisor({})
    supervisor.start("worker")
    assert supervisor.wait_until(lambda: len(sleepers()) == 1, 20)
    os.kill(sleepers()[0], signal.SIGKILL)
    assert supervisor.wait_until(lambda: len(sleepers()) == 2, 20)
    supervisor.stop()
    assert not any(psutil.pid_exists(number) for number in sleepers())


def test_a_child_does_not_outlive_a_killed_parent(
    sleepers: Callable[[], list[int]],
) -> None:
    supervisor = Supervisor({})
    supervisor.start("serve")
    assert supervisor.wait_until(lambda: len(sleepers()) == 1, 20)
    child = supervisor._children[0].process
    # What the kernel does to the pipe of a parent that was killed.
    child.stdin.close()
    wait_for(lambda: child.poll() is not None)
    assert child.returncode == -signal.SIGTERM


def test_the_rules_are_listed_and_shown_with_their_grades() -> None:
    listed = CliRunner().invoke(tanpuhui, ["methodology", "list"])
    line = next(li for li in listed.output.splitlines() if "bj.low_carbon_travel@2024" in li)
    assert "metro_ride" in line
    assert "press" in line
    shown = CliRunner().invoke(tanpuhui, ["methodology", "show", "bj.low_carbon_travel@2024"])
    assert "EF_trip" in shown.output
    assert "sha256:" in shown.output


def test_how_far_the_catalogue_is_stands_beside_how_far_it_was() -> None:
    days = ["--on", "2026-12-14", "--on", "2026-12-15"]
    counts = CliRunner().invoke(tanpuhui, ["methodology", "counts", *days]).output
    lines = {line[:34].strip(): line[34:].split() for line in counts.splitlines()}
    assert lines[""] == ["2026-12-14", "2026-12-15"]
    assert lines["of them proxies"] == ["0", "15"]
    assert lines["figures without a source"] == ["0", "0"]


def test_the_shipped_rules_are_sound_and_a_broken_one_is_named(tmp_path: Path) -> None:
    assert CliRunner().invoke(tanpuhui, ["methodology", "check"]).exit_code == 0
    broken = tmp_path / "bj" / "metro_ride" / "2024"
    shutil.copytree(METHODOLOGIES_FOLDER / "bj" / "metro_ride" / "2024", broken)
    text = (broken / "methodology.yaml").read_text()
    (broken / "methodology.yaml").write_text(text.replace("unit: kgCO2e/trip", "unit: kWh", 1))
    answer = CliRunner().invoke(tanpuhui, ["methodology", "check", str(tmp_path)])
    assert answer.exit_code == 1
    assert "bj/metro_ride/2024/methodology.yaml:" in answer.output
    assert "0 of 1 can be used." in answer.output
