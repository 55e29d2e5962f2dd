"""The domain we send from: its keys, the records to publish, and their check."""
