"""The listening half: call audio in, utterances and work-order fields out. Pure: no sockets, no clock, no globals."""
