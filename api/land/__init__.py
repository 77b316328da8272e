"""Commercial land over HTTP."""
