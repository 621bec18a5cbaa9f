"""Building: a document of projects becomes a version, or a DocumentError says what to do."""

from __future__ import annotations

from types import MappingProxyType

from behaviours.document import Faults, Part, canonical_digest
from behaviours.rules import clauses
from behaviours.rules.common_clauses import read_awaiting, read_stated, read_title, read_validity
from behaviours.rules.factors import FactorBook
from behaviours.rules.members import IntervalRule, Ownership
from behaviours.rules.methodology import Reckoning, Told, Trust, Version
from behaviours.rules.survey.arithmetic import read_survey_arithmetic
from behaviours.rules.trusted import ReportingRule
from behaviours.vocabulary import CATEGORIES

FIELDS = (
    *("code", "version", "behaviour", "title", "category", "action_class", "document", "scope"),
    *("applicability", "applicant", "subject", "regions", "in_force", "crediting_period"),
    *("sets", "keys", "quantities", "project_parameters", "labels", "previous"),
    *("gases", "parameters", "equations", "result", "results", "vintages", "rounding"),
    *("caps", "awaiting", "missing", "sources"),
)
OPTIONAL = frozenset(
    {
        *("keys", "project_parameters", "labels", "previous", "gases", "results", "vintages"),
        "awaiting",
    }
)
# Nobody reports it as an action.
_TOLD = Told(MappingProxyType({}), MappingProxyType({}), IntervalRule(False, 0, False, None), None)
_TRUST = Trust(
    ownership=Ownership("operator", "none", None),
    reporting=ReportingRule(),
    installation=None,
    plausible=(),
    reads_day=False,
    claims=(),
    exclusions=(),
    subject_evidence=None,
)


def build_survey(root: Part, book: FactorBook) -> Version:
    """The version that a document of projects states, checked whole.

    Raises DocumentError with every fault that was found in one reading.
    """
    faults = Faults()
    root = root.noting(faults)
    root.only(*FIELDS)
    code = clauses.matching(root.at("code"), clauses.CODE)
    number = clauses.matching(root.at("version"), clauses.VERSION)
    behaviour = clauses.matching(root.at("behaviour"), clauses.BEHAVIOUR)
    category = root.at("category").one_of(*CATEGORIES)
    action_class = root.at("action_class").one_of("project")
    title_zh, title_en = read_title(root.at("title"))
    validity = read_validity(root, book, faults)
    arithmetic = read_survey_arithmetic(root, validity.starts_on, book)
    awaiting = read_awaiting(root, arithmetic.parameters)
    stated = read_stated(root, arithmetic.gases, None, arithmetic.sources, awaiting, faults)
    faults.check()
    assert isinstance(root.value, dict)
    return Version(
        code=code,
        version=number,
        digest=canonical_digest(root.value),
        behaviour=behaviour,
        title_zh=title_zh,
        title_en=title_en,
        category=category,
        action_class=action_class,
        stated=stated,
        validity=validity,
        trust=_TRUST,
        told=_TOLD,
        reckoning=Reckoning(
            conditions=(),
            key_sets=MappingProxyType(dict(arithmetic.keys)),
            parameters=arithmetic.parameters,
            equations=arithmetic.equations,
            result=arithmetic.result,
            compiled=arithmetic.compiled,
            evidence_read=(),
            book=book,
        ),
        awaiting=awaiting,
        tree=root.value,
        survey=arithmetic.survey,
    )
