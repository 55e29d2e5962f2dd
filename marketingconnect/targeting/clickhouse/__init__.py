"""The second engine: the same criteria on ClickHouse, for a base that one machine cannot count.

No name, address line, telephone number nor e-mail address goes there: only what is chosen by.
"""
