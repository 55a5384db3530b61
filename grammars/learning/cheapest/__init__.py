"""The cheapest program that yields one to three examples."""
