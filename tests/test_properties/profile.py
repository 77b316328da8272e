"""How histories are made up: the same ones each time, whatever the machine."""

import os

from hypothesis import HealthCheck, settings


def profile(examples: int) -> settings:
    """So many histories, or a multiple of them: FLURWERK_TEST_EXAMPLES says how many times as many."""
    return settings(
        max_examples=examples * int(os.environ.get("FLURWERK_TEST_EXAMPLES", "1")),
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
