"""The double entry that points, carbon and money share: postings, accounts, three charts."""
