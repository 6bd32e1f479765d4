"""Seeded random packs, worlds and dates for the differential tests.

Every pack is lawful and well-typed by the language page: words (pools and
spelling), vocabulary (what is known about subjects), scope and expressions
(typed random conditions), rules (parameters to measures), worlds.
"""
