"""Socket.IO: one handler file per noun; facts become emits in `broadcast`."""
