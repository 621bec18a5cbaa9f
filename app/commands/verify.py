"""tanpuhui verify: what the platform handed out is checked, without a server."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO, Final
from zoneinfo import ZoneInfo

import click

from app.commands.verify_anchors import verify_anchors
from app.shown.certificate_pdf import facts
from app.shown.personal_certificate_pdf import personal_facts
from app.shown.printed_certificate import FIRST, NotAsPrinted, attached_text
from app.shown.verifier_file import verifier_file
from behaviours.actions.verification import lines_of, verify_calculation
from behaviours.json_value import Json, JsonObject
from behaviours.personal_certificates import PERSONAL_TYPE
from behaviours.rules.factors import shipped_factors
from behaviours.signed_document import (
    SIGNATURE_FAULTS,
    check_signature,
    check_token,
    read_document,
    read_keys,
)
from rewards.pooling.inclusion import verify_stated_inclusion

Keys = Mapping[str, bytes] | None
# Three parts of base64url: a JSON Web Signature that stands by itself.
_TOKEN: Final = re.compile(r"[\w-]+\.[\w-]*\.[\w-]*", re.ASCII)
_FILE_THERE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_ANEW: Final = "Do not rely on this copy: fetch it anew where it was issued."


@click.command()
@click.argument(
    "files",
    nargs=-1,
    type=click.Path(exists=True, dir_okay=False, allow_dash=True),
    metavar="FILE…",
)
@click.option(
    "--anchors",
    type=_FILE_THERE,
    metavar="ANCHORS.JSONL",
    help="Published closed days: their chains and signatures, and with one of these their rows.",
)
@click.option("--database", metavar="URL", help="With --anchors: a restored or copied database.")
@click.option(
    "--rows",
    type=_FILE_THERE,
    metavar="ROWS.JSONL",
    help="With --anchors: rows as `tanpuhui audit rows` prints them.",
)
@click.option(
    "--published",
    type=_FILE_THERE,
    metavar="ANCHORS.JSONL",
    help="With --anchors, an earlier copy: the days as they are published now.",
)
@click.option("--steps", is_flag=True, help="Show every equation with its value.")
@click.option(
    "--keys",
    type=click.File(encoding="utf-8"),
    metavar="KEYS.JSON",
    help="The registry's published keys: only what one of them signed holds.",
)
@click.option(
    "--unsigned",
    is_flag=True,
    help="Also take calculations that carry no signature, as exports of early releases.",
)
@click.option(
    "--write",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the verifier as one Python file that needs nothing of this program.",
)
def verify(
    files: tuple[str, ...],
    *,
    keys: IO[str] | None,
    unsigned: bool,
    write: Path | None,
    steps: bool,
    anchors: Path | None,
    database: str | None,
    rows: Path | None,
    published: Path | None,
) -> None:
    """Verify what the platform handed out: a calculation, a proof of inclusion, a certificate (JSON
    or PDF), a receipt, a person's export.

    Of a calculation the milligrams are computed again from the file alone: the action's inputs,
    the rule in it (whose digest must be the one the reduction was stored with) and the published
    factors; every member of it is compared. Of a proof of inclusion the root is computed again.
    The signature is checked of each: a file in which any character is changed is refused. Without
    --keys that shows only that the text is as it was signed by the key named in it, with the
    registry's keys (GET /v1/registry/keys) also who signed. Exit code 1 when anything differs.

    Of a PDF the certificate attached to it is checked, where the file is as it was printed, and
    what was signed is shown: the pages themselves are not signed, so compare them with it.

    With --anchors closed days of the books are checked (GET /v1/registry/anchors.jsonl), with
    --database or --rows whether the rows are still those that were anchored, and with --published
    whether the registry still says of these days what it said when the copy was made.
    """
    _require_a_file(anchors, database or rows or published)
    if write is not None:
        write.write_text(verifier_file(), encoding="utf-8")
        click.echo(f"Written to {write}. Run it with: python3 {write} calculation.json")
    elif not files and anchors is None:
        raise click.UsageError("Name at least one file, or - to read from a pipe.")
    known = _published(keys) if keys else None
    verdicts = [_verified(name, known, unsigned=unsigned, steps=steps) for name in files]
    if anchors is not None:
        verdicts.append(
            verify_anchors(anchors, keys=known, database=database, rows=rows, published=published)
        )
    if not all(verdicts):
        raise SystemExit(1)


def _require_a_file(anchors: Path | None, compared: str | Path | None) -> None:
    if anchors is None and compared:
        raise click.UsageError(
            "--database, --rows and --published are compared with --anchors: name its file."
        )


def _verified(name: str, keys: Keys, *, unsigned: bool, steps: bool) -> bool:
    with click.open_file(name, "rb") as file:
        raw = file.read()
    if raw.startswith(FIRST):
        return _printed(raw, keys, named=name)
    try:
        text = raw.decode()
        if _TOKEN.fullmatch(text.strip()):
            return _token(text.strip(), keys, named=name)
        document = read_document(text)
    except UnicodeDecodeError:
        click.echo(
            f"{name}: cannot be read: It is neither JSON nor a PDF of the registry. Name the"
            " file as the platform handed it out, unpacked."
        )
        return False
    except ValueError as broken:
        click.echo(f"{name}: cannot be read: {broken}")
        return False
    if not isinstance(document, Mapping):
        click.echo(f"{name}: This is nothing that the platform hands out.")
        return False
    if "record" in document:
        verdict = verify_calculation(document, shipped_factors(), keys=keys, unsigned=unsigned)
        click.echo("\n".join(lines_of(verdict, steps=steps)))
        return not verdict.problems
    return _signed(document, keys, named=name)


def _printed(raw: bytes, keys: Keys, *, named: str) -> bool:
    """Whether a PDF is as it was printed and the certificate attached to it holds."""
    try:
        document = read_document(attached_text(raw))
    except NotAsPrinted as fault:
        click.echo(f"{named}: NOT VERIFIED: {fault}")
        return False
    except ValueError as broken:
        click.echo(f"{named}: NOT VERIFIED: The attached text cannot be read: {broken}. {_ANEW}")
        return False
    if not isinstance(document, Mapping) or not _is_certificate(document):
        click.echo(f"{named}: NOT VERIFIED: What is attached is no certificate. {_ANEW}")
        return False
    if not _signed(document, keys, named=f"{named}, attached certificate"):
        return False
    click.echo("Only the attached text is signed. Compare the pages with what it says:")
    for label, value in _facts_of(document):
        click.echo(f"  {label}: {value}")
    return True


def _is_certificate(document: JsonObject) -> bool:
    return "retirement_id" in document or document.get("type") == PERSONAL_TYPE


def _facts_of(document: JsonObject) -> list[tuple[str, str]]:
    """What the pages of a certificate should say, of units that were retired or of a person."""
    if document.get("type") == PERSONAL_TYPE:
        saved = ("减排量 Reduction", f"{document['reduction_kg']} kg CO2e")
        return [saved, *personal_facts(document)]
    quantity = ("数量 Quantity", f"{document['quantity_t']} t CO2e")
    return [quantity, *facts(document, ZoneInfo("UTC"))]


def _token(token: str, keys: Keys, *, named: str) -> bool:
    """Whether a web signature that stands by itself is one of the registry's."""
    if keys is None:
        click.echo(
            f"{named}: NOT VERIFIED: A web signature (JWS) by itself does not carry its key. Name"
            " the registry's keys with --keys, or verify the whole JSON document."
        )
        return False
    check = check_token(token, keys)
    if check.fault is not None:
        click.echo(f"{named}: NOT VERIFIED: {SIGNATURE_FAULTS[check.fault]} {_ANEW}")
        return False
    click.echo(f"{named}: The text is as it was signed, by the registry's key {check.key_id}.")
    return True


