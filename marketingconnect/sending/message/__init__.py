"""The message of a campaign: compiled once to bytes, then only the contact's words are added."""
