"""All that leans on the inside of Hypercorn, Engine.IO or python-socketio. It knows nothing of chat.

Written against Hypercorn 0.18.0, python-engineio 4.15.1 and python-socketio 5.18.1 (pinned in requirements.txt).
"""
