"""Projects as everybody reads them: where each stands, its notices, and its published design."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY, AS_MOMENT, moment
from app.ids import public
from app.shown.design_changes import DesignChangeAnswer, design_change_answer
from app.shown.owner_changes import OwnedSinceAnswer, owners_answer
from app.shown.projects import DesignAnswer, ProjectAnswer, design_answer, project_answer
from app.usecases.projects.read_public_project import PublicProject
from behaviours.json_value import JsonObject
from behaviours.project_terms import CALENDAR, GRADES, WORKING
from behaviours.projects.project import ProjectNotice
from rewards.registry.hand_over import PeriodTonnes


class NoticeRuleAnswer(Schema):
    """By which rule of the programme a notice lasts so long, of all that applied the longest."""

    days = plain.Integer()
    counted = plain.String(metadata={"enum": [WORKING, CALENDAR]})
    grade = plain.String(metadata={"enum": list(GRADES)})
    source = plain.String()


class ProjectNoticeAnswer(Schema):
    """A public notice; one that began anew, because the design changed, is another."""

    design_number = plain.Integer()
    digest = plain.String(metadata={"description": "Of the design document."})
    opened_at = plain.String(metadata=AS_MOMENT)
    last_day = plain.String(metadata={"format": "date"})
    by_rule = plain.Nested(NoticeRuleAnswer)


class PeriodTonnesAnswer(Schema):
    """What was issued of a monitoring period, of one vintage; `to` is the day after its last."""

    period = plain.Integer()
    from_ = plain.String(data_key="from", metadata=AS_DAY)
    to = plain.String(metadata=AS_DAY)
    vintage = plain.Integer()
    unit_class = plain.String()
    bundle_id = plain.String(metadata={"description": "By which its blocks stand in the registry."})
    owner_t = plain.Integer(metadata={"description": "Whole tonnes issued to the owner."})
    reserve_t = plain.Integer(metadata={"description": "Whole tonnes kept in the reserve."})
    issued_at = plain.String(metadata=AS_MOMENT)


class PublicProjectAnswer(ProjectAnswer):
    """A project with every notice, the design that was on notice last, benefits included, what was
    changed of it since, who owned it, and what was issued."""

    owners = plain.List(plain.Nested(OwnedSinceAnswer))
    notices = plain.List(plain.Nested(ProjectNoticeAnswer))
    design_document = plain.Nested(DesignAnswer)
    design_changes = plain.List(
        plain.Nested(DesignChangeAnswer), metadata={"description": "Those accepted, in order."}
    )
    issued = plain.List(plain.Nested(PeriodTonnesAnswer))


def public_project_answer(found: PublicProject) -> JsonObject:
    """A project as everybody reads it."""
    return {
        **project_answer(found.project),
        "owners": owners_answer(found.project.applicant_id, found.owner_changes, found.owners),
        "notices": [_notice(each) for each in found.notices],
        "design_document": design_answer(found.design),
        "design_changes": [design_change_answer(each) for each in found.design_changes],
        "issued": [_issued(each) for each in found.issued],
    }


def _issued(one: PeriodTonnes) -> JsonObject:
    return {
        "period": one.number,
        "from": one.starts_on.isoformat(),
        "to": one.ends_before.isoformat(),
        "vintage": one.vintage,
        "unit_class": one.unit_class,
        "bundle_id": public("bdl", one.bundle_id),
        "owner_t": one.owner_t,
        "reserve_t": one.reserve_t,
        "issued_at": moment(one.issued_at),
    }


def _notice(notice: ProjectNotice) -> JsonObject:
    return {
        "design_number": notice.design_number,
        "digest": f"sha256:{notice.digest.hex()}",
        "opened_at": moment(notice.opened_at),
        "last_day": notice.last_day.isoformat(),
        "by_rule": notice.by_rule,
    }
