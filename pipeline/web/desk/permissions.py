"""Who may do what at the desk. One table; views ask it, templates ask it.

For digests the roles are those of ``pipeline.digest.rules``, which also holds four eyes for every
caller; asking here only spares people a button that would be refused.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from pipeline.digest.rules import APPROVERS, EDITORS
from pipeline.store.models import Role, User

View = Callable[..., HttpResponseBase]


class Action(StrEnum):
    READ = "read"
    REVIEW = "review"
    """Accept, reject, hold, edit, tag, undo."""
    COMPOSE = "compose"
    """Work on a digest and send it for approval."""
    APPROVE = "approve"
    DELIVER = "deliver"
    """Decide about deliveries that the outbox will not decide alone."""
    WITHDRAW = "withdraw"
    """Take a published story back: urgent, and no approval."""
    RESTORE = "restore"
    """Put a withdrawn story back: that is publishing."""
    ERASE = "erase"
    """Take away for good what is kept of a person."""
    REGISTER = "register"
    """Follow exemplars: profile, stage, notes, criteria, merge and split."""
    CORRECT = "correct"
    """Propose to tell readers that something published no longer holds."""
    REQUESTS = "requests"
    """Read and answer what the public sends: it names its senders."""
    AUDIT = "audit"
    PEOPLE = "people"


ROLES: dict[Action, frozenset[Role]] = {
    Action.READ: frozenset(Role),
    Action.REVIEW: EDITORS,
    Action.COMPOSE: EDITORS,
    Action.APPROVE: APPROVERS,
    Action.DELIVER: APPROVERS,
    Action.WITHDRAW: EDITORS,
    Action.RESTORE: APPROVERS,
    Action.ERASE: APPROVERS,
    Action.REGISTER: frozenset(Role),
    Action.CORRECT: frozenset(Role),
    Action.REQUESTS: EDITORS,
    Action.AUDIT: APPROVERS,
    Action.PEOPLE: frozenset({Role.ADMIN}),
}


def allows(user: User, action: Action | str) -> bool:
    return user.is_active and Role(user.role) in ROLES[Action(action)]


def person(request: HttpRequest) -> User:
    """The logged-in user; only for views behind ``requires``."""
    assert isinstance(request.user, User)
    return request.user


def requires(action: Action) -> Callable[[View], View]:
    """A view for logged-in people whose role allows ``action``; others get 403."""

    def wrap(view: View) -> View:
        @wraps(view)
        def guarded(request: HttpRequest, **kwargs: Any) -> HttpResponseBase:
            if not allows(person(request), action):
                raise PermissionDenied
            return view(request, **kwargs)

        return login_required(guarded)

    return wrap
