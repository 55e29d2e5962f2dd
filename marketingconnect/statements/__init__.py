"""The signed statement of a campaign: its binding figures, provable without us (CGV B.1.6)."""
