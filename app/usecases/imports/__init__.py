"""Imports: a provider's file becomes actions, by a stated mapping, with every refusal told."""
