"""The README's opening chapter, pasted step by step into one shell on real servers.

What stands there as ``…`` or as six digits is the reader's own; nothing else is put in.
"""

from __future__ import annotations

import json
import re
import secrets
import shlex
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pyotp

from behaviours.paper_kinds import DOCUMENT_KINDS
from tests.builders.applications import a_pdf
from tests.builders.jobs import until
from tests.builders.opening import ROOT, a_server

LINK = re.compile(r"/v1/one-time-links/(otl_[\w-]+)")
ANSWERS = "li.wei\n李伟\nwang.fang\n王芳\nzhao.min\n赵敏\n某省\nA Province\nAsia/Shanghai\nPRV\n"
DIGITS = re.compile(r"(?<=\D)\d{6}(?=\D|$)")
STEP = timedelta(seconds=30)


def blocks_of(step: int) -> list[str]:
    """The lines to paste of a step, block by block."""
    chapter = (
        (ROOT / "README.md").read_text(encoding="utf-8").partition("## Opening a programme")[2]
    )
    told = re.split(r"^\*\*\d+\. ", chapter.partition("\n## ")[0], flags=re.MULTILINE)[step]
    return [
        each.replace("\n    ", "\n").strip()
        for each in re.findall(r"(?:^    .*\n)+", told, re.MULTILINE)
    ]


def filled(block: str, *own: str, code: str = "") -> str:
    """A block with what is the reader's own, in the order in which it is asked for."""
    parts = re.split(r"…", block)
    assert len(parts) == len(own) + 1, block
    made = "".join(part + mine for part, mine in zip(parts, (*own, ""), strict=True))
    if code:
        assert DIGITS.search(made), block
    return DIGITS.sub(code, made) if code else made


class Shell:
    """One shell, into which lines are pasted; it answers what they wrote."""

    def __init__(self, environ: dict[str, str], folder: Path) -> None:
        self.log = (folder / "shell.log").open("wb")
        self.running = subprocess.Popen(
            ["bash", "--norc"],
            cwd=folder,
            env=environ,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
            text=True,
        )

    def paste(self, lines: str) -> str:
        assert self.running.stdin is not None
        assert self.running.stdout is not None
        end = f"end-{secrets.token_hex(8)}"
        self.running.stdin.write(f"{lines}\necho; echo {end}\n")
        self.running.stdin.flush()
        written = []
        for line in self.running.stdout:
            if line.strip() == end:
                return "".join(written)
            written.append(line)
        raise AssertionError("the shell ended")


@contextmanager
def a_shell(environ: dict[str, str], folder: Path) -> Iterator[Shell]:
    shell = Shell(environ, folder)
    try:
        yield shell
    finally:
        shell.paste("kill $(jobs -p); wait")
        shell.running.communicate(timeout=30)
        shell.log.close()


class Somebody:
    """Who comes in by a link; the code after the one that was shown is good already."""

    def __init__(self, shell: Shell, link: str, username: str) -> None:
        self.shell, self.username = shell, username
        self.password, self.steps = secrets.token_urlsafe(12), -1
        opening, shown, sent = blocks_of(5)[0].split("\n")
        shell.paste(filled(opening, link.removeprefix("otl_")))
        told = json.loads(shell.paste(shown))
        assert told["username"] == username
        self.phone = pyotp.parse_uri(told["authenticator"]["otpauth_uri"])
        joined = json.loads(shell.paste(filled(sent, self.password, code=self.code())))
        self.recovery_codes: list[str] = joined["recovery_codes"]

    def code(self) -> str:
        self.steps += 1
        return self.phone.at(datetime.now(UTC) + self.steps * STEP)

    def log_in(self, name: str, code: str = "") -> None:
        [block] = blocks_of(6)
        typed = block.replace("li.wei", self.username).replace("OPERATOR=", f"{name}=")
        self.shell.paste(filled(typed, shlex.quote(self.password), code=code or self.code()))
        assert self.shell.paste(f"echo ${name}").strip().startswith("ey"), name


def answers(written: str) -> list[Any]:
    """Every answer of the API that was written, one after the other."""
    reader, found, at = json.JSONDecoder(), [], 0
    while (at := written.find("{", at)) >= 0:
        one, at = reader.raw_decode(written, at)
        found.append(one)
    return found


def opened(shell: Shell, environ: dict[str, str]) -> None:
    """Steps 1 to 4, and who was invited comes in."""
    servers = [environ[name].partition("://")[2] for name in ("DATABASE_URL", "REDIS_URL")]
    [settings] = blocks_of(1)
    kept = shell.paste(filled(settings, *servers))
    assert len(re.findall(r"^TANPUHUI_\w+_KEY=[0-9a-f]{64}$", kept, re.MULTILINE)) == 4
    [migrating] = blocks_of(2)
    shell.paste(migrating)
    [opening] = blocks_of(3)
    printed = shell.paste(f"{opening} <<'TYPED'\n{ANSWERS}TYPED")
    links = LINK.findall(printed)
    assert len(links) == 3, printed
    [serving] = blocks_of(4)
    # A shell of a person shows what a server writes; this one is read for answers alone.
    shell.paste(serving.replace(" &", " >>served.log 2>&1 &"))
    base_url = shell.paste("echo $BASE").strip()
    until(lambda: is_answering(base_url), within_s=60)
    names = ("li.wei", "wang.fang", "zhao.min")
    for link, username, name in zip(links, names, ("OPERATOR", "SECOND", "AUTHORITY"), strict=True):
        Somebody(shell, link, username).log_in(name)


