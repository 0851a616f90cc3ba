"""`python -m numberline`, which is the command `numberline`."""

from .cli import main

raise SystemExit(main())
