"""Monitoring, reporting and verification of what is pooled: sampling and its deductions."""
