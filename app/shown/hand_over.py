"""The hand-over package as one file: every document of an issue, and a signed manifest of them.

It is the same byte for byte whenever it is made: nothing in it says when that was, nothing is
packed, and the files stand in the order of their paths. People are in it by no name.
"""

from __future__ import annotations

import csv
import hashlib
import json
from collections.abc import Mapping
from io import StringIO
from typing import Final

from app.ids import public
from app.secrecy.signatures import sign
from app.shown.cadtrust import CadTrustContext
from app.shown.cadtrust_file import cadtrust_files
from app.shown.design_changes import design_changes_answer
from app.shown.deterministic_zip import zipped
from app.shown.findings import findings_answer
from app.shown.monitoring import (
    calculation_answer,
    calibrations_answer,
    ex_ante_answer,
    period_answer,
)
from app.shown.period_report_pdf import period_report_pdf
from app.shown.projects import (
    boundary_geojson,
    design_answer,
    project_answer,
    proofs_answer,
)
from app.shown.registrations import decisions_answer
from app.shown.validations import validation_answer
from app.usecases.projects.lock_hand_over import PackageMade
from app.usecases.projects.read_hand_over import HandedOver
from behaviours.json_value import JsonObject
from behaviours.projects.verification import VerificationOpinion
from behaviours.signed_document import canonical
from rewards.registry.block import ACTIVE, Block
from rewards.registry.hand_over import MANIFEST, Receiver, manifest
from rewards.registry.serials import SerialRange, family_of, print_serial

_COLUMNS: Final = (
    "parameter", "key", "value", "from", "to", "quality", "evidence_sha256",
)  # fmt: skip


def hand_over_package(
    handed: HandedOver,
    receiver: Receiver,
    *,
    of: CadTrustContext,
    programme: str,
    signing_key: bytes,
    hand_over: str | None = None,
) -> PackageMade:
    """The package as a zip; ``of`` is the registry that it comes from.

    ``hand_over`` is the name of the one that is to be delivered; without it nothing is.
    """
    serials = [_serial(handed, each, of.prefix) for each in handed.blocks]
    files = _files(handed, serials, receiver)
    files |= {f"cadtrust/{name}": each for name, each in cadtrust_files(handed.public, of).items()}
    stated = manifest(
        files,
        issuance=public("mpd", handed.period.period_id),
        programme=programme,
        receiver=receiver,
        created_at=handed.issuance.issued_at,
        blocks=handed.blocks,
        serials=serials,
        previous=handed.previous,
        hand_over=hand_over,
    )
    signed = canonical(sign(stated, signing_key))
    content = zipped({**files, MANIFEST: signed})
    return PackageMade(content, hashlib.sha256(signed).digest(), serials)


def _serial(handed: HandedOver, block: Block, prefix: str) -> str:
    family = family_of(handed.project.said.methodology.partition("@")[0])
    numbers = SerialRange(family, block.vintage, *block.numbers, block.unit_class)
    return print_serial(numbers, prefix=prefix)


def _files(handed: HandedOver, serials: list[str], receiver: Receiver) -> dict[str, bytes]:
    report = handed.report
    documents: dict[str, Mapping[str, object]] = {
        "project.json": project_answer(handed.project),
        "party.json": _parties(handed),
        "location.geojson": boundary_geojson(handed.design),
        "documents.json": proofs_answer(handed.proofs),
        "design/design.json": design_answer(handed.design),
        "design/ex-ante.json": ex_ante_answer(handed.ex_ante),
        "validation/validation.json": validation_answer(handed.validation),
        "registration/decisions.json": decisions_answer(handed.decisions),
        "registration/design-changes.json": design_changes_answer(
            handed.public.public.design_changes
        ),
        "period/period.json": period_answer(handed.period),
        "period/calculation.json": calculation_answer(handed.calculation),
        "period/calibrations.json": calibrations_answer(handed.calibrations),
        "verification/verification.json": {
            "opinions": [_opinion(each) for each in handed.opinions],
            **findings_answer(handed.told),
        },
        "issuance.json": _issuance(handed, serials),
        "account.json": receiver._asdict(),
    }
    uniqueness = report.content["uniqueness"]
    assert isinstance(uniqueness, Mapping), "a report says what was asked"
    return {
        **{path: _written(each) for path, each in documents.items()},
        "uniqueness.json": canonical(uniqueness),
        # In the spelling of its digest.
        "period/report.json": canonical(report.content),
        "period/report.zh-CN.pdf": period_report_pdf(report, "zh-CN"),
        "period/report.en.pdf": period_report_pdf(report, "en"),
        "period/measurements.csv": _measurements(handed),
    }


def _written(document: Mapping[str, object]) -> bytes:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, indent=1).encode()


def _parties(handed: HandedOver) -> JsonObject:
    """The organisations that the documents name by their ids. Nobody else is a party."""
    names = {
        **{whose: each.name for whose, each in handed.public.public.owners.items()},
        **handed.public.names,
    }
    return {
        "owner_id": public("org", handed.project.applicant_id),
        "parties": [
            {"organisation_id": public("org", whose), "name": names[whose]}
            for whose in sorted(names)
        ],
    }


def _opinion(one: VerificationOpinion) -> JsonObject:
    return {
        "attempt": one.attempt,
        "verifier_id": public("org", one.verifier_id),
        "verdict": one.verdict,
        "scale": one.scale,
        "deduction_mg": str(one.deduction_mg),
        "uncorrected_mg": str(one.uncorrected_mg),
        "limit_mg": str(one.limit_mg),
        "statement": one.statement,
        "given_at": one.given_at.isoformat(),
    }


def _issuance(handed: HandedOver, serials: list[str]) -> JsonObject:
    made = handed.issuance
    return {
        "reported_mg": str(made.reported_mg),
        "deducted_mg": str(made.deducted_mg),
        "set_off_mg": str(made.set_off_mg),
        "deficit_mg": str(made.deficit_mg),
        "credited_mg": str(made.credited_mg),
        "unit_class": made.unit_class,
        "issued_at": made.issued_at.isoformat(),
        "owner_t": sum(each.owner_t for each in handed.issued),
        "reserve_t": sum(each.reserve_t for each in handed.issued),
        "blocks": [
            {
                "serial": serial,
                "first": block.numbers.first,
                "last": block.numbers.end - 1,
                "count": block.quantity_t,
                "vintage": block.vintage,
                "class": block.unit_class,
                "of": "owner" if block.state == ACTIVE else "reserve",
            }
            for serial, block in zip(serials, handed.blocks, strict=True)
        ],
    }


def _measurements(handed: HandedOver) -> bytes:
    """Values as text, a row each."""
    told = StringIO()
    writer = csv.writer(told, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for each in handed.measured:
        writer.writerow(
            (
                each.parameter,
                each.key,
                each.value,
                each.starts_on.isoformat(),
                each.ends_before.isoformat(),
                each.quality,
                each.evidence.hex(),
            )
        )
    return told.getvalue().encode()
