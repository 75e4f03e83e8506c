"""Whether a hypothesis is speech at all: loops, subtitle credits, echoes of the prompt, text out of noise.

Whisper learnt from subtitles. On silence, music and tones it writes what subtitles end with; from cut or unclear
audio it falls into loops; with a prompt it may repeat the prompt. The verdict tells the engine what to do.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from voice.text.numbers import Span
from voice.text.script import simplify

MAX_SYLLABLES_PER_S = 9.0
"""Nobody speaks Mandarin faster than this for long; announcers reach about 6."""
SYLLABLES_FREE = 3
"""Allowed beyond the rate: the segmenter may cut the first and the last syllable short."""
TOKENS_PER_SYLLABLE = 1.6
"""Whisper's vocabulary writes a common character as one token, a rare one as two or three."""

_REST = r"[^。！？\n]"
"""What goes on until the sentence ends."""
_CREDITS = re.compile(
    "|".join(
        (
            rf"字幕(?:由|制作|提供|志愿者|组|校对|翻译|by|:|：){_REST}{{0,40}}",
            rf"(?:中文|以下)字幕{_REST}{{0,20}}",
            rf"[^。，！？\s]{{0,12}}amara\.?org{_REST}{{0,20}}",
            rf"(?:请)?不吝点赞{_REST}{{0,40}}",
            rf"点赞[,，、\s]*订阅{_REST}{{0,30}}",
            rf"(?:请)?订阅[,，、\s]*(?:我的频道|转发|点赞|打赏){_REST}{{0,20}}",
            rf"打赏支持{_REST}{{0,20}}",
            rf"明镜(?:与|需要){_REST}{{0,20}}",
            rf"(?:优优)?独播剧场{_REST}{{0,60}}",
            rf"(?:谢谢|多谢|感谢)(?:[您你]们?的?|(?:大家|各位)的?)?(?:观看|收看|收听|收睇){_REST}{{0,10}}",
            r"(?:我们)?下[期集个](?:视频|节目)?再(?:见|会)",
            rf"本(?:期|集)(?:视频|节目){_REST}{{0,20}}",
            rf"欢迎(?:订阅|收看|收听){_REST}{{0,20}}",
            rf"(?:作词|作曲|编曲|词曲|演唱|混音)[ :：·•]{_REST}{{0,30}}",
            rf"(?:整理|校对)[&＆]{_REST}{{0,20}}",
            r"(?:thanks?|thank you)(?: you)? (?:so much )?for (?:watching|listening)[^\n]{0,20}",
            r"(?:subtitles?|transcribed|transcription) by[^\n]{0,40}",
            r"[(（\[【*♪♫][^)）\]】*♪♫]{0,12}[)）\]】*♪♫]|[♪♫]+",
        )
    ),
    re.IGNORECASE,
)
"""What subtitles begin and end with, and the tags they put for music and noise."""
_FOREIGN = re.compile("[\u3040-\u30ff\uac00-\ud7af\u0400-\u04ff\u0600-\u06ff\u0e00-\u0e7f]")
"""Kana, Hangul, Cyrillic, Arabic, Thai: the decoder lost the language."""
_CLAUSE = re.compile(r"[^，。！？、；：,.!?;:\s]+")
_REPEATS = {1: 12, 2: 6, 3: 5, 4: 4, 5: 4, 6: 4, 7: 4}
"""How often in a row a piece of so many characters must come to be a loop; 3 times from 8 characters on."""
_MAX_PERIOD = 40
_KEPT_REPEATS = 2


class Action(StrEnum):
    KEEP = "keep"
    RETRY = "retry"
    """Decode again (more context, a beam, no prompt after an echo); if nothing helps, leave out `Verdict.cut`."""
    DROP = "drop"
    """Nobody said this."""


@dataclass(frozen=True, slots=True)
class Verdict:
    action: Action
    reason: str = ""
    """empty | credits | loop | rate | echo | foreign | unsure | noise; "" when there is nothing to say"""
    cut: tuple[Span, ...] = ()
    """Ranges of the text that nobody said, in order."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A hypothesis with what the decoder thinks of it."""

    text: str
    speech_s: float
    """Seconds of audio that the text is said to be spoken in, without padding."""
    avg_logprob: float
    """Mean log-probability of the tokens."""
    no_speech_prob: float
    """0-1"""
    prompt: str = ""
    """What the decoder was told before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Where doubt begins; the defaults are Whisper's own."""

    low_logprob: float = -1.0
    no_speech: float = 0.6


