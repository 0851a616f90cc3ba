"""The command's subcommands, but for `sandbox`. Each one is a few calls of an inventory, and what they print."""

import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack, closing, suppress
from decimal import Decimal, InvalidOperation
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Literal, NamedTuple, TypeVar

import click

from .. import __version__
from .._runtime import skew
from .._runtime.writing import digits
from ..errors import InvalidArgument, NumberlineError, OutcomeUnknown, outcomes_unknown
from ..inventory import (
    Audit,
    Bought,
    Comparison,
    IncompleteInventory,
    Inventory,
    InventoryNumber,
    Money,
    NotBought,
    NotReleased,
    Offer,
    OrphanedNumber,
    PhoneNumber,
    Totals,
)
from ..inventory.values import Tally
from ..journal import Entry, Journal
from . import config
from .config import Refused
from .output import Column, Form, Printer, Progress, clean, flushed, open_streams, say

R = TypeVar("R")

SETTLING_TIME = 150.0
"""Seconds after which a lost purchase is known in the ordinary case: the clients' `settle_after`, and a look."""

DONE, REFUSED, INCOMPLETE, UNKNOWN, INTERRUPTED = 0, 1, 2, 3, 130

EXTRAS = {"pyarrow": "snapshot", "duckdb": "snapshot"} | dict.fromkeys(("jinja2", "markupsafe", "pygal"), "report")
"""The extra with which each library comes that a subcommand needs for itself."""

CLOCK_TOLERANCE = 60
"""Seconds by which the machine's clock may differ from a provider's."""

NUMBER = (
    *(Column("account", 12), Column("number", 16), Column("country", 7), Column("kind", 14), Column("price", 12)),
    *(Column("next_renewal", 12), Column("state", 10), Column("bound_to", 30)),
)
OFFER = (
    *(Column("account", 12), Column("number", 16), Column("country", 7), Column("kind", 20)),
    *(Column("price", 12), Column("setup", 12), Column("capabilities", 20)),
)
journal_option = click.option("--journal", metavar="FILE", envvar="NUMBERLINE_JOURNAL", help="The journal's file.")
MARKS = {"frozen": "red", "cancelled": "red", "unverified": "yellow"}


class Given(NamedTuple):
    """What all commands are given.

    Attributes:
        config: the file with the accounts, or None.
        accounts: names of those to use; all if empty.
        is_sandbox: whether to use an embedded sandbox instead.
        form: how to print.
    """

    config: str | None
    accounts: tuple[str, ...]
    is_sandbox: bool
    form: Form

    def open(self, stack: ExitStack, journal: Callable[[], Path] | None = None) -> Inventory:
        """Return the inventory that is asked for."""
        return config.open_inventory(
            self.config, self.accounts, is_sandbox=self.is_sandbox, stack=stack, journal=journal
        )


def run(arguments: Sequence[str]) -> int:
    """Run the command, and return its exit code."""
    if not open_streams():
        say("stdout is closed, so nothing was done")
        return REFUSED
    code = _run(arguments)
    return code if flushed() else code or INCOMPLETE


def _run(arguments: Sequence[str]) -> int:
    try:
        code: Any = commands.main(args=list(arguments), prog_name="numberline", standalone_mode=False)
        return code if isinstance(code, int) else DONE
    except SystemExit:  # how click ends where nobody reads any more
        return DONE
    except click.exceptions.Exit as ended:
        return ended.exit_code
    except click.ClickException as error:
        error.show()
        return REFUSED
    except Refused as error:
        say(str(error))
        return REFUSED
    except ModuleNotFoundError as error:
        if error.name not in EXTRAS:
            raise
        say(f"{error.name} is missing; install it with pip install 'numberline[{EXTRAS[error.name]}]'")
        return REFUSED
    except IncompleteInventory as error:
        return incomplete(error)
    except OrphanedNumber as error:
        say(f"bought, but it could not be printed; numberline pending has it as {error.bought.entry}")
        return INCOMPLETE
    except NumberlineError as error:
        say(str(error))
        return unknown_outcome(error) or REFUSED
    except OSError as error:
        say(f"{type(error).__name__}: {error}")
        return REFUSED
    except (KeyboardInterrupt, click.Abort) as error:
        say("interrupted")
        return unknown_outcome(error) or INTERRUPTED


