"""Figures and their evidence: indicators, checks, the report and its releases."""
