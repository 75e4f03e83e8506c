"""What must be recognised at once, in half a sentence and without a model: the wish for a person, and mere noises.

By sound, since little is recognised worst: for 「人工」 alone, said by eight synthetic voices, whisper-base wrote
人宫, 人过, 成功, 陈公 … The words are data: `data/commands.toml`.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path

import msgspec

from ivr.sayings import Intent
from models.catalogue import read_text
from models.errors import DataFileError
from models.phonetic import cost, fold, syllables

COMMANDS = Path(__file__).parent / "data" / "commands.toml"
_REACH = 3
"""Syllables between a denial and what it denies: 「不用给我转人工」."""
_NEAR = 0.4
"""`models.phonetic.cost` a syllable up to which a short utterance is taken for one of `Commands.brief` …"""
_NEARER = 0.1
"""The same for what ends the call: 「烦死了」 and 「没水了」 are not 没事了."""
_CLEARLY = 0.05
"""… when nothing that means something else is as near."""
_ENDING = frozenset({Intent.HANGUP, Intent.DONE})
_MISSED = 1.2
"""Cost of a syllable that only one of two texts has."""
_DENYING = frozenset("不没别甭")
"""Whoever says one of these does not mean something without it: 「别给我转人工」."""
_HALF = 0.6
"""`models.phonetic.cost` of two syllables that have the initial or the final in common."""
_LEAST_BRIEF = 2
"""Syllables; one alone sounds like too much."""
_AFTER_FAREWELL = 2
"""Syllables that may follow a word of goodbye in its clause: 「拜拜了您」, but not 「在建材城」."""
_NO_QUESTION = re.compile(r"[好这那十]几|几十|呢(?=[，。！,.!]|$)")
"""What has a word of questions in it and is none: 「坏了好几天了」 「到现在还没来呢」."""
_CLAUSE_END = re.compile(r"[，。？！；：、…,.?!;:\s]+")


class Reports(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How reports are told from questions."""

    wishes: tuple[str, ...]
    asks: tuple[str, ...]
    announcing: tuple[str, ...]
    openings: tuple[str, ...]
    registering: tuple[str, ...]
    cancelling: tuple[str, ...]


