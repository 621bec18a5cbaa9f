"""Settings: everything an operator can choose, read once from the environment.

Every name is `TANPUHUI_` and a field of `Settings` in capitals, plus `DATABASE_URL` and
`REDIS_URL`. In test mode a secret that is not set is made once and kept in
`$TANPUHUI_DATA_DIR/secrets.json`; in live mode every secret must be set.
"""

from __future__ import annotations

import base64
import binascii
import difflib
import json
import os
import secrets
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from itertools import pairwise
from pathlib import Path
from typing import TypedDict

from app.sandbox_urls import SANDBOX, SandboxUrls, problems_of
from behaviours.open_addresses import NOWHERE, Inside, is_loopback, read_inside
from behaviours.zones import zone_named

PREFIX = "TANPUHUI_"
MODES = ("test", "live")
SECRETS = ("secret_key", "identity_key", "signing_key", "master_key")
SECRET_BYTES = 32
_OTHERS = "other_master_keys"
LEAST_DIFFERENT = 10
# Names of this prefix that are read elsewhere: by the tests, and by commands that somebody signs.
READ_ELSEWHERE = frozenset(
    PREFIX + name for name in ("RECORDED_DATA", "PASSWORD", "CODE", "CLIENT_SECRET")
)
_POSTGRES = ("postgresql://", "postgres://", "postgresql+psycopg://")
_REDIS = ("redis://", "rediss://", "unix://")
GUESSABLE = frozenset({"changeme", "change-me", "secret", "default", "test", "password", "dev"})

_NOT_READ = {"warnings", "database_url", "redis_url", "is_sandbox"}
# Requests that one credential may make.
RATE_LIMIT_PER_MINUTE = 30_000
MODE, HOST, PORT = "test", "127.0.0.1", 8000
WEB_WORKERS, WEB_THREADS = 1, 8
BODY_SECONDS = 30
# Whoever tries webhooks on this machine has the receiver here, too.
LOOPBACK = "127.0.0.0/8, ::1"


