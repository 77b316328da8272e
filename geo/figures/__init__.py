"""Figures with proof: indicators, checks, the report and its releases."""
