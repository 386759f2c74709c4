"""The ASGI application that `hypercorn app:app` serves."""

from chat import create_app

app = create_app()
