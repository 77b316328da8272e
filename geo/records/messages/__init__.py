"""What the database refuses, told to a person: one German and one English sentence for every constraint."""

from geo.records.messages.errors import explain
from geo.records.messages.sentences import NOT_NULL, sentence

__all__ = ["NOT_NULL", "explain", "sentence"]
