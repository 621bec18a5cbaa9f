"""The manners that all routes share: bodies, fields, pages of lists, keys, languages, errors."""
