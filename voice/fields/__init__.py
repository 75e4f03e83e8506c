"""Utterances in, candidates for the work order's fields out."""

from voice.fields.extractor import Extractor, FieldResources

__all__ = ["Extractor", "FieldResources"]
