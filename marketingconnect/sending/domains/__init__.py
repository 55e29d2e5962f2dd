"""The domains we send from: their DKIM keys, what to publish in the DNS, and its check."""
