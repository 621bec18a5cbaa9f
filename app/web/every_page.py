"""Every page, in the order of the documentation."""

from __future__ import annotations

from app.web import data_pages, docs, error_codes, look
from app.web.account import (
    application as application_page,
    links as links_page,
    openid as openid_page,
    pages as account_page,
)
from app.web.catalogue import (
    calculator as calculator_page,
    compared as compared_page,
    pages as catalogue_page,
    series as series_page,
)
from app.web.complaints import (
    filing as complaint_filing_page,
    following as complaint_following_page,
    months as complaint_months_page,
)
from app.web.console import (
    actions as console_actions_page,
    bundles as console_bundles_page,
    holds as console_holds_page,
    home as console_home_page,
    log as console_log_page,
    proposals as console_proposals_page,
)
from app.web.guides import pages as guides_page, reference as reference_page
from app.web.registry import (
    anchors as anchors_page,
    certificates as certificates_page,
    feed as feed_page,
    home as registry_home_page,
    lists as lists_page,
    pictures as pictures_page,
    projects as projects_page,
    things as things_page,
    verifications as verifications_page,
)
from app.web.wallet import (
    code as wallet_code_page,
    consents as wallet_consents_page,
    home as wallet_page,
    leaving as wallet_leaving_page,
    login as wallet_login_page,
    mall as wallet_mall_page,
)

PAGES = (
    look.blueprint,
    docs.blueprint,
    guides_page.blueprint,
    reference_page.blueprint,
    error_codes.blueprint,
    account_page.blueprint,
    openid_page.blueprint,
    links_page.blueprint,
    application_page.blueprint,
    complaint_filing_page.blueprint,
    complaint_following_page.blueprint,
    complaint_months_page.blueprint,
    console_home_page.blueprint,
    console_holds_page.blueprint,
    console_actions_page.blueprint,
    console_proposals_page.blueprint,
    console_bundles_page.blueprint,
    console_log_page.blueprint,
    catalogue_page.blueprint,
    calculator_page.blueprint,
    series_page.blueprint,
    compared_page.blueprint,
    registry_home_page.blueprint,
    pictures_page.blueprint,
    lists_page.blueprint,
    things_page.blueprint,
    feed_page.blueprint,
    verifications_page.blueprint,
    certificates_page.blueprint,
    projects_page.blueprint,
    anchors_page.blueprint,
    data_pages.blueprint,
    wallet_login_page.blueprint,
    wallet_page.blueprint,
    wallet_code_page.blueprint,
    wallet_mall_page.blueprint,
    wallet_consents_page.blueprint,
    wallet_leaving_page.blueprint,
)
