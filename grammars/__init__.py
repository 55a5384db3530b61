"""Programs seen as grammars: derivations, probabilities, learning. Built on `shapelang` alone."""
