"""`numberline demo` from a clone; `overlays/numberline/cli/demo.py` is the program."""

from numberline.cli.demo import main

if __name__ == "__main__":
    main()
