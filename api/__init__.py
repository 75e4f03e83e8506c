"""The shell: the only place with sockets, tasks and time."""
