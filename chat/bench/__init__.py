"""A load generator: many people on one machine, counted and timed from outside, as clients see it.

`wire` is the websocket in bytes, `connection` one person's socket, `crowd` many of them, `load` what they say and how
long it took, `server` a server process to say it to. `capacity` puts them together for `chat bench`; `benchmarks/` uses
them too. It is a client: it knows the server's wire and nothing of its inside.
"""
