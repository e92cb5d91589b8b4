"""``sources probe``, ``import`` and ``verify``: outlets that are not crawled yet, on trial."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from pipeline import __version__
from pipeline.apart import Apart, TooMuch
from pipeline.cli import WorkFailed, setup_django
from pipeline.config.editing import CannotEdit, enable, replace_file, to_yaml
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.config.provinces import resolve_area
from pipeline.config.sources import Source, load_sources
from pipeline.crawl.items import address
from pipeline.crawl.keeping import Alone, Keep, hosts_of
from pipeline.crawl.opml import not_listed, read_opml, with_own_keys
from pipeline.crawl.plan import SourcePlan
from pipeline.crawl.probe import Probed, probe, trial
from pipeline.crawl.spool import FailureKind, FetchedPage
from pipeline.crawl.throttle import host_of
from pipeline.extract import NotAnArticle, extract, from_feed_item
from pipeline.shapes import ExtractedArticle
from pipeline.text import format as show
from pipeline.text.clock import VIETNAM, utc_now

PROBE_DELAY = timedelta(seconds=1)
"""For a site that is no source yet; a person is waiting."""

allow_private_option = click.option(
    "--allow-private", is_flag=True, help="Permit loopback and private addresses."
)


@click.command("probe")
@click.argument("url")
@allow_private_option
def probe_command(url: str, allow_private: bool) -> None:
    """Find feeds, sitemaps or listings of a site, try three articles, print a YAML entry."""
    site = address(url if "://" in url else f"https://{url}", "")
    if site is None:
        raise click.UsageError(f"'{url}' is not a web address → write it like https://bao.vn")
    url = site
    home = Home.locate()
    now = utc_now()
    listed = [s for s in load_sources(home.sources_file) if host_of(url) in hosts_of(s)]
    probed = probe(
        url,
        user_agent=_agent(home),
        now=now,
        allow_private=allow_private,
        delay=max([PROBE_DELAY, *(source.delay for source in listed)]),
        keep=_keep(),
    )
    with Apart() as reader:
        articles = [(page.url, _read(reader, probed, page, now)) for page in probed.pages]
        told = _told_by_feed(reader, probed, now)
    for where, article in articles:
        click.echo(f"# {_one_line(article)}  {where}")
    for failure in probed.failures:
        click.echo(f"# {failure.reason.value}: {failure.url}: {failure.detail}", err=True)
    source = probed.source
    if not any(isinstance(article, ExtractedArticle) for _, article in articles):
        if not told:
            raise WorkFailed(f"no article could be read at {url}")
        click.echo(f"# trang bài từ chối máy, chỉ đọc được từ RSS: {_one_line(told[0])}")
        source = source.model_copy(update={"extractor": "feed"})
    province = load_office(home.office_file).province if home.office_file.exists() else ""
    click.echo(to_yaml(source, province))


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
@click.option("--province", help="Put into every entry. Default: the office's own.")
def import_command(file: Path, province: str | None) -> None:
    """Turn a feed reader's subscription list (OPML) into entries ready to paste."""
    home = Home.locate()
    named = province or load_office(home.office_file).province
    wanted = resolve_area(named)
    if wanted is None:
        raise click.UsageError(f"no province is called '{named}'")
    try:
        found = read_opml(file.read_bytes(), wanted)
    except ValueError as error:
        raise WorkFailed(f"{file}: {error}") from None
    listed = load_sources(home.sources_file)
    new = list(not_listed(found, listed))
    for source, key in new:
        for feed in source.feeds if key else ():
            click.echo(f"# thêm vào feeds của {key}, nếu còn thiếu: {feed}")
    unknown = [source for source, key in new if not key]
    for source in with_own_keys(unknown, {source.key for source in listed}):
        click.echo(to_yaml(source, wanted))
    click.echo(f"{len(found)} outlets, {len(found) - len(unknown)} already known", err=True)


