"""Arrangements: what stands where in a room, and which tile beside which; learned, and drawn by Markov chains."""
