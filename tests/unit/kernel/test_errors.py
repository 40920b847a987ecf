from __future__ import annotations

import re

import pytest

from crm_saas.kernel.errors import FieldError, Forbidden, Invalid, Problem, QuotaExceeded, problem_classes


def test_codes_are_words_and_no_two_problems_share_one() -> None:
    codes = [problem.code for problem in problem_classes()]
    assert len(set(codes)) == len(codes)
    for code in codes:
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)


@pytest.mark.parametrize("problem", problem_classes(), ids=lambda problem: problem.__name__)
def test_every_problem_has_a_title_and_an_error_status(problem: type[Problem]) -> None:
    assert problem.title
    assert 400 <= problem.status <= 599


def test_a_problem_carries_what_the_caller_needs() -> None:
    error = FieldError("/emails/0", "invalid_email", "Not an address.", {"value": "x"})
    problem = Invalid("Look again.", errors=[error], headers={"Retry-After": "1"}, current={"id": 1})
    assert (problem.status, problem.problem_code, problem.detail) == (422, "validation_failed", "Look again.")
    assert problem.errors == (error,)
    assert problem.extra == {"current": {"id": 1}}
    assert str(problem) == "Look again."
    assert error.as_dict() == {
        "pointer": "/emails/0",
        "code": "invalid_email",
        "detail": "Not an address.",
        "params": {"value": "x"},
    }


def test_a_code_can_be_sharpened_without_a_new_class() -> None:
    problem = Forbidden(code="too_many_workspaces")
    assert problem.problem_code == "too_many_workspaces"
    assert str(problem) == Forbidden.title
    assert Forbidden.code == "forbidden"


def test_a_reached_limit_is_a_kind_of_refusal() -> None:
    assert issubclass(QuotaExceeded, Forbidden)
    assert QuotaExceeded.status == 403
