"""The reminder policy: the office's own, and what a procedure or a step says over it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from bot.domain.sop import (
    DIRECT_SUPERIOR,
    BeforeRule,
    Duration,
    DurationUnit,
    EscalationRule,
    ReminderPolicy,
    Role,
)
from bot.sop_loader.sheet import Sheet
from bot.sop_loader.source import Value

NO_POLICY: Final = ReminderPolicy((), at_deadline=False, daily_at=None, escalation=())
_POLICY_KEYS: Final = ("sebelum", "saat_tenggat", "harian", "eskalasi")


def office_policy(sheet: Sheet, value: Value | None, roles: Mapping[str, Role]) -> ReminderPolicy:
    """The office's policy, in which nothing may be left out."""
    return _policy(sheet, sheet.mapping(value, _POLICY_KEYS), roles, NO_POLICY)


def override(
    sheet: Sheet, value: Value | None, roles: Mapping[str, Role], base: ReminderPolicy
) -> ReminderPolicy | None:
    """A procedure's or a step's own policy, whole; what it leaves out is as in `base`."""
    if value is None:
        return None
    return _policy(sheet, sheet.mapping(value, (), _POLICY_KEYS), roles, base)


def _policy(
    sheet: Sheet, keys: dict[str, Value], roles: Mapping[str, Role], base: ReminderPolicy
) -> ReminderPolicy:
    policy = base
    if "sebelum" in keys:
        policy = replace(policy, before=_before(sheet, keys["sebelum"]))
    if "saat_tenggat" in keys:
        policy = replace(policy, at_deadline=sheet.flag(keys["saat_tenggat"]))
    if "harian" in keys:
        daily = keys["harian"]
        policy = replace(policy, daily_at=None if daily.is_null else sheet.clock(daily))
    if "eskalasi" in keys:
        rules = (_escalation(sheet, item, roles) for item in sheet.items(keys["eskalasi"]))
        policy = replace(policy, escalation=tuple(rules))
    return policy


def _before(sheet: Sheet, value: Value) -> tuple[BeforeRule, ...]:
    rules: list[BeforeRule] = []
    for item in sheet.items(value):
        keys = sheet.mapping(item, ("pada",), ("sampai",))
        up_to = sheet.duration(keys["sampai"]) if "sampai" in keys else None
        rungs = tuple(sheet.duration(rung) for rung in sheet.one_or_more(keys.get("pada")))
        if rules:
            _check_reach(sheet, item, rules[-1].up_to, up_to)
        rules.append(BeforeRule(up_to, rungs))
    return tuple(rules)


def _check_reach(
    sheet: Sheet, item: Value, before: Duration | None, up_to: Duration | None
) -> None:
    """The first rule that covers a step applies, so each must reach farther than the last."""
    if before is None:
        sheet.fault(item, 'aturan tanpa "sampai" berlaku bagi semua; taruh paling akhir')
    elif up_to is not None and _reach(up_to) <= _reach(before):
        sheet.fault(
            item,
            f'"sampai: {up_to}" sudah tercakup "sampai: {before}"; urutkan dari yang terpendek',
        )


def _reach(duration: Duration) -> tuple[bool, int]:
    minutes = duration.amount * (60 if duration.unit is DurationUnit.JAM else 1)
    return (duration.unit is DurationUnit.HARI, minutes)


def _escalation(sheet: Sheet, item: Value, roles: Mapping[str, Role]) -> EscalationRule:
    keys = sheet.mapping(item, ("setelah", "kepada"))
    after = sheet.duration(keys.get("setelah"))
    role = sheet.role(keys.get("kepada"), roles and {*roles, DIRECT_SUPERIOR})
    if role in roles and roles[role].external:
        sheet.fault(
            keys["kepada"],
            f'peran "{role}" di luar kantor dan tidak menerima pesan; pilih peran di kantor',
        )
    return EscalationRule(after, role)
