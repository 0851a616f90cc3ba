"""Voximplant's applications, their rules, and what numbers can be bound to."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from ..behaviour import Behaviour
from ..provider import ApiError


class Application(NamedTuple):
    id: int
    name: str
    full_name: str
    rules: dict[int, str]


class Applications:
    """All applications. A binding, which is an application and perhaps a rule of it, has a small number; 0 is none."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self.all: list[Application] = []
        self._bindings: list[tuple[int, int | None]] = [(-1, None)]  # place of the application, id of the rule
        # The first id is that of the documented request; the rest is made up.
        self._make(10454252, "support").rules.update({7001: "office hours", 7002: "night"})
        self._make(10454253, "sales").rules.update({7003: "default"})

    def one(self, number: int | None, name: str | None) -> Application:
        """The application that is named.

        Raises:
            ApiError: if it doesn't exist, and the sandbox isn't to make it.
        """
        for application in self.named(number, name):
            return application
        if self._behaviour.makes_applications:
            return self._make(number or 10455000 + len(self.all), name or f"application{number}")
        parameter = "application_name" if number is None else "application_id"
        raise ApiError(f"INVALID_{parameter.upper()}", "no such application", parameter=parameter)

    def rule(self, application: Application, number: int | None, name: str | None) -> int | None:
        """The id of an application's rule, or None if none is named.

        Raises:
            ApiError: if it doesn't exist, and the sandbox isn't to make it.
        """
        if number is None and name is None:
            return None
        for rule, called in application.rules.items():
            if number == rule or name == called:
                return rule
        if self._behaviour.makes_applications:
            made = number or 8000 + sum(len(application.rules) for application in self.all)
            application.rules[made] = name or f"rule{number}"
            return made
        parameter = "rule_name" if number is None else "rule_id"
        raise ApiError(f"INVALID_{parameter.upper()}", "no such rule", parameter=parameter)

    def named(self, number: int | None, name: str | None) -> list[Application]:
        """Those with an id or a name."""
        names = [(application, (application.name, application.full_name)) for application in self.all]
        return [application for application, called in names if application.id == number or name in called]

    def binding(self, application: Application | None, rule: int | None = None) -> int:
        """The number of a binding."""
        wanted = (self.all.index(application), rule) if application else self._bindings[0]
        if wanted not in self._bindings:
            self._bindings.append(wanted)
        return self._bindings.index(wanted)

    def bound(self, binding: int) -> tuple[Application | None, int | None]:
        """The application and the id of the rule that a binding means."""
        application, rule = self._bindings[binding]
        return (None if application < 0 else self.all[application]), rule

    def bindings(self, wanted: Callable[[Application, int | None], bool]) -> set[int]:
        """The numbers of the bindings, but for none, that are wanted."""
        return {
            n
            for n, (application, rule) in enumerate(self._bindings)
            if application >= 0 and wanted(self.all[application], rule)
        }

    def state(self) -> dict[str, Any]:
        """Everything, in JSON's types."""
        return {
            "all": [[one.id, one.name, one.full_name, [list(rule) for rule in one.rules.items()]] for one in self.all],
            "bindings": [list(binding) for binding in self._bindings],
        }

    def restore(self, state: Mapping[str, Any]) -> None:
        """Bring back what `state` told."""
        self.all = [
            Application(number, name, full_name, {int(rule): called for rule, called in rules})
            for number, name, full_name, rules in state["all"]
        ]
        self._bindings = [(application, rule) for application, rule in state["bindings"]]

    def _make(self, number: int, name: str) -> Application:
        made = Application(number, name, f"{name}.sandbox.n1.voximplant.com", {})
        self.all.append(made)
        return made
