"""Several solids for a body: cut, competing, joined again."""
