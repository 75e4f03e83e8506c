"""The voice guide's voice, as the settings ask for it."""

from __future__ import annotations

from api.settings import Settings
from ivr.kokoro import Kokoro
from ivr.prompt_cache import PromptCache
from ivr.speech import NeuralVoice
from models.weights import Catalogue


def open_voice(settings: Settings) -> NeuralVoice:
    """The voice at telephone rate (`NeuralVoice.at` gives it for others), with its prompts in the data folder.

    Takes a second or two.

    Raises:
        WeightsError: the voice model is not on this machine.
        SpeechError: there is no voice of that name.
    """
    model = Kokoro(Catalogue.load().locate("kokoro"), threads=min(2, settings.workers))
    return NeuralVoice(model, settings.voice, cache=PromptCache(settings.data_dir / "prompts"))