def unknown_outcome(error: BaseException) -> int:
    """Say what to do about a purchase or a release whose outcome is unknown; 0 if it is known."""
    unknown = [] if isinstance(error, NotBought | NotReleased) else outcomes_unknown(error)
    for each in unknown:
        say(
            f"the outcome is unknown and on record as {each.entry}; numberline pending --settle looks what became of it"
        )
    return UNKNOWN if unknown else DONE


def incomplete(error: IncompleteInventory) -> int:
    """Name the accounts that are missing."""
    for name, why in error.missing.items():
        came = error.found[name]
        say(f"account {name} is incomplete ({came} came): {why}")
    return INCOMPLETE


def common(command: Callable[..., R]) -> Callable[..., R]:
    """Add the options that every command has. The command gets them as `given`."""

    def wrapped(
        config_file: str | None, account: tuple[str, ...], sandbox: bool, json: bool, csv: bool, **others: Any
    ) -> R:
        if json and csv:
            raise click.UsageError("--json and --csv exclude each other")
        form: Form = "json" if json else "csv" if csv else "table"
        return command(Given(config_file, account, sandbox, form), **others)

    wrapped.__name__, wrapped.__doc__ = command.__name__, command.__doc__
    wrapped.__dict__.update(command.__dict__)
    for option in (
        click.option("--csv", is_flag=True, help="Print CSV with a head."),
        click.option("--json", is_flag=True, help="Print one JSON object a line."),
        click.option("--sandbox", is_flag=True, help="Use a sandbox in this process; no account is needed."),
        click.option("--account", multiple=True, metavar="NAME", help="Only this account; can be repeated."),
        click.option(
            "--config",
            "config_file",
            metavar="FILE",
            help="The file with the accounts (default: accounts.toml in the user's folder for configurations).",
        ),
    ):
        wrapped = option(wrapped)
    return wrapped


def searching(command: Callable[..., R]) -> Callable[..., R]:
    """Add the options that say what is looked for. The command gets them as `**wanted`."""
    for option in (
        click.option("--max-requests", type=click.IntRange(1), default=50, help="Requests an account may take."),
        click.option("--max-price", type=price, help="Most that the first month may cost with the set-up fee: 5EUR."),
        click.option(
            "--prefix", default="", metavar="DIGITS", help="Digits that it begins with, country code included."
        ),
        click.option("--kind", help="local, mobile, toll_free, or a carrier's own word."),
        click.option("--capability", multiple=True, metavar="NAME", help="sms, voice ...; can be repeated."),
        click.argument("country"),
    ):
        command = option(command)
    return command


def price(value: str) -> Money:
    """Read an amount with its currency, in any order: `5EUR`, `5.50 EUR`, `EUR 5`."""
    found = re.fullmatch(r"\s*(?:([A-Za-z]{3})\s*([0-9.]+)|([0-9.]+)\s*([A-Za-z]{3}))\s*", value)
    with suppress(InvalidOperation):
        if found:
            return Money(Decimal(found[2] or found[3]), (found[1] or found[4]).upper())
    raise click.BadParameter(f"{value!r} is not an amount with its currency, such as 5EUR")


@click.group(
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 done, 1 refused, 2 incomplete, 3 outcome unknown.",
)
@click.version_option(__version__, message="numberline %(version)s")
def commands() -> None:
    """Rented phone numbers of all carriers: list, find, audit, compare, buy, bind and release them."""


