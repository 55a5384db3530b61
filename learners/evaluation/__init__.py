"""What a trained net is worth, beside what needs no net."""
