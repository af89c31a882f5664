"""The service answers as its description says, whatever it is asked: Schemathesis draws the questions."""

from __future__ import annotations

import os

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given
from hypothesis import settings as effort
from schemathesis.specs.openapi.checks import ignored_auth

from plait_web.wsgi import application

pytestmark = [pytest.mark.django_db, pytest.mark.filterwarnings("default")]
EXAMPLES = 200 if os.environ.get("PLAIT_EXAMPLES") == "deep" else 8
# Malformed headers are left to the web server, which refuses them before the application sees them.
asked_of_all = effort(
    max_examples=EXAMPLES, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck), database=None
)


@pytest.fixture
def described(settings):
    """The description, read from the application itself. Its requests leave the test's own connection open.

    What is uploaded stays in memory: this client never closes an answer, which is what closes an upload's file.
    """
    settings.FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
    for signal in (request_started, request_finished):
        signal.disconnect(close_old_connections)
    yield schemathesis.openapi.from_wsgi("/api/openapi.json", application)
    for signal in (request_started, request_finished):
        signal.connect(close_old_connections)


@pytest.mark.parametrize("known", [True, False], ids=["with a token", "without"])
def test_the_service_answers_as_it_says(described, token, picture, asked, known):
    headers = {"Authorization": f"Bearer {token()}"} if known else {}
    operations = [found.ok() for found in described.get_all_operations()]
    assert len(operations) == 8
    for operation in operations:

        @asked_of_all
        @given(case=operation.as_strategy())
        def holds(case):
            answer = case.call(headers=headers)
            assert answer.status_code < 500, case
            case.validate_response(answer, excluded_checks=[ignored_auth])  # test_service holds who is let in

        holds()
