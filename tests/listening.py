"""Whether speech is understood: said, sent over a telephone line, recognised, compared by sound.

As a program it measures a voice on the answers of the knowledge base: `python tests/listening.py --help`.
"""

from __future__ import annotations

import argparse
import json
import re
import time
from functools import cache
from pathlib import Path

import numpy as np
import soxr
from faster_whisper import WhisperModel
from pypinyin import lazy_pinyin
from rapidfuzz.distance import Levenshtein

from ivr.knowledge import load_knowledge
from ivr.kokoro import Kokoro
from ivr.mastering import Pcm
from ivr.prompt_cache import PromptCache
from ivr.reading import spoken_form
from ivr.speech import DEFAULT_VOICE, Manner, NeuralVoice
from models.call import Encoding
from models.weights import Catalogue
from voice.audio import to_bytes, to_float

RATE = 8_000


@cache
def voice_model() -> Kokoro:
    """The voices; loading them once is enough for all tests."""
    return Kokoro(Catalogue.load().locate("kokoro"))


@cache
def callers_voice() -> NeuralVoice:
    """Of somebody who calls the guide; what he has said once is not computed again."""
    return NeuralVoice(voice_model(), "zm_yunxi", cache=PromptCache(Path(__file__).parent / ".cache" / "caller"))


@cache
def _listener() -> WhisperModel:
    return WhisperModel(str(Catalogue.load().locate("whisper-base")), device="cpu", compute_type="int8")


def spoken(voice: NeuralVoice, text: str, manner: Manner | None = None) -> Pcm:
    """All of `text` in one piece."""
    return np.concatenate([piece.pcm for piece in voice.say(text, manner or Manner())])


def heard(pcm: Pcm) -> str:
    """What a recogniser understands of `pcm` (8 kHz) at the other end of a mu-law line."""
    line = to_float(to_bytes((pcm / 32768).astype(np.float32), Encoding.MULAW), Encoding.MULAW)
    segments, _ = _listener().transcribe(soxr.resample(line, RATE, 16_000), language="zh", beam_size=5)
    return "".join(segment.text for segment in segments)


def syllables(text: str) -> list[str]:
    """Without tones: a recogniser may write another character of the same sound, or digits; 幺 is 一 to it."""
    plain = re.sub(r"\W", "", spoken_form(text)).replace("幺", "一").replace("两", "二").lower()
    return ["yi" if syllable == "yao" else syllable for syllable in lazy_pinyin(plain)]


def error_rate(said: str, understood: str) -> float:
    """Syllables that were not understood, as a share of those said."""
    return Levenshtein.distance(syllables(said), syllables(understood)) / len(syllables(said))


def main() -> None:
    """Prints one JSON document: error rate, pace and real-time factor of a voice."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--voice", default=DEFAULT_VOICE)
    parser.add_argument("--limit", type=int, default=None, help="first sentences of so many answers")
    parser.add_argument("--speed", type=float, default=1.0)
    options = parser.parse_args()
    answers = [entry.spoken for entry in load_knowledge().entries.values()][: options.limit]
    sentences = [re.split(r"(?<=[。！？])", answer)[0] for answer in answers]
    voice = NeuralVoice(voice_model(), options.voice)
    wrong = total = 0.0
    seconds = compute_s = cpu_s = 0.0
    for sentence in sentences:
        wall, cpu = time.perf_counter(), time.process_time()
        pcm = spoken(voice, sentence, Manner(options.speed))
        compute_s, cpu_s = compute_s + time.perf_counter() - wall, cpu_s + time.process_time() - cpu
        seconds += len(pcm) / RATE
        wrong += error_rate(sentence, heard(pcm)) * len(syllables(sentence))
        total += len(syllables(sentence))
    report = {
        "voice": options.voice,
        "sentences": len(sentences),
        "syllables": int(total),
        "error_rate": round(wrong / total, 4),
        "syllables_per_second": round(total / seconds, 2),
        "real_time_factor": round(compute_s / seconds, 3),
        "cpu_seconds_per_second": round(cpu_s / seconds, 3),
    }
    print(json.dumps(report))  # noqa: T201 (a program)


if __name__ == "__main__":
    main()