class Commands(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The words, as written."""

    human: tuple[str, ...]
    human_alone: tuple[str, ...]
    denials: tuple[str, ...]
    padding: tuple[str, ...]
    acknowledgements: tuple[str, ...]
    hesitations: tuple[str, ...]
    greetings: tuple[str, ...]
    waiting: tuple[str, ...]
    anger: tuple[str, ...]
    thanks: tuple[str, ...]
    objections: tuple[str, ...]
    cues: Mapping[Intent, tuple[str, ...]]
    farewells: tuple[str, ...]
    agreement: tuple[str, ...]
    disagreement: tuple[str, ...]
    brief: Mapping[Intent, tuple[str, ...]]
    reports: Reports


class Spotter:
    """Finds them. Shared by all calls."""

    def __init__(self, commands: Commands) -> None:
        self._human = _one_of(commands.human)
        self._alone = _alone(commands.human_alone, commands.padding)
        self._waiting = _alone(commands.waiting, commands.padding)
        self._greeting = _alone(commands.greetings, commands.padding)
        self._hesitation = _alone(commands.hesitations, ())
        self._angry, self._objection = _one_of(commands.anger), _one_of(commands.objections)
        self._denial = re.compile(f"(?:{_one_of(commands.denials).pattern})(?: [a-zA-Z]+){{0,{_REACH}}}$")
        self._no, self._yes = _Beginning(commands.disagreement), _Beginning(commands.agreement)
        self._done = _one_of(commands.brief[Intent.DONE])
        polite = (*commands.agreement, *commands.disagreement, *commands.padding)
        self._polite = _alone(polite, ())
        self._thanks = _alone(commands.thanks, (*polite, *commands.acknowledgements))
        self._cues = {intent: _one_of(words) for intent, words in commands.cues.items()}
        farewell = _one_of(commands.farewells).pattern
        self._farewell = re.compile(f"(?:{farewell})(?: [a-zA-Z]+){{0,{_AFTER_FAREWELL}}}$")
        self._acknowledgement = re.compile(f"(?:{_one_of(commands.acknowledgements).pattern})+")
        self._wish, self._asking = _one_of(commands.reports.wishes), frozenset(commands.reports.asks)
        self._announcing = re.compile(f"(?:{_one_of(commands.reports.announcing).pattern})*+")
        self._opening = _one_of((*commands.reports.openings, *commands.reports.registering))
        self._registering = _one_of(commands.reports.registering)
        self._cancelling = _one_of(commands.reports.cancelling)
        idle = (*polite, *commands.thanks, *commands.reports.announcing)
        self._only_cancelling = _alone((*commands.reports.cancelling, *idle), ())
        brief = {w: intent for intent, words in commands.brief.items() for w in words}
        brief |= dict.fromkeys(filter(_long_enough, commands.agreement), Intent.YES)
        brief |= dict.fromkeys(filter(_long_enough, commands.disagreement), Intent.NO)
        self._brief = [(intent, w, syllables(w).first) for w, intent in brief.items()]
        self._longest_brief = max(len(sounds) for _, _, sounds in self._brief) + 1

    @classmethod
    def load(cls, path: Path = COMMANDS) -> Spotter:
        """The words in the file `path`.

        Raises:
            DataFileError: the file cannot be read, or a list is missing or not one of texts.
        """
        try:
            commands = msgspec.convert(tomllib.loads(read_text(path)), Commands)
        except (tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
            raise DataFileError(path, None, str(error)) from error
        tables = ("cues", "brief", "reports")
        lists = [(name, getattr(commands, name)) for name in commands.__struct_fields__ if name not in tables]
        lists += [*commands.cues.items(), *commands.brief.items()]
        lists += [(name, getattr(commands.reports, name)) for name in commands.reports.__struct_fields__]
        for name, words in lists:
            if not words or not all(syllables(word) for word in words):
                raise DataFileError(path, None, f"{name}: expected a list of words")
        return cls(commands)

    def wants_human(self, text: str) -> bool:
        """Whether `text`, perhaps half a sentence, asks for a person."""
        heard = _sounds(text)
        if self._alone.fullmatch(heard):
            return True
        return self._undenied(self._human, heard)

    def meant(self, text: str) -> str:
        """What was said, if `text` is short and sounds nearly like something that is said with nothing around it;
        else `text`. Not for half a sentence, nor where a name is expected: there are people called 陈功.
        """
        heard = syllables(text)
        if not _LEAST_BRIEF <= len(heard) <= self._longest_brief or self.wants_human(text):
            return text
        denials = [n for n, at in enumerate(heard.at) if text[at] in _DENYING]
        near = sorted(
            (_apart(heard.readings, sounds), intent, words)
            for intent, words, sounds in self._brief
            if not _DENYING.isdisjoint(words) or _without_denial(heard.readings, denials, sounds)
        )
        if not near:
            return text
        best, intent, words = near[0]
        other = next((price for price, means, _ in near if means is not intent), 1.0)
        enough = _NEARER if intent in _ENDING else _NEAR
        return words if best <= enough and other - best >= _CLEARLY else text

    def is_acknowledgement(self, text: str) -> bool:
        """Whether `text` is what a listener says while he goes on listening; true of nothing at all."""
        heard = _sounds(text)
        return not heard or bool(self._acknowledgement.fullmatch(heard))

    def cued(self, text: str) -> frozenset[Intent]:
        """The commands that words in `text` speak for, and no denial before them: weak evidence by itself."""
        heard = _sounds(text)
        return frozenset(intent for intent, cue in self._cues.items() if self._undenied(cue, heard))

    def asks(self, text: str) -> bool:
        """Whether words of a question are in `text`."""
        return any(ask in _NO_QUESTION.sub("", text) for ask in self._asking)

    def wants_report(self, text: str) -> bool:
        """Whether `text` says that something is to be done, and asks nothing."""
        return not self.asks(text) and self._undenied(self._wish, _sounds(text))

    def only_announces(self, text: str) -> bool:
        """Whether `text` says that there is something to report, and not a word of what."""
        return bool(self._announcing.fullmatch(_sounds(text)))

    def only_opens(self, text: str) -> bool:
        """Whether `text` asks for the word and says nothing yet: 「我想咨询一下」."""
        heard = _sounds(text)
        return bool(self._announcing.fullmatch(heard) and self._opening.search(heard))

    def only_greets(self, text: str) -> bool:
        """Whether `text` asks for no more than whether somebody is there: 「喂，能听见吗」."""
        return bool(self._greeting.fullmatch(_sounds(text)))

    def only_registers(self, text: str) -> bool:
        """Whether `text` wants something taken down that has been said: 「要登记」."""
        heard = _sounds(text)
        return bool(self._announcing.fullmatch(heard) and self._registering.search(heard))

    def cancels(self, text: str) -> bool:
        """Whether `text` takes a report back: 「算了，不投诉了」, but not 「公交站给取消了」."""
        heard = [_sounds(clause) for clause in clauses(text)]
        alone = not self.asks(text) and all(self._only_cancelling.fullmatch(clause) for clause in heard)
        return alone and any(self._undenied(self._cancelling, clause) for clause in heard)

    def waits(self, text: str) -> bool:
        """Whether `text` says that somebody waits, or shall wait, and nothing else: 「好，我等着」."""
        return bool(self._waiting.fullmatch(_sounds(text)))

    def hesitates(self, text: str) -> bool:
        """Whether `text` only fills the time until something is said."""
        return bool(self._hesitation.fullmatch(_sounds(text)))

    def is_angry(self, text: str) -> bool:
        """Whether words in `text` vent anger at how one is dealt with."""
        return bool(self._angry.search(_sounds(text)))

    def objects(self, text: str) -> bool:
        """Whether `text` says that something known is wrong."""
        return not self.asks(text) and self._undenied(self._objection, _sounds(text))

    def is_done(self, text: str) -> bool:
        """Whether `text` begins with having nothing more, or only says thanks."""
        heard = _sounds(text)
        return bool(self._done.match(heard) or self._thanks.fullmatch(heard))

    def is_farewell(self, text: str) -> bool:
        """Whether a clause of `text` ends in a word of goodbye."""
        return any(self._farewell.search(_sounds(clause)) for clause in clauses(text))

    def _undenied(self, words: re.Pattern[str], heard: str) -> bool:
        return any(not self._denial.search(heard[: m.start()]) for m in words.finditer(heard))

    def agreement(self, text: str) -> bool | None:
        """Whether `text` begins like a yes or like a no; None: like neither."""
        yes, no = self._yes.length(text), self._no.length(text)
        return None if yes == no else yes > no

    def only_agrees(self, text: str) -> bool | None:
        """The same, where nothing but such words are in `text`: 「没水了」 is no no."""
        return self.agreement(text) if self._polite.fullmatch(_sounds(text)) else None


class _Beginning:
    """Words with which an answer begins."""

    def __init__(self, words: Iterable[str]) -> None:
        known = frozenset(words)
        self._short = frozenset(filter(lambda word: not _long_enough(word), known))
        self._brief, self._long = _one_of(self._short), _one_of(known - self._short)

    def length(self, text: str) -> int:
        """Of the longest that `text` begins with, in folded sounds; 0 if with none.

        A word of one syllable counts by its sound where little follows, else as it is written: 房 sounds like 换.
        """
        heard, unit = _sounds(text), syllables(text)
        written = bool(unit.at) and text[unit.at[0]] in self._short
        brief = self._brief.match(heard) if written or len(unit) <= _LEAST_BRIEF else None
        return max((m.end() for m in (self._long.match(heard), brief) if m), default=0)


def _long_enough(words: str) -> bool:
    """Whether `words`, said alone, can be told by how they nearly sound."""
    return len(syllables(words)) >= _LEAST_BRIEF


def clauses(text: str) -> list[str]:
    """What stands between the punctuation of `text`."""
    return [clause for clause in _CLAUSE_END.split(text) if clause]


def _without_denial(heard: Sequence[Sequence[str]], denials: Sequence[int], sounds: Sequence[str]) -> bool:
    """Whether the units of `heard` that may be `denials` are misheard parts of `sounds`: 「神没」 is 什么."""
    if not denials:
        return True
    return len(heard) == len(sounds) and all(cost(heard[n][0], sounds[n]) <= _HALF for n in denials)


def _apart(heard: Sequence[Sequence[str]], sounds: Sequence[str]) -> float:
    """What it costs to hear `sounds` as `heard` (the readings of each unit), for each syllable of `sounds`."""
    costs = [_MISSED * n for n in range(len(sounds) + 1)]
    for readings in heard:
        above, costs = costs, [costs[0] + _MISSED]
        for n, sound in enumerate(sounds):
            swapped = above[n] + min(cost(reading, sound) for reading in readings)
            costs.append(min(swapped, above[n + 1] + _MISSED, costs[n] + _MISSED))
    return costs[-1] / len(sounds)


@lru_cache(maxsize=4096)
def _sounds(text: str) -> str:
    """Folded syllables, a space before each."""
    return "".join(f" {fold(s)}" for s in syllables(text).first)


def _alone(words: Iterable[str], around: Iterable[str]) -> re.Pattern[str]:
    """Nothing but some of `words`, at least one, and of those that may stand `around` them."""
    core, padding = _one_of(words).pattern, _one_of(around).pattern
    return re.compile(f"(?:(?:{padding})*(?:{core}))+(?:{padding})*" if padding else f"(?:{core})+")


def _one_of(words: Iterable[str]) -> re.Pattern[str]:
    """Any of `words`, whole syllables only, longest first."""
    spelled = sorted({_sounds(word) for word in words}, key=len, reverse=True)
    return re.compile("|".join(f"{re.escape(s)}(?![a-zA-Z])" for s in spelled))