@commands.command()
@common
def numbers(given: Given) -> int:
    """List every number of every account."""
    tally = Tally()
    printer = Printer(given.form, "number", NUMBER)
    with ExitStack() as stack:
        inventory = given.open(stack)
        progress = stack.enter_context(Progress("reading numbers"))
        if sys.stdout.isatty():
            printer.on_first = progress.stop
        try:
            with closing(inventory.numbers()) as every:
                for count, number in enumerate(every, 1):
                    tally.add(number.monthly)
                    progress.text = f"{count} numbers read"
                    printer.row(number_data(number, given.form), MARKS.get(number.state or "", ""))
        finally:
            progress.stop()
            if sys.stdout.isatty():
                say(totals_text(tally.totals()))
    return DONE


@commands.command()
@searching
@click.option("--limit", type=click.IntRange(1), default=10, help="Offers to print for each currency.")
@common
def find(given: Given, limit: int, **wanted: Any) -> int:
    """Find the cheapest numbers on offer in COUNTRY (two letters)."""
    printer = Printer(given.form, "offer", OFFER)
    with ExitStack() as stack:
        inventory = given.open(stack)
        missing: IncompleteInventory | None = None
        try:
            with Progress("searching"):
                found = search(inventory, limit, **wanted)
        except IncompleteInventory as error:
            found, missing = error.partial, error
        for offer in found.offers:
            printer.row(offer_data(offer, given.form))
        requests = sum(found.requests.values())
        say(
            f"{found.read} offers read with {requests} requests"
            + "".join(
                f"; {what}: {', '.join(names)}"
                for what, names in (("more on offer at", found.cut_short), ("can't be searched", found.not_searchable))
                if names
            )
        )
    return incomplete(missing) if missing else DONE


def search(
    inventory: Inventory,
    limit: int,
    country: str,
    capability: Iterable[str],
    kind: str | None,
    prefix: str,
    max_price: Money | None,
    max_requests: int,
) -> Any:
    """Search with what the options say."""
    return inventory.find(
        country,
        capabilities=capability,
        kind=kind,
        prefix=prefix,
        max_price=max_price,
        limit=limit,
        max_requests=max_requests,
    )


