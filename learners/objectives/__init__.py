"""What is made small: densities and penalties that systems share."""
