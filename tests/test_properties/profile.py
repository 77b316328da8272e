"""Settings for generating histories: the same ones in every run, on any machine."""

import os

from hypothesis import HealthCheck, settings


def profile(examples: int) -> settings:
    """Return settings for that number of histories, multiplied by FLURWERK_TEST_EXAMPLES if set."""
    return settings(
        max_examples=examples * int(os.environ.get("FLURWERK_TEST_EXAMPLES", "1")),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
