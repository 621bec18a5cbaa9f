"""Settings: defaults, every problem at once, secrets that are never guessed."""

from __future__ import annotations

import json
import secrets
from pathlib import Path

import pytest

from app.settings import BadSettings, Settings
from behaviours.open_addresses import NOWHERE

LIVE = {
    "TANPUHUI_MODE": "live",
    "TANPUHUI_SECRET_KEY": secrets.token_hex(32),
    "TANPUHUI_IDENTITY_KEY": secrets.token_hex(32),
    "TANPUHUI_SIGNING_KEY": secrets.token_hex(32),
    "TANPUHUI_MASTER_KEY": secrets.token_hex(32),
}


def read(tmp_path: Path, **environ: str) -> Settings:
    return Settings.from_environment({"TANPUHUI_DATA_DIR": str(tmp_path), **environ})


def problems(tmp_path: Path, **environ: str) -> list[str]:
    with pytest.raises(BadSettings) as bad:
        read(tmp_path, **environ)
    return bad.value.problems


def test_an_empty_environment_is_the_demo_on_this_machine(tmp_path: Path) -> None:
    settings = read(tmp_path)
    assert (settings.host, settings.port, settings.mode) == ("127.0.0.1", 8000, "test")
    assert settings.base_url == "http://127.0.0.1:8000"
    assert settings.programme_path is None
    assert settings.database_url is None
    assert settings.warnings == ()


