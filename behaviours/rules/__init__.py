"""The rule language and its engine: a methodology version is read, checked and evaluated."""
