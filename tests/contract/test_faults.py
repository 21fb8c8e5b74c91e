"""What every misbehaviour of the fault world must say of itself."""

from __future__ import annotations

from types import ModuleType

import pytest

from mailwizard import knowledge
from mailwizard.model import Address, Outcome, Protocol
from mailwizard.plugins import plugins
from mailwizard.sandbox import Fault, all_faults, faults, open_world

MODULES: dict[str, ModuleType] = plugins(faults)


@pytest.mark.parametrize("module", MODULES.values(), ids=MODULES)
def test_a_family_offers_faults(module: ModuleType) -> None:
    assert module.FAULTS
    assert all(isinstance(fault, Fault) for fault in module.FAULTS)


def test_no_name_is_taken_twice() -> None:
    assert sum(len(module.FAULTS) for module in MODULES.values()) == len(all_faults())


@pytest.mark.parametrize("fault", all_faults().values(), ids=all_faults())
def test_a_fault_is_named_after_its_protocol_and_ends_in_a_known_cause(fault: Fault) -> None:
    label = fault.host.partition(".")[0]
    assert fault.protocol in Protocol and label == fault.name and len(label) <= 63
    assert Address.parse(fault.address).domain == fault.host
    assert all(cause in knowledge.problems() for cause in fault.causes)
    assert "unexplained" not in fault.causes
    if fault.outcome is Outcome.OK:
        assert fault.codes == ("",)
    else:
        assert all(fault.codes) and fault.causes


async def test_a_fault_can_be_opened_by_its_name() -> None:
    async with open_world("fault:imap-auth-alert") as world:
        assert world.address in world.story[0]
        assert world.password in world.story[1]
    with pytest.raises(ValueError, match="There is no scenario 'fault:nonsense'"):
        async with open_world("fault:nonsense"):
            pass


def test_the_fault_world_is_as_large_as_it_claims() -> None:
    injected = [name for name in all_faults() if "-injected-" in name]
    assert len(injected) >= 120
    assert len(all_faults()) - len(injected) >= 150
