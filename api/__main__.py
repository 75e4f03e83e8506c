"""`python -m api` is the `yida` command."""

from api.commands import main

main()
