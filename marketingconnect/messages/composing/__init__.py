"""From blocks, or from the client's own HTML, to the bytes that leave: HTML and plain text."""
