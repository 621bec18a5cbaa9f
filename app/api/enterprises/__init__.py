"""Doors of enterprises: orders, holdings, transfers and retirements."""
