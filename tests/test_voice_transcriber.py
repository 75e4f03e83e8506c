"""Two-pass transcription of one channel, on real audio with a scripted decoder: what is asked for, what is shown."""

from collections.abc import Callable, Iterable, Iterator
from itertools import count

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scripted import ScriptedDecoder
from serving import real_engine

from api.recording import Recording
from models.call import Channel, Partial, Utterance
from voice.audio import AudioDecoder, Samples
from voice.decoder import Context, Hypothesis, Pass
from voice.transcriber import ChannelTranscriber, Decode, Heard, Retracted

Answer = Callable[[Decode], Hypothesis | None]


@pytest.fixture(scope="module")
def citizen(call_recording: Recording) -> Samples:
    decoder = AudioDecoder(call_recording.encoding, call_recording.sample_rate, 2)
    return np.concatenate([block[0] for block in decoder.decode(call_recording.data)])[: 16000 * 22]


def _transcriber() -> ChannelTranscriber:
    numbers = count(1)
    return ChannelTranscriber(
        Channel.CITIZEN,
        real_engine().resources.speech,
        new_id=lambda: f"u{next(numbers)}",
        context=Context,
        protect=lambda raw: [],
    )


def _scripted() -> Answer:
    decoder = ScriptedDecoder()
    return lambda decode: decoder.decode([decode.window])[0]


def _run(audio: Samples, pieces: Iterable[int], answer: Answer, *, flush: bool = True) -> list[Heard]:
    """Everything shown, when each window is answered at once."""
    transcriber = _transcriber()
    shown: list[Heard] = []

    def follow(outputs: Iterator[Decode | Heard]) -> None:
        for output in outputs:
            if not isinstance(output, Decode):
                shown.append(output)
            elif (hypothesis := answer(output)) is not None:
                shown.extend(transcriber.heard(output, hypothesis))

    start = 0
    for piece in pieces:
        follow(transcriber.feed(audio[start : start + piece]))
        start += piece
    follow(transcriber.feed(audio[start:]))
    if flush:
        follow(transcriber.flush())
    return shown


def test_every_utterance_gets_partials_and_one_final(citizen: Samples) -> None:
    shown = _run(citizen, [], _scripted())
    finals = [s for s in shown if isinstance(s, Utterance)]
    assert [f.id for f in finals] == list(dict.fromkeys(s.utterance for s in shown if isinstance(s, Partial)))
    assert [f.id for f in finals] == ["u1", "u2"]
    # The citizen speaks 5.5-9.4 s and 14.4-19.9 s.
    assert abs(finals[0].end_s - 9.4) < 0.3
    assert abs(finals[1].end_s - 19.9) < 0.3
    for final in finals:
        partials = [s for s in shown if isinstance(s, Partial) and s.utterance == final.id]
        assert len(partials) >= 3
        assert partials[0].end_s - partials[0].start_s < 1.0
        assert all(w.start_s <= w.end_s for w in final.words)
        assert final.start_s - 0.4 <= final.words[0].start_s


def test_stable_text_is_never_taken_back(citizen: Samples) -> None:
    words = iter("天地玄黄宇宙洪荒" * 100)
    shown = _run(citizen, [], lambda decode: Hypothesis("我家" + next(words) * 3 + "不热"))
    stable: dict[str, str] = {}
    for partial in shown:
        if isinstance(partial, Partial):
            assert partial.text.startswith(partial.stable)
            assert partial.stable.startswith(stable.get(partial.utterance, ""))
            stable[partial.utterance] = partial.stable
    assert set(stable.values()) >= {"我家"}


@settings(max_examples=10, deadline=None)
@given(pieces=st.lists(st.integers(1, 40000), max_size=12))
def test_cutting_the_audio_changes_nothing(call_recording: Recording, pieces: list[int]) -> None:
    decoder = AudioDecoder(call_recording.encoding, call_recording.sample_rate, 2)
    audio = np.concatenate([block[0] for block in decoder.decode(call_recording.data[: 8000 * 4 * 12])])
    assert _run(audio, pieces, _scripted()) == _run(audio, [], _scripted())


def test_when_the_first_words_cannot_be_read_the_next_try_comes_soon(citizen: Samples) -> None:
    answer, tried_s = _scripted(), []

    def hard_of_hearing(decode: Decode) -> Hypothesis | None:
        if decode.window.decode is Pass.PARTIAL and decode.utterance == "u1":
            tried_s.append(decode.end / 16000)
            if len(tried_s) == 1:
                return Hypothesis("")
        return answer(decode)

    shown = _run(citizen, [], hard_of_hearing)
    assert tried_s[1] - tried_s[0] < 1.0
    assert next(s for s in shown if isinstance(s, Partial)).end_s == pytest.approx(tried_s[1], abs=0.01)


def test_hanging_up_in_the_middle_of_a_word_keeps_what_was_said(citizen: Samples) -> None:
    shown = _run(citizen[: 16000 * 8], [], _scripted())
    assert isinstance(shown[-1], Utterance)
    assert shown[-1].end_s > 7.5


def test_a_final_that_turns_out_to_be_nothing_takes_its_partials_back(citizen: Samples) -> None:
    shown = _run(citizen, [], lambda d: Hypothesis("嗡嗡" if d.window.decode is Pass.PARTIAL else ""))
    assert {type(s) for s in shown} == {Partial, Retracted}
    assert _run(citizen, [], lambda decode: Hypothesis("")) == []


def test_partials_may_be_skipped_and_finals_come_late_in_any_order(citizen: Samples) -> None:
    transcriber = _transcriber()
    asked = [o for o in transcriber.feed(citizen) if isinstance(o, Decode)]
    asked += [o for o in transcriber.flush() if isinstance(o, Decode)]
    assert transcriber.waiting
    answer = _scripted()
    finals = []
    for decode in reversed(asked):
        hypothesis = answer(decode)
        assert hypothesis is not None
        finals += list(transcriber.heard(decode, hypothesis))
    assert not transcriber.waiting
    assert all(isinstance(f, Utterance) for f in finals)
    assert {f.id for f in finals if isinstance(f, Utterance)} == {d.utterance for d in asked}


def test_a_pause_in_a_dictated_number_ends_the_utterance_later(citizen: Samples) -> None:
    audio = np.concatenate((citizen[: 16000 * 10], np.zeros(32000, np.float32)))

    def ended_s(text: str) -> float:
        """Seconds of audio fed until the first final."""
        transcriber = _transcriber()
        for n in range(0, len(audio), 640):
            for output in transcriber.feed(audio[n : n + 640]):
                if isinstance(output, Utterance):
                    return n / 16000
                if isinstance(output, Decode):
                    list(transcriber.heard(output, Hypothesis(text)))
        raise AssertionError("no final")

    later = ended_s("电话一三六九三") - ended_s("我家不热")
    assert 0.3 < later < 0.7
    assert ended_s("电话一三六九三一零七七二五") == ended_s("我家不热"), "eleven digits are a whole number"


def test_a_whole_call_loses_no_utterance(call_recording: Recording) -> None:
    decoder = AudioDecoder(call_recording.encoding, call_recording.sample_rate, 2)
    operator = np.concatenate([block[1] for block in decoder.decode(call_recording.data)])
    shown = _run(operator, [640] * (len(operator) // 640), _scripted())
    finals = [s.id for s in shown if isinstance(s, Utterance)]
    assert finals == list(dict.fromkeys(s.utterance for s in shown if isinstance(s, Partial)))
    assert len(finals) == 7
