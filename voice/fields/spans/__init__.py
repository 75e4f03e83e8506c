"""What tells the place, the unit and the time of a call: found by a tagger that has learned it."""
