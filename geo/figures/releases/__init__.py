"""Releases: reports that stay as they were published, can be verified, and whose later differences are explained."""
