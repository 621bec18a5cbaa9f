"""Offers, stock, codes and redemptions in PostgreSQL."""
