"""The sandbox over HTTP: transports in process, a server, and the control interface."""
