"""The recogniser, adapted to hotline calls."""
