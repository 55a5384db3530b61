"""One solid for a region: the kinds there are, how each is found, and its plain numbers."""
