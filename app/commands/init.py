"""tanpuhui init: open a live programme."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

import click
import segno

from app.commands.checks import refuse_unsafe
from app.commands.ready import ready_settings
from app.commands.refused import refusals_shown
from app.commands.sandboxed import prepare_sandbox
from app.sandbox_settings import sandbox_of
from app.settings import Settings
from app.shown.users import link_path
from app.store.database import Database
from app.usecases.platform.open_programme import FoundingUser, OpenedProgramme, open_programme
from app.usecases.platform.read_founders import read_founders
from app.wiring import wire
from behaviours.opening import (
    FIRST,
    Founder,
    OpeningDocument,
    OwnTerms,
    check_founders,
    check_username,
    read_opening,
)
from behaviours.programme import SHIPPED, load_programmes

# The question for each of OwnTerms, and what is meant without an answer.
_ASKED: Final[Mapping[str, tuple[str, str | None]]] = {
    "name_zh": ("Name of the programme in Chinese", None),
    "name_en": ("Name of the programme in English", None),
    "zone": ("Time zone", "Asia/Shanghai"),
    "serial_prefix": ("Prefix of serial numbers", "TPH"),
}
A_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)


@click.command()
@click.option("--from", "file", type=A_FILE, help="Answers, as YAML; what is missing is asked for.")
@click.option("--base-url", help="Where people reach the installation; links begin with it.")
@click.option("--renew", is_flag=True, help="New links for who was invited and has not come in.")
@click.option("--qr/--no-qr", default=True, help="Also draw the links as QR codes.")
def init(file: Path | None, base_url: str | None, *, renew: bool, qr: bool) -> None:
    """Open a live programme: check the set-up, publish the document, invite the first three.

    Two operators and one authority come in by one-time links, which are printed here and nowhere
    else. It is safe to run again: what is there is told, and nobody is invited a second time. The
    file of --from states `programme` (name_zh, name_en, zone, serial_prefix), `operators` (two of
    username, display_name), `authority` (one) and `base_url`; what it leaves out is named and asked
    for.
    """
    with ready_settings() as settings, refusals_shown():
        if settings.is_test_mode:
            raise click.ClickException(
                "A live programme is opened in live mode: set TANPUHUI_MODE=live. To look around,"
                " run `tanpuhui demo run`."
            )
        refuse_unsafe(settings)
        sandbox = sandbox_of(settings)
        if sandbox is not None:
            refuse_unsafe(sandbox)
        answers = read_opening(file.read_text("utf-8"), file.name) if file else OpeningDocument()
        url = _checked_url(base_url or answers.base_url or settings.base_url)
        assert settings.database_url is not None
        with closing(Database(settings.database_url, pool_size=1)) as database:
            opened_before = bool(database.transact(read_founders))
        founders: Sequence[Founder] = ()
        if not opened_before:
            has_document = settings.programme_path is not None
            lacking = answers.lacking(has_document=has_document)
            if file and lacking:
                click.echo(f"{file.name} leaves out: {', '.join(lacking)}.")
            founders = [*answers.founders, *_asked_founders(answers.missing_roles)]
            check_founders(founders)
            if not has_document:
                _write_document(settings, _asked_terms(answers.terms))
        with closing(wire(settings)) as wiring:
            opened = wiring.database.transact(
                open_programme, wiring.programmes, founders, renew=renew, clock=wiring.clock
            )
            _tell(opened, wiring.programme.name_en, url, qr=qr)
        if sandbox is not None:
            prepare_sandbox(settings, sandbox)


def _checked_url(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.netloc or parts.query or parts.fragment:
        raise click.BadParameter(f"{url!r} is no address such as https://tanpuhui.example.cn")
    return url.rstrip("/")


def _asked_founders(roles: Sequence[str]) -> list[Founder]:
    """Who comes in for each of the roles."""
    if roles:
        click.echo("Who acts for the programme first? Three people, by names of small letters.")
    found = []
    for number, role in enumerate(roles, len(FIRST) - len(roles) + 1):
        username = click.prompt(f"{number}. {role}: name to log in with")
        check_username(username)
        found.append(Founder(username, click.prompt("   name to be shown by"), role))
    return found


def _asked_terms(known: Mapping[str, str]) -> OwnTerms:
    """The terms, of which those that are not known are asked for."""
    if len(known) < len(OwnTerms._fields):
        click.echo("There is no programme.yaml yet. Zone and prefix are for good.")
    return OwnTerms(
        **{
            name: known.get(name) or click.prompt(question, default=usual)
            for name, (question, usual) in _ASKED.items()
        }
    )


def _write_document(settings: Settings, terms: OwnTerms) -> None:
    """programme.yaml in the data directory: the shipped one, with what was answered; whole or not
    at all. Raises InvalidProgramme."""
    text = SHIPPED.read_text("utf-8")
    names = ", ".join(
        f"{language}: {json.dumps(name, ensure_ascii=False)}"
        for language, name in (("zh", terms.name_zh), ("en", terms.name_en))
    )
    for shipped, stated in (
        ("name: {zh: 碳普惠, en: Tanpuhui}", f"name: {{{names}}}"),
        ("zone: Asia/Shanghai", f"zone: {json.dumps(terms.zone)}"),
        ("serial_prefix: TPH", f"serial_prefix: {json.dumps(terms.serial_prefix)}"),
    ):
        assert text.count(shipped) == 1, "the shipped document states it once"
        text = text.replace(shipped, stated)
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
        made = Path(folder) / "programme.yaml"
        made.write_text(text, encoding="utf-8")
        load_programmes(made)
        made.replace(settings.data_dir / made.name)
    click.echo(f"Wrote {settings.data_dir / 'programme.yaml'}; it explains each of its fields.")


def _tell(opened: OpenedProgramme, programme: str, url: str, *, qr: bool) -> None:
    click.echo(
        f"{programme}: its document is published{'.' if opened.published else ', and was before.'}"
    )
    for each in opened.users:
        _tell_user(each, url, qr=qr)
    if any(each.link for each in opened.users):
        click.echo(
            "Hand each link to its person and to nobody else; it is good once and is not shown"
            ' again.\nOpening it says what to set up; README.md, "Opening a programme", has the'
            " commands.\nNow start `tanpuhui serve` and `tanpuhui worker`."
        )
    else:
        click.echo("It was opened before; nobody was invited. --renew makes new links for who has"
                   " not come in.")  # fmt: skip


def _tell_user(each: FoundingUser, url: str, *, qr: bool) -> None:
    user = each.user
    click.echo(f"\n{user.role}  {user.username}  {user.display_name}: {user.state}")
    if each.link is None:
        return
    link = url + link_path(each.link.token)
    click.echo(f"  {link}\n  good until {each.link.expires_at:%Y-%m-%d %H:%M} UTC")
    if qr:
        segno.make(link, error="m").terminal(compact=True)
