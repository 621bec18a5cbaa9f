"""The fields by which a body says the numbers of one claim: of which kind, whose, and which."""

from __future__ import annotations

from marshmallow import fields as plain

from app.http.fields import Line
from app.http.validators import Count

KIND = Line(
    required=True,
    most=64,
    metadata={"description": "Of which claim the numbers are, as the rules name it."},
)
ISSUER = Line(most=64, metadata={"description": "Who gave them out; `/v1/issuers`."})
EVIDENCE = plain.Dict(
    keys=plain.String(),
    values=Line(most=64),
    required=True,
    validate=Count(min=1, max=4),
    metadata={"description": "The numbers, by the names that evidence has for them."},
)
