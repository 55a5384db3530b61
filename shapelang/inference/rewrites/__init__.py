"""Programs written shorter: rewrites that keep every instance, an e-graph of what they give, the shortest taken out."""
