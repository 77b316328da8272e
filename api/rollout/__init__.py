"""Routes of the rollout, for the broadband coordinator. All are internal."""
