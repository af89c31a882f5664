"""The web application over the library: what is decided here, who may do it, and the record of who did.

It may import `plait`; `plait` never imports it (docs/adr/0002).
"""
