"""Chinese text hygiene: pure functions on what the decoder wrote.

`simplify` and `judge` come first, on every hypothesis; `agree` keeps partials from flickering; `write` makes a
final readable.
"""

from voice.text.agreement import NOTHING, Agreed, agree
from voice.text.edits import Change, Written
from voice.text.guard import Action, Heard, Limits, Verdict, is_loop, judge, token_budget
from voice.text.numbers import Span, name_pattern
from voice.text.script import simplify
from voice.text.written import write

__all__ = [
    "NOTHING",
    "Action",
    "Agreed",
    "Change",
    "Heard",
    "Limits",
    "Span",
    "Verdict",
    "Written",
    "agree",
    "is_loop",
    "judge",
    "name_pattern",
    "simplify",
    "token_budget",
    "write",
]
