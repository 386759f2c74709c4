"""The authorisation matrix: who may ask what, of which object. An event or a route without a row fails the build.

Columns are how one stands to the group (the blocked one: to a direct conversation with who has blocked them); the
admin looks after the instance too, the owner owns it. Cells are HTTP statuses, `ok` for any success; an event's
failure counts as the status of its code, a socket that is not even opened as 401. A row may come in variants, after
a dot: whose the message is, or where it stands.
"""

from __future__ import annotations

import pytest

from tests.security.world import EVENTS, FIELDS, KINDS, ROUTES, World

MATRIX = """
                                                          anonymous  stranger  ex-member  blocked  member  moderator  admin  owner  disabled
send-message                                              401        404       404        403      ok      ok         ok     ok     401
send-message · to a person                                401        ok        ok         403      ok      ok         ok     ok     401
send-message · reply to elsewhere                         401        404       404        403      404     404        404    404    401
send-message · with a file                                401        404       404        403      ok      ok         ok     ok     401
send-message · with another's file                        401        404       404        403      404     404        404    404    401
edit-message · own                                        401        404       404        403      ok      ok         ok     ok     401
edit-message · another's                                  401        404       404        403      403     403        403    403    401
edit-message · deleted                                    401        404       404        403      409     409        409    409    401
edit-message · elsewhere                                  401        404       404        404      404     404        404    404    401
delete-message · own                                      401        404       404        ok       ok      ok         ok     ok     401
delete-message · another's                                401        404       404        403      403     ok         ok     ok     401
delete-message · deleted                                  401        404       404        ok       ok      ok         ok     ok     401
delete-message · elsewhere                                401        404       404        404      404     404        404    404    401
add-reaction · own                                        401        404       404        403      ok      ok         ok     ok     401
add-reaction · another's                                  401        404       404        403      ok      ok         ok     ok     401
add-reaction · deleted                                    401        404       404        403      409     409        409    409    401
add-reaction · elsewhere                                  401        404       404        404      404     404        404    404    401
remove-reaction · another's                               401        404       404        403      ok      ok         ok     ok     401
remove-reaction · deleted                                 401        404       404        403      409     409        409    409    401
remove-reaction · elsewhere                               401        404       404        404      404     404        404    404    401
mark-conversation-as-read                                 401        404       404        ok       ok      ok         ok     ok     401
mark-conversation-as-delivered                            401        404       404        ok       ok      ok         ok     ok     401
typing                                                    401        404       404        ok       ok      ok         ok     ok     401
join-conversation                                         401        404       404        ok       ok      ok         ok     ok     401
leave-conversation                                        401        404       404        ok       ok      ok         ok     ok     401
user-added-to-group                                       401        404       404        400      403     ok         ok     ok     401
user-removed-from-group                                   401        404       404        400      403     ok         ok     ok     401
group-info-updated                                        401        404       404        400      403     403        ok     ok     401
reconnect                                                 401        ok        ok         ok       ok      ok         ok     ok     401
request-missed-messages                                   401        404       404        ok       ok      ok         ok     ok     401
get-changes                                               401        404       404        ok       ok      ok         ok     ok     401
POST attachments                                          401        ok        ok         ok       ok      ok         ok     ok     401
GET attachments/{attachment_id}                           401        404       404        ok       ok      ok         ok     ok     401
GET attachments/{attachment_id} · waiting                 401        404       404        404      404     404        404    404    401
GET attachments/{attachment_id}/thumbnail                 401        404       404        ok       ok      ok         ok     ok     401
GET attachments/{attachment_id}/thumbnail · waiting       401        404       404        404      404     404        404    404    401
DELETE attachments/{attachment_id} · own                  401        ok        ok         ok       ok      ok         ok     ok     401
DELETE attachments/{attachment_id} · another's            401        404       404        404      404     404        404    404    401
GET avatars/{avatar_id} · another's                       401        ok        ok         ok       ok      ok         ok     ok     401
GET avatars/{avatar_id} · a group's                       401        404       404        404      ok      ok         ok     ok     401
PUT users/me/avatar                                       401        ok        ok         ok       ok      ok         ok     ok     401
DELETE users/me/avatar                                    401        ok        ok         ok       ok      ok         ok     ok     401
PUT conversations/{conversation_id}/avatar                401        404       404        400      403     403        ok     ok     401
DELETE conversations/{conversation_id}/avatar             401        404       404        400      403     403        ok     ok     401
POST auth/register                                        403        403       403        403      403     403        403    403    403
POST auth/login                                           401        ok        ok         ok       ok      ok         ok     ok     401
POST auth/refresh-token                                   401        ok        ok         ok       ok      ok         ok     ok     401
POST auth/logout                                          ok         ok        ok         ok       ok      ok         ok     ok     ok
GET sessions                                              401        ok        ok         ok       ok      ok         ok     ok     401
DELETE sessions                                           401        ok        ok         ok       ok      ok         ok     ok     401
DELETE sessions/{session_id} · another's                  401        404       404        404      404     404        404    404    401
GET users/me                                              401        ok        ok         ok       ok      ok         ok     ok     401
PATCH users/me                                            401        ok        ok         ok       ok      ok         ok     ok     401
DELETE users/me                                           401        403       403        403      403     403        403    409    401
POST users/me/password                                    401        403       403        403      403     403        403    403    401
GET users                                                 401        ok        ok         ok       ok      ok         ok     ok     401
GET users/{user_id}                                       401        ok        ok         ok       ok      ok         ok     ok     401
GET contacts                                              401        ok        ok         ok       ok      ok         ok     ok     401
POST contacts                                             401        ok        ok         ok       ok      ok         ok     ok     401
DELETE contacts/{user_id}                                 401        ok        ok         ok       ok      ok         ok     ok     401
PUT contacts/{user_id}/block                              401        ok        ok         ok       ok      ok         ok     ok     401
DELETE contacts/{user_id}/block                           401        ok        ok         ok       ok      ok         ok     ok     401
GET conversations                                         401        ok        ok         ok       ok      ok         ok     ok     401
POST conversations                                        401        ok        ok         403      ok      ok         ok     ok     401
GET conversations/{conversation_id}                       401        404       404        ok       ok      ok         ok     ok     401
PATCH conversations/{conversation_id}                     401        404       404        400      403     403        ok     ok     401
PUT conversations/{conversation_id}/preferences           401        404       404        ok       ok      ok         ok     ok     401
POST conversations/{conversation_id}/leave                401        404       404        400      ok      ok         ok     409    401
POST conversations/{conversation_id}/members              401        404       404        400      403     ok         ok     ok     401
PATCH conversations/{conversation_id}/members/{user_id}   401        404       404        400      403     403        ok     ok     401
DELETE conversations/{conversation_id}/members/{user_id}  401        404       404        400      403     ok         ok     ok     401
GET conversations/{conversation_id}/messages              401        404       404        ok       ok      ok         ok     ok     401
POST conversations/{conversation_id}/messages             401        404       404        403      ok      ok         ok     ok     401
GET conversations/{conversation_id}/changes               401        404       404        ok       ok      ok         ok     ok     401
PUT conversations/{conversation_id}/read                  401        404       404        ok       ok      ok         ok     ok     401
GET messages/{message_id} · another's                     401        404       404        ok       ok      ok         ok     ok     401
GET messages/{message_id} · deleted                       401        404       404        ok       ok      ok         ok     ok     401
PATCH messages/{message_id} · own                         401        404       404        403      ok      ok         ok     ok     401
PATCH messages/{message_id} · another's                   401        404       404        403      403     403        403    403    401
PATCH messages/{message_id} · deleted                     401        404       404        403      409     409        409    409    401
DELETE messages/{message_id} · own                        401        404       404        ok       ok      ok         ok     ok     401
DELETE messages/{message_id} · another's                  401        404       404        403      403     ok         ok     ok     401
DELETE messages/{message_id} · deleted                    401        404       404        ok       ok      ok         ok     ok     401
GET messages/{message_id}/history · another's             401        404       404        ok       ok      ok         ok     ok     401
GET messages/{message_id}/history · deleted               401        404       404        409      409     409        409    409    401
GET messages/{message_id}/receipts · another's            401        404       404        ok       ok      ok         ok     ok     401
PUT messages/{message_id}/reactions/{emoji} · another's   401        404       404        403      ok      ok         ok     ok     401
PUT messages/{message_id}/reactions/{emoji} · deleted     401        404       404        403      409     409        409    409    401
DELETE messages/{message_id}/reactions/{emoji} · own      401        404       404        403      ok      ok         ok     ok     401
GET invitations                                           401        403       403        403      403     403        ok     ok     401
POST invitations                                          401        403       403        403      403     403        ok     ok     401
DELETE invitations/{invitation_id}                        401        403       403        403      403     403        ok     ok     401
"""  # noqa: E501


