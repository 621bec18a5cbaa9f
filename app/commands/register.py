"""tanpuhui register: the registers of a programme, out into a file and in from one."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import click

from app.api.methodologies import series
from app.api.organisations import apps, issuers, register_files, scene_register
from app.api.people import text_register
from app.api.platform import calendars
from app.api.pooling import verifier_register
from app.api.recording import boundaries, declared
from app.api.redemption import stores
from app.commands.signed_in import ready_wiring, signed_in
from app.files.register_file import CSV, FORMATS, YAML, read_register, write_register
from app.http.registers import Register, loaded
from app.store.database import begin_rehearsal, end_rehearsal
from app.usecases.methodologies.propose_series import propose_series
from app.usecases.organisations.register_apps import register_apps
from app.usecases.organisations.sign_issuers import sign_issuers
from app.usecases.organisations.take_scenes import take_scenes
from app.usecases.people.register_texts import register_texts
from app.usecases.platform.propose_calendars import propose_calendars
from app.usecases.pooling.sign_pool import sign_pool
from app.usecases.recording.declare_elsewhere import declare_elsewhere
from app.usecases.recording.propose_boundaries import propose_boundaries
from app.usecases.redemption.state_stores import state_stores
from app.wiring import Wiring
from behaviours.actions.boundaries import boundaries_of_rows
from behaviours.calendars import years_of
from behaviours.json_value import JsonObject
from behaviours.viewer import Viewer

OPERATOR, AUTHORITY = BOTH = ("operator", "authority")
# What a register's rows are, and its columns.
Shown = tuple[Iterable[JsonObject], Sequence[str]]


class RegisterAtHand(NamedTuple):
    """A register as the command line knows it: how it is shown, what takes its rows in, and whose
    step that is."""

    register: Register
    shown: Callable[[Wiring], Shown]
    take: Callable[[Wiring, Viewer, list[Any]], Sequence[object]] | None
    roles: tuple[str, ...] = (OPERATOR,)


def _take_issuers(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    signed = wiring.database.transact(
        sign_issuers,
        [issuers.issuer_of(each) for each in rows],
        kinds=issuers.number_kinds(wiring.rulebook),
        by=by,
        clock=wiring.clock,
    )
    return [issuer for issuer, awaiting in signed if not awaiting]


def _take_declared(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    said, who = [declared.said_of(each) for each in rows], by.user_id
    return wiring.database.transact(
        declare_elsewhere, said, rulebook=wiring.rulebook, declared_by=who, clock=wiring.clock
    )


def _take_boundaries(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    said = boundaries_of_rows([boundaries.said_of(each) for each in rows])
    wiring.database.transact(
        propose_boundaries, said, rulebook=wiring.rulebook, by=by, clock=wiring.clock
    )
    return rows


def _take_scenes(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    said = [scene_register.said_of(each) for each in rows]
    return wiring.database.transact(
        take_scenes, said, by=by, scenes=wiring.scenes, clock=wiring.clock
    )


def _take_stores(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    said = [stores.said_of(each) for each in rows]
    return wiring.database.transact(
        state_stores, said, only=None, by=by.user_id, zone=wiring.zone, clock=wiring.clock
    )


def _take_texts(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    said = [text_register.said_of(each, wiring) for each in rows]
    return wiring.database.transact(
        register_texts, said, by=by, scenes=wiring.scenes, zone=wiring.zone, clock=wiring.clock
    )


def _take_verifiers(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    said, known = [verifier_register.said_of(each) for each in rows], wiring.scenes.categories()
    return wiring.database.transact(
        sign_pool, said, known_behaviours=known.keys(), by=by, clock=wiring.clock
    )


def _take_apps(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    return wiring.database.transact(
        register_apps,
        [apps.new_app(each) for each in rows],
        by=by,
        limits=wiring.programme.clients,
        clock=wiring.clock,
        again=True,
    )


def _take_calendars(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    years = years_of([calendars.said_of(each) for each in rows])
    wiring.database.transact(propose_calendars, years, by=by, clock=wiring.clock)
    return rows


def _take_series(wiring: Wiring, by: Viewer, rows: list[Any]) -> Sequence[object]:
    said = [series.said_of(each) for each in rows]
    return wiring.database.transact(
        propose_series, said, by=by, zone=wiring.zone, clock=wiring.clock
    )


REGISTERS: Mapping[str, RegisterAtHand] = {
    "issuers": RegisterAtHand(issuers.ISSUERS, issuers.export_number_issuers, _take_issuers, BOTH),
    "declared-elsewhere": RegisterAtHand(
        declared.DECLARED_ROWS, declared.export_declared_elsewhere, _take_declared, BOTH
    ),
    "covered-emitters": RegisterAtHand(
        boundaries.COVERED_EMITTERS, boundaries.export_covered_emitters, _take_boundaries, BOTH
    ),
    "apps": RegisterAtHand(apps.APPS, apps.export_apps, _take_apps, BOTH),
    "stores": RegisterAtHand(stores.STORES, stores.export_stores, _take_stores),
    "texts": RegisterAtHand(text_register.TEXTS, text_register.export_texts, _take_texts, BOTH),
    "verifiers": RegisterAtHand(
        verifier_register.POOL, verifier_register.export_verifiers, _take_verifiers, BOTH
    ),
    "calendars": RegisterAtHand(
        calendars.CALENDARS, calendars.export_calendars, _take_calendars, BOTH
    ),
    "series": RegisterAtHand(series.SERIES, series.export_series, _take_series, BOTH),
    # No scene opens by standing in a file: it is applied for.
    "scenes": RegisterAtHand(
        scene_register.SCENES, scene_register.export_scenes, _take_scenes, BOTH
    ),
    # Nobody takes part by standing in a file: this one goes out alone.
    "organisations": RegisterAtHand(
        register_files.ORGANISATIONS, register_files.export_organisations, None
    ),
}
_NAME = click.argument("name", type=click.Choice(list(REGISTERS)))


@click.group()
def register() -> None:
    """The programme's registers as files, CSV or YAML: who gives out numbers (issuers), what other
    mechanisms own (declared-elsewhere), what lies inside covered emitters' boundaries
    (covered-emitters), through which apps people come in (apps), where points are taken (stores),
    what people agree to (texts), who may verify (verifiers), what is reported by whom (scenes), the
    days of years that are no ordinary ones (calendars), and what was added to the series by which
    rules count (series). Who takes part (organisations) goes out alone."""


@register.command("export")
@_NAME
@click.option("--format", "form", type=click.Choice(FORMATS), default=CSV, show_default=True)
def export_register(name: str, form: str) -> None:
    """Print register NAME as a file that `import` takes in again, if it takes NAME in."""
    with ready_wiring() as wiring:
        rows, columns = REGISTERS[name].shown(wiring)
        for piece in write_register(rows, columns, form):
            sys.stdout.buffer.write(piece)


@register.command("import")
@_NAME
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--dry-run", "as_if", is_flag=True, help="Check all of it, and keep nothing.")
@signed_in(*BOTH)
def import_register(wiring: Wiring, actor: Viewer, name: str, file: Path, *, as_if: bool) -> None:
    """Take the rows of FILE (.csv, .yaml) into register NAME, all or none.

    What stands there already is left as it is, so a file can be taken in again. Texts, calendars
    and boundaries await the other role's signature; issuers, verifiers, values of series and
    where scenes are open stand when somebody of the other role takes the same file in.
    """
    form = YAML if file.suffix.lower() in (".yaml", ".yml") else CSV
    kept = REGISTERS[name]
    if kept.take is None:
        raise click.ClickException(f"{name} are applied for and signed; no file lets them in.")
    if actor.role not in kept.roles:
        raise click.ClickException(f"{name} are taken in by an {' or an '.join(kept.roles)}.")
    rows = loaded(kept.register, read_register(file.read_bytes(), form))
    rehearsal = begin_rehearsal() if as_if else None
    try:
        taken = kept.take(wiring, actor, rows)
    finally:
        if rehearsal is not None:
            end_rehearsal(rehearsal)
    stand = "would stand" if as_if else "stand"
    click.echo(f"{len(taken)} rows {stand} in the register.")
    if len(taken) < len(rows):
        click.echo("The others do when somebody of the other role takes the same file in.")
