"""Files as a bank writes them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from marketingconnect.catalogue.models import OperatorIdentity

DAY = date(2026, 11, 23)
NAMES = {"camt.053": ("BkToCstmrStmt", "Stmt"), "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}


@dataclass(frozen=True)
class Line:
    """A movement to write; `reference` is the bank's, empty when it gives none."""

    cents: int
    words: str = ""
    reference: str = ""
    day: date = DAY
    direction: str = "CRDT"
    status: str = "BOOK"
    payer: str = "BOULANGERIE NADIA"
    structured: str = ""
    end_to_end: str = "NOTPROVIDED"
    return_reason: str = ""
    currency: str = "EUR"


def operator_iban() -> str:
    return OperatorIdentity.objects.values_list("iban", flat=True)[0]


def euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"


def statement(
    *lines: Line, kind: str = "camt.053", version: str = "02", iban: str = "", head: str = ""
) -> str:
    """The text of a file; from version 08 on, some of its elements are nested deeper."""
    message, part = NAMES[kind]
    body = "".join(_entry(line, deeper=version >= "08") for line in lines)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version}"><{message}>'
        f"<GrpHdr><MsgId>M1</MsgId><CreDtTm>2026-11-24T06:00:00</CreDtTm></GrpHdr>"
        f"<{part}><Id>S1</Id><Acct><Id><IBAN>{iban or operator_iban()}</IBAN></Id>"
        f"<Ccy>EUR</Ccy></Acct>{body}</{part}></{message}></Document>"
    )


def _entry(line: Line, *, deeper: bool) -> str:
    status = f"<Cd>{line.status}</Cd>" if deeper else line.status
    reference = f"<AcctSvcrRef>{line.reference}</AcctSvcrRef>" if line.reference else ""
    return (
        f'<Ntry><Amt Ccy="{line.currency}">{euros(line.cents)}</Amt>'
        f"<CdtDbtInd>{line.direction}</CdtDbtInd>"
        f"<Sts>{status}</Sts><BookgDt><Dt>{line.day}</Dt></BookgDt>{reference}"
        f"<NtryDtls>{details(line, deeper=deeper)}</NtryDtls></Ntry>"
    )


def details(line: Line, *, deeper: bool = False, own_reference: str = "", amount: str = "") -> str:
    """One transaction of an entry."""
    own = f"<AcctSvcrRef>{own_reference}</AcctSvcrRef>" if own_reference else ""
    told = f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    name = f"<Nm>{line.payer}</Nm>"
    party = f"<Pty>{name}</Pty>" if deeper else name
    named = f"<Strd><CdtrRefInf><Ref>{line.structured}</Ref></CdtrRefInf></Strd>"
    reason = f"<RtrInf><Rsn><Cd>{line.return_reason}</Cd></Rsn></RtrInf>"
    return (
        f"<TxDtls><Refs>{own}<EndToEndId>{line.end_to_end}</EndToEndId></Refs>{told}"
        f"<RltdPties><Dbtr>{party}</Dbtr></RltdPties>"
        f"<RmtInf><Ustrd>{line.words}</Ustrd>{named if line.structured else ''}</RmtInf>"
        f"{reason if line.return_reason else ''}</TxDtls>"
    )


def written(folder: Path, text: str, name: str = "releve.xml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
