"""The voice guide's voice, as the settings ask for it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from api.settings import Settings
from ivr.kokoro import Kokoro
from ivr.prompt_cache import PromptCache
from ivr.speech import NeuralVoice
from models.weights import Catalogue, user_cache


def open_voice(settings: Settings) -> NeuralVoice:
    """The voice at telephone rate (`NeuralVoice.at` gives it for others), with its prompts in the data folder.

    Takes a second or two.

    Raises:
        WeightsError: the voice model is not on this machine.
        SpeechError: there is no voice of that name.
    """
    model = Kokoro(Catalogue.load().locate("kokoro"), threads=min(2, settings.workers))
    return NeuralVoice(model, settings.voice, cache=PromptCache(settings.data_dir / "prompts"))


def sounds() -> Path:
    """The folder of what scripted callers say, and of what the guide that they talk with has ready to say."""
    return user_cache() / "sounds"


def open_callers(names: Sequence[str]) -> list[NeuralVoice]:
    """Voices of scripted callers; what they have said once is not computed again.

    Raises:
        WeightsError: the voice model is not on this machine.
        SpeechError: there is no voice of such a name.
    """
    model, cache = Kokoro(Catalogue.load().locate("kokoro")), PromptCache(sounds())
    return [NeuralVoice(model, name, cache=cache) for name in names]


def open_cast() -> list[NeuralVoice]:
    """All voices there are; what they say is not kept.

    Raises:
        WeightsError: the voice model is not on this machine.
    """
    model = Kokoro(Catalogue.load().locate("kokoro"))
    return [NeuralVoice(model, name) for name in model.voices]
