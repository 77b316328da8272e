"""Compares HTTP servers under the same application."""
