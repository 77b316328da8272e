"""The agency's profile: all that Flurwerk knows of a city that is not a record. One installation has one profile."""

from functools import cache

from geo.profile.model import Profile
from geo.profile.reading import ProfileError, packaged_profile, read_profile
from geo.settings import profile_folder

__all__ = ["Profile", "ProfileError", "packaged_profile", "profile", "read_profile"]


@cache
def profile() -> Profile:
    """Return the installation's profile, read once: that of FLURWERK_PROFILE, else that of the sample city.

    Raises ProfileError, naming file, key and what is allowed.
    """
    return read_profile(profile_folder() or packaged_profile())