def judge(heard: Heard, limits: Limits | None = None) -> Verdict:
    """What to do with a hypothesis."""
    limits = limits or Limits()
    text = simplify(heard.text)
    credits_at = _credits(text)
    left = _without(text, credits_at)
    if not any(c.isalnum() for c in left):
        return Verdict(Action.DROP, "credits" if credits_at else "empty", credits_at)
    unsure = heard.avg_logprob < limits.low_logprob
    if unsure and heard.no_speech_prob > limits.no_speech:
        return Verdict(Action.DROP, "noise", ((0, len(text)),))
    loops = loop_spans(text)
    doubts = {
        "loop": bool(loops),
        "foreign": len(_FOREIGN.findall(left)) * 4 > len(left),
        "rate": syllables(left) > SYLLABLES_FREE + MAX_SYLLABLES_PER_S * heard.speech_s,
        "echo": is_echo(left, heard.prompt),
        "unsure": unsure,
    }
    cut = _joined([*credits_at, *loops])
    doubt = next((name for name, found in doubts.items() if found), None)
    if doubt is not None:
        return Verdict(Action.RETRY, doubt, cut)
    return Verdict(Action.KEEP, "credits" if credits_at else "", cut)


def token_budget(speech_s: float) -> int:
    """How many tokens a decoder may write for so much speech."""
    return round((SYLLABLES_FREE + MAX_SYLLABLES_PER_S * speech_s) * TOKENS_PER_SYLLABLE) + 4


def syllables(text: str) -> int:
    """About how many syllables `text` has: one per character or digit, one per three letters of a Latin word."""
    latin = re.findall("[A-Za-z]+", text)
    others = sum(1 for c in text if c.isalnum() and not (c.isascii() and c.isalpha()))
    return others + sum((len(word) + 2) // 3 for word in latin)


def is_loop(text: str) -> bool:
    """Whether `text` repeats itself as decoders do and people do not."""
    return bool(loop_spans(text))


def loop_spans(text: str) -> tuple[Span, ...]:
    """The ranges of `text` that repeat, all but the first two times, what stands before them."""
    places = [i for i, c in enumerate(text) if c.isalnum()]
    letters = "".join(text[i].lower()[:1] for i in places)
    spans: list[Span] = []
    at = 0
    while at < len(letters):
        found = next((f for p in range(1, _MAX_PERIOD + 1) if (f := _loop_at(letters, at, p))), None)
        if found is None:
            at += 1
            continue
        begin, end = found
        spans.append((places[begin - 1] + 1, places[end - 1] + 1))
        at = end
    return tuple(spans)


def _loop_at(letters: str, at: int, period: int) -> Span | None:
    """The superfluous part of a loop of `period` letters that begins at `at`."""
    end = at + period
    while end < len(letters) and letters[end] == letters[end - period]:
        end += 1
    if (end - at) // period < _REPEATS.get(period, 3):
        return None
    return at + _KEPT_REPEATS * period, end


def is_echo(text: str, prompt: str) -> bool:
    """Whether `text` is a stretch of `prompt` too long for chance: three of its items in a row, or a sentence."""
    said = _letters(text)
    if len(said) < 8 or said not in _letters(prompt):
        return False
    items = [m.group() for m in _CLAUSE.finditer(prompt) if _letters(m.group()) in said]
    return len(items) >= 3 or any(len(_letters(i)) >= 10 for i in items)


def _credits(text: str) -> tuple[Span, ...]:
    return tuple(m.span() for m in _CREDITS.finditer(text))


def _without(text: str, spans: tuple[Span, ...]) -> str:
    return "".join(c for i, c in enumerate(text) if not any(start <= i < end for start, end in spans))


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    """The same ranges, in order, none overlapping."""
    result: list[Span] = []
    for start, end in sorted(spans):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(end, result[-1][1]))
        else:
            result.append((start, end))
    return tuple(result)


def _letters(text: str) -> str:
    return "".join(c.lower() for c in simplify(text) if c.isalnum())
