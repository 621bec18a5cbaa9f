"""The tables of the books, one file for each subject."""
