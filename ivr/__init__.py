"""The answering half: what was heard in, what to say or do out. Pure: no sockets, no clock, no globals."""
