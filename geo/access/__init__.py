"""Who asks, and what they may see and change."""

from geo.access.base import Caller, Role

__all__ = ["Caller", "Role"]
