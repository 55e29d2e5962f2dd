"""States of a campaign on its way out, and the outcomes of one recipient."""

from enum import StrEnum


class CampaignState(StrEnum):
    PREPARING = "preparing"
    """The audience is being frozen."""
    SCHEDULED = "scheduled"
    RUNNING = "running"
    PAUSED = "paused"
    SENT_OUT = "sent_out"
    """Every recipient has an outcome; late bounces may still come."""
    FROZEN = "frozen"
    """The figures bind both parties (CGV B.1.6)."""
    STOPPED = "stopped"


TRANSITIONS: dict[CampaignState, set[CampaignState]] = {
    CampaignState.PREPARING: {CampaignState.SCHEDULED, CampaignState.STOPPED},
    CampaignState.SCHEDULED: {
        CampaignState.RUNNING,
        CampaignState.PREPARING,
        CampaignState.STOPPED,
    },
    CampaignState.RUNNING: {
        CampaignState.PAUSED,
        CampaignState.SENT_OUT,
        CampaignState.STOPPED,
    },
    CampaignState.PAUSED: {CampaignState.RUNNING, CampaignState.STOPPED},
    CampaignState.SENT_OUT: {CampaignState.FROZEN},
    CampaignState.STOPPED: {CampaignState.FROZEN},
    CampaignState.FROZEN: set(),
}


class Outcome(StrEnum):
    """What became of one recipient; figures are sums of these."""

    NOT_SENT = "not_sent"
    """Suppressed, invalid or stopped: not *envoyé*."""
    RELAYED = "relayed"
    """Accepted by a relay, which answers for the rest: *abouti* unless a bounce comes in the
    window."""
    ACCEPTED = "accepted"
    """Accepted by the recipient's own server: *abouti* unless a bounce comes in the window."""
    UNDELIVERED = "undelivered"
    """*Non abouti*, with a cause."""
    UNCERTAIN = "uncertain"
    """In flight when something broke: never sent again."""


class ChunkState(StrEnum):
    """A chunk is open, claimed by one sender, or done: each of its recipients has an outcome."""

    OPEN = "open"
    CLAIMED = "claimed"
    DONE = "done"


class Decision(StrEnum):
    """What a person decides about a doubtful recipient."""

    CONSIDERED_SENT = "considered_sent"
    NOT_RESENT = "not_resent"


ABOUTIS = (Outcome.RELAYED, Outcome.ACCEPTED)
"""What counts as *abouti* until a bounce says otherwise (CGV B.1.6)."""


class ReturnKind(StrEnum):
    """What came back about a recipient: by a mail, a provider or the link of the message."""

    BOUNCE = "bounce"
    """Not delivered, for good: refused, or given up after tries."""
    COMPLAINT = "complaint"
    UNSUBSCRIBE = "unsubscribe"
    """Asked by the link of the message."""
    AUTO_REPLY = "auto_reply"
    DELIVERED = "delivered"
    OTHER = "other"
    """Still on its way, or nothing that anybody can act on."""


class ReturnSource(StrEnum):
    """How the news came."""

    SMTP = "smtp"
    LMTP = "lmtp"
    IMAP = "imap"
    WEBHOOK = "webhook"
    FILE = "file"
    LINK = "link"
    HAND = "hand"
    """Read and classified by a person."""


class MailState(StrEnum):
    """A mail that came back, from its reception to what was made of it."""

    KEPT = "kept"
    READ = "read"
    """What it says of a message of ours is recorded."""
    UNMATCHED = "unmatched"
    """It names no message of ours: a person looks."""
    ATTACHED = "attached"
    """A person said which message it is about; what it says is recorded."""
    ANSWERED = "answered"
    """A person answers a message of ours: somebody reads it and decides."""
    FORWARDED = "forwarded"
    """The answer was handed on to the client."""
    OPPOSED = "opposed"
    """Who answered asked to be left alone, and is."""
    DISMISSED = "dismissed"
    """A person read it, and nothing follows."""


MAIL_TRANSITIONS: dict[MailState, set[MailState]] = {
    MailState.KEPT: {MailState.READ, MailState.UNMATCHED, MailState.ANSWERED},
    MailState.UNMATCHED: {MailState.ATTACHED, MailState.ANSWERED, MailState.DISMISSED},
    MailState.ANSWERED: {MailState.FORWARDED, MailState.OPPOSED, MailState.DISMISSED},
    MailState.FORWARDED: {MailState.OPPOSED},
    MailState.OPPOSED: {MailState.FORWARDED},
    MailState.DISMISSED: {
        MailState.ATTACHED,
        MailState.ANSWERED,
        MailState.FORWARDED,
        MailState.OPPOSED,
    },
    MailState.READ: set(),
    MailState.ATTACHED: set(),
}


class HeldBy(StrEnum):
    """What keeps a campaign whose hour has come; several may, told in this order."""

    START = "start"
    """It may not start: its audience or its content is not what it should be."""
    CONTENT = "content"
    """A sender found that it cannot be written, or is not the validated one."""
    KEYS = "keys"
    """The keys that sign cannot be opened."""
    ROOM = "room"
    """The sender's disk is full."""
