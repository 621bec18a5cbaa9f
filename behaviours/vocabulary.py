"""Words that rules, consents and the points policy have in common: classes and categories."""

from __future__ import annotations

# Rewarded with points and never bundled.
BEHAVIOUR_ONLY = "behaviour_only"
ACTION_CLASSES = ("project", "scene", BEHAVIOUR_ONLY)

# The seven fields of life of the consumer catalogue, and projects.
CATEGORIES = {
    "衣": "clothing",
    "食": "food",
    "住": "housing",
    "行": "travel",
    "用": "goods",
    "办公": "office",
    "数字金融": "digital_finance",
    "project": "project",
}
# What a person can consent to as a whole: every field of life, no project.
SCENE_CATEGORIES = tuple(code for code in CATEGORIES.values() if code != "project")
