"""The evidence file (fichier de preuve): what it holds, and how it is put together (CGV II.3)."""
