"""``yearbook`` and ``quiz``: what is made of a year's published stories."""

from __future__ import annotations

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.config.home import Home
from pipeline.config.office import load_office
from pipeline.text.clock import VIETNAM, utc_now


@click.command()
@click.argument("year", type=int, required=False)
def yearbook(year: int | None) -> None:
    """Write output/yearbook/YEAR.pdf: the stories published in YEAR (this one), with contents and
    an index of names and communes."""
    home = Home.locate()
    office = load_office(home.office_file)
    setup_django()
    from pipeline.publish.channels import portal
    from pipeline.publish.files import write
    from pipeline.publish.paper import yearbook as book
    from pipeline.publish.paper.yearly import files_of

    now = utc_now()
    year = year or now.astimezone(VIETNAM).year
    try:
        made = book.yearbook(portal.entries(), year, office, now)
    except ValueError as error:
        raise WorkFailed(str(error)) from error
    path = files_of(home, year).yearbook
    write(path, made)
    click.echo(str(path.relative_to(home.root)))


@click.command()
@click.argument("year", type=int, required=False)
def quiz(year: int | None) -> None:
    """Write output/quiz/YEAR.xlsx and .gift: questions on the stories published in YEAR (this
    one), each answer with its sentence and source. Read them over before a contest."""
    home = Home.locate()
    office = load_office(home.office_file)
    setup_django()
    from pipeline.publish.channels import portal
    from pipeline.publish.files import write
    from pipeline.publish.paper import quiz as contest
    from pipeline.publish.paper.yearbook import of_year
    from pipeline.publish.paper.yearly import files_of

    year = year or utc_now().astimezone(VIETNAM).year
    asked = contest.questions([each.item for each in of_year(portal.entries(), year)])
    if not asked:
        raise WorkFailed(f"năm {year} chưa đủ gương được đăng để ra câu hỏi (cần từ bốn gương)")
    files = files_of(home, year)
    write(files.quiz_sheet, contest.sheet(asked, office))
    write(files.quiz_gift, contest.gift(asked).encode())
    sheet = files.quiz_sheet.relative_to(home.root)
    click.echo(f"{len(asked)} câu: {sheet}, {files.quiz_gift.name}")
