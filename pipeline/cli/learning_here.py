"""What ``guongsang train`` does in a home: learn from the desk, say what came of it, go back."""

from __future__ import annotations

import json
from collections.abc import Iterable

import click

from pipeline.cli import WorkFailed, setup_django
from pipeline.config.home import Home
from pipeline.judge.learning.adapting import FEWEST, Lesson
from pipeline.judge.learning.labels import Labelled
from pipeline.judge.learning.own_model import bring_back, model_in_use
from pipeline.shapes import ExemplarLabel
from pipeline.text.clock import utc_now

_EXEMPLAR = {ExemplarLabel.YES: 1.0, ExemplarLabel.NO: 0.0, ExemplarLabel.BORDERLINE: 0.5}
_NAMES = {
    ("exemplar", "ap"): "ranking of exemplars (AP)",
    ("exemplar", "right"): "decisions foretold",
    ("exemplar", "kept"): "accepted ones still shown",
    ("sectors", "f1"): "sectors (F1)",
}
_WHY = {
    "few": f"fewer than {FEWEST} decisions teach nothing that could be checked",
    "one_kind": "hardly any decision of one of the two kinds: it takes both yes and no",
    "worse": "no better than the shipped model on decisions held out from learning",
    "worse_than_own": "worse than the model in use on decisions that neither has learned from",
    "nothing_new": "the model in use has learned the same already",
}


def learn(
    home: Home, labelled: Iterable[Labelled], *, command: str, dry_run: bool, as_json: bool
) -> None:
    setup_django()
    from pipeline.review.learning import Learned, learn_here

    def show(learned: Learned) -> None:
        told = learned.lessons
        click.echo(
            f"{told['accepted']} accepted, {told['rejected']} rejected, {told['between']} between; "
            f"sectors of {told['sectors']}"
        )
        for against, check in learned.checks:
            click.echo(f"held out, against the model {against} ({check.articles} articles):")
            for figure in check.figures:
                chance = "" if figure.low > 0 or figure.high < 0 else "  may be chance"
                click.echo(
                    f"  {_NAMES[figure.part, figure.name]:26} {figure.before:.3f} → "
                    f"{figure.after:.3f}  {figure.difference:+.3f} "
                    f"({figure.low:+.3f} to {figure.high:+.3f}){chance}"
                )
        for part, why in learned.left.items():
            click.echo(f"{part}: left as it was: {_WHY[why]}")
        if not learned.adopted:
            click.echo("the model in use stays")
            return
        changes = learned.changes
        labels = ", ".join(f"{count} {name}" for name, count in changes["labels"].items())
        click.echo(
            f"of {changes['stories']} stories of the last 30 days {changes['changed']} would be "
            f"judged otherwise{f' (exemplar: {labels})' if labels else ''}"
        )
        if dry_run:
            click.echo(f"would be put to use: {', '.join(learned.adopted)}")
        else:
            click.echo(f"put to use: {', '.join(learned.adopted)}: {home.model_file}")
            click.echo("judge stored stories again: guongsang rebuild --judge-only")
            click.echo("back to the model before: guongsang train --undo")

    in_use = model_in_use(home)
    if in_use.fault:
        click.echo(in_use.fault, err=True)
    lessons = (
        Lesson(
            one.article,
            _EXEMPLAR[one.labels.exemplar],
            one.labels.sectors,
            exemplar_weight=one.labels.weight,
            sector_weight=one.labels.weight,
        )
        for one in labelled
    )
    learned = learn_here(home, lessons, now=utc_now(), command=command, dry_run=dry_run)
    if as_json:
        click.echo(json.dumps(learned.as_json(), ensure_ascii=False))
    else:
        show(learned)


def go_back(home: Home, *, as_json: bool) -> None:
    """Use the previous model again, and note it in the audit trail."""
    setup_django()
    from pipeline.store.models import AuditEntry

    before = model_in_use(home)
    if not bring_back(home):
        raise WorkFailed(f"{home.model_file.parent} holds no model: the shipped one is in use")
    after = model_in_use(home)
    if after.fault:
        click.echo(after.fault, err=True)
    AuditEntry.objects.create(
        at=utc_now(),
        action="model.brought_back",
        object_type="model",
        object_id=after.model.digest[:12],
        before={"model": before.model.digest[:12]},
        after={"model": after.model.digest[:12]},
    )
    made = after.model.made.get("at")
    told = f"the home's own, learned {made}" if after.own else "the shipped one"
    if as_json:
        click.echo(json.dumps({"model": after.model.digest, "own": after.own}))
    else:
        click.echo(f"in use again: {told}")
        click.echo("judge stored stories again: guongsang rebuild --judge-only")
