"""`yida eval`: how good the parts are, on labelled examples."""

from __future__ import annotations

import typer

from api.commands import evaluate, evaluate_faq, evaluate_reports

app = typer.Typer(help="How good the parts are, on labelled examples.", no_args_is_help=True)
app.command()(evaluate.calls)
app.command()(evaluate_faq.faq)
app.command()(evaluate_reports.reports)


@app.callback()
def evaluations() -> None:
    """How good the parts are, on labelled examples."""
