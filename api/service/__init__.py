"""Parts that all routes share: settings, callers, errors, limits, logging and worker processes."""
