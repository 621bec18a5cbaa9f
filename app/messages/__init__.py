"""Sentences in every language of the programme, by key and facts; no other floor writes them."""
