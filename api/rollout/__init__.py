"""The rollout for the broadband coordinator. All of it is internal."""
