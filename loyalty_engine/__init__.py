"""A self-hosted loyalty engine: a purchase in, exact points out, and the reason for every one."""

__version__ = "0.1.0"
