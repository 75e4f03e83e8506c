"""Errors become answers here, and only here: `{"error": {"code", "message"}}`."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.requests import Request

from api.openapi import ErrorAnswer, ErrorDetail, Json
from models.errors import ModelsError


def error_answer(status: int, code: str, message: str, headers: dict[str, str] | None = None) -> Json:
    """The answer that tells of an error."""
    return Json(ErrorAnswer(ErrorDetail(code, message)), status_code=status, headers=headers)


def error_code(error: ModelsError) -> str:
    """`not_found` for NotFoundError, and so on."""
    return re.sub(r"(?<!^)(?=[A-Z])", "_", type(error).__name__.removesuffix("Error")).lower()


def answer_errors(app: FastAPI) -> None:
    """Makes `app` answer every kind of error."""

    @app.exception_handler(ModelsError)
    async def ours(request: Request, error: ModelsError) -> Json:
        return error_answer(error.http_status, error_code(error), str(error))

    @app.exception_handler(RequestValidationError)
    async def invalid(request: Request, error: RequestValidationError) -> Json:
        problems = "; ".join(_problem(p) for p in error.errors())
        return error_answer(422, "invalid_request", problems)

    @app.exception_handler(HTTPException)
    async def http(request: Request, error: HTTPException) -> Json:
        code = HTTPStatus(error.status_code).phrase.lower().replace(" ", "_")
        return error_answer(error.status_code, code, str(error.detail), dict(error.headers or {}))

    @app.exception_handler(Exception)
    async def unforeseen(request: Request, error: Exception) -> Json:
        return error_answer(500, "internal", "an unforeseen error; the service's log has it")


def _problem(problem: dict[str, Any]) -> str:
    return f"{'.'.join(str(part) for part in problem['loc'])}: {problem['msg']}"
