"""Makes the files of the reference geography from the packages that carry the data.

Run by `script/setup`, and by hand with `python -m marketingconnect.geography.building`. Nothing
else imports it: it needs shapely and the packages of data, which the running product does not.
"""
