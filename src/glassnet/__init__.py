"""Glassnet: neural networks a person can see through, on NumPy alone."""

__version__ = "0.1.0"
