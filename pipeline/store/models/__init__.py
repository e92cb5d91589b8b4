"""What is stored, one concept per module. No business rules here."""

from pipeline.store.models.articles import Article, ArticleVersion, JudgementRecord, SignatureBand
from pipeline.store.models.audit import AuditEntry
from pipeline.store.models.collecting import HostLease, Link, Page, SourceState, Validator
from pipeline.store.models.delivering import (
    Delivery,
    DeliveryState,
    PublishedLink,
    Restoration,
    Withdrawal,
)
from pipeline.store.models.digests import Digest, DigestItem, DigestNote, DigestState, Edition
from pipeline.store.models.grouping import Exemplar, IdentityAnswer, Move, Regrouping
from pipeline.store.models.people import Role, User
from pipeline.store.models.scheduling import JobRun, Mutex
from pipeline.store.models.stories import (
    Axis,
    Origin,
    Story,
    StoryPlace,
    StoryRevision,
    StoryStatus,
    StoryTag,
)
from pipeline.store.models.subscribers import Consent, Subscriber, SubscriberState
from pipeline.store.models.views import SavedView

__all__ = [
    "Article",
    "ArticleVersion",
    "AuditEntry",
    "Axis",
    "Consent",
    "Delivery",
    "DeliveryState",
    "Digest",
    "DigestItem",
    "DigestNote",
    "DigestState",
    "Edition",
    "Exemplar",
    "HostLease",
    "IdentityAnswer",
    "JobRun",
    "JudgementRecord",
    "Link",
    "Move",
    "Mutex",
    "Origin",
    "Page",
    "PublishedLink",
    "Regrouping",
    "Restoration",
    "Role",
    "SavedView",
    "SignatureBand",
    "SourceState",
    "Story",
    "StoryPlace",
    "StoryRevision",
    "StoryStatus",
    "StoryTag",
    "Subscriber",
    "SubscriberState",
    "User",
    "Validator",
    "Withdrawal",
]
