"""People and their roles, in words."""

from __future__ import annotations

import re

from bot.domain.people import Address
from bot.domain.run import Capacity
from bot.features.naming import RoleName
from bot.features.people.views import AskNameView, PeopleView, RoleGrantedView
from tests.features.samples import everything
from tests.features.samples.common import (
    HADI,
    SARI,
    TO_DEWI,
)
from tests.features.saying import pages, say


def test_an_acting_official_is_named_with_the_capacity() -> None:
    role = RoleName("Sekretaris", Capacity.PLH)
    assert "<b>Plh. Sekretaris</b>" in say(RoleGrantedView(TO_DEWI, HADI.name, role, SARI.name))


def test_the_name_is_asked_for_with_an_example_and_again_with_the_reason() -> None:
    assert "Contoh: Sari Wulandari, S.E., M.Si." in say(AskNameView(Address.IBU))
    assert "3 sampai 100 huruf" in say(AskNameView(Address.IBU, fault=True))


def test_every_person_in_a_long_list_has_a_button_on_the_page_that_names_them() -> None:
    view = next(v for v in everything("Ibu Sari", 60) if isinstance(v, PeopleView))
    for page in pages(view):
        named = re.findall(r"^(\d+)\. <b>", page.html, re.MULTILINE)
        offered = [b.label.split(".")[0] for row in page.buttons for b in row if "." in b.label]
        assert offered == named
