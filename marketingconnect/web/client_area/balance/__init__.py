"""What a client owes and is owed, its statement of account, its mandates, paper copies."""
