"""The figures for Prometheus, and who may read them."""

from __future__ import annotations

import httpx

from tests.people import Town


async def test_figures_count_what_was_answered_when_read_from_this_machine(town: Town) -> None:
    (ada,) = await town.people("Ada")
    device = await ada.connect()
    await device.call("typing", {"conversationId": "nowhere", "isTyping": True})
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{town.server.url}/metrics")
    assert answer.status_code == 200
    assert 'causerie_answers_total{event="typing",outcome="not_found"}' in answer.text
    await ada.disconnect()


async def test_figures_are_not_found_when_asked_through_a_proxy(town: Town) -> None:
    async with httpx.AsyncClient() as http:
        answer = await http.get(f"{town.server.url}/metrics", headers={"X-Forwarded-For": "203.0.113.7"})
    assert answer.status_code == 404
