"""Bits of programs under learned models, beside simpler ones and a sequence model."""
