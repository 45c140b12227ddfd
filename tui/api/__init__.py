"""The gateway: HTTP and server-sent events in, values of the domain out. The only user of httpx."""
