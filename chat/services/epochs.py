"""The database's epoch: clients that meet another one than before forget their cursors and fetch anew (R17)."""

from __future__ import annotations

from typing import Final

from chat import database
from chat.database import Transaction
from chat.ids import new_id
from chat.models import InstanceValue

_NAME: Final = "epoch"


async def load_epoch() -> str:
    """The epoch of the open database; made once."""

    async def change(tx: Transaction) -> str:
        found = await tx.session.get(InstanceValue, _NAME)
        if found is None:
            found = InstanceValue(name=_NAME, value=new_id())
            tx.session.add(found)
        return found.value

    return await database.write(change)
