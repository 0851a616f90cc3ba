"""Conclusions about random worlds: what is certain is true while the stated premises hold.

A world is a provider with its lag, its clock and its time zone, an account with other buyers, and one lost purchase or
release. The worlds know what really happened; `decide` sees only what a listing, the clocks and a journal show.
"""

import random
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Literal, NamedTuple

import pytest

from numberline._runtime.operation import Holding, Wanted
from numberline._runtime.reconcile import Asked, Conclusion, Looked, Others, decide
from tests.support import FULL

COUNT = 6000 if FULL else 400
SETTLE = 120.0
LOOKS = (1.0, 40.0, 100.0, 130.0, 160.0, 800.0, 86_400.0)
YEAR = 365 * 86_400.0
BEGIN = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)

Level = Literal["nothing", "snapshot", "journal", "journal and snapshot"]
LEVELS: tuple[Level, ...] = ("nothing", "snapshot", "journal", "journal and snapshot")
LATE = "a purchase is carried out after the settling time"
CLOCK = "a clock is put forward, and the provider tells no time"
BUYER = "somebody else buys although nobody was to"
SPELLINGS = ("{}", "+{}", "00{}", "+{} ", "+{:.1}-{}")


class Bought(NamedTuple):
    """A number that the account came to own. Times are true seconds from the moment of the lost request."""

    id: str
    number: str
    since: float
    until: float
    buyer: str  # the entry of the journal, "" for somebody outside of it

    def owned_at(self, moment: float) -> bool:
        return self.since <= moment < self.until


