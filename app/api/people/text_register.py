"""The register of what people agree to, as a file: out with all that is published, and in."""

from __future__ import annotations

from typing import Final

from flask import Response

from app.api.people.texts import SentText, TextProposal, text_answer
from app.auth import allow, allow_public, caller
from app.http.blueprint import Blueprint
from app.http.current import wiring
from app.http.registers import Register, Shown, exported, sent_rows, take_rows, takes_file
from app.usecases.people.read_texts import read_texts
from app.usecases.people.register_texts import SaidText, register_texts
from app.wiring import Wiring
from behaviours.civil_time import start_of_day
from behaviours.json_value import JsonObject
from behaviours.texts import AgreedWords

blueprint = Blueprint(
    "text_register", __name__, description="What people agree to, as files of a register."
)
TEXTS = Register("texts", TextProposal(), frozenset({"published_at", "sha256"}))
LANGUAGES: Final = ("zh-CN", "en")
COLUMNS: Final = (
    *("kind", "version", "in_force_from", "published_at"),
    *(f"{member}.{language}" for member in ("bodies", "sha256") for language in LANGUAGES),
)
EXAMPLE_FILE: Final = (
    "kind,version,in_force_from,bodies.zh-CN,bodies.en\n"
    "terms,2027-01,2027-01-01,积分不是货币。,Points are not money.\n"
)
# Read at once of the register that is sent as a file.
ROWS: Final = 100


@exported(blueprint, TEXTS, "What is published", to=allow_public)
def export_texts(parts: Wiring) -> Shown:
    """Every published text whose words are kept, in a file that `import` takes in again."""
    found, before = list[AgreedWords](), None
    while page := parts.database.transact(read_texts, before=before, most=ROWS):
        found += page
        before = page[-1].text_id
    return (_row(each, parts) for each in reversed(found) if each.is_kept), list(COLUMNS)


@blueprint.route("/v1/texts/import", methods=["POST"])
@allow("operator", "authority", step="text.import")
@takes_file(blueprint, TEXTS, EXAMPLE_FILE)
def import_texts() -> Response:
    """Propose the texts of a file, all or none, and sign them; the other role publishes each.

    What stands in the same words is left as it is; what was published never changes.
    """
    return take_rows(
        register_texts,
        [said_of(each, wiring()) for each in sent_rows(TEXTS)],
        by=caller().viewer,
        scenes=wiring().scenes,
        zone=wiring().zone,
        clock=wiring().clock,
    )


def said_of(body: SentText, parts: Wiring) -> SaidText:
    """The text that a row of a file tells of."""
    words = {"zh-CN": body["bodies"]["zh-CN"], "en": body["bodies"]["en"]}
    first = start_of_day(body["in_force_from"], parts.zone)
    return SaidText(body["kind"], body["version"], words, first)


def _row(kept: AgreedWords, parts: Wiring) -> JsonObject:
    said = text_answer(kept, parts.zone)
    return {
        **{name: said[name] for name in ("kind", "version", "in_force_from", "published_at")},
        "bodies": {language: each.body for language, each in kept.bodies.items()},
        "sha256": {language: each.sha256 for language, each in kept.bodies.items()},
    }
