"""What stands in `carriers` is laid over a copy of the project, and means nothing where it is."""

collect_ignore = ["carriers"]
