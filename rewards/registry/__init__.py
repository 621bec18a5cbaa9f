"""Whole tonnes under serial numbers: issued, held, transferred, retired, certified."""
