"""How providers' files are read: rows become drafts of actions by a stated mapping, or flaws."""
