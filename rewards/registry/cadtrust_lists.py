"""The words that fields of CAD Trust's data model 2.0.2 may hold, letter for letter.

Source: as of ``cadtrust``, picklists of 2026-06-30. Of countries only the one where projects
lie; of labels, types alone, because their names are free.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

# Bodies that validate and verify; both lists are the same.
BODIES: Final = frozenset(
    {
        "350 Solutions",
        "4K Earth Science Private Limited",
        "AENOR International S.A.U.",
        "Agri-Waste Technology Inc.",
        "Ampere For Renewable Energy",
        "Asociación de Normalización y Certificación A.C.",
        "Aster Global Environmental Solutions Inc.",
        "Bureau Veritas India Private Limited",
        "CGN Certification",
        "Carbon Check (India) Private Limited",
        "China Building Material Test & Certification Group Co. Limited",
        "China Certification Center Inc.",
        "China Classification Society Certification Co. Limited",
        "China Environmental United Certification Center Co. Limited",
        "China Quality Certification Center",
        "China Testing & Certification International Group Co. Limited",
        "Colombian Institute for Technical Standards and Certification",
        "Control Union Certifications Germany GmbH",
        "Deloitte Tohmatsu Sustainability Co. Limited",
        "Det Norske Veritas (U.S.A.) Inc.",
        "Deutsche Certification Body",
        "EPIC Sustainability Services Private Limited",
        "ERM Certification and Verification Services Limited",
        "Earthood Services Private Limited",
        "EnergyLink Services",
        "Enviance Services Private",
        "Enviro-Accès Inc.",
        "Environmental Services Inc.",
        "First Environment Inc.",
        "GHD Limited",
        "GHD Services Inc.",
        "Japan Quality Assurance Organisation",
        "KBS Certification Services Private Limited",
        "KPMG International Limited",
        "Korea Energy Agency",
        "Korea Testing & Research Institute",
        "Korean Foundation for Quality",
        "Korean Standards Association",
        "LGAI Technological Center S.A.",
        (
            "PT Superintending Company of Indonesia (PT SUCOFINDO) - SBU Sertifikasi da Eco"
            " Framework (Sucofindo International Certification Services)"
        ),
        "QSI Belgelendirme Muayene Ve Test Hizmetleri Limited Şti.",
        "RINA Services S.p.A",
        "Rainforest Alliance Inc.",
        "Re Carbon Limited",
        "Ruby Canyon Environmental Inc",
        "S&A Carbon LLC",
        "SCS Global Services",
        "SQS (The Swiss Association for Quality and Management Systems)",
        "Shenzhen CTI International Certification Co. Limited",
        "The Earth Lab",
        "TÜV Nord Cert GmbH",
        "TÜV Rheinland (China) Limited",
        "TÜV SÜD America Inc. - Ruby Canyon",
        "TÜV SÜD South Asia Private Limited",
        "VKU Certification Private Limited",
        "Verico SCE",
        "Verifit",
        "Versa Expertos en Certificación",
    }
)
LAND_SECTOR: Final = "Afforestation and reforestation"
POWER_SECTOR: Final = "Energy industries (renewable-/ non renewable sources)"
LAND_TYPE: Final = "Agriculture, forestry and other land use (AFOLU)"
POWER_TYPE: Final = "Solar"
REMOVAL: Final = "Removal - nature"
REDUCTION: Final = "Reduction - technical"
TONNES: Final = "tCO2e"
COUNTRY: Final = "China"
GEOJSON: Final = "GeoJSON"
OWNER: Final = "Owner"
CERTIFICATION: Final = "Certification"
OF_DESIGN: Final = "Validation of Project Design Document"

PICKLISTS: Final[Mapping[str, frozenset[str]]] = {
    "body": BODIES,
    # Of sectors and types, those that rules of projects here are of.
    "project_sector": frozenset({LAND_SECTOR, POWER_SECTOR}),
    "project_type": frozenset({LAND_TYPE, POWER_TYPE}),
    "project_status": frozenset(
        {
            *("Certified", "Completed", "Inactive", "Listed", "Registered", "Rejected"),
            *("Validated", "Verified", "Withdrawn"),
        }
    ),
    "unit_metric": frozenset({"gCO2eq/kWh", "kt (Kiloton)", TONNES}),
    "unit_type": frozenset(
        {
            *("Avoidance - nature", "Avoidance - technical", "Not Determined"),
            *("Reduction - nature", REDUCTION, REMOVAL, "Removal - technical"),
        }
    ),
    "unit_status": frozenset(
        {
            *("Buffer", "Cancelled", "Expired", "Held", "Inactive", "Issued", "Rejected"),
            "Retired",
        }
    ),
    "validation_type": frozenset(
        {
            OF_DESIGN,
            "Validation of Post Registration Change",
            "Validation of Renewal of Credit Period",
        }
    ),
    "location_country": frozenset({COUNTRY}),
    "location_map_type": frozenset(
        {
            *("DXF", "GML", "GPX", GEOJSON, "GeoPackage", "GeoTIFF", "Geodatabases"),
            *("JGEP 2000", "KML / KMZ", "LiDAR", "Shapefiles"),
        }
    ),
    "stakeholder_type": frozenset({"Consultant", "Developer", OWNER}),
    "label_type": frozenset(
        {
            "Article 6 - Authorisation",
            "Article 6 - Endorsement",
            "Article 6 - Letter of Approvals",
            "Article 6 - Letter of Qualification",
            CERTIFICATION,
            "SDG 10 - Reduced inequalities",
        }
    ),
    "rating_type": frozenset({"CCQI", "CDP"}),
    # None is stated of projects here.
    "co_benefit": frozenset(),
}
