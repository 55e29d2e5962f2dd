"""What changes between two counts of one release: oppositions, rights, flags, earlier deliveries.

Read from the database at each count, by what changed since the last one; nothing is ever guessed.
"""

from marketingconnect.targeting.live.deliveries import register_deliveries
from marketingconnect.targeting.live.release import LiveRelease

__all__ = ["LiveRelease", "register_deliveries"]
