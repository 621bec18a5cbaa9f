"""tanpuhui register: the registers of a programme, out into a file and in from one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from app.api.organisations import issuers
from app.api.recording import declared
from app.commands.signed_in import ready_wiring, signed_in
from app.files.register_file import CSV, FORMATS, YAML, read_register, write_register
from app.http.registers import Register, loaded
from app.usecases.organisations.register_issuers import register_issuers
from app.usecases.recording.declare_elsewhere import declare_elsewhere
from app.wiring import Wiring
from behaviours.json_value import JsonObject
from behaviours.viewer import Viewer

# What a register's rows are, and its columns.
Shown = tuple[Iterable[JsonObject], Sequence[str]]


class RegisterAtHand(NamedTuple):
    """A register as the command line knows it: how it is shown, and what takes its rows in."""

    register: Register
    shown: Callable[[Wiring], Shown]
    take: Callable[[Wiring, Viewer, list[Any]], Sequence[object]]


def _take_issuers(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    assert by.user_id is not None, "only a user signs in"
    return wiring.database.transact(
        register_issuers,
        [issuers.issuer_of(each) for each in rows],
        kinds=issuers.number_kinds(wiring.rulebook),
        registered_by=by.user_id,
        clock=wiring.clock,
    )


def _take_declared(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    return wiring.database.transact(
        declare_elsewhere,
        [declared.said_of(each) for each in rows],
        rulebook=wiring.rulebook,
        declared_by=by.user_id,
        clock=wiring.clock,
    )


REGISTERS: Mapping[str, RegisterAtHand] = {
    "issuers": RegisterAtHand(issuers.ISSUERS, issuers.shown_in_file, _take_issuers),
    "declared-elsewhere": RegisterAtHand(
        declared.DECLARED_ROWS, declared.shown_in_file, _take_declared
    ),
}
_NAME = click.argument("name", type=click.Choice(list(REGISTERS)))


@click.group()
def register() -> None:
    """The programme's registers as files, CSV or YAML: who gives out numbers (issuers), and what
    other mechanisms own (declared-elsewhere)."""


@register.command("export")
@_NAME
@click.option("--format", "form", type=click.Choice(FORMATS), default=CSV, show_default=True)
def export_register(name: str, form: str) -> None:
    """Print register NAME as a file that `import` takes in again."""
    with ready_wiring() as wiring:
        rows, columns = REGISTERS[name].shown(wiring)
        for piece in write_register(rows, columns, form):
            sys.stdout.buffer.write(piece)


@register.command("import")
@_NAME
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@signed_in("operator")
def import_register(wiring: Wiring, actor: Viewer, name: str, file: Path) -> None:
    """Take the rows of FILE (.csv, .yaml) into register NAME, all or none.

    What stands there already is left as it is, so a file can be taken in again.
    """
    form = YAML if file.suffix.lower() in (".yaml", ".yml") else CSV
    kept = REGISTERS[name]
    rows = loaded(kept.register, read_register(file.read_bytes(), form))
    taken = kept.take(wiring, actor, rows)
    click.echo(f"{len(taken)} rows stand in the register.")
