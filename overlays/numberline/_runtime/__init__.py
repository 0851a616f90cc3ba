"""Private: what the clients and the generated code run on."""
