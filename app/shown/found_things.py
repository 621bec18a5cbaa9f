"""What the search of the registry found, and where its page is."""

from __future__ import annotations

from urllib.parse import quote

from marshmallow import Schema, fields as plain

from behaviours.json_value import JsonObject
from rewards.registry.searching import (
    BLOCK,
    BUNDLE,
    ENTERPRISE,
    FOUND_KINDS,
    PROJECT,
    RETIREMENT,
    SERIAL,
    FoundThing,
)

_PAGES = {
    SERIAL: "/registry/units?serial={}",
    RETIREMENT: "/registry/retirements/{}",
    BUNDLE: "/registry/bundles/{}",
    PROJECT: "/registry/projects/{}",
    BLOCK: "/registry/blocks/{}",
    ENTERPRISE: "/registry/enterprises/{}",
}


class FoundThingAnswer(Schema):
    """Something that has a page in the registry."""

    kind = plain.String(metadata={"enum": list(FOUND_KINDS)})
    id = plain.String(metadata={"description": "Its id; of a serial, the serial."})
    name = plain.String()
    page_url = plain.String()


class FoundThings(Schema):
    """What was found."""

    found = plain.List(plain.Nested(FoundThingAnswer))


def found_thing(found: FoundThing) -> JsonObject:
    """A thing with its page."""
    return {
        "kind": found.kind,
        "id": found.key,
        "name": found.name,
        "page_url": _PAGES[found.kind].format(quote(found.key)),
    }
