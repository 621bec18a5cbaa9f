"""What an auditor does: derive everything again from the entries, and say what does not agree."""
