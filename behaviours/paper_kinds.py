"""Which papers an organisation hands over."""

from __future__ import annotations

from typing import Final

BUSINESS_LICENCE: Final = "business_licence"
CONTRACT: Final = "contract"
# Who of the organisation may speak and sign for it.
AUTHORISATION: Final = "authorisation"
DOCUMENT_KINDS: Final = (BUSINESS_LICENCE, CONTRACT, AUTHORISATION)
