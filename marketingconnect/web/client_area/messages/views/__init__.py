"""Pages of the messages: list and gallery, editor, proof."""
