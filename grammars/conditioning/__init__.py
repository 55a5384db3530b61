"""Programs of chance under conditions: derivations that meet a query, exactly as often as they would by chance."""
