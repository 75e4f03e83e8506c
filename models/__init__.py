"""The nouns everybody passes around, how they are kept, and where model weights come from.

Imports nothing from the other packages: `models <- voice, ivr <- api`.
"""
