"""What the steps need from the place where they run: the folder with the orders, and the key that signs reports.

Whichever container calls one of these gets the mount or the variable; nothing needs to be written twice.
"""

import hmac
from pathlib import Path

from athena_runtime import fragment, host, secret


@fragment
def orders_file(day: str) -> Path:
    """The file that the shop writes at midnight."""
    return host("/srv/orders") / f"{day}.csv"


@fragment
def signature(text: str) -> str:
    """A proof that `text` comes from here."""
    key = secret("report", "signing-key")
    return hmac.new(key.reveal().encode(), text.encode(), "sha256").hexdigest()
