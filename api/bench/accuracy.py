"""What recognition costs and how right it is, against offline decoding of the same recordings."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import msgspec
from rapidfuzz.distance import Levenshtein
from sklearn.metrics import roc_auc_score

from api.recording import Recording, read_recording
from api.scoring import canonical
from api.services import Engine
from api.transcription import Transcription, transcribe
from api.written_calls import LabelledCall, read_labelled_call
from models.call import Channel
from models.workorder import AREAS
from voice.baseline import OfflineWhisper
from voice.decoder import Decoder, Hypothesis, Pass, Window

_KIND_OF_PLACE = re.compile("(街道|地区|镇|乡|区|小区社区|社区|村)$")


@dataclass(slots=True)
class MeteredDecoder:
    """A decoder that remembers what each pass cost."""

    decoder: Decoder
    cpu_s: dict[Pass, float] = field(default_factory=lambda: dict.fromkeys(Pass, 0.0))
    windows: dict[Pass, int] = field(default_factory=lambda: dict.fromkeys(Pass, 0))

    def decode(self, windows: Sequence[Window]) -> list[Hypothesis]:
        """See `Decoder.decode`."""
        began = time.process_time()
        found = self.decoder.decode(windows)
        for window in windows:
            self.cpu_s[window.decode] += (time.process_time() - began) / len(windows)
            self.windows[window.decode] += 1
        return found


@dataclass(frozen=True, slots=True)
class Sample:
    """A labelled recording."""

    recording: Recording
    spoken: tuple[tuple[Channel, float, float, str], ...]
    """Turns: speaker, start and end in seconds, words."""
    places: tuple[str, ...]
    """Place names of the work order, without 区, 街道, 社区 …"""


class Accuracy(msgspec.Struct, frozen=True, kw_only=True):
    """Figures over all recordings."""

    audio_s: float
    cpu_per_s: float
    """CPU seconds per second of a call, everything included."""
    cpu_finals_per_s: float
    cpu_partials_per_s: float
    cer: float
    """Character error rate of the finals."""
    cer_offline: float
    cpu_offline_per_s: float
    names_said: int
    names_right: int
    names_right_generic: int
    """With a generic prompt, and no names recalled."""
    stable_changed: float
    """Share of stable characters that the final changed."""
    confidence_auc: float
    """How well the confidence of a character tells right from wrong: 0.5 not at all, 1 perfectly."""


def read_samples(folder: Path) -> list[Sample]:
    """ID.wav with ID.json beside it, or WAVs of one speaker with a manifest.tsv (path, text)."""
    if (folder / "manifest.tsv").exists():
        rows = [line.split("\t") for line in (folder / "manifest.tsv").read_text("utf-8").splitlines()[1:]]
        return [_read_aloud(folder / row[0], row[1]) for row in rows]
    return [_sample(path) for path in sorted(folder.glob("*.wav")) if path.with_suffix(".json").exists()]


def _sample(path: Path) -> Sample:
    label = read_labelled_call(path.with_suffix(".json"))
    spoken = tuple((u.channel, u.start_s, u.end_s, u.raw) for u in label.written.utterances)
    return Sample(read_recording(path), spoken, _places(label))


def _read_aloud(path: Path, text: str) -> Sample:
    recording = read_recording(path, (Channel.CITIZEN,))
    silence = bytes(recording.sample_rate * recording.frame_bytes)
    padded = Recording(recording.call, recording.encoding, recording.sample_rate, recording.data + silence)
    return Sample(padded.at_rate(8000), ((Channel.CITIZEN, 0.0, recording.seconds, text),), ())


def _places(label: LabelledCall) -> tuple[str, ...]:
    values = (label.work_order.get(name) for name in AREAS)
    return tuple(dict.fromkeys(_KIND_OF_PLACE.sub("", v) for v in values if isinstance(v, str)))


def measure(
    samples: Sequence[Sample],
    engine: Engine,
    generic: Engine,
    offline: OfflineWhisper,
    on_progress: Callable[[], None] = lambda: None,
) -> Accuracy:
    """Hears all samples three times: with `engine`, with `generic` (which recalls no names), and offline."""
    metered = MeteredDecoder(engine.decoder)
    totals = _Totals()
    for sample in samples:
        heard = transcribe(sample.recording, Engine(metered, engine.resources))
        plain = transcribe(sample.recording, generic)
        totals.add(sample, heard, plain)
        totals.add_offline(sample, offline)
        on_progress()
    return totals.result(metered)


@dataclass(slots=True)
class _Totals:
    audio_s: float = 0.0
    cpu_s: float = 0.0
    cpu_offline_s: float = 0.0
    errors: int = 0
    errors_offline: int = 0
    characters: int = 0
    names: int = 0
    names_right: int = 0
    names_generic: int = 0
    stable: int = 0
    stable_changed: int = 0
    right: list[bool] = field(default_factory=list)
    confidence: list[float] = field(default_factory=list)

    def add(self, sample: Sample, heard: Transcription, plain: Transcription) -> None:
        self.audio_s += heard.seconds
        self.cpu_s += heard.cpu_seconds
        for channel in sample.recording.call.channels:
            said = _said(sample, channel)
            finals = [u for u in heard.utterances if u.channel is channel]
            self.errors += Levenshtein.distance(said, canonical("".join(u.text for u in finals)))
            self.characters += len(said)
            self._add_confidence(said, [(w.text, w.confidence) for u in finals for w in u.words])
        said_names, right = _names_right(sample, heard)
        self.names += said_names
        self.names_right += right
        self.names_generic += _names_right(sample, plain)[1]
        last = {p.utterance: canonical(p.stable) for p in heard.partials}
        for u in heard.utterances:
            stable, final = last.get(u.id, ""), canonical(u.text)
            kept = sum(block.size for block in Levenshtein.editops(stable, final).as_matching_blocks())
            self.stable += len(stable)
            self.stable_changed += len(stable) - kept

    def add_offline(self, sample: Sample, offline: OfflineWhisper) -> None:
        for channel, audio in zip(sample.recording.call.channels, sample.recording.samples(), strict=True):
            began = time.process_time()
            text = offline.read(audio)
            self.cpu_offline_s += time.process_time() - began
            self.errors_offline += Levenshtein.distance(_said(sample, channel), canonical(text))

    def _add_confidence(self, said: str, words: Iterable[tuple[str, float]]) -> None:
        """Han characters only: numbers may be written in two ways."""
        heard = [(c, confidence) for text, confidence in words for c in text if not c.isascii()]
        text = "".join(c for c, _ in heard)
        matched: set[int] = set()
        for block in Levenshtein.editops(said, text).as_matching_blocks():
            matched.update(range(block.b, block.b + block.size))
        self.right += [i in matched for i in range(len(heard))]
        self.confidence += [confidence for _, confidence in heard]

    def result(self, metered: MeteredDecoder) -> Accuracy:
        def per_s(seconds: float) -> float:
            return round(seconds / self.audio_s, 4)

        return Accuracy(
            audio_s=round(self.audio_s, 1),
            cpu_per_s=per_s(self.cpu_s),
            cpu_finals_per_s=per_s(metered.cpu_s[Pass.FINAL]),
            cpu_partials_per_s=per_s(metered.cpu_s[Pass.PARTIAL]),
            cer=round(self.errors / max(1, self.characters), 4),
            cer_offline=round(self.errors_offline / max(1, self.characters), 4),
            cpu_offline_per_s=per_s(self.cpu_offline_s),
            names_said=self.names,
            names_right=self.names_right,
            names_right_generic=self.names_generic,
            stable_changed=round(self.stable_changed / max(1, self.stable), 4),
            confidence_auc=round(float(roc_auc_score(self.right, self.confidence)), 3) if any(self.right) else 0.5,
        )


def _said(sample: Sample, channel: Channel) -> str:
    return canonical("".join(words for speaker, _, _, words in sample.spoken if speaker is channel))


def _names_right(sample: Sample, heard: Transcription) -> tuple[int, int]:
    """How often a place of the work order was said, and how often it was written right then."""
    said = right = 0
    for speaker, start_s, end_s, words in sample.spoken:
        near = "".join(
            u.text for u in heard.utterances if u.channel is speaker and u.start_s < end_s and u.end_s > start_s
        )
        for name in sample.places:
            said += words.count(name)
            right += min(words.count(name), near.count(name))
    return said, right
