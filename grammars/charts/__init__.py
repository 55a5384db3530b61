"""How probable an observed assembly is: a chart over its tree of parts, exact where all draws are to be seen."""
