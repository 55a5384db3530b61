"""Learned systems on torch: training, inference, synthesis. The only package that may import torch."""
