"""One solid for a region: the kinds there are, and how each is found."""