class World:
    """One lost request and all that happened around it."""

    def __init__(self, seed: int, level: Level, *, by_count: bool, is_release: bool = False, broken: str = "") -> None:
        self.random = r = random.Random(f"{seed} {level} {by_count} {is_release}")
        self.level, self.is_release, self.broken = level, is_release, broken
        self.lag = r.choice([0.0, 1.0, 30.0, 60.0])
        self.late = r.choice([0.0, 0.5, 30.0, SETTLE - self.lag])
        self.sender_clock = r.choice([0.0, 0.0, -360.0, 360.0])
        self.looker_clock = self.sender_clock + r.choice([0.0, 0.0, 0.0, 600.0, -600.0])
        self.provider_clock = self.provider_clock_later = r.choice([0.0, 0.0, -360.0, 360.0])
        if self.looker_clock == self.sender_clock and r.random() < 0.2:
            self.provider_clock_later += 600.0  # of the two clocks, one may jump
        self.only_buyer_since = r.choice([-9 * YEAR, -3600.0, -30.0])
        self.says_date = self.looker_clock != self.sender_clock or r.random() < 0.7
        if broken == LATE:
            self.late = 1000.0
        if broken == CLOCK:
            self.looker_clock, self.says_date = self.sender_clock + 600.0, False
        self.zone = 3600.0 * r.choice([0, 0, -12, -3, 5.5, 14])
        self.has_dates = r.random() < 0.7
        self.ended = r.choice([0.5, 5.0, 30.0])
        self.done = r.random() < 0.5
        self.commit = r.uniform(0.0, self.ended + self.late)
        self.count = 0 if not by_count else r.choice([1, 1, 2, 3])
        self.everything: list[Bought] = []
        self.open: list[Asked] = []
        self._ids = iter(r.sample(range(10_000, 99_999), 60))
        for _ in range(r.choice([0, 1, 5])):
            self._buy(-r.choice([20 * 3600.0, 3 * 86_400.0, YEAR]))
        self.wanted = self._release() if is_release else self._purchase()
        self._others()

    def _buy(self, since: float, buyer: str = "", number: str | None = None, until: float = 9 * YEAR) -> Bought:
        key = str(next(self._ids))
        each = Bought(key, number or f"1202{key}{self.random.randrange(10)}9", since, until, buyer)
        self.everything.append(each)
        return each

    def _purchase(self) -> Wanted:
        until = self.commit + 70.0 if self.random.random() < 0.1 else 9 * YEAR  # given up meanwhile
        if self.count:
            for _ in range(self.count if self.done else 0):
                self._buy(self.commit, "mine", until=until)
            return Wanted(how_many=self.count)
        numbers = [f"120255501{digit}9" for digit in range(self.random.choice([1, 1, 3]))]
        for number in numbers:
            fate = self.random.random()
            if fate < 0.1:  # the account has it for years: nobody sells it once more
                self._buy(-YEAR, number=number)
            elif self.done:
                self._buy(self.commit, "mine", number, until)
            elif fate < 0.3:
                others = ["", "other"] if self.level in ("nothing", "snapshot") else ["other"]
                self._buy(self.random.choice([-10.0, 1.0, 50.0, 300.0]), self.random.choice(others), number)
        return Wanted(tuple(self._spelled(number) for number in numbers))

    def _release(self) -> Wanted:
        until = self.commit if self.done else 9 * YEAR
        mine = [self._buy(-YEAR, number=f"120255501{digit}9", until=until) for digit in range(2)]
        if self.random.random() < 0.5:
            return Wanted(ids=tuple(each.id for each in mine))
        return Wanted(tuple(self._spelled(each.number) for each in mine))

    def _others(self) -> None:
        """Other buyers; with a snapshot and a journal all of them use the journal, from some time on."""
        for at in self.random.sample([-3000.0, -40.0, -10.0, 1.0, 20.0, 90.0, 300.0], self.random.choice([0, 0, 1, 3])):
            may_be_outside = self.broken == BUYER or self.level != "journal and snapshot" or at < self.only_buyer_since
            outside = may_be_outside and self.random.random() < 0.7
            self._buy(at, "" if outside else f"other{at}")
        for other in range(self.random.choice([0, 0, 1, 2]) if self.count else 0):  # equal lost purchases
            entry, done = f"{self.random.choice('az')}{other}", self.random.random() < 0.6
            asked = self._asked(Wanted(how_many=self.random.choice([1, self.count])), entry)
            for _ in range(asked.wanted.how_many if done else 0):
                self._buy(self.random.uniform(0.0, self.ended + self.late), entry)
            self.open.append(asked)

    @property
    def _lost(self) -> set[str]:
        return {asked.entry for asked in self.open}

    def _spelled(self, number: str) -> str:
        form = self.random.choice(SPELLINGS)
        return form.format(number, number[1:]) if form.count("{") == 2 else form.format(number)

    def _asked(self, wanted: Wanted, entry: str) -> Asked:
        baseline = None
        if "snapshot" in self.level:
            baseline = frozenset(each.id for each in self.everything if each.owned_at(-1.0 - self.lag))
        return Asked(
            self.is_release,
            wanted,
            sent_at=self._by(self.sender_clock, 0.0),
            ended_at=self._by(self.sender_clock, self.ended),
            clock_offset=self._offset(self.provider_clock, self.sender_clock, 0.0),
            baseline=baseline,
            baseline_at=self._by(self.sender_clock, -1.0),
            entry=entry,
            like=f"count {wanted.how_many}",
        )

    def _by(self, clock: float, moment: float) -> datetime:
        return BEGIN + timedelta(seconds=clock + moment)

    def _offset(self, provider: float, clock: float, moment: float) -> float | None:
        return int(provider + moment) - (clock + moment) if self.says_date else None

    def looked(self, at: float) -> tuple[Looked, float]:
        """A listing, and how old it is."""
        seen_at = at - self.random.uniform(0.0, self.lag)
        rows = [
            Holding(each.id, self._spelled(each.number), self._date(each))
            for each in self.everything
            if each.owned_at(seen_at)
        ]
        is_complete = not rows or self.random.random() < 0.9
        self.random.shuffle(rows)
        seen = rows if is_complete else rows[1:]
        offset = self._offset(self.provider_clock_later, self.looker_clock, at)
        return Looked(tuple(seen), is_complete, self._by(self.looker_clock, at), offset), seen_at

    def _date(self, each: Bought) -> datetime | None:
        if not self.has_dates or self.random.random() < 0.1:
            return None
        return self._by(self.provider_clock + self.zone, each.since).replace(microsecond=0)

    def others(self, at: float) -> Others:
        if "journal" not in self.level:
            return Others()
        entries = [
            each for each in self.everything if each.buyer and each.buyer != "mine" and each.buyer not in self._lost
        ]
        claims = {each.id: each.buyer for each in entries if each.since <= at}
        both = self.level == "journal and snapshot"
        since = self._by(self.sender_clock, self.only_buyer_since) if both else None
        return Others(claims, tuple(self.open), only_buyer_since=since)

    def conclude(self, at: float) -> tuple[Conclusion, float]:
        looked, seen_at = self.looked(self.ended + at)
        asked = self._asked_now
        return decide(asked, looked, SETTLE, self.others(self.ended + at)), seen_at

    @property
    def _asked_now(self) -> Asked:
        return self._asked(self.wanted, "mine")

    def wrongs(self, found: Conclusion, seen_at: float) -> list[str]:
        """What a conclusion claims and is not so."""
        mine = [each for each in self.everything if each.buyer == "mine"]
        listed = {each.id: each for each in self.everything if each.owned_at(seen_at)}
        wrong = []
        if self.is_release:
            if found.verdict == "owned" and self.done:
                wrong.append("the release was carried out")
            if found.verdict == "not_owned" and any(map(self._asked_now.is_about, self._holdings(listed))):
                wrong.append("it was still owned")
            return wrong
        if found.verdict == "not_owned" and any(each.until > seen_at for each in mine):
            wrong.append("it was bought")
        if found.verdict == "owned":
            if any(row.id not in listed for row in found.holdings):
                wrong.append("it was not owned")
            if self.count and sorted(row.id for row in found.holdings) != sorted(each.id for each in mine):
                # Equal purchases that were all carried out can't be told apart, and each gets its share.
                lost = [each for each in self.everything if each.buyer == "mine" or each.buyer in self._lost]
                if not self.done or any(row.id not in {each.id for each in lost} for row in found.holdings):
                    wrong.append("another purchase's")
        if found.ours is True and not self.done:
            wrong.append("not ours")
        if found.ours is False and any(row.id in {each.id for each in mine} for row in found.holdings):
            wrong.append("ours")
        return wrong

    def _holdings(self, listed: dict[str, Bought]) -> list[Holding]:
        return [Holding(each.id, each.number) for each in listed.values()]


