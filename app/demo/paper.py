"""What the demo's people agree to: short texts in both languages, signed by two people."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from uuid import UUID

from app.clock import StandingClock
from app.store.database import Connection
from app.store.people.texts import all_texts
from app.usecases.people.publish_text import publish_text
from app.usecases.people.register_texts import SaidText, register_texts
from app.wiring import Wiring
from behaviours.civil_time import civil_day, start_of_day
from behaviours.texts import CONSENT, ENTRUSTMENT, OF_PLACES, RANKING, TEAM, TERMS
from behaviours.viewer import Viewer

TEXT_VERSION = "2026-01"
IN_FORCE_FROM = date(2026, 1, 1)
WORDS: Mapping[str, Mapping[str, str]] = {
    CONSENT: {
        "zh-CN": "本人同意该服务方向碳普惠平台报告本人在所选场景中的低碳行为，并可随时撤回。",
        "en": "I agree that this provider reports my low-carbon actions of the chosen scene to the"
        " programme. I may withdraw at any time.",
    },
    OF_PLACES: {
        "zh-CN": "本人单独同意该服务方报告行为的起止地点，仅用于核验出行是否真实，并可随时撤回。",
        "en": "I agree, separately, that this provider says with my actions where I was, only to"
        " check that a ride can have been so. I may withdraw at any time.",
    },
    ENTRUSTMENT: {
        "zh-CN": "本人委托平台将本人在所选期间的减排量核证、汇集并出售；封存前可撤回。",
        "en": "I entrust the programme with my reductions of the chosen period, to be verified,"
        " pooled and sold. I may withdraw until they are sealed.",
    },
    TEAM: {
        "zh-CN": "本人同意将加入期间的减排量计入所在团队的合计；成员之间不互相显示个人数据。"
        "退出后不再计入，撤回同意后此前的部分也从合计中移除。",
        "en": "I agree that what I save while I am in the team counts in its total; no member is"
        " shown what another did. After leaving nothing more counts, and when I withdraw, nothing"
        " of mine counts at all.",
    },
    RANKING: {
        "zh-CN": "本人同意以自选化名参加所在地区的月度和年度减排排名，显示化名与减排量，"
        "可随时退出。",
        "en": "I agree to be ranked by a name that I choose, by month and year, in the area where"
        " I live. The name and what I saved are shown. I may leave at any time.",
    },
    TERMS: {
        "zh-CN": "积分不是货币，不可转让，逾期作废；被撤销的行为的积分将被收回。",
        "en": "Points are not money, cannot be passed on and expire. Points of an action that is"
        " taken back are taken back.",
    },
}


def publish_texts(
    connection: Connection, wiring: Wiring, users: Mapping[str, UUID], *, now: datetime
) -> None:
    """Publish what is not published yet, by the demo's operator and authority."""
    known = {(each.kind, each.version) for each in all_texts(connection)}
    first = start_of_day(min(IN_FORCE_FROM, civil_day(now, wiring.zone)), wiring.zone)
    new = [kind for kind in WORDS if (kind, TEXT_VERSION) not in known]
    register_texts(
        connection,
        [SaidText(kind, TEXT_VERSION, WORDS[kind], first) for kind in new],
        by=Viewer("operator", None, users["operator"]),
        scenes=wiring.scenes,
        zone=wiring.zone,
        clock=StandingClock(now),
    )
    for kind in new:
        publish_text(
            connection,
            kind,
            TEXT_VERSION,
            by=Viewer("authority", None, users["authority"]),
            zone=wiring.zone,
            clock=StandingClock(now),
        )
