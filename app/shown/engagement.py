"""How levels, badges, teams and rankings are shown to the person who asks."""

from __future__ import annotations

from marshmallow import Schema, fields as plain

from app.http.fields import AS_DAY, AS_KG, AS_MOMENT, moment
from app.http.pages import page_of
from app.ids import public
from app.shown.titles import Titled, titles
from behaviours.engagement import BadgeStanding, EngagementStanding, LiveSum
from behaviours.engagement_terms import Badge, EngagementTerms, Level
from behaviours.households import AGREERS
from behaviours.json_value import JsonObject
from behaviours.rankings import RankedPerson, Ranking, RankingEntry, RankingPeriod
from behaviours.rules.units import kg
from behaviours.teams import TEAM_KINDS, OwnTeam


class LevelAnswer(Schema):
    """A level of the programme, and from how much saved it is reached."""

    code = plain.String(metadata={"example": "tree"})
    title_zh = plain.String(metadata={"example": "大树"})
    title_en = plain.String(metadata={"example": "Tree"})
    from_kg = plain.String(metadata=AS_KG)


class StatedBadge(Schema):
    """A badge as the programme states it: so many actions or kilograms, of which behaviours."""

    code = plain.String(metadata={"example": "commuter"})
    title_zh = plain.String(metadata={"example": "绿色通勤"})
    title_en = plain.String(metadata={"example": "Green commuter"})
    counts = plain.String(metadata={"enum": ["actions", "reduction_kg"]})
    need = plain.String(metadata={"example": "100", "description": "Actions, or kilograms."})
    behaviours = plain.List(
        plain.String(), metadata={"description": "Also categories; none: every behaviour."}
    )


class EngagementAnswer(Schema):
    """Levels, the lowest first, and badges, of this version of the programme."""

    levels = plain.List(plain.Nested(LevelAnswer))
    badges = plain.List(plain.Nested(StatedBadge))


class OwnBadge(StatedBadge):
    """A badge, and how far I am."""

    have = plain.String(metadata={"example": "46"})
    is_had = plain.Boolean()


class BadgesAnswer(Schema):
    """My level and badges as the books stand now: what is taken back counts no more."""

    level = plain.Nested(LevelAnswer, allow_none=True)
    next_level = plain.Nested(LevelAnswer, allow_none=True)
    missing_kg = plain.String(metadata=AS_KG, allow_none=True)
    badges = plain.List(plain.Nested(OwnBadge))


class OwnTeamAnswer(Schema):
    """A team that I am in, was in, or took myself out of, and its sum."""

    id = plain.String(metadata={"example": "tmm_0199b2c3d4e57f0080000000000000aa"})
    team_id = plain.String(metadata={"example": "team_0199b2c3d4e57f0080000000000000aa"})
    kind = plain.String(metadata={"enum": list(TEAM_KINDS)})
    name = plain.String()
    is_administrator = plain.Boolean(metadata={"description": "I made it and am in it."})
    text_version = plain.String()
    agreed_by = plain.String(metadata={"enum": list(AGREERS)})
    joined_at = plain.String(metadata=AS_MOMENT)
    left_at = plain.String(metadata=AS_MOMENT, allow_none=True)
    withdrawn_at = plain.String(metadata=AS_MOMENT, allow_none=True)
    closed_at = plain.String(metadata=AS_MOMENT, allow_none=True)
    members = plain.Integer(
        allow_none=True, metadata={"description": "Now; null: I took my consent back."}
    )
    reduction_kg = plain.String(
        metadata={
            **AS_KG,
            "description": "What its members did while they were members, of those who agree to it;"
            " null while so few are in it that it would tell what one of them did.",
        },
        allow_none=True,
    )
    actions = plain.Integer(allow_none=True)
    own_reduction_kg = plain.String(metadata=AS_KG, allow_none=True)
    own_actions = plain.Integer(allow_none=True)


class RankingEntryAnswer(Schema):
    """By which name I am in the rankings."""

    id = plain.String(metadata={"example": "rke_0199b2c3d4e57f0080000000000000aa"})
    pseudonym = plain.String(metadata={"example": "春江"})
    text_version = plain.String()
    agreed_by = plain.String(metadata={"enum": list(AGREERS)})
    agreed_at = plain.String(metadata=AS_MOMENT)


class PlaceAnswer(Schema):
    """A place, and who has it; equal sums have the same one."""

    place = plain.Integer()
    pseudonym = plain.String()
    reduction_kg = plain.String(metadata=AS_KG)
    actions = plain.Integer()
    is_own = plain.Boolean()