def is_answering(base_url: str) -> bool:
    try:
        return httpx.get(f"{base_url}/readyz", timeout=5).status_code == 200
    except httpx.TransportError:
        return False


def first_ride(shell: Shell) -> str:
    """Steps 7 to 10; what the last of them answered."""
    [texts] = blocks_of(7)
    _, _, published = answers(shell.paste(filled(texts, "同意上报。", "May be reported.")))
    assert published["published_at"], published
    applying, stating, assessing = blocks_of(8)
    [invited] = answers(shell.paste(applying))
    [token] = LINK.findall(invited["link"]["url"])
    administrator = Somebody(shell, token, "chen.jie")
    administrator.log_in("ADMINISTRATOR")
    assert answers(shell.paste(stating))[-1]["lacking"] == ["assessment"]
    *_, admitted = answers(shell.paste(assessing))
    assert admitted["state"] == "accepted", admitted
    [scenes] = blocks_of(9)
    assert answers(shell.paste(scenes))[-1]["state"] == "published"
    administrator.log_in("ADMINISTRATOR", administrator.recovery_codes[0])
    making, acting = blocks_of(10)[:2]
    # What the phone shows next is not good yet: nobody waits for it here.
    own = DIGITS.sub(administrator.recovery_codes[1], making)
    [client] = answers(shell.paste(own))
    return shell.paste(filled(acting, client["client_id"], client["client_secret"]))


def a_login_of_ones_own(shell: Shell) -> Any:
    """The login service of the chapter's end, proposed and approved; what the approval answered."""
    *_, proposing, _named_inside = blocks_of(10)
    [approved] = answers(shell.paste(filled(proposing, secrets.token_urlsafe(12))))
    return approved


def a_way_back_for_who_lost_both(shell: Shell) -> None:
    """The command line alone: its link waits for three days, in which anybody of them stops it."""
    one_of_two, both = blocks_of(10)[2:4]
    signed, printed = shell.paste(one_of_two), shell.paste(both)
    assert LINK.findall(signed) == [], "it takes another one"
    codes = re.findall(r"release code: ((?:\w{4}-)+\w{4})$", signed + printed, re.MULTILINE)
    assert len(codes) == 2, signed + printed
    assert len(set(codes)) == 1, "the second time it is shown again"
    [token] = LINK.findall(printed)
    [good] = re.findall(r"good from (\S+ \S+) UTC", printed)
    waits = datetime.fromisoformat(f"{good}:00+00:00") - datetime.now(UTC)
    assert timedelta(days=2, hours=23) < waits <= timedelta(days=3), printed
    [stop] = re.findall(r"/v1/users/usr_\w+/recovery/stop", printed)
    base_url, operator = shell.paste("echo $BASE; echo $OPERATOR").split()
    link = f"{base_url}/v1/one-time-links/{token}"
    early = httpx.get(link)
    assert (early.status_code, early.json()["code"]) == (409, "LINK_NOT_YET_GOOD"), early.text
    known = {"Authorization": f"Bearer {operator}"}
    why = {"reason": "Nothing was lost."}
    assert httpx.post(f"{base_url}{stop}", headers=known, json=why).status_code == 200
    over = httpx.get(link)
    assert (over.status_code, over.json()["code"]) == (410, "LINK_OVER"), over.text


def test_the_lines_of_the_readme_lead_to_the_first_action(
    make_database: Callable[[], str], redis_url: str, tmp_path: Path
) -> None:
    server = a_server(make_database(), redis_url, tmp_path)
    environ = {
        name: value
        for name, value in server.environ.items()
        if not re.fullmatch(r"TANPUHUI_\w+_KEY|TANPUHUI_MODE|DATABASE_URL|REDIS_URL", name)
    }
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    for kind in DOCUMENT_KINDS:
        (tmp_path / f"{kind}.pdf").write_bytes(a_pdf())
    with a_shell({**environ, "PYTHONPATH": str(ROOT)}, tmp_path) as shell:
        opened(shell, server.environ)
        [ride] = answers(first_ride(shell))
        login = a_login_of_ones_own(shell)
        a_way_back_for_who_lost_both(shell)
    assert ride["reduction"]["reduction_kg"] == "0.046000", ride
    assert (login["issuer"], login["state"]) == ("https://login.example.cn", "active"), login
