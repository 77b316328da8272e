"""Who asks, and what they may see and change."""

from geo.access.roles import Caller, Role

__all__ = ["Caller", "Role"]
