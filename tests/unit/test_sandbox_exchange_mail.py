"""Mail in the practice world's Exchange: sent, found, read and removed by exchangelib itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from exchangelib import errors
from exchangelib.extended_properties import ExtendedProperty
from exchangelib.folders import Inbox
from exchangelib.items import Message
from exchangelib.properties import ItemId
from exchangelib.services import GetItem, ResolveNames
from tests.unit.exchanging import exchanging

from mailwizard.sandbox import World, open_world
from mailwizard.sandbox.mailboxes import Mailbox

Make = Callable[..., Any]
ALICE = "alice@practice.example"
PARCEL = (
    b"From: Alice <alice@practice.example>\r\nTo: alice@practice.example\r\nBcc: ben@practice.example\r\n"
    b"Subject: =?utf-8?q?Gr=C3=BC=C3=9Fe?=\r\nMessage-ID: <parcel.7@practice.example>\r\nX-Parcel: token-7\r\n"
    b"Date: Sun, 22 Nov 2026 01:00:00 +0000\r\n\r\nHello.\r\n"
)


class Parcel(ExtendedProperty):  # type: ignore[misc]
    """The header of a parcel."""

    distinguished_property_set_id = "InternetHeaders"
    property_name = "X-Parcel"
    property_type = "String"


@pytest.fixture(autouse=True)
def _registered() -> Any:
    Message.register("parcel", Parcel)
    yield
    Message.deregister("parcel")


async def mail(world: World, work: Callable[[Any], Any]) -> Any:
    """Return what some work with the mailbox of this world returns."""
    return await exchanging(world, lambda account: work(account("PRACTICE\\alice", world.password, "basic")))


async def test_a_message_to_oneself_is_sent_found_read_and_removed() -> None:
    async with open_world("exchange-own-server") as world:
        ben = world.mailboxes.add(Mailbox("ben@practice.example", "x"))

        def there_and_back(mine: Any) -> None:
            Message(account=mine, folder=mine.sent, mime_content=PARCEL).send_and_save()
            for found in (
                mine.inbox.filter(message_id="<parcel.7@practice.example>"),
                mine.inbox.filter(subject="Grüße"),
                mine.inbox.filter(subject__icontains="GRÜ"),
                mine.inbox.filter(parcel="token-7"),
                mine.inbox.filter(parcel__exists=True, subject__startswith="Gr").exclude(subject="x"),
            ):
                assert [item.message_id for item in found] == ["<parcel.7@practice.example>"]
            assert not list(mine.inbox.filter(parcel="token-8")) and not list(
                mine.inbox.filter(subject__contains="grü")
            )
            (arrived,) = list(mine.inbox.all())
            assert (arrived.sender.email_address, arrived.parcel, arrived.body.strip()) == (ALICE, "token-7", "Hello.")
            heads = {head.name: head.value for head in arrived.headers}
            assert heads["Authentication-Results"].startswith("mail.practice.example; spf=pass smtp.mailfrom=alice@")
            assert "dmarc=pass" in heads["Authentication-Results"] and "Bcc" not in heads
            assert arrived.mime_content.endswith(b"\r\n\r\nHello.\r\n") and b"X-Parcel: token-7" in arrived.mime_content
            (copy,) = list(mine.sent.filter(parcel="token-7"))
            gone = ItemId(arrived.id, arrived.changekey)
            for item in (arrived, copy):
                item.delete()
            assert (mine.inbox.all().count(), mine.sent.all().count()) == (0, 0)
            assert [type(one) for one in mine.bulk_delete([gone], affected_task_occurrences="AllOccurrences")] == [
                errors.ErrorItemNotFound
            ]

        await mail(world, there_and_back)
        box = world.mailboxes.mailboxes[ALICE]
        assert not box.messages and not box.folder(box.sent)
        assert [message.sender for message in ben.messages] == [ALICE]
        assert [seen.accepted for seen in world.sign_ins] == [True]


async def test_a_message_may_come_in_parts_and_is_sent_without_a_copy() -> None:
    async with open_world("exchange-own-server") as world:

        def send(mine: Any) -> tuple[Any, ...]:
            Message(account=mine, subject="Parts", body="In parts", to_recipients=[ALICE], parcel="token-9").send(
                save_copy=False
            )
            (arrived,) = list(mine.inbox.filter(parcel="token-9").only("subject", "message_id"))
            return arrived.subject, arrived.message_id.endswith("@practice.example>"), mine.sent.all().count()

        assert await mail(world, send) == ("Parts", True, 0)


async def test_a_draft_is_kept_sent_and_gone_from_the_drafts() -> None:
    async with open_world("exchange-own-server") as world:

        def send(mine: Any) -> tuple[int, ...]:
            draft = Message(account=mine, folder=mine.drafts, mime_content=PARCEL)
            draft.save()
            before = mine.drafts.all().count()
            draft.send()
            return before, mine.drafts.all().count(), mine.inbox.all().count(), mine.sent.all().count()

        assert await mail(world, send) == (1, 0, 1, 1)


async def test_what_is_moved_to_the_trash_is_in_it() -> None:
    async with open_world("exchange-own-server") as world:

        def trash(mine: Any) -> list[int]:
            Message(account=mine, mime_content=PARCEL).send(save_copy=False)
            mine.inbox.all()[0].move_to_trash()
            return [folder.all().count() for folder in (mine.inbox, mine.trash)]

        assert await mail(world, trash) == [0, 1]


async def test_nobody_sends_as_somebody_else_or_to_nobody() -> None:
    async with open_world("exchange-own-server") as world:

        def wrong(mine: Any) -> None:
            for content, refusal in (
                (PARCEL.replace(b"<alice@", b"<boss@"), errors.ErrorSendAsDenied),
                (PARCEL.replace(b"To: alice@practice.example\r\nBcc: ben@practice.example\r\n", b""),
                 errors.ErrorInvalidRecipients),
            ):  # fmt: skip
                with pytest.raises(refusal):
                    Message(account=mine, folder=mine.sent, mime_content=content).send_and_save()

        await mail(world, wrong)
        assert not world.mailboxes.mailboxes[ALICE].messages


async def test_the_folders_are_those_of_a_mailbox() -> None:
    async with open_world("exchange-own-server") as world:

        def names(mine: Any) -> list[str]:
            return sorted(folder.name for folder in mine.msg_folder_root.walk())

        assert await mail(world, names) == ["Deleted Items", "Drafts", "Inbox", "Junk Email", "Sent Items"]


async def test_people_of_the_domain_are_found_by_name_and_no_others() -> None:
    async with open_world("exchange-own-server") as world:

        def look(mine: Any) -> tuple[Any, ...]:
            assert mine.protocol.version.api_version == "Exchange2016"
            found = list(ResolveNames(protocol=mine.protocol).call(["alice"]))
            nobody = list(ResolveNames(protocol=mine.protocol).call(["adele@contoso.example"]))
            return found[0].email_address, [type(one) for one in nobody]

        assert await mail(world, look) == (ALICE, [errors.ErrorNameResolutionNoResults])


async def test_a_folder_and_a_message_of_somebody_else_stay_closed() -> None:
    async with open_world("exchange-own-server") as world:
        world.mailboxes.add(Mailbox("ben@practice.example", "ben-1"))

        def pry(account: Make) -> None:
            mine = account("PRACTICE\\alice", world.password, "basic")
            Message(account=mine, mime_content=PARCEL).send(save_copy=False)
            item = mine.inbox.all()[0]
            ben = account("PRACTICE\\ben", "ben-1", "basic")
            with pytest.raises(errors.ErrorAccessDenied):
                _ = Inbox.get_distinguished(root=ben.root)
            with pytest.raises(errors.ErrorAccessDenied):
                list(GetItem(account=ben).call([item], additional_fields=[], shape="IdOnly"))

        await exchanging(world, pry)


@pytest.mark.parametrize(
    "code",
    ["ErrorAccessDenied", "ErrorNonExistentMailbox", "ErrorMailboxStoreUnavailable",
     "ErrorQuotaExceeded", "ErrorServerBusy", "ErrorImpersonateUserDenied", "ErrorExceededConnectionCount"],
)  # fmt: skip
async def test_an_error_comes_on_demand_and_once(code: str) -> None:
    async with open_world("exchange-own-server") as world:
        exchange = world.exchanges["mail.practice.example"]

        def look(mine: Any) -> int:
            inbox = mine.inbox
            exchange.fail_next(code, operation="FindItem")
            try:
                (complaint,) = list(inbox.all())
            except errors.ResponseMessageError as raised:
                complaint = raised
            assert type(complaint) is getattr(errors, code)
            assert code != "ErrorServerBusy" or complaint.back_off == 2.0
            return len(list(inbox.all()))

        assert await mail(world, look) == 0
