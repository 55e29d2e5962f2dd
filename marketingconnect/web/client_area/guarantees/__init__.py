"""Claims about messages that did not arrive: figures, letter, answer (CGV B.3, CC.4)."""