class BadSettings(Exception):
    """The environment cannot be used as it is; `problems` has one sentence for each reason."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


@dataclass(frozen=True, slots=True)
class Settings:
    """How this programme runs. Durations are in seconds or days, as their names say."""

    data_dir: Path
    # Secrets: signs sessions and tokens; keys the hash of identities; signs certificates; wraps the
    # keys under which people's evidence lies.
    secret_key: str = field(repr=False)
    identity_key: bytes = field(repr=False)
    signing_key: bytes = field(repr=False)
    master_key: bytes = field(repr=False)
    # Master keys by which something is still wrapped, or will be by who is restarted first.
    other_master_keys: tuple[bytes, ...] = field(default=(), repr=False)
    mode: str = MODE
    host: str = HOST
    port: int = PORT
    web_workers: int = WEB_WORKERS
    web_threads: int = WEB_THREADS
    # Proxies in front that add the address they were asked from (X-Forwarded-For).
    trusted_proxies: int = 0
    # Where identity providers may be that are not on the open internet.
    openid_inside: Inside = NOWHERE
    # Where receivers of webhooks may be that are not on the open internet.
    webhooks_inside: Inside = NOWHERE
    # How long a request's body may stay away; the whole of it may take ten times as long.
    body_seconds: int = BODY_SECONDS
    # The programme's document; None: programme.yaml in `data_dir`, or the shipped one.
    programme: Path | None = None
    # In test mode, of the shipped document: None leaves what it states.
    time_zone: str | None = None
    rate_limit_per_minute: int = RATE_LIMIT_PER_MINUTE
    notice_working_days: int | None = None
    # None: the embedded engine of `data_dir`.
    database_url: str | None = field(default=None, repr=False)
    redis_url: str | None = field(default=None, repr=False)
    # Where providers try their programs; None: there is no sandbox.
    sandbox_database_url: str | None = field(default=None, repr=False)
    sandbox_redis_url: str | None = field(default=None, repr=False)
    # Whether these are the settings of a sandbox.
    is_sandbox: bool = False
    # Sentences for the log: what was odd, though usable.
    warnings: tuple[str, ...] = ()

    @classmethod
    def from_environment(cls, environ: Mapping[str, str]) -> Settings:
        """Read `environ`; raises BadSettings with every problem at once."""
        return _Reading(environ).settings()

    @property
    def is_test_mode(self) -> bool:
        """Whether clocks can be moved and secrets may be made up."""
        return self.mode == "test"

    @property
    def programme_path(self) -> Path | None:
        """Where the programme's own document stands; None when the shipped one holds."""
        return self.programme or _laid_in(self.data_dir)

    @property
    def base_url(self) -> str:
        """Where the web server of these settings answers."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"http://{host}:{self.port}"

    @property
    def clock_path(self) -> Path | None:
        """The file that moves the clock in test mode; None in live mode."""
        return self.data_dir / "clock" if self.is_test_mode else None


class _Keys(TypedDict):
    secret_key: str
    identity_key: bytes
    signing_key: bytes
    master_key: bytes
    other_master_keys: tuple[bytes, ...]


class _Reading:
    """One reading of the environment, gathering problems instead of stopping at the first."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ
        self._problems: list[str] = []

    def settings(self) -> Settings:
        data_dir = Path(self._text("data_dir") or "var").expanduser().resolve()
        mode = self._text("mode") or MODE
        if mode not in MODES:
            self._complain("mode", mode, "must be `test` or `live`")
        settings = Settings(
            data_dir=data_dir,
            mode=mode,
            host=self._host(mode),
            port=self._whole("port", PORT, 1, 65535),
            web_workers=self._whole("web_workers", WEB_WORKERS, 1, 256),
            web_threads=self._whole("web_threads", WEB_THREADS, 1, 1024),
            trusted_proxies=self._whole("trusted_proxies", 0, 0, 8),
            openid_inside=self._inside("openid_inside"),
            webhooks_inside=self._inside("webhooks_inside", LOOPBACK if mode == "test" else ""),
            body_seconds=self._whole("body_seconds", BODY_SECONDS, 1, 3600),
            programme=self._programme(),
            time_zone=self._time_zone(mode, data_dir),
            rate_limit_per_minute=self._whole(
                "rate_limit_per_minute", RATE_LIMIT_PER_MINUTE, 1, 10_000_000
            ),
            notice_working_days=self._notice_working_days(mode, data_dir),
            database_url=self._url("DATABASE_URL", _POSTGRES),
            redis_url=self._url("REDIS_URL", _REDIS),
            **self._sandbox(),
            warnings=tuple(self._unknown_names()),
            # Last: secrets are made up only where nothing else is wrong.
            **self._secrets(mode, data_dir),
        )
        if self._problems:
            raise BadSettings(self._problems)
        return settings

    def _text(self, name: str) -> str | None:
        return self._environ.get(PREFIX + name.upper(), "").strip() or None

    def _complain(self, name: str, value: str, what: str) -> None:
        self._problems.append(f"{PREFIX}{name.upper()} is {value!r}; it {what}.")

    def _whole(self, name: str, default: int, least: int, most: int) -> int:
        text = self._text(name)
        if text is None:
            return default
        if text.isascii() and text.isdigit() and least <= int(text) <= most:
            return int(text)
        self._complain(name, text, f"must be a whole number from {least} to {most}")
        return default

    def _host(self, mode: str) -> str:
        host = self._text("host") or HOST
        if mode == "test" and not is_loopback(host):
            self._complain(
                "host",
                host,
                "must be an address of this machine alone in test mode (127.0.0.1, ::1 or"
                " localhost): there anybody may move the clock, and demo accounts have known"
                f" passwords. Set {PREFIX}MODE=live to serve others",
            )
        return host

    def _inside(self, name: str, usual: str = "") -> Inside:
        inside, refused = read_inside(self._text(name) or usual)
        for value, why in refused:
            self._complain(name, value, why)
        return inside

    def _programme(self) -> Path | None:
        name = self._text("programme")
        if name is None:
            return None
        path = Path(name).expanduser().resolve()
        if not path.is_file():
            self._complain("programme", name, "must be the file of a programme's document")
        return path

    def _time_zone(self, mode: str, data_dir: Path) -> str | None:
        name = self._text("time_zone")
        if name is None or self._is_of_the_document("time_zone", mode, data_dir):
            return None
        try:
            zone_named(name)
        except ValueError:
            self._complain("time_zone", name, "must be an IANA name such as Asia/Shanghai")
        return name

    def _notice_working_days(self, mode: str, data_dir: Path) -> int | None:
        if self._text("notice_working_days") is None:
            return None
        if self._is_of_the_document("notice_working_days", mode, data_dir):
            return None
        return self._whole("notice_working_days", 0, 0, 365)

    def _is_of_the_document(self, name: str, mode: str, data_dir: Path) -> bool:
        """Whether only the programme's document may say it; then the setting is a problem."""
        if mode == "test" and self._text("programme") is None and _laid_in(data_dir) is None:
            return False
        self._problems.append(
            f"{PREFIX}{name.upper()} is for trying the shipped programme in test mode: state it in"
            " the programme's document (programme.yaml) and unset it here."
        )
        return True

    def _url(self, name: str, schemes: tuple[str, ...]) -> str | None:
        url = self._environ.get(name, "").strip()
        if not url:
            return None
        if not url.startswith(schemes):
            # The value itself may hold a password, so it is not repeated.
            self._problems.append(f"{name} must start with {' or '.join(schemes)}.")
        # SQLAlchemy 2 and others no longer know the old short name.
        return url.replace("postgres://", "postgresql://", 1)

    def _sandbox(self) -> SandboxUrls:
        names = [PREFIX + name.upper() for name in SANDBOX]
        urls = self._url(names[0], _POSTGRES), self._url(names[1], _REDIS)
        self._problems += problems_of(names, urls, self._environ)
        return {"sandbox_database_url": urls[0], "sandbox_redis_url": urls[1]}

    def _secrets(self, mode: str, data_dir: Path) -> _Keys:
        given = {name: self._text(name) for name in SECRETS}
        others = (self._text(_OTHERS) or "").replace(",", " ").split()
        if mode == "live":
            for name, value in given.items():
                self._check_live_secret(name, value, data_dir)
            for value in others:
                self._check_live_secret(_OTHERS, value, data_dir)
            self._check_distinct([*given.items(), *((_OTHERS, value) for value in others)])
        elif mode == "test" and None in given.values() and not self._problems:
            kept = _kept_secrets(data_dir)
            given = {name: value or kept[name] for name, value in given.items()}
        return {
            "secret_key": given["secret_key"] or "",
            "identity_key": self._key("identity_key", given["identity_key"]),
            "signing_key": self._key("signing_key", given["signing_key"]),
            "master_key": self._key("master_key", given["master_key"]),
            "other_master_keys": tuple(self._key(_OTHERS, value) for value in others),
        }

    def _check_live_secret(self, name: str, value: str | None, data_dir: Path) -> None:
        remedy = (
            f"make one with `python3 -c 'import secrets; print(secrets.token_hex({SECRET_BYTES}))'`"
            " and keep it: what it has signed or hashed needs it for ever"
        )
        if value is None:
            self._problems.append(
                f"{PREFIX}{name.upper()} is not set; live mode needs it: {remedy}."
            )
        elif not _looks_random(value):
            self._problems.append(f"{PREFIX}{name.upper()} can be guessed: {remedy}.")
        elif value in _stored_secrets(data_dir).values():
            self._problems.append(
                f"{PREFIX}{name.upper()} is the one that test mode made up: {remedy}."
            )

    def _check_distinct(self, given: Sequence[tuple[str, str | None]]) -> None:
        """One secret that leaks must not open what another one guards."""
        folded = [(name, value.casefold()) for name, value in given if value]
        for at, (name, value) in enumerate(folded):
            for other, earlier in folded[:at]:
                if value == earlier:
                    self._problems.append(
                        f"{PREFIX}{name.upper()} is the same as {PREFIX}{other.upper()}; make one"
                        " for each."
                    )

    def _key(self, name: str, text: str | None) -> bytes:
        """32 bytes written as 64 hexadecimal digits or as base64."""
        if text is None:
            return b""
        readers: tuple[Callable[[str], bytes], ...] = (bytes.fromhex, base64.b64decode)
        for read in readers:
            try:
                key = read(text)
            except (ValueError, binascii.Error):
                continue
            if len(key) == SECRET_BYTES:
                return key
        self._problems.append(
            f"{PREFIX}{name.upper()} must be {SECRET_BYTES} bytes, written as "
            f"{2 * SECRET_BYTES} hexadecimal digits or in base64."
        )
        return b""

    def _unknown_names(self) -> list[str]:
        known = {
            PREFIX + each.name.upper() for each in fields(Settings) if each.name not in _NOT_READ
        } | READ_ELSEWHERE
        return [
            f"{name} is not a setting and has no effect{_nearest(name, known)}"
            for name in sorted(self._environ)
            if name.startswith(PREFIX) and name not in known
        ]