@commands.command()
@click.option("--within-days", type=click.IntRange(0), default=30, help="How soon a renewal is soon.")
@common
def audit(given: Given, within_days: int) -> int:
    """Name numbers that somebody should look at: unbound, renewing soon, frozen, unverified ..."""
    columns = (
        Column("finding", 16),
        Column("account", 12),
        Column("number", 16),
        Column("price", 12),
        Column("detail", 30),
    )
    printer = Printer(given.form, "finding", columns)

    def show(found: Audit) -> None:
        for each in found.findings:
            data = number_data(each.number, given.form)
            printer.row({"finding": each.name, "detail": each.detail, **data}, MARKS.get(each.name, ""))
        counts = Counter(each.name for each in found.findings)
        say(", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "no findings")
        say(totals_text(found.totals))

    return summarize(given, lambda inventory: inventory.audit(within_days=within_days), show)


@commands.command()
@click.argument("file", type=click.File(encoding="utf-8-sig"))
@common
def compare(given: Given, file: Any) -> int:
    """Compare what is owned with the phone numbers in FILE, one a line or first in a CSV (- for stdin)."""
    lines = (line.split(",")[0].split(";")[0].split("\t")[0].strip(" \r\n\"'") for line in file)
    expected = [line for line in lines if line and not line.startswith("#")]
    if expected and not any(letter.isdigit() for letter in expected[0]):
        del expected[0]  # a CSV's head
    columns = (Column("difference", 10), Column("number", 16), Column("account", 12), Column("price", 12))
    printer = Printer(given.form, "difference", columns)

    def show(found: Comparison) -> None:
        for number in found.missing:
            printer.row({"difference": "missing", "number": number, "account": None, "price": None, "id": None}, "red")
        for each in found.unexpected:
            data = {"number": each.number or each.text, "account": each.account, "price": _text(each.monthly)}
            printer.row({"difference": "unexpected", **data, "id": each.id}, "yellow")
        counts = f"{len(found.missing)} missing, {len(found.unexpected)} unexpected, {found.matched} as expected"
        say(counts)

    return summarize(given, lambda inventory: inventory.compare(expected), show)


@commands.command()
@click.argument("target", required=False)
@common
def snapshot(given: Given, target: str | None) -> int:
    """Store what is owned now in TARGET: a folder of Parquet files, or a file that ends in .duckdb.

    Without TARGET it is a folder of the user's data. It can be run again at any time.
    """
    from .. import snapshot as snapshots

    with ExitStack() as stack:
        inventory = given.open(stack)
        progress = stack.enter_context(Progress("reading numbers"))

        def show(count: int) -> None:
            progress.text = f"{count} numbers read"

        try:
            taken = snapshots.write(inventory, target or config.snapshots_path(), on_progress=show)
        except OSError as error:
            raise Refused(f"the snapshot can't be written: {error}") from None
    columns = (Column("account", 12), Column("numbers", 8), Column("missing", 60))
    printer = Printer(given.form, "snapshot", columns)
    for name, state in taken.accounts.items():
        data = {"taken": taken.taken.isoformat(), "account": name, "numbers": state.numbers, "missing": state.missing}
        printer.row(data, "red" if state.missing else "")
    say(f"stored in {taken.path}")
    return INCOMPLETE if taken.missing else DONE


@commands.command()
@click.argument("before", required=False)
@click.argument("after", required=False)
@click.option("--within-days", type=click.IntRange(0), default=30, help="How soon a renewal is soon.")
@common
def changes(given: Given, before: str | None, after: str | None, within_days: int) -> int:
    """Print what was bought, released, re-priced, re-bound or renewed from one snapshot to another.

    BEFORE and AFTER are snapshots, or what snapshot was given, for the last one in it. With BEFORE alone they are the
    last two in it, and without both the last two in the folder of the user's data.
    """
    from .. import snapshot as snapshots

    found = [snapshots.snapshots(each) for each in (before or config.snapshots_path(), *([after] if after else []))]
    chosen = [each[-1] for each in found if each] if after else found[0][-2:]
    if len(chosen) < 2:
        raise Refused("two snapshots are needed; numberline snapshot takes one")
    columns = (
        Column("account", 12),
        Column("change", 12),
        Column("number", 16),
        Column("before", 14),
        Column("after", 30),
    )
    printer = Printer(given.form, "change", columns)
    compared = snapshots.compare(chosen[0], chosen[1], within_days=within_days)
    for each in compared.changes:
        data = {"account": each.account, "change": each.kind, "number": each.number}
        mark = {"released": "red", "bought": "green"}.get(each.kind, "")
        printer.row({**data, "before": each.before, "after": each.after, "id": each.id}, mark)
    counts = Counter(each.kind for each in compared.changes)
    say(", ".join(f"{count} {name}" for name, count in sorted(counts.items())) or "no changes")
    for name, why in compared.not_comparable.items():
        say(f"account {name} can't be compared: {why}")
    return INCOMPLETE if compared.not_comparable else DONE


@commands.command("report")
@click.argument("file")
@click.option("--snapshot", "stored", metavar="TARGET", help="Take the last snapshot there instead of the accounts.")
@click.option("--since", metavar="TARGET", help="Show what changed since the last snapshot there.")
@common
def write_report(given: Given, file: str, stored: str | None, since: str | None) -> int:
    """Write a page about all numbers into FILE: costs, renewals, findings, changes. Any browser opens it."""
    from .. import report as reports

    with ExitStack() as stack:
        source = last_snapshot(stored) if stored else given.open(stack)
        older = last_snapshot(since) if since else None
        try:
            with Progress("reading numbers"):
                missing = reports.write(source, file, since=older)
        except OSError as error:
            raise Refused(f"the report can't be written: {error}") from None
    for name, why in missing.items():
        say(f"account {name} is missing: {why}")
    say(f"stored in {file}")
    return INCOMPLETE if missing else DONE


def last_snapshot(target: str) -> Any:
    """Return the last snapshot in a folder or a DuckDB file."""
    from ..snapshot import snapshots

    found = snapshots(target)
    if not found:
        raise Refused(f"there are no snapshots at {target}")
    return found[-1]


def summarize(given: Given, make: Callable[[Inventory], R], show: Callable[[R], None]) -> int:
    """Make a report and show it, as far as the accounts could be read."""
    with ExitStack() as stack:
        inventory = given.open(stack)
        try:
            with Progress("reading numbers"):
                found = make(inventory)
        except IncompleteInventory as error:
            show(error.partial)
            return incomplete(error)
        show(found)
    return DONE


@commands.command()
@common
def accounts(given: Given) -> int:
    """List the accounts, and what each says of itself."""
    columns = (
        Column("account", 14),
        Column("provider", 12),
        Column("numbers", 8),
        Column("balance", 14),
        Column("error", 60),
    )
    printer = Printer(given.form, "account", columns)
    with ExitStack() as stack:
        inventory = given.open(stack)
        with Progress("signing in"):
            found = inventory.status()
        for name, status in found.items():
            is_error = isinstance(status, Exception)
            printer.row(
                {
                    "account": name,
                    "provider": inventory.accounts[name].provider.name,
                    "numbers": None if isinstance(status, Exception) else status.numbers,
                    "balance": None if isinstance(status, Exception) else _text(status.balance),
                    "error": str(status) if isinstance(status, Exception) else None,
                },
                "red" if is_error else "",
            )
    return INCOMPLETE if any(isinstance(status, Exception) for status in found.values()) else DONE


@commands.command()
@common
def doctor(given: Given) -> int:
    """Check sign-in, reach and clock of every account, and say what to fix."""
    columns = (Column("account", 14), Column("check", 8), Column("result", 6), Column("detail", 90))
    printer = Printer(given.form, "check", columns)
    is_well = True
    with ExitStack() as stack:
        inventory = given.open(stack)
        with Progress("signing in"):
            found = inventory.status()
        for name, status in found.items():
            offset = skew.offset(inventory.accounts[name]._context.provider_clock)
            for check, problem in (
                ("sign-in", status if isinstance(status, Exception) else None),
                ("clock", _clock(offset)),
            ):
                is_well = is_well and problem is None
                result = {"result": "ok" if problem is None else "fix", "detail": problem and str(problem)}
                printer.row({"account": name, "check": check, **result}, "" if problem is None else "red")
    return DONE if is_well else REFUSED


def _clock(offset: float | None) -> str | None:
    if offset is None or abs(offset) <= CLOCK_TOLERANCE:
        return None
    ahead = "behind" if offset > 0 else "ahead of"
    return (
        f"this machine's clock is {abs(offset):.0f} s {ahead} the provider's; set it, or sign-ins and records are wrong"
    )


@commands.command()
@click.option("--dry-run", is_flag=True, help="Say what would be bound, and send nothing.")
@click.argument("application")
@click.argument("number", nargs=-1, required=True)
@common
def bind(given: Given, application: str, number: tuple[str, ...], dry_run: bool) -> int:
    """Bind each NUMBER to APPLICATION (a name, or an id in digits)."""
    columns = (Column("number", 16), Column("account", 12), Column("result", 8), Column("detail", 70))
    printer = Printer(given.form, "bound", columns)
    with ExitStack() as stack:
        inventory = given.open(stack)
        chosen = owned(inventory, number)
        if dry_run:
            for each in chosen:
                printer.row(outcome_data(each, "dry run", f"would be bound to {application}"))
            return DONE
        with Progress("binding"):
            outcomes = inventory.bind(chosen, int(application) if application.isdecimal() else application)
        for each, error in outcomes:
            printer.row(
                outcome_data(each, "refused" if error else "bound", str(error) if error else None),
                "red" if error else "",
            )
    failed = sum(1 for outcome in outcomes if outcome.error)
    return DONE if not failed else REFUSED if failed == len(outcomes) else INCOMPLETE


def outcome_data(number: InventoryNumber, result: str, detail: str | None) -> dict[str, Any]:
    return {"number": number.number or number.text, "account": number.account, "result": result, "detail": detail}


def owned(inventory: Inventory, texts: Iterable[str]) -> list[InventoryNumber]:
    """Return the numbers that were named, as they are owned now.

    Raises:
        Refused: if one of them is not owned, or by more than one account.
    """
    with Progress("looking the numbers up"):
        found = list(inventory.numbers())
    by_number: dict[str, list[InventoryNumber]] = {}
    for each in found:
        by_number.setdefault(each.number or each.text, []).append(each)
    chosen: list[InventoryNumber] = []
    for text in dict.fromkeys(texts):
        there = by_number.get(PhoneNumber.read(text) or text, [])
        if len(there) != 1:
            names = ", ".join(each.account for each in there)
            raise Refused(f"{text} is owned by {names}; choose with --account" if there else f"{text} is not owned")
        chosen += there
    return chosen


def spending(command: Callable[..., R]) -> Callable[..., R]:
    """Add the options of what costs or gives up something. The command gets `journal`, `yes`, `dry_run`, `wait`."""
    for option in (
        click.option("--wait", type=click.FloatRange(0), help="Seconds to look after a lost response (terminal: 150)."),
        click.option("--dry-run", is_flag=True, help="Say what would be done, and send nothing that changes anything."),
        click.option("--yes", is_flag=True, help="Don't ask."),
        journal_option,
    ):
        command = option(command)
    return command


def journal_file(given: Given, journal: str | None, stack: ExitStack) -> Callable[[], Path]:
    """Return where purchases are recorded: for an embedded sandbox, only as long as it lives."""
    if given.is_sandbox and not journal:
        return lambda: Path(stack.enter_context(TemporaryDirectory())) / "journal"
    return lambda: Path(journal) if journal else config.journal_path()


def waiting(wait: float | None) -> float:
    """Return how long to look after a lost response: with a person before the terminal, until it must be known."""
    if wait is not None:
        return wait
    return SETTLING_TIME if sys.stderr.isatty() and sys.stdin.isatty() else 0.0


def confirmed(question: str, *, yes: bool, hint: str) -> None:
    """Ask.

    Raises:
        Refused: if there is nobody to ask.
        click.Abort: if the answer is no.
    """
    if yes:
        return
    if not sys.stdin.isatty():
        raise Refused(f"{hint}, or start it in a terminal, where it asks")
    if not click.confirm(clean(question), err=True):
        raise Refused("nothing was done")


@commands.command()
@searching
@spending
@common
def buy(
    given: Given,
    journal: str | None,
    yes: bool,
    dry_run: bool,
    wait: float | None,
    max_price: Money | None,
    **wanted: Any,
) -> int:
    """Buy the cheapest number on offer in COUNTRY; --prefix with all its digits buys a certain one.

    The purchase is on record before it is sent, and sent once. If its outcome is unknown, `numberline pending` has it.
    """
    if yes and max_price is None:
        raise click.UsageError("--yes needs --max-price: it spends money without asking")
    columns = (Column("number", 16), Column("account", 12), Column("result", 8), Column("price", 12), Column("id", 34))
    printer = Printer(given.form, "bought", columns)
    with ExitStack() as stack:
        inventory = given.open(stack, journal_file(given, journal, stack))
        offer, limit = chosen_offer(inventory, max_price, **wanted)
        if dry_run:
            printer.row(bought_data(offer, "dry run", given.form, None))
            return DONE
        question = (
            f"Buy {offer.number.international if offer.number else offer.text} from {offer.provider}"
            f" (account {offer.account}) for {offer.monthly} a month and {offer.setup} once?"
        )
        confirmed(question, yes=yes, hint="give --yes and --max-price")

        def print_it(bought: Bought) -> None:
            printer.row(bought_data(offer, "bought", given.form, bought))
            sys.stdout.flush()

        seconds = waiting(wait)
        lost = f"if the response is lost, what is owned is looked at for up to {seconds:.0f} s"
        with Progress(f"buying; {lost}") as progress:
            printer.on_first = progress.stop
            inventory.buy(offer, max_price=limit, wait=seconds, on_bought=print_it)
    return DONE


def chosen_offer(inventory: Inventory, max_price: Money | None, **wanted: Any) -> tuple[Offer, Money]:
    """Return the cheapest offer, and what it may cost.

    Raises:
        Refused: if there is none, or its price is not known.
    """
    try:
        with Progress("searching"):
            found = search(inventory, 1, max_price=max_price, **wanted)
    except IncompleteInventory as error:
        incomplete(error)
        found = error.partial
    try:
        offer = found.cheapest()
    except InvalidArgument as error:
        raise Refused(f"{error.message}: give --max-price in one of them, or --account") from None
    if offer is None:
        raise Refused(f"nothing that fits is on offer, of {found.read} offers that were read")
    limit = max_price or offer.first_month
    if limit is None or limit.currency is None:
        raise Refused(f"the price of {offer} is not told in full, so it is not bought")
    return offer, limit


def bought_data(offer: Offer, result: str, form: Form, bought: Bought | None) -> dict[str, Any]:
    """Return the data of a purchase."""
    data = offer_data(offer, form)
    return {**data, "result": result, "id": bought.id if bought else None, "entry": bought.entry if bought else None}


@commands.command()
@click.argument("number", nargs=-1, required=True)
@spending
@common
def release(
    given: Given, number: tuple[str, ...], journal: str | None, yes: bool, dry_run: bool, wait: float | None
) -> int:
    """Give each NUMBER up, for good."""
    columns = (Column("number", 16), Column("account", 12), Column("result", 8), Column("detail", 70))
    printer = Printer(given.form, "released", columns)
    with ExitStack() as stack:
        inventory = given.open(stack, journal_file(given, journal, stack))
        found = owned(inventory, number)
        if dry_run:
            for each in found:
                printer.row(outcome_data(each, "dry run", None))
            return DONE
        for each in found:  # all of them first: "nothing was done" must be true
            name = each.number.international if each.number else each.text
            confirmed(
                f"Give up {name} of {each.provider} (account {each.account}) for good?", yes=yes, hint="give --yes"
            )
        are_printed = True
        for each in found:
            with Progress("releasing"):
                inventory.release(each, wait=waiting(wait))
            are_printed &= printer.try_row(outcome_data(each, "released", None))
    return DONE if are_printed else INCOMPLETE


@commands.command()
@click.option("--settle", is_flag=True, help="Look at what the accounts own, and settle what can be settled.")
@click.option("--acknowledge", metavar="ID", help="Record that the outcome of this entry was taken over.")
@click.option("--resolve", metavar="ID", help="Settle this entry by hand; needs --verdict and --why.")
@click.option("--verdict", type=click.Choice(["owned", "not_owned"]), help="What the account holds, with --resolve.")
@click.option("--why", help="What the verdict rests on, with --resolve.")
@journal_option
@common
def pending(
    given: Given,
    journal: str | None,
    settle: bool,
    acknowledge: str | None,
    resolve: str | None,
    verdict: Literal["owned", "not_owned"] | None,
    why: str | None,
) -> int:
    """List purchases and releases whose outcome is unknown or was not taken over by anybody."""
    if resolve and not (verdict and why):
        raise click.UsageError("--resolve needs --verdict and --why")
    columns = (
        *(Column("entry", 32), Column("state", 9), Column("provider", 12), Column("operation", 24)),
        *(Column("sent_at", 25), Column("about", 60)),
    )
    printer = Printer(given.form, "entry", columns)
    code = DONE
    with ExitStack() as stack:
        path = journal_file(given, journal, stack)()
        if not path.exists() and not settle:
            say(f"there is no journal at {path}, so nothing is pending")
            return DONE
        book = Journal(path)
        if acknowledge:
            book.acknowledge(acknowledge)
        if resolve and verdict and why:
            book.resolve(resolve, verdict, why=why)
        if settle:
            code = settled(given.open(stack, lambda: path), book)
        unsettled = book.unsettled()
        with suppress(OSError):  # the code tells all the same, and the command's end says that it was not printed
            for unknown in unsettled:
                printer.row(entry_data(unknown.entry, "unsettled", unknown, None), "red")
            for entry in book.unclaimed():
                printer.row(entry_data(entry.id, "unclaimed", entry, entry.why), "yellow")
    return UNKNOWN if unsettled else code


def settled(inventory: Inventory, journal: Journal) -> int:
    """Settle what the journal has open for each account."""
    code = DONE
    for name, client in inventory.accounts.items():
        try:
            with Progress(f"looking at what {name} owns"):
                for each in client.settle(journal):
                    say(f"{each.unknown.entry}: {each.reconciled.verdict}: {each.reconciled.why}")
        except NumberlineError as error:
            say(f"account {name}: {error}")
            code = INCOMPLETE
    return code


def entry_data(entry: str | None, state: str, about: OutcomeUnknown | Entry, why: str | None) -> dict[str, Any]:
    """Return the data of a journal's entry."""
    return {
        "entry": entry,
        "state": state,
        "provider": about.provider,
        "operation": about.operation,
        "sent_at": about.sent_at.isoformat(timespec="seconds"),
        "about": " ".join(f"{name}={value}" for name, value in about.arguments.items()),
        "why": why,
    }


@commands.command()
def demo() -> int:
    """Walk through all providers in a sandbox on a free port of this machine."""
    try:
        from .demo import main
    except ModuleNotFoundError as error:
        raise Refused(str(error)) from None
    main()
    return DONE


@commands.command(context_settings={"ignore_unknown_options": True, "help_option_names": []})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def sandbox(arguments: tuple[str, ...]) -> int:
    """Run a local fake of all providers until Ctrl-C."""
    from .sandbox import main

    return main(["sandbox", *arguments])


def number_data(number: InventoryNumber, form: Form) -> dict[str, Any]:
    """Return a number's data; for a table with its price in one cell."""
    data = number.to_dict()
    return {**data, "price": _text(number.monthly)} if form == "table" else data


def offer_data(offer: Offer, form: Form) -> dict[str, Any]:
    """Return an offer's data; for a table with its prices in one cell each."""
    monthly, setup = offer.monthly, offer.setup
    data: dict[str, Any] = {
        "account": offer.account,
        "provider": offer.provider,
        "number": offer.number or offer.text,
        "country": offer.country,
        "kind": offer.kind,
        "capabilities": None if offer.capabilities is None else sorted(offer.capabilities),
    }
    if form == "table":
        return {**data, "price": _text(monthly), "setup": _text(setup)}
    return {
        **data,
        "monthly": monthly and digits(monthly.amount),
        "setup": setup and digits(setup.amount),
        "currency": monthly and monthly.currency,
        "id": offer.id,
    }


def totals_text(totals: Totals) -> str:
    """Return one line for what numbers cost together."""
    sums = [f"{money} a month" for money in totals.monthly.values()]
    left_out = ((totals.without_price, "without a price"), (totals.without_currency, "in a currency that is not told"))
    gaps = [f"{count} {what}" for count, what in left_out if count]
    return ", ".join([f"{totals.numbers} numbers", *sums, *gaps])


def _text(money: Money | None) -> str | None:
    if money is None:
        return None
    return f"{money}" if money.currency else f"{money.amount} ?"


__all__ = ["run"]
