"""Indicators and the report over HTTP."""
