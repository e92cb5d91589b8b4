"""What was approved, and nothing else, is what goes out."""

from __future__ import annotations

from dataclasses import replace

from django.db.models import Q, QuerySet

from pipeline.digest.content import EditionContent, ItemContent, content_hash, from_json
from pipeline.store.models import DigestItem, Edition, Redaction, Story, Withdrawal


def content_of(edition: Edition) -> EditionContent:
    """The frozen content.

    Raises:
        ValueError: the stored content is neither what was approved nor what an erasure left of it.
    """
    content = from_json(edition.content)
    found = content_hash(content)
    if found != edition.content_hash and not _redacted(edition, found):
        raise ValueError(f"edition {edition.number}: content does not match its approved hash")
    return content


def _redacted(edition: Edition, found: str) -> bool:
    return Redaction.objects.filter(edition=edition, content_hash=found).exists()


def telling(story: Story) -> QuerySet[Edition]:
    """Editions that tell ``story``: of digests with it, and corrections, each of which hangs on one
    digest and may tell stories of several, and not all of that one."""
    digests = DigestItem.objects.filter(story=story).values("digest")
    # Apart, so that only the few corrections are read through.
    corrections = Edition.objects.filter(correction__isnull=False)
    named = corrections.filter(content__icontains=str(story.public_id)).values("pk")
    return Edition.objects.filter(Q(correction=None, digest__in=digests) | Q(pk__in=named))


def standing(content: EditionContent) -> EditionContent:
    """Without the stories taken back since it was approved: removing needs no new approval."""
    ids = [item.public_id for item in content.items]
    rows = Withdrawal.objects.filter(story__public_id__in=ids)
    gone = {str(public_id) for public_id in rows.values_list("story__public_id", flat=True)}
    items = tuple(item for item in content.items if item.public_id not in gone)
    return replace(content, items=items)


def as_now(content: EditionContent) -> EditionContent:
    """``standing``, and each story with what readers were told of it since."""
    later = Edition.objects.filter(number__gt=content.number, correction__isnull=False)
    notes: dict[str, list[str]] = {}
    for edition in later.order_by("number"):
        told = content_of(edition)
        for item in told.items if content.number in told.corrects else ():
            if item.correction:
                notes.setdefault(item.public_id, []).append(item.correction)

    def noted(item: ItemContent) -> ItemContent:
        every = dict.fromkeys([item.correction, *notes.get(item.public_id, [])])
        return replace(item, correction="\n".join(filter(None, every)))

    content = standing(content)
    return replace(content, items=tuple(noted(item) for item in content.items))
