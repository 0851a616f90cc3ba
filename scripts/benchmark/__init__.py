"""What numberline costs, measured beside its peers and bare parts. `scripts/bench` prepares the environment and runs
it."""
