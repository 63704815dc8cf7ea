"""How large a figure of the chain can be at all; what is larger is no reading but a wrong answer."""

from __future__ import annotations

MAX_SLOT = 2**53 - 1
"""The contract's largest slot: the integers that every client can hold."""

MAX_LAMPORTS = 10**18
"""A thousand million SOL: above the supply of about 6.2e17 lamports, which grows by less than 5 % a year."""
