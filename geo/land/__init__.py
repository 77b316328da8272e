"""Commercial land: supply, demand, plots for an inquiry, and what surrounds a plot."""
