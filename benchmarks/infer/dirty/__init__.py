"""Dirty meshes, made from clean ones whose solid is known: 25 kinds of damage, and four kinds of nothing."""
