"""Access control: callers, their roles, tokens and sessions, and the database logins with their grants."""

from geo.access.roles import Caller, Role

__all__ = ["Caller", "Role"]
