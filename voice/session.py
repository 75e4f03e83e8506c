"""One call from its first sample to its last event.

Pure: bytes and decoded windows in, events and windows to decode out. Feed methods are generators: whoever drives a
session must exhaust them, and may answer a `Decode` (with `heard`) before going on. Answered at once, as `yida
transcribe` does, the outcome depends on the audio alone; answered late, as on a live call, partials come late or not
at all, finals never are missed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from models.call import CallInfo, Channel, Mode, Partial, Utterance
from models.events import (
    AlertRaised,
    AudioLost,
    Body,
    CallEnded,
    DraftChanged,
    FieldEdited,
    KeyPressed,
    MatterBegun,
    PartialHeard,
    UtteranceHeard,
)
from models.workorder import AREAS, Candidate, Draft, FieldName, FieldValue
from voice.audio import AudioDecoder, Samples
from voice.decoder import Context, Hypothesis
from voice.fields.emergency import Watch
from voice.fields.extractor import Extractor, FieldResources
from voice.text import Span
from voice.transcriber import ChannelTranscriber, Decode, Heard, Retracted
from voice.vad import SpeechModel

Output: TypeAlias = Decode | Body


@dataclass(frozen=True, slots=True)
class SessionResources:
    """What all calls share; holds no state of any."""

    speech: SpeechModel
    fields: FieldResources
    numeral_names: re.Pattern[str]
    """Names whose numerals stay as they are (三里屯); see `voice.text.name_pattern`."""
    hotwords: tuple[str, ...] = ()
    """Of the deployment."""


class CallSession:
    """What is heard in one call, and the draft it fills."""

    def __init__(
        self, call: CallInfo, audio: AudioDecoder, resources: SessionResources, hotwords: tuple[str, ...] = ()
    ) -> None:
        self.call = call
        self.draft = Draft()
        self._audio = audio
        self._numeral_names = resources.numeral_names
        self._hotwords = hotwords + resources.hotwords
        self._fields = resources.fields
        self._extractor = Extractor(call, resources.fields)
        self._settled: list[Utterance] = []
        self._suggested: tuple[Candidate, ...] = ()
        self._number: re.Pattern[str] | None = None
        self._utterances = 0
        self._danger = Watch()
        self._channels = {
            channel: ChannelTranscriber(
                channel,
                resources.speech,
                new_id=self._new_id,
                context=self._context,
                protect=self._protect,
                quick=call.mode is Mode.GUIDE,
            )
            for channel in call.channels
        }

    @property
    def audio_s(self) -> float:
        """Seconds of audio heard so far."""
        return self._audio.seconds

    @property
    def utterances(self) -> list[Utterance]:
        """Everything said so far, in order of speech."""
        return [*self._settled, *self._extractor.heard]

    @property
    def waiting(self) -> bool:
        """Finals are still to come."""
        return any(c.waiting for c in self._channels.values())

    @property
    def speaking(self) -> bool:
        """Somebody is in the middle of an utterance."""
        return any(c.speaking for c in self._channels.values())

    def spoken_s(self, channel: Channel) -> float:
        """Speech in the open utterance on `channel`, its pauses left out; 0 when there is none."""
        return self._channels[channel].spoken_s

    def paused_text(self, channel: Channel) -> str | None:
        """All that was said on `channel` up to the pause that goes on now, once it has been read."""
        return self._channels[channel].paused_text

    def shorten_pause(self, channel: Channel, seconds: float) -> None:
        """Lets the pause that goes on now end the utterance after `seconds`: it sounds complete."""
        self._channels[channel].shorten_pause(seconds)

    def asked(self, name: str, text: str) -> None:
        """The voice guide has asked the caller something: what he says next is understood by it."""
        now = self.audio_s
        self._extractor.hear(
            Utterance(id=name, channel=Channel.OPERATOR, start_s=now, end_s=now, text=text, raw=text, confidence=1.0)
        )

    def end_pause(self, channel: Channel, seconds: float) -> None:
        """From now on a pause of `seconds` ends what is said on `channel`."""
        self._channels[channel].end_pause_s = seconds

    def expect_number(self, form: re.Pattern[str] | None) -> None:
        """From now on a number that looks like `form` may be said, digit by digit; None: none is expected."""
        self._number = form

    # --- In ----------------------------------------------------------------------------------

    def receive_audio(self, data: bytes) -> Iterator[Output]:
        """More audio, in the call's encoding."""
        for block in self._audio.decode(data):
            yield from self._listen(block)

    def receive_gap(self, seconds: float) -> Iterator[Output]:
        """The carrier skipped `seconds` of audio; silence keeps the times true."""
        start_s = self.audio_s
        for block in self._audio.silence(seconds):
            yield from self._listen(block)
        yield AudioLost(start_s=start_s, end_s=self.audio_s)

    def receive_nothing(self) -> Iterator[Output]:
        """The carrier sends nothing, as some do in silence: what is being said has ended."""
        for transcriber in self._channels.values():
            yield from self._tell(transcriber.end_speech())

    def receive_key(self, digit: str) -> Iterator[Output]:
        """A key was pressed."""
        yield KeyPressed(digit)

    def finish(self) -> Iterator[Output]:
        """No more audio comes. Finals of what was said last may still be `waiting`."""
        for block in self._audio.flush():
            yield from self._listen(block)
        for transcriber in self._channels.values():
            yield from self._tell(transcriber.flush())

    def end(self, reason: str) -> CallEnded:
        """The last event; see `CallEnded.reason`."""
        return CallEnded(reason, self.audio_s)

    # --- Results -----------------------------------------------------------------------------

    def heard(self, decode: Decode, hypothesis: Hypothesis) -> Iterator[Body]:
        """What a decoded window brings about."""
        for output in self._tell(self._channels[decode.channel].heard(decode, hypothesis)):
            assert not isinstance(output, Decode)
            yield output

    def edit(self, name: FieldName, value: FieldValue) -> Iterator[Body]:
        """A person keyed in a value.

        Raises:
            InvalidFieldError: the field cannot take it; nothing has changed.
        """
        draft = self.draft.edit(name, value)
        yield FieldEdited(name, draft.value(name))
        yield from self._redraft(draft)

    def suggest(self, candidates: Sequence[Candidate]) -> Iterator[Body]:
        """What somebody else reads in the call; takes the place of earlier suggestions."""
        self._suggested = tuple(candidates)
        yield from self._refill()

    def settle(self) -> Iterator[Body]:
        """What was said so far has been dealt with: from it, nothing is filled in any more."""
        self._settled += self._extractor.heard
        self._extractor = Extractor(self.call, self._fields)
        yield from self._refill()

    def begin_matter(self, *, handed_in: bool) -> Iterator[Body]:
        """What the caller said last begins a matter: the draft starts anew, from that alone.

        Args:
            handed_in: another one has been before; what a person keyed in belongs to that, and else stays.
        """
        heard = self._extractor.heard
        last = next((u for u in reversed(heard) if u.channel is not Channel.OPERATOR), None)
        self._settled += [u for u in heard if u is not last]
        self._extractor, self._suggested = Extractor(self.call, self._fields), ()
        if handed_in:
            self.draft = Draft()
            yield MatterBegun()
        if last is not None:
            self._extractor.hear(last)
        yield from self._refill()

    # --- Inside ------------------------------------------------------------------------------

    def _listen(self, block: Samples) -> Iterator[Output]:
        for transcriber, samples in zip(self._channels.values(), block, strict=True):
            yield from self._tell(transcriber.feed(samples))

    def _tell(self, outputs: Iterable[Decode | Heard]) -> Iterator[Output]:
        for output in outputs:
            match output:
                case Partial():
                    yield PartialHeard.of(output)
                    yield from self._watch(output.utterance, output.channel, output.text, finished=False)
                case Utterance():
                    yield UtteranceHeard.of(output)
                    yield from self._watch(output.id, output.channel, output.raw, finished=True)
                    self._extractor.hear(output)
                    yield from self._refill()
                case Retracted(utterance, channel, start_s, end_s):
                    yield UtteranceHeard(
                        utterance=utterance,
                        channel=channel,
                        start_s=start_s,
                        end_s=end_s,
                        text="",
                        raw="",
                        confidence=0.0,
                    )
                case Decode():
                    yield output

    def _watch(self, utterance: str, channel: Channel, text: str, *, finished: bool) -> Iterator[AlertRaised]:
        """Danger to life that the caller speaks of."""
        if channel is not Channel.OPERATOR and (alert := self._danger.hear(text, finished=finished)):
            quote = text[alert.start : alert.end]
            yield AlertRaised(
                number=alert.number, reason=alert.reason, utterance=utterance, quote=quote, sure=not alert.sensed
            )

    def _refill(self) -> Iterator[Body]:
        return self._redraft(self.draft.refill((*self._extractor.candidates, *self._suggested)))

    def _redraft(self, draft: Draft) -> Iterator[Body]:
        if draft != self.draft:
            self.draft = draft
            yield DraftChanged(draft.fields)

    def _new_id(self) -> str:
        self._utterances += 1
        return f"u{self._utterances}"

    def _context(self) -> Context:
        places = (self.draft.value(name) for name in AREAS)
        return Context(self._hotwords, tuple(p for p in places if isinstance(p, str)), self._number)

    def _protect(self, raw: str) -> list[Span]:
        return [m.span() for m in self._numeral_names.finditer(raw)]
