"""Requests in, pages out. What may happen is in `policies`; what happens, in `actions`."""
