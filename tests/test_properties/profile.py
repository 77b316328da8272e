"""Settings for generating histories: the same ones in every run, on any machine."""

import os

from hypothesis import HealthCheck, settings

EXAMPLES = int(os.environ.get("FLURWERK_TEST_EXAMPLES", "1"))
"""By how much to multiply the histories that are made up (`make test-properties`)."""


def profile(examples: int) -> settings:
    """Return settings for that number of histories, multiplied by EXAMPLES."""
    return settings(
        max_examples=examples * EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