def test_the_data_directory_is_var_below_where_we_stand(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert Settings.from_environment({}).data_dir == tmp_path / "var"


def test_test_mode_makes_secrets_once_and_keeps_them_to_itself(tmp_path: Path) -> None:
    first, second = read(tmp_path), read(tmp_path)
    assert first == second
    assert len(first.identity_key) == len(first.signing_key) == 32
    assert len({first.secret_key, first.identity_key.hex(), first.signing_key.hex()}) == 3
    assert (tmp_path / "secrets.json").stat().st_mode & 0o777 == 0o600


def test_two_programmes_have_different_secrets(tmp_path: Path) -> None:
    assert read(tmp_path / "a").identity_key != read(tmp_path / "b").identity_key


def test_a_given_secret_goes_before_the_kept_one(tmp_path: Path) -> None:
    read(tmp_path)
    assert read(tmp_path, TANPUHUI_IDENTITY_KEY="ab" * 32).identity_key == bytes.fromhex("ab" * 32)


def test_a_key_may_be_hexadecimal_or_base64(tmp_path: Path) -> None:
    in_base64 = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="
    assert read(tmp_path, TANPUHUI_SIGNING_KEY=in_base64).signing_key == bytes(range(32))


@pytest.mark.parametrize("key", ["00", "zz" * 32, "not a key", "AAAA"])
def test_a_key_of_another_shape_is_refused_without_being_repeated(tmp_path: Path, key: str) -> None:
    (problem,) = problems(tmp_path, TANPUHUI_SIGNING_KEY=key)
    assert problem.startswith("TANPUHUI_SIGNING_KEY must be 32 bytes")
    assert key not in problem.removeprefix("TANPUHUI_SIGNING_KEY")


def test_settings_do_not_print_their_secrets(tmp_path: Path) -> None:
    settings = read(tmp_path, DATABASE_URL="postgresql://u:hunter2@db.example/x")
    kept = json.loads((tmp_path / "secrets.json").read_text())
    assert not [secret for secret in (*kept.values(), "hunter2") if secret in repr(settings)]


def test_live_mode_names_every_missing_secret_at_once(tmp_path: Path) -> None:
    said = problems(tmp_path, TANPUHUI_MODE="live", TANPUHUI_PORT="0")
    for word in ("SECRET", "IDENTITY", "SIGNING", "MASTER"):
        name = f"TANPUHUI_{word}_KEY"
        assert any(line.startswith(f"{name} is not set") and "token_hex" in line for line in said)
    assert any(line.startswith("TANPUHUI_PORT") for line in said)
    assert not (tmp_path / "secrets.json").exists()


def test_what_may_be_asked_inside_is_read_and_what_cannot_be_is_named(tmp_path: Path) -> None:
    assert read(tmp_path).openid_inside == NOWHERE
    allowed = read(tmp_path, TANPUHUI_OPENID_INSIDE="sso.example.cn, 10.20.0.0/24").openid_inside
    assert allowed.has("sso.example.cn", "10.1.1.1")
    assert allowed.has("login.example.cn", "10.20.0.7")
    wide, named = problems(tmp_path, TANPUHUI_OPENID_INSIDE="0.0.0.0/0,10.1.0.0/16,*.example.cn")
    assert wide.startswith("TANPUHUI_OPENID_INSIDE is '0.0.0.0/0'; it ")
    assert named.startswith("TANPUHUI_OPENID_INSIDE is '*.example.cn'; it must be the exact name")


def test_live_mode_starts_with_secrets_of_its_own(tmp_path: Path) -> None:
    settings = read(tmp_path, **LIVE)
    assert not settings.is_test_mode
    assert settings.clock_path is None


@pytest.mark.parametrize("guess", ["changeme", "0" * 64, "short"])
def test_live_mode_refuses_a_secret_that_can_be_guessed(tmp_path: Path, guess: str) -> None:
    said = problems(tmp_path, **{**LIVE, "TANPUHUI_SECRET_KEY": guess})
    assert said[0].startswith("TANPUHUI_SECRET_KEY can be guessed")


def test_live_mode_refuses_the_secrets_that_test_mode_made_up(tmp_path: Path) -> None:
    made_up = read(tmp_path).secret_key
    said = problems(tmp_path, **{**LIVE, "TANPUHUI_SECRET_KEY": made_up})
    assert "test mode made up" in said[0]


def test_every_bad_value_is_named_at_once(tmp_path: Path) -> None:
    said = problems(
        tmp_path,
        TANPUHUI_MODE="staging",
        TANPUHUI_PORT="80_00",
        TANPUHUI_WEB_THREADS="many",
        TANPUHUI_TIME_ZONE="Asia/Atlantis",
        DATABASE_URL="mysql://root:hunter2@localhost/x",
        REDIS_URL="localhost",
    )
    named = [line.split()[0] for line in said]
    assert named == [
        "TANPUHUI_MODE",
        "TANPUHUI_PORT",
        "TANPUHUI_WEB_THREADS",
        "TANPUHUI_TIME_ZONE",
        "DATABASE_URL",
        "REDIS_URL",
    ]
    assert "hunter2" not in " ".join(said)


@pytest.mark.parametrize("port", ["65536", "-1", "８０００", "8000.0", "1e3", " "])
def test_a_port_is_a_plain_whole_number(tmp_path: Path, port: str) -> None:
    if not port.strip():
        assert read(tmp_path, TANPUHUI_PORT=port).port == 8000
        return
    assert problems(tmp_path, TANPUHUI_PORT=port)[0].startswith("TANPUHUI_PORT is")


def test_an_unknown_name_is_a_warning_that_names_the_nearest(tmp_path: Path) -> None:
    settings = read(tmp_path, TANPUHUI_PROT="9000", TANPUHUI_RECORDED_DATA="x")
    assert settings.warnings == (
        "TANPUHUI_PROT is not a setting and has no effect; did you mean TANPUHUI_PORT?",
    )


def test_the_short_name_of_postgresql_is_understood(tmp_path: Path) -> None:
    url = read(tmp_path, DATABASE_URL="postgres://u@db.example/x").database_url
    assert url == "postgresql://u@db.example/x"


def test_unreadable_secrets_are_not_replaced(tmp_path: Path) -> None:
    (tmp_path / "secrets.json").write_text("{half")
    assert "cannot be read" in problems(tmp_path)[0]
    assert (tmp_path / "secrets.json").read_text() == "{half"


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "192.168.1.5", "example.org"])  # noqa: S104
def test_test_mode_never_serves_beyond_this_machine(tmp_path: Path, host: str) -> None:
    (problem,) = problems(tmp_path, TANPUHUI_HOST=host)
    assert problem.startswith(f"TANPUHUI_HOST is '{host}'")
    assert "TANPUHUI_MODE=live" in problem
    assert read(tmp_path, **LIVE, TANPUHUI_HOST=host).host == host


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.2", "::1", "localhost"])
def test_test_mode_serves_this_machine(tmp_path: Path, host: str) -> None:
    assert read(tmp_path, TANPUHUI_HOST=host).host == host


def test_one_secret_is_not_three(tmp_path: Path) -> None:
    same = secrets.token_hex(32)
    found = problems(
        tmp_path,
        TANPUHUI_MODE="live",
        TANPUHUI_SECRET_KEY=same,
        TANPUHUI_IDENTITY_KEY=same.upper(),
        TANPUHUI_SIGNING_KEY=same,
        TANPUHUI_MASTER_KEY=secrets.token_hex(32),
    )
    assert len(found) == 3
    assert all("is the same as" in each for each in found)


@pytest.mark.parametrize(
    "guessable",
    [
        "0123456789abcdef" * 4,
        "abcdefghijklmnopqrstuvwxyz0123456789",
        "ab12" * 16,
        "0" * 64,
        "x" * 8,
    ],
)
def test_what_follows_a_pattern_was_not_drawn(tmp_path: Path, guessable: str) -> None:
    (found,) = problems(tmp_path, **{**LIVE, "TANPUHUI_SECRET_KEY": guessable})
    assert "can be guessed" in found
