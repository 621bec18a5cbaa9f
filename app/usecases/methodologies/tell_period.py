"""Tell the log what a period of a project was computed to, and by which rule."""

from __future__ import annotations

from app.store.database import Connection
from app.store.log.acting import tell
from behaviours.rules.methodology import Version
from behaviours.rules.survey.run import SurveyRun
from behaviours.rules.survey_rule import Survey


def tell_period(
    connection: Connection,  # noqa: ARG001 - of the transaction that leaves the row
    version: Version,
    survey: Survey,
    run: SurveyRun,
) -> None:
    """One row of whoever asked; nothing else is written of what was only computed."""
    asked = f"{survey.starts_on.isoformat()}/{survey.ends_on.isoformat()} {survey.region}"
    tell("methodology", version.label, {"period": asked, "saved_mg": str(run.mg)})
