"""Plots for an inquiry, and inquiries for a plot."""
