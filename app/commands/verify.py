"""tanpuhui verify: an exported calculation or a certificate checked, without a server."""

from __future__ import annotations

import json
from pathlib import Path
from typing import IO, Any

import click

from app.shown.verifier_file import verifier_file
from behaviours.actions.verification import lines_of, verify_calculation
from behaviours.rules.factors import FactorBook, shipped_factors
from rewards.registry.certificate import (
    CHANGED,
    INCOMPLETE,
    MISNAMED_KEY,
    OTHER_KEY,
    CertificateCheck,
    read_keys,
    verify_certificate,
)

_FAULTS = {
    INCOMPLETE: "This is not a complete certificate.",
    MISNAMED_KEY: "The signature does not name its key rightly.",
    OTHER_KEY: "Another key than the registry's has signed this.",
    CHANGED: "The text is not the one that was signed.",
}


@click.command()
@click.argument("files", nargs=-1, type=click.File(encoding="utf-8"), metavar="FILE.JSON…")
@click.option("--steps", is_flag=True, help="Show every equation with its value.")
@click.option(
    "--keys",
    type=click.File(encoding="utf-8"),
    metavar="KEYS.JSON",
    help="The registry's published keys: only what one of them signed holds.",
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the verifier as one Python file that needs nothing of this program.",
)
def verify(
    files: tuple[IO[str], ...], *, keys: IO[str] | None, write: Path | None, steps: bool
) -> None:
    """Verify what the platform handed out: a calculation, a certificate, a person's export.

    Of a calculation the milligrams are computed again from the file alone: the action's inputs,
    the rule in it (whose digest must be the one the reduction was stored with) and the published
    factors. Of what is signed the signature is checked; without --keys that shows only that the
    text is as it was signed by the key named in it. Exit code 1 when anything differs.
    """
    if write is not None:
        write.write_text(verifier_file(), encoding="utf-8")
        click.echo(f"Written to {write}. Run it with: python3 {write} calculation.json")
    elif not files:
        raise click.UsageError("Name at least one file, or - to read from a pipe.")
    published = _published(keys) if keys else None
    failed = False
    for file in files:
        try:
            document = json.load(file)
        except ValueError as broken:
            failed = True
            click.echo(f"{file.name}: cannot be read: {broken}")
            continue
        if isinstance(document, dict) and "signature" in document:
            holds = _signed(document, published, named=file.name)
        else:
            holds = _calculated(document, shipped_factors(), steps=steps)
        failed = failed or not holds
    if failed:
        raise SystemExit(1)


def _calculated(calculation: Any, factors: FactorBook, *, steps: bool) -> bool:
    verdict = verify_calculation(calculation, factors)
    click.echo("\n".join(lines_of(verdict, steps=steps)))
    return not verdict.problems


def _signed(document: dict[str, Any], published: dict[str, bytes] | None, *, named: str) -> bool:
    check = verify_certificate(document)
    if check.holds and published is not None:
        key = published.get(check.key_id or "")
        check = (
            verify_certificate(document, public_key=key)
            if key
            else CertificateCheck(check.key_id, OTHER_KEY)
        )
    if check.fault:
        click.echo(f"{named}: {_FAULTS[check.fault]}")
    else:
        by = "the registry's key" if published is not None else "the key it names, unchecked:"
        click.echo(f"{named}: The text is as it was signed, by {by} {check.key_id}.")
    return check.holds


def _published(file: IO[str]) -> dict[str, bytes]:
    try:
        return read_keys(json.load(file))
    except ValueError as broken:
        raise click.UsageError(f"{file.name} holds no published keys: {broken}.") from broken
