"""A name server of one zone file on 127.0.0.1: what a real resolver asks over the wire."""

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
import dns.zone

ZONE = """
$TTL 60
example.org.          MX    10 mx.example.org.
example.org.          MX    5 mx2.example.org.
example.org.          TXT   "v=spf1 include:" "envois.example.org -all"
mx.example.org.       A     192.0.2.1
silent.example.org.   MX    0 .
host.example.org.     A     192.0.2.2
six.example.org.      AAAA  2001:db8::2
alias.example.org.    CNAME example.org.
words.example.org.    TXT   "no mail here"
"""
BROKEN = dns.name.from_text("broken.example.org.")


@contextmanager
def serving(path: Path) -> Iterator[int]:
    """The port on which it answers."""
    zone = dns.zone.from_file(str(path), origin=dns.name.root, relativize=False, check_origin=False)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        thread = threading.Thread(target=_answer_all, args=(server, zone), daemon=True)
        thread.start()
        port = server.getsockname()[1]
        try:
            yield port
        finally:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as client:
                client.sendto(b"", ("127.0.0.1", port))
            thread.join()


def _answer_all(server: socket.socket, zone: dns.zone.Zone) -> None:
    while True:
        octets, peer = server.recvfrom(4096)
        if not octets:
            return
        server.sendto(_answer(dns.message.from_wire(octets), zone).to_wire(), peer)


def _answer(query: dns.message.Message, zone: dns.zone.Zone) -> dns.message.Message:
    answer = dns.message.make_response(query)
    answer.flags |= dns.flags.RA
    name, kind = query.question[0].name, query.question[0].rdtype
    if name == BROKEN:
        answer.set_rcode(dns.rcode.SERVFAIL)
        return answer
    if alias := zone.get_rdataset(name, dns.rdatatype.CNAME):
        answer.answer.append(dns.rrset.from_rdata_list(name, 60, list(alias)))
        name = alias[0].target
    if records := zone.get_rdataset(name, kind):
        answer.answer.append(dns.rrset.from_rdata_list(name, 60, list(records)))
    elif zone.get_node(name) is None:
        answer.set_rcode(dns.rcode.NXDOMAIN)
    return answer
