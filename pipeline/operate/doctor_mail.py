"""Whether letters can go out and whether their signature will be believed."""

from __future__ import annotations

from collections.abc import Iterator
from email.utils import parseaddr

import dns.exception
import dns.resolver
from django.conf import settings

from pipeline.config.office import Office
from pipeline.operate.findings import Finding, Verdict
from pipeline.publish.mail.dkim_signing import BadKey, Signer, quoted, record_name, tags
from pipeline.publish.mail.sending import Mailer
from pipeline.publish.outcomes import NotSent

PATIENCE = 5.0
"""Seconds for an answer from the DNS."""


def mail_findings(office: Office) -> Iterator[Finding]:
    if not (office.channels.newsletter.enabled or office.administrator):
        return
    if settings.EMAIL_BACKEND != "django.core.mail.backends.smtp.EmailBackend":
        words = "thư chỉ in ra màn hình → đặt EMAIL_URL trong .env"
        yield Finding("thư", Verdict.LOOK, words)
        return
    try:
        signer = Signer.from_settings()
    except BadKey as error:
        yield Finding("DKIM", Verdict.BAD, f"{error}; chưa thư nào được gửi")
    else:
        yield from _signature(office, signer)
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    try:
        with Mailer(unsigned=True):
            yield Finding("thư", Verdict.GOOD, f"{server} nhận kết nối")
    except NotSent as error:
        yield Finding("thư", Verdict.BAD, f"{server}: {error} → xem EMAIL_URL")


def _signature(office: Office, signer: Signer | None) -> Iterator[Finding]:
    if signer and signer.key_file.stat().st_mode & 0o077:
        words = f"người khác trên máy đọc được khóa → chmod 600 {signer.key_file.name}"
        yield Finding("khóa DKIM", Verdict.LOOK, words)
    if not settings.DKIM_SELECTOR:
        words = (
            "không ký thư → đặt DKIM_KEY_FILE và DKIM_SELECTOR; nếu máy chủ thư ký thay thì chỉ "
            "đặt DKIM_SELECTOR (docs/howto/run-the-newsletter.md)"
        )
        yield Finding("DKIM", Verdict.LOOK, words)
        return
    sender = parseaddr(office.channels.newsletter.sender or office.contact)[1]
    name = record_name(settings.DKIM_SELECTOR, sender.rpartition("@")[2])
    mend = f" → bản ghi TXT của {name}: {quoted(signer.record)}" if signer else ""
    try:
        records = _texts(name)
    except dns.exception.DNSException as error:
        words = f"không hỏi được DNS về {name}: {type(error).__name__} → xem mạng"
        yield Finding("DKIM", Verdict.LOOK, words)
        return
    if len(records) != 1:
        words = f"{name} có {len(records)} bản ghi TXT, cần đúng một{mend}"
        yield Finding("DKIM", Verdict.BAD, words)
        return
    said = tags(records[0])
    if not said.get("p") or said.get("v", "DKIM1") != "DKIM1" or said.get("k", "rsa") != "rsa":
        yield Finding("DKIM", Verdict.BAD, f"bản ghi {name} không nêu khóa RSA nào{mend}")
    elif signer and said["p"] != tags(signer.record)["p"]:
        yield Finding("DKIM", Verdict.BAD, f"bản ghi {name} là của khóa khác{mend}")
    elif "y" in said.get("t", "").split(":"):
        words = f"bản ghi {name} còn ghi t=y (đang thử) → bỏ t=y"
        yield Finding("DKIM", Verdict.LOOK, words)
    elif signer and signer.bits < 2048:
        yield Finding("DKIM", Verdict.LOOK, f"khóa chỉ {signer.bits} bit → tạo khóa 2048 bit")
    else:
        yield Finding("DKIM", Verdict.GOOD, f"{name} khớp" if signer else f"{name} có khóa")


def _texts(name: str) -> list[str]:
    """The TXT records of a name, each put together from its strings."""
    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=PATIENCE)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    return [b"".join(record.strings).decode("ascii", "replace") for record in answer]
