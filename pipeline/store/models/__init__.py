"""What is stored, one concept per module. No business rules here."""

from pipeline.store.models.articles import (
    Article,
    ArticleAddress,
    ArticleVersion,
    JudgementRecord,
    SignatureBand,
)
from pipeline.store.models.audit import AuditEntry
from pipeline.store.models.collecting import HostLease, Link, Page, SourceState, Validator
from pipeline.store.models.corrections import Correction
from pipeline.store.models.delivering import (
    Amendment,
    Delivery,
    DeliveryState,
    PublishedLink,
    Restoration,
    Withdrawal,
)
from pipeline.store.models.digests import Digest, DigestItem, DigestNote, DigestState, Edition
from pipeline.store.models.erased import ErasedAddress, Erasure, Redaction
from pipeline.store.models.grouping import IdentityAnswer, Move, Regrouping
from pipeline.store.models.people import Role, Telephone, User
from pipeline.store.models.register import (
    Adoption,
    Agency,
    AwardState,
    Criterion,
    CriterionAnswer,
    Exemplar,
    ExemplarAward,
    FollowUp,
    RegisterNote,
    RegisterRegrouping,
    Stage,
    StageChange,
)
from pipeline.store.models.reports import QuarterReport
from pipeline.store.models.requests import Attachment, PublicRequest, RequestKind
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
from pipeline.store.models.subscribers import Bounce, Consent, Rhythm, Subscriber, SubscriberState
from pipeline.store.models.views import SavedView

__all__ = [
    "Adoption",
    "Agency",
    "Amendment",
    "Article",
    "ArticleAddress",
    "ArticleVersion",
    "Attachment",
    "AuditEntry",
    "AwardState",
    "Axis",
    "Bounce",
    "Consent",
    "Correction",
    "Criterion",
    "CriterionAnswer",
    "Delivery",
    "DeliveryState",
    "Digest",
    "DigestItem",
    "DigestNote",
    "DigestState",
    "Edition",
    "ErasedAddress",
    "Erasure",
    "Exemplar",
    "ExemplarAward",
    "FollowUp",
    "HostLease",
    "IdentityAnswer",
    "JobRun",
    "JudgementRecord",
    "Link",
    "Move",
    "Mutex",
    "Origin",
    "Page",
    "PublicRequest",
    "PublishedLink",
    "QuarterReport",
    "Redaction",
    "RegisterNote",
    "RegisterRegrouping",
    "Regrouping",
    "RequestKind",
    "Restoration",
    "Rhythm",
    "Role",
    "SavedView",
    "SignatureBand",
    "SourceState",
    "Stage",
    "StageChange",
    "Story",
    "StoryPlace",
    "StoryRevision",
    "StoryStatus",
    "StoryTag",
    "Subscriber",
    "SubscriberState",
    "Telephone",
    "User",
    "Validator",
    "Withdrawal",
]