def _signed(document: JsonObject, keys: Keys, *, named: str) -> bool:
    check = check_signature(document, keys=keys)
    fault = SIGNATURE_FAULTS[check.fault] if check.fault else None
    if fault is None and "proof" in document and not verify_stated_inclusion(document):
        fault = "The leaf does not lead to the root."
    inclusions = document.get("inclusions", ())
    if fault is None:
        fault = _fault_within(inclusions, keys)
    if fault is not None:
        click.echo(f"{named}: NOT VERIFIED: {fault} {_ANEW}")
        return False
    if "proof" in document:
        click.echo(f"{named}: The leaf leads to the root of {document['bundle_id']}.")
    if "inclusions" in document:
        assert isinstance(inclusions, Sequence)
        click.echo(f"{named}: {len(inclusions)} leaves lead to the roots of their bundles.")
    by = "the registry's key" if keys is not None else "the key it names, unchecked:"
    click.echo(f"{named}: The text is as it was signed, by {by} {check.key_id}.")
    return True


def _fault_within(inclusions: Json, keys: Keys) -> str | None:
    """What is wrong with the proofs in a person's export, the first of it."""
    if not isinstance(inclusions, Sequence) or isinstance(inclusions, str):
        return "Its inclusions are no list."
    for number, each in enumerate(inclusions):
        if not isinstance(each, Mapping):
            return f"Inclusion {number} is no proof."
        fault = check_signature(each, keys=keys).fault
        if fault is not None:
            return f"Inclusion {number}: {SIGNATURE_FAULTS[fault]}"
        if not verify_stated_inclusion(each):
            return f"Inclusion {number}: The leaf does not lead to the root."
    return None


def _published(file: IO[str]) -> dict[str, bytes]:
    try:
        return read_keys(read_document(file.read()))
    except ValueError as broken:
        raise click.UsageError(f"{file.name} holds no published keys: {broken}.") from broken
