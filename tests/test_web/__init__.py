"""The advisors' map, in Chromium."""
