"""Matching of plots and inquiries over HTTP."""
