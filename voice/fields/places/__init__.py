"""Where the matter is: district, street, community and the rest of the address."""

from voice.fields.places.finder import PlaceFinder

__all__ = ["PlaceFinder"]
