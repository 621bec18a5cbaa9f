"""Reading the books to check them: every balance, milligram and serial derived again in SQL."""
