"""A complaint as it is taken: whose it is, who must answer it, and by when."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from behaviours.civil_time import civil_day
from behaviours.complaint_numbers import new_number
from behaviours.complaints import FILED, About, Complaint, Deadlines, answerer_of
from behaviours.viewer import Viewer


def new_complaint(
    complaint_id: UUID,
    about: About,
    whose: UUID,
    by: Viewer,
    *,
    merchant_id: UUID | None,
    region: str,
    prefix: str,
    deadlines: Deadlines,
    now: datetime,
) -> Complaint:
    """The complaint of ``whose`` that ``by`` files, with a fresh number and its first clock."""
    return Complaint(
        participant_id=whose,
        complaint_id=complaint_id,
        number=new_number(prefix, civil_day(now, deadlines.zone)),
        about=about,
        region=region,
        answerer=answerer_of(about, merchant_id),
        filed_by=by.role,
        filer_id=None if by.tenant_id == whose else by.tenant_id,
        filed_at=now,
        acknowledge_by=deadlines.after(now, deadlines.terms.acknowledge_days),
        state=FILED,
        due_at=deadlines.of_state(FILED, now),
    )
