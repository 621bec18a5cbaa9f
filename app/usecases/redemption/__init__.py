"""From a code on a phone to a coffee: offers, codes, captures, reversals, bills."""
