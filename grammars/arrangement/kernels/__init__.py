"""The compiled loops. Import inside functions only: numba is slow to load."""
