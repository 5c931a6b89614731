"""Rules of framing: head, bytes, lines and events, before anybody asks what they say."""
