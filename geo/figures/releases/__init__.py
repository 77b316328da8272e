"""Releases: published reports that never change, can be verified, and whose differences to later data are explained."""
