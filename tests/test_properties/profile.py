"""How histories are made up: the same ones each time, whatever the machine."""

from hypothesis import HealthCheck, settings


def profile(examples: int) -> settings:
    """So many histories."""
    return settings(
        max_examples=examples,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow],
    )
