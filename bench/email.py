"""Messages a second of the real sender, beside a bare protocol blast into the same sink.

The real path: `marketingconnect sender` processes claim a campaign's chunks from PostgreSQL, ask
again who opposed, personalise a 10 KB multipart message, send it over SMTP and commit an outcome
for each recipient. The reference writes ready bytes of the same weight to the same sink, with no
database and no recipient: `smtp-source` where Postfix's tools are found, else our own. Each round
measures both, one after the other, so that neighbours slow them alike.
"""
