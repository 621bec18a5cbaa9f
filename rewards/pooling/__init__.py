"""Reductions are pooled into bundles that anybody can prove a leaf of."""
