"""What every route shares: settings, errors, limits, the log, and the processes that serve."""
