"""Projects: applied for, designed on land of their own, and withdrawn."""