def cells(table: str) -> dict[tuple[str, str, str], int]:
    """Map (event or route, variant, kind of person) to the status expected."""
    heading, *rows = table.strip("\n").splitlines()
    assert tuple(heading.split()) == KINDS
    found = {}
    for row in rows:
        name, *statuses = [part.strip() for part in row.split("  ") if part.strip()]
        assert len(statuses) == len(KINDS), row
        name, _, variant = name.partition(" · ")
        for kind, status in zip(KINDS, statuses, strict=True):
            found[name, variant, kind] = 200 if status == "ok" else int(status)
    return found


def without_a_row(table: str) -> set[str]:
    """The registered events and routes that the table forgets."""
    return {*EVENTS, *ROUTES} - {name for name, _, _ in cells(table)}


CELLS = cells(MATRIX)


@pytest.mark.parametrize("cell", CELLS, ids=lambda cell: " · ".join(part for part in cell if part))
async def test_answer_is_the_one_of_the_matrix(world: World, cell: tuple[str, str, str]) -> None:
    name, variant, kind = cell
    assert await world.ask(name, kind, variant) == CELLS[cell]


def test_every_event_and_route_has_a_row() -> None:
    assert without_a_row(MATRIX) == set()


def test_no_row_speaks_of_what_does_not_exist() -> None:
    assert {name for name, _, _ in CELLS} - {*EVENTS, *ROUTES} == set()


def test_no_fields_are_given_for_what_does_not_exist() -> None:
    assert set(FIELDS) == {*EVENTS, *ROUTES}


@pytest.mark.parametrize("name", [*EVENTS, *ROUTES])
def test_build_fails_when_a_row_is_removed(name: str) -> None:
    kept = [row for row in MATRIX.splitlines() if row.split("  ")[0].partition(" · ")[0] != name]
    assert without_a_row("\n".join(kept)) == {name}
