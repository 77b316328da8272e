"""What the database refuses, told to a person: one German and one English sentence for every constraint."""

from geo.messages.errors import explain
from geo.messages.sentences import NOT_NULL, sentence

__all__ = ["NOT_NULL", "explain", "sentence"]
