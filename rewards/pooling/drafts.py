"""Drafts: bundles for which people may entrust reductions, before anything is selected."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from rewards.pooling.bundle import DRAFT, Bundle, Sight
from rewards.pooling.documents import Conditions
from rewards.pooling.refusals import (
    MethodologiesNotNamed,
    MixingNotPermitted,
    UnknownBundle,
    UnknownBundleMethodology,
)
from rewards.registry.unit_classes import unit_class

# What a person sees of the bundles that are to be gathered.
DRAFTS: Final = Sight((DRAFT,))


def check_drafted(found: Bundle | None) -> Bundle:
    """The draft. Raises UnknownBundle where there is none, or its selection has begun."""
    if found is None or found.state != DRAFT:
        raise UnknownBundle("draft")
    return found


def check_named(conditions: Conditions, known: Collection[str]) -> None:
    """A draft is of one methodology, or of several by name where its class permits that.

    Raises UnknownUnitClass, MethodologiesNotNamed, MixingNotPermitted, UnknownBundleMethodology.
    """
    allowed = unit_class(conditions.unit_class)
    one, several = conditions.methodology, conditions.methodologies
    if (one is None) == (several is None):
        raise MethodologiesNotNamed(pointer="/methodology_code")
    if one is not None and one not in known:
        raise UnknownBundleMethodology(pointer="/methodology_code")
    if several is not None:
        if len(several) < 2 or list(several) != sorted(set(several)):
            raise MethodologiesNotNamed(pointer="/methodology_codes")
        if not set(several) <= set(known):
            raise UnknownBundleMethodology(pointer="/methodology_codes")
        if not allowed.mixes:
            raise MixingNotPermitted(pointer="/unit_class", unit_class=allowed.code)