@click.command("verify")
@click.option("--province", help="Default: the office's own.")
@click.option("--yes", is_flag=True, help="Enable all that gave an article, without asking.")
@allow_private_option
def verify(province: str | None, yes: bool, allow_private: bool) -> None:
    """Try the disabled outlets of a province and enable those you confirm."""
    home = Home.locate()
    agent = _agent(home)
    wanted = resolve_area(province or load_office(home.office_file).province)
    if wanted is None:
        raise click.UsageError(f"no province is called '{province}'")
    mine = [s for s in load_sources(home.sources_file) if s.province == wanted and not s.enabled]
    if not mine:
        raise WorkFailed(f"{wanted}: no disabled source in {home.sources_file}")
    click.echo(f"{wanted}: đang thử {len(mine)} nguồn, mất chừng một phút…", err=True)
    now = utc_now()
    plans = [SourcePlan(source, max_pages=3) for source in mine]
    results = trial(plans, user_agent=agent, now=now, allow_private=allow_private, keep=_keep())
    good = _show(results, now)
    if not good:
        raise WorkFailed(f"{wanted}: none of {len(mine)} outlets gave an article")
    chosen = [s for s in good if yes or click.confirm(f"Bật {s.name} ({s.key})?", default=True)]
    own = home.root / "sources.yaml"
    text = home.sources_file.read_text("utf-8-sig")
    faults = []
    for source in chosen:
        try:
            text = enable(text, source.key, now.astimezone(VIETNAM).date())
        except CannotEdit as error:
            faults.append(str(error))
    if len(faults) < len(chosen):
        replace_file(own, text)
    click.echo(f"Đã bật {len(chosen) - len(faults)} nguồn trong {own}")
    if faults:
        raise WorkFailed("\n".join(faults))


def _keep() -> Keep:
    """The host leases of the home's database; where there is none, nobody else crawls."""
    setup_django()
    from django.db import DatabaseError, connection

    from pipeline.ingest.leases import keep_hosts
    from pipeline.store.models import HostLease

    settings = connection.settings_dict
    file = Path(settings["NAME"]) if connection.vendor == "sqlite" else None
    if file and not file.exists() and "mode=memory" not in file.name:  # asking would create it
        return Alone().keep
    try:
        there = HostLease._meta.db_table in connection.introspection.table_names()
    except DatabaseError as error:
        click.echo(f"không dùng được cơ sở dữ liệu, chạy không có nó: {error}", err=True)
        there = False
    return keep_hosts if there else Alone().keep


def _agent(home: Home) -> str:
    """Outlets must be able to write to whoever probes them: no contact, no request."""
    return f"GuongSang/{__version__} (+mailto:{load_office(home.office_file).contact})"


def _read(
    reader: Apart, probed: Probed, page: FetchedPage, now: datetime
) -> ExtractedArticle | str:
    """The article, or in words why there is none."""
    try:
        return reader.call(extract, page.body, url=page.url, source=probed.source, now=now)
    except NotAnArticle as error:
        return f"không phải bài: {error}"
    except TooMuch as error:
        return f"trang quá nặng, bỏ qua: {error}"


def _told_by_feed(reader: Apart, probed: Probed, now: datetime) -> list[ExtractedArticle]:
    """What the feeds themselves tell of pages that refused us."""
    told = []
    for failure in probed.failures:
        refused = failure.reason is FailureKind.REFUSED
        for item in (failure.item, *failure.left) if refused else ():
            with suppress(NotAnArticle, TooMuch):
                told += [reader.call(from_feed_item, item, now=now)] if item else []
    return told


def _one_line(article: ExtractedArticle | str) -> str:
    if isinstance(article, str):
        return article
    when = show.date_time(article.published_at) or "không rõ ngày"
    return f"“{article.title}” · {when} · {len(article.text.split())} chữ"


def _show(results: list[Probed], now: datetime) -> list[Source]:
    """Print the table; return the sources that gave an article."""
    table = Table("Nguồn", "Tìm thấy", "Đọc được", "Bài thử", "Trở ngại")
    good = []
    with Apart() as reader:
        for probed in results:
            read = [_read(reader, probed, page, now) for page in probed.pages]
            articles = [article for article in read if isinstance(article, ExtractedArticle)]
            if articles:
                good.append(probed.source)
            troubles = [f"{f.reason.value}: {f.detail}" for f in probed.failures]
            troubles += [why for why in read if isinstance(why, str)]
            table.add_row(
                f"{probed.source.name}\n{probed.source.home}",
                str(sum(len(found.items) for found in probed.discoveries)),
                f"{len(articles)}/{len(read)}",
                articles[0].title if articles else "",
                "\n".join(dict.fromkeys(troubles)),
            )
    Console(width=None if Console().is_terminal else 160).print(table)
    return good
