"""Messages for users about errors of the database: a German and an English sentence for every constraint."""

from geo.records.messages.errors import areas_in, explain
from geo.records.messages.sentences import NOT_NULL, sentence

__all__ = ["NOT_NULL", "areas_in", "explain", "sentence"]
