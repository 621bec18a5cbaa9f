"""The life of a version: who takes which step, in which state, and never the same person twice."""

from __future__ import annotations

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any
from uuid import UUID

import pytest

from behaviours.rules.application import (
    Application,
    ConflictOfInterest,
    Declaration,
    DesignDocument,
    DigestDiffers,
    Expert,
    check_interests,
)
from behaviours.rules.lifecycle import (
    DRAFT,
    FILED,
    PUBLISHED,
    REVIEWED,
    STATES,
    STEPS,
    AnotherPersonNeeded,
    DraftChanged,
    LifecycleConflict,
    MethodologyVersion,
    check_approver,
    check_publisher,
    subject_of,
    works_on_rules,
)
from behaviours.viewer import Viewer

NOW = datetime(2026, 6, 1, 4, tzinfo=UTC)
WRITER, EXPERT, SIGNER, OTHER = (UUID(int=each) for each in (1, 2, 3, 4))


def a_version(state: str = DRAFT) -> MethodologyVersion:
    return MethodologyVersion(
        "bj.ride", "2024", "metro_ride", "code: …", "examples: …", "sha256:1", state, 1, WRITER, NOW
    )


def somebody(role: str, user_id: UUID = SIGNER) -> Viewer:
    return Viewer(role, None, user_id)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", sorted(STEPS))
def test_a_version_moves_as_its_table_says(step: str, state: str) -> None:
    version, taken = a_version(state), STEPS[step]
    by = somebody(taken.roles[0])
    if state not in taken.needed:
        with pytest.raises(LifecycleConflict) as caught:
            version.move(step, by, now=NOW)
        resting = state in (FILED, REVIEWED)
        assert caught.value.case == ("resting" if resting else state)
        return
    moved = version.move(step, by, now=NOW)
    assert (moved.state, moved.revision) == (taken.state, 1 + taken.anew)
    assert (moved.published_at == NOW) == (moved.state == PUBLISHED)


def test_nobody_takes_a_step_that_is_not_theirs() -> None:
    with pytest.raises(AssertionError):
        a_version(FILED).move("approve", somebody("operator"), now=NOW)


def test_a_change_is_of_the_revision_that_was_read() -> None:
    version = a_version()
    version.check_revision(None)
    version.check_revision([1])
    with pytest.raises(DraftChanged) as caught:
        version.check_revision([3, 2])
    assert caught.value.facts["read"] == "2, 3"
    written = version.written(behaviour="bus_ride", document="d", examples="e", digest="sha256:2")
    assert (written.digest, written.behaviour, written.label) == (
        "sha256:2",
        "bus_ride",
        "bj.ride@2024",
    )


def test_who_reviewed_publishes_nothing_and_who_published_approves_nothing() -> None:
    version = a_version(REVIEWED)
    steps = [
        version.step("approve", somebody("verifier", EXPERT), now=NOW, details={"reasons": "fine"}),
        version.step("sign", somebody("operator", SIGNER), now=NOW),
        version.step("publish", somebody("authority", OTHER), now=NOW),
    ]
    assert (steps[0].step, steps[0].details, steps[1].details) == (
        "review",
        {"reasons": "fine"},
        {},
    )
    check_publisher(steps, SIGNER)
    with pytest.raises(AnotherPersonNeeded) as caught:
        check_publisher(steps, EXPERT)
    assert caught.value.case == "reviewed_publishes"
    check_approver(steps, WRITER)
    for person, case in (
        (EXPERT, "reviewed_approves"),
        (SIGNER, "published_approves"),
        (OTHER, "published_approves"),
    ):
        with pytest.raises(AnotherPersonNeeded) as caught:
            check_approver(steps, person)
        assert caught.value.case == case


def test_drafts_are_seen_by_who_works_on_rules() -> None:
    assert works_on_rules(somebody("verifier"))
    assert not works_on_rules(somebody("provider"))
    assert not works_on_rules(None)
    assert (
        subject_of("bj.ride", "2024")
        == subject_of("bj.ride", "2024")
        != subject_of("bj.ride", "2025")
    )


def test_a_design_document_is_known_by_the_digest_of_its_text() -> None:
    digest = sha256(b"text").hexdigest()
    assert DesignDocument("Design", "text", None).digested().sha256 == digest
    assert DesignDocument("Design", "text", digest).digested().sha256 == digest
    elsewhere = DesignDocument("Design", None, digest)
    assert elsewhere.digested() is elsewhere
    with pytest.raises(DigestDiffers):
        DesignDocument("Design", "text", "0" * 64).digested()


def an_application(applicant_id: str | None = "org_1") -> dict[str, Any]:
    asked = Application(
        "Metro (Beijing) Ltd", None, "head", "We ask.", {"voluntary": "It is."},
        DesignDocument("Design", "text", None),
    )  # fmt: skip
    return dict(asked.form(applicant_id))


def test_an_application_goes_on_record_with_the_public_id_of_who_asks() -> None:
    form = an_application()
    assert (form["applicant_id"], form["design_document"]["sha256"]) == (
        "org_1",
        sha256(b"text").hexdigest(),
    )


@pytest.mark.parametrize(
    ("expert", "declared", "case"),
    [
        (Expert(WRITER, None, None), {}, "wrote"),
        (Expert(EXPERT, "org_1", "Another"), {}, "belongs"),
        (Expert(EXPERT, "org_2", "metro （Beijing）ltd"), {}, "belongs"),
        (Expert(EXPERT, None, None), {"employer": "METRO BEIJING LTD"}, "belongs"),
        (Expert(EXPERT, None, None), {"belongs_to_applicant": True}, "declares_belonging"),
        (Expert(EXPERT, None, None), {"took_part_in_drafting": True}, "declares_drafting"),
        (Expert(EXPERT, None, None), {"other_interest": "shares"}, "declares_other"),
    ],
)
def test_an_expert_has_no_part_in_what_is_reviewed(
    expert: Expert, declared: dict[str, Any], case: str
) -> None:
    said = Declaration("A university", False, False)
    check_interests(an_application(), {WRITER}, Expert(EXPERT, "org_2", "Another"), said)
    check_interests(an_application(None), {WRITER}, Expert(EXPERT, None, None), said)
    with pytest.raises(ConflictOfInterest) as caught:
        check_interests(an_application(), {WRITER}, expert, said._replace(**declared))
    assert caught.value.case == case
