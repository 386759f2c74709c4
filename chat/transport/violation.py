from engineio.exceptions import EngineIOError


class ProtocolViolation(EngineIOError):
    """The peer does not speak Engine.IO or Socket.IO; the connection is not worth keeping.

    An EngineIOError, because stock engineio answers 200 to a POST that fails in any other way.
    """