@pytest.mark.parametrize("level", LEVELS)
@pytest.mark.parametrize("kind", ["number", "count", "release"])
def test_what_is_certain_is_true(kind: str, level: Level, capsys: pytest.CaptureFixture[str]) -> None:
    verdicts: Counter[str] = Counter()
    for seed in range(COUNT):
        world = World(seed, level, by_count=kind == "count", is_release=kind == "release")
        for at in LOOKS:
            found, seen_at = world.conclude(at)
            verdicts[found.verdict] += 1
            assert world.wrongs(found, seen_at) == [], (seed, at, found)
    assert verdicts["owned"] or (kind, level) in {("count", each) for each in LEVELS[:3]}
    assert verdicts["not_owned"]
    with capsys.disabled():
        shares = ", ".join(f"{each} {count / verdicts.total():.0%}" for each, count in sorted(verdicts.items()))
        print(f"\n{kind}, {level}: {shares}", end="")


@pytest.mark.parametrize("premise", [LATE, CLOCK, BUYER])
def test_no_premise_can_be_spared(premise: str, capsys: pytest.CaptureFixture[str]) -> None:
    looks, wrong = 0, 0
    for seed in range(COUNT):
        world = World(seed, "journal and snapshot", by_count=premise == BUYER, broken=premise)
        for at in LOOKS:
            looks += 1
            wrong += bool(world.wrongs(*world.conclude(at)))
    assert wrong
    with capsys.disabled():
        print(f"\n{premise}: {wrong} of {looks} conclusions are wrong", end="")
