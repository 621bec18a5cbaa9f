"""Classes of units, and what a unit of each may be used for.

The list of uses is the union of two published ones: Shanghai's notice on SHCERCIR1 (2024-09-13:
compliance offset, compensation of ecological damage, voluntary offset, voluntary cancellation,
donation) and Beijing's answers on its units (2025-07: offset by key emitters, neutrality of firms
and events, voluntary cancellation, compensation of ecological damage). Which class a bundle gets
is the programme's decision: only reductions whose figures were read in an issuer's own text may
become units for compliance.
"""

from __future__ import annotations

from typing import NamedTuple

from rewards.registry.refusals import UnknownUnitClass, UseNotPermitted


class Use(NamedTuple):
    """One permitted use."""

    code: str
    title_zh: str
    title_en: str


class UnitClass(NamedTuple):
    """A class of units: its uses, and the provenance grades that may enter it."""

    code: str
    title_en: str
    uses: tuple[Use, ...]
    # Grades that enter by themselves; the others need the approval of two people.
    open_grades: tuple[str, ...]
    # Whether approved figures of a weaker grade may enter at all.
    by_approval: bool
    # Its letter in printed serials, which no other class has or ever had.
    mark: str
    # Whether one bundle may gather several methodologies, each of them named.
    mixes: bool


COMPLIANCE_OFFSET = Use("compliance_offset", "重点排放单位抵销", "offset by a key emitter")
DAMAGE_COMPENSATION = Use(
    "eco_damage_compensation", "生态环境损害赔偿", "compensation of ecological damage"
)
ENTERPRISE_NEUTRALITY = Use("enterprise_neutrality", "企业碳中和", "neutrality of an enterprise")
EVENT_NEUTRALITY = Use("event_neutrality", "大型活动碳中和", "neutrality of an event")
VOLUNTARY_OFFSET = Use("voluntary_offset", "自愿抵销", "voluntary offset")
VOLUNTARY_CANCELLATION = Use("voluntary_cancellation", "自愿注销", "voluntary cancellation")
DONATION = Use("donation", "公益捐赠", "donation")

# Who calls itself neutral states its footprint, and retires at least as much.
NEUTRALITY = (ENTERPRISE_NEUTRALITY, EVENT_NEUTRALITY)
VOLUNTARY_USES = (
    *NEUTRALITY,
    VOLUNTARY_OFFSET,
    VOLUNTARY_CANCELLATION,
    DONATION,
)
UNIT_CLASSES = {
    each.code: each
    for each in (
        UnitClass(
            "compliance",
            "Units for compliance and every voluntary use",
            (COMPLIANCE_OFFSET, DAMAGE_COMPENSATION, *VOLUNTARY_USES),
            ("official",),
            by_approval=False,
            mark="C",
            mixes=False,
        ),
        UnitClass(
            "voluntary",
            "Units for voluntary uses",
            VOLUNTARY_USES,
            ("official", "secondary"),
            by_approval=True,
            mark="V",
            mixes=True,
        ),
    )
}


def unit_class(code: str) -> UnitClass:
    """The class of this code; raises UnknownUnitClass."""
    if code not in UNIT_CLASSES:
        raise UnknownUnitClass(pointer="/unit_class", unit_classes=list(UNIT_CLASSES))
    return UNIT_CLASSES[code]


def is_as_good(code: str, needed: str) -> bool:
    """Whether units of class ``code`` can stand for units of class ``needed``.

    They permit every use that those permit, and what enters them by itself enters those too.
    """
    given, wanted = unit_class(code), unit_class(needed)
    return set(wanted.uses) <= set(given.uses) and set(given.open_grades) <= set(wanted.open_grades)


def fitting_classes(purpose: str) -> list[str]:
    """The classes that permit a use; what serves most uses is scarcest, and comes last."""
    permit = [one for one in UNIT_CLASSES.values() if purpose in {use.code for use in one.uses}]
    return [one.code for one in sorted(permit, key=lambda one: (len(one.uses), one.code))]


def check_use(code: str, purpose: str) -> Use:
    """The use that ``purpose`` names; raises UseNotPermitted when the class does not allow it."""
    uses = {use.code: use for use in unit_class(code).uses}
    if purpose not in uses:
        raise UseNotPermitted(pointer="/purpose", unit_class=code, permitted=list(uses))
    return uses[purpose]
