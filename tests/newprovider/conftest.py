"""What stands in `files` is laid over a copy of the project, and means nothing where it is."""

collect_ignore = ["files"]
