"""chinwag: a full-screen terminal chat for OpenAI-compatible gateways."""

__version__ = "0.1.0"