class RankingAnswer(Schema):
    """The first hundred places of an area and a period, and my own."""

    region = plain.String(allow_none=True, metadata={"description": "Null: everywhere."})
    period = plain.String(metadata={"example": "2026-11"})
    first_day = plain.String(metadata=AS_DAY)
    ends_before = plain.String(metadata=AS_DAY)
    least_people = plain.Integer(
        metadata={"description": "Of fewer people who saved something nothing is shown."}
    )
    people = plain.Integer(allow_none=True, metadata={"description": "Null: nothing is shown."})
    places = plain.List(plain.Nested(PlaceAnswer))
    own = plain.Nested(PlaceAnswer, allow_none=True)


Teams = page_of(OwnTeamAnswer, "Teams")


def engagement_shown(terms: EngagementTerms) -> JsonObject:
    """What a version of the programme states, as anybody reads it."""
    return {
        "levels": [_level(each) for each in terms.levels],
        "badges": [_badge(each) for each in terms.badges],
    }


def badges_answer(standing: EngagementStanding) -> JsonObject:
    """Levels and badges of the person who asks."""
    level, above = standing.level, standing.next_level
    return {
        "level": _level(level) if level else None,
        "next_level": _level(above) if above else None,
        "missing_kg": kg(standing.missing_mg) if above else None,
        "badges": [_own_badge(each) for each in standing.badges],
    }


def team_answer(own: OwnTeam, *, least_people: int) -> JsonObject:
    """A team as one of its people reads it; of fewer than ``least_people`` no total is told."""
    team, membership, summed, _ = own
    told = summed is not None and summed.is_told(least_people)
    return {
        "id": public("tmm", membership.membership_id),
        "team_id": public("team", team.team_id),
        "kind": team.kind,
        "name": team.name,
        "is_administrator": own.is_administered,
        "text_version": membership.text_version,
        "agreed_by": membership.agreed_by,
        "joined_at": moment(membership.joined_at),
        "left_at": moment(membership.left_at) if membership.left_at else None,
        "withdrawn_at": moment(membership.withdrawn_at) if membership.withdrawn_at else None,
        "closed_at": moment(team.closed_at) if team.closed_at else None,
        "members": summed.members if summed else None,
        **_sum("", summed.whole if summed and told else None),
        **_sum("own_", summed.own if summed else None),
    }


def entry_answer(entry: RankingEntry) -> JsonObject:
    """An entry as its person reads it."""
    return {
        "id": public("rke", entry.entry_id),
        "pseudonym": entry.pseudonym,
        "text_version": entry.text_version,
        "agreed_by": entry.agreed_by,
        "agreed_at": moment(entry.agreed_at),
    }


def ranking_answer(
    ranking: Ranking, period: RankingPeriod, *, region: str | None, least_people: int
) -> JsonObject:
    """A ranking as anybody who takes part reads it."""
    return {
        "region": region,
        "period": period.name,
        "first_day": period.first_day.isoformat(),
        "ends_before": period.ends_before.isoformat(),
        "least_people": least_people,
        "people": ranking.people,
        "places": [_place(each) for each in ranking.places],
        "own": _place(ranking.own) if ranking.own else None,
    }


def _titled(stated: Titled) -> JsonObject:
    return dict(titles(stated))


def _level(level: Level) -> JsonObject:
    return {"code": level.code, **_titled(level), "from_kg": kg(level.least_mg)}


def _badge(badge: Badge) -> JsonObject:
    of_actions = badge.least_actions is not None
    return {
        "code": badge.code,
        **_titled(badge),
        "counts": "actions" if of_actions else "reduction_kg",
        "need": str(badge.least_actions) if of_actions else kg(badge.least_mg or 0),
        "behaviours": list(badge.behaviours),
    }


def _own_badge(standing: BadgeStanding) -> JsonObject:
    of_actions = standing.badge.least_actions is not None
    return {
        **_badge(standing.badge),
        "have": str(standing.have) if of_actions else kg(standing.have),
        "is_had": standing.is_had,
    }


def _sum(prefix: str, done: LiveSum | None) -> JsonObject:
    return {
        f"{prefix}reduction_kg": kg(done.saved_mg) if done else None,
        f"{prefix}actions": done.actions if done else None,
    }


def _place(ranked: RankedPerson) -> JsonObject:
    return {
        "place": ranked.place,
        "pseudonym": ranked.pseudonym,
        "reduction_kg": kg(ranked.done.saved_mg),
        "actions": ranked.done.actions,
        "is_own": ranked.is_own,
    }
