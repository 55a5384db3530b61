"""Readable grammars of examples: parts matched, structure as choices, numbers by description length."""
