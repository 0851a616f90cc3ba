"""A call that costs money or gives something up: sent at most once, and its outcome is never lost in silence."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, ClassVar, TypeVar, cast

from ..errors import InvalidArgument, NumberlineError, OutcomeUnknown
from . import retry, skew
from .arguments import phone_digits
from .call import Call, Durable, Steps, log
from .redaction import redact, without

# So that nothing has to be loaded after a purchase was sent.
from . import lenient as lenient, outcomes as outcomes, writing as writing  # isort: skip
from .transport import failures as failures, inflating as inflating  # isort: skip

T = TypeVar("T")

Place = Callable[[OutcomeUnknown, BaseException], None]
"""Leaves what is known of an outcome somewhere."""

_ALSO_KNOWN = ("status", "code", "name", "text", "request_id", "kind")


class Charge(Call[T]):
    """A purchase or a release, with all its attempts."""

    has_effect: ClassVar[bool] = True

    _unknown: OutcomeUnknown | None = None  # the conclusion, if that is what it is

    _places_left: list[Place] | None = None

    _account = ""

    def steps(self) -> Steps[T]:
        try:
            return (yield from super().steps())
        except BaseException as error:
            self.interrupted(error)  # here and by the client: what interrupts this is caught there
            raise

    def _check(self) -> None:
        super()._check()
        if (http := self.context.connection.theirs) is not None:
            from .transport.http_client import check_sends_once

            check_sends_once(http)
        how = self.context.reconciliation[self.operation.name]
        try:
            how.wanted(self.request.arguments(), self.request.number)
        except ValueError:
            wrong = "extra_params has an id or a count that is no number; a lost response could not be looked up"
            raise InvalidArgument(wrong, parameter="extra_params") from None
        _ = self.operation.read  # what can't be loaded must not be missing once it is bought

    def _intend(self) -> Iterable[Durable]:
        # It may ask a function of the user's for the secret. If that fails, it has to fail before anything is sent.
        self._account = self.context.signer.account
        return super()._intend()

    def interrupted(self, error: BaseException) -> None:
        """Leave what is known of the outcome, if `error` ends the call in doubt.

        In this order: on the exception, through `on_unknown`, as a line of the log. One that fails stops no other.
        Called again, go on with those that are left.

        Raises:
            BaseException: what one of them raised, if it is no Exception. All were tried before.
        """
        if self._unknown is None and self.in_flight is not None and not self.in_flight.never_sent:
            why = "the response was read, but" if self.result is not None else "no response was read:"
            self._unknown = self._doubt(f"{why} {type(error).__name__} was raised before the call returned.")
        unknown = self._unknown
        if unknown is None:
            return
        if self._places_left is None:
            self._places_left = list(self._places())
        else:
            _attach(unknown, error)  # another one than the first time, if that was interrupted
        raised: BaseException | None = None
        while self._places_left:
            leave = self._places_left[0]
            try:
                self._places_left.pop(0)
                leave(unknown, error)
            except Exception as failure:
                # Not logged: what handles logs may be what has just failed.
                unknown.add_note(f"{leave.__name__.strip('_')} failed: {type(failure).__name__}")
            except BaseException as worse:
                raised = worse
        if raised is not None:
            _attach(unknown, raised)
            raise raised

    def _places(self) -> tuple[Place, ...]:
        return _attach, self._notify, self._log_unknown

    def _mismatch(self) -> str | None:
        """Return why the result is not of what was asked for, or None if it is.

        An id that may change with the purchase neither confirms nor denies: where nothing else is known, any one number
        is taken.
        """
        how = self.context.reconciliation[self.operation.name]
        if how.bought is None:
            return None
        wanted, bought = how.wanted(self.request.arguments(), self.request.number), how.bought(self.result)
        if wanted.numbers:
            fits = {phone_digits(each) for each in wanted.numbers} == {phone_digits(each.number) for each in bought}
            if not fits or len({each.id for each in bought}) > len(wanted.numbers):
                return "the response is about other numbers than were asked for."
            return None
        if wanted.ids and not wanted.ids_change and set(wanted.ids) != {each.id for each in bought}:
            return "the response is about something else than was asked for."
        count, given = wanted.how_many or len(wanted.ids), len({each.id for each in bought})
        return None if given == count else f"the response has {given} numbers, and {count} were asked for."

    def is_in_doubt(self, error: NumberlineError) -> bool:
        return not retry.is_certain(error)

    def _final(self, error: NumberlineError) -> NumberlineError:
        if not self.is_in_doubt(error):
            return retry.finished(self, error)
        self._unknown = self._doubt(retry.finished(self, error).message, error)
        return self._unknown

    def _doubt(self, why: str, error: NumberlineError | None = None) -> OutcomeUnknown:
        unknown = OutcomeUnknown(
            f"sent, and the outcome is unknown: {why}",
            provider=self.operation.provider.name,
            operation=self.operation.name,
            arguments=self.request.arguments(),
            account=self._account,
            base_url=self.context.base_url,
            sent_at=self.sent_at or self.clock.now(),
            ended_at=self.clock.now(),
            clock_offset=skew.offset_at(self.context.provider_clock, self.clock.now(), self.clock.monotonic()),
            number=self.request.number,
            result=self.known_result(),
            reference=self.context.options.reference,
            **({name: getattr(error, name) for name in _ALSO_KNOWN} if error is not None else {}),
        )
        return cast("OutcomeUnknown", retry.finished(self, unknown))

    def known_result(self) -> Any:
        """Return what the response holds, as JSON data, without credentials that it repeats; None if that fails."""
        with suppress(Exception):
            return without(_as_data(self.result), tuple(each for each in retry.secrets(self) if len(each) >= 8))
        return None

    def _notify(self, unknown: OutcomeUnknown, _: BaseException) -> None:
        if self.context.options.on_unknown is not None:
            self.context.options.on_unknown(unknown)

    def _log_unknown(self, unknown: OutcomeUnknown, _: BaseException) -> None:
        asked = {name: redact(value, retry.secrets(self)) for name, value in unknown.arguments.items()}
        log.error("%s Asked for at %s: %s", unknown, unknown.sent_at, asked, extra={"outcome_unknown": unknown})


def _attach(unknown: OutcomeUnknown, error: BaseException) -> None:
    if error is not unknown and error.__dict__.get("outcome_unknown") is not unknown:
        # The same exception may have ended another call, within this one.
        unknown.__context__ = error.__dict__.get("outcome_unknown")
        error.__dict__["outcome_unknown"] = unknown
        with suppress(Exception):  # it may let nothing be set, as a frozen dataclass
            error.add_note(str(unknown))


def _as_data(result: Any) -> Any:
    return result.to_dict() if hasattr(result, "to_dict") else result if isinstance(result, dict) else None