def _looks_random(value: str) -> bool:
    """Whether a secret can be one that was drawn: long, of many characters, without a pattern.

    Of 64 hexadecimal digits that were drawn, fewer than 10 different ones come once in a hundred
    million times; what repeats itself or counts up compresses well below what was drawn.
    """
    if value.lower() in GUESSABLE or len(value) < SECRET_BYTES or len(set(value)) < LEAST_DIFFERENT:
        return False
    steps = {(ord(after) - ord(before)) for before, after in pairwise(value)}
    repeats = any(value == value[:n] * (len(value) // n) for n in range(1, len(value) // 2 + 1))
    return len(steps) >= LEAST_DIFFERENT and not repeats


def _laid_in(data_dir: Path) -> Path | None:
    path = data_dir / "programme.yaml"
    return path if path.is_file() else None


def _nearest(name: str, known: set[str]) -> str:
    close = difflib.get_close_matches(name, sorted(known), n=1)
    return f"; did you mean {close[0]}?" if close else "; `tanpuhui --help` names them all."


def _kept_secrets(data_dir: Path) -> dict[str, str]:
    """The secrets test mode made for this data directory, made now if they are not there."""
    path = data_dir / "secrets.json"
    data_dir.mkdir(parents=True, exist_ok=True)
    if any(name not in _stored_secrets(data_dir) for name in SECRETS):
        made = {name: secrets.token_hex(SECRET_BYTES) for name in SECRETS}
        made |= _stored_secrets(data_dir)
        # mkstemp opens with mode 0600. Two programs may start at once: the first link wins.
        descriptor, name = tempfile.mkstemp(dir=data_dir, prefix="secrets-")
        with os.fdopen(descriptor, "w") as file:
            json.dump(made, file, indent=2)
        _put_in_place(Path(name), path)
    return _stored_secrets(data_dir)


def _put_in_place(new: Path, path: Path) -> None:
    if path.exists():
        new.replace(path)
        return
    try:
        os.link(new, path)
    except FileExistsError:
        pass
    finally:
        new.unlink()


def _stored_secrets(data_dir: Path) -> dict[str, str]:
    path = data_dir / "secrets.json"
    if not path.exists():
        return {}
    try:
        stored = json.loads(path.read_text())
    except ValueError:
        stored = None
    if not isinstance(stored, dict) or not all(isinstance(v, str) for v in stored.values()):
        raise BadSettings(
            [f"{path} cannot be read as JSON. Restore it from a copy: identities depend on it."]
        )
    return stored
