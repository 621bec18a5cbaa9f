"""The double entry that points, units and money share: accounts, kinds of transfer, sides."""
