"""The operator's base: suppliers, consent, dated releases and their index (CGV Def, CL.5)."""
