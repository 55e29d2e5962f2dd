"""What a message must be before it leaves, and who may say so (CGV B.1.2, B.2). Pure."""
