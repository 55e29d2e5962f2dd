"""Files as a bank writes them."""

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from marketingconnect.catalogue.models import OperatorIdentity

DAY = date(2026, 11, 23)
NAMES = {"camt.053": ("BkToCstmrStmt", "Stmt"), "camt.054": ("BkToCstmrDbtCdtNtfctn", "Ntfctn")}

BALANCE = (
    '<Bal><Tp><CdOrPrtry><Cd>CLBD</Cd></CdOrPrtry></Tp><Amt Ccy="EUR">1000.00</Amt>'
    "<CdtDbtInd>CRDT</CdtDbtInd><Dt><Dt>2026-11-23</Dt></Dt></Bal>"
)


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
    """The text of a file, which its official schema accepts (with one line or more)."""
    message, part = NAMES[kind]
    made = "<CreDtTm>2026-11-24T06:00:00</CreDtTm>"
    account = f"<Acct><Id><IBAN>{iban or operator_iban()}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
    balance = BALANCE if kind == "camt.053" else ""
    body = "".join(_entry(line, version) for line in lines)
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        f'<Document xmlns="urn:iso:std:iso:20022:tech:xsd:{kind}.001.{version}"><{message}>'
        f"<GrpHdr><MsgId>M1</MsgId>{made}</GrpHdr>"
        f"<{part}><Id>S1</Id>{made}{account}{balance}{body}</{part}></{message}></Document>"
    )


def _entry(line: Line, version: str) -> str:
    status = f"<Cd>{line.status}</Cd>" if version >= "07" else line.status
    reference = f"<AcctSvcrRef>{line.reference}</AcctSvcrRef>" if line.reference else ""
    return (
        f"<Ntry>{_amount(line)}<Sts>{status}</Sts><BookgDt><Dt>{line.day}</Dt></BookgDt>"
        f"{reference}<BkTxCd><Prtry><Cd>05</Cd></Prtry></BkTxCd>"
        f"<NtryDtls>{details(line, version=version)}</NtryDtls></Ntry>"
    )


def _amount(line: Line) -> str:
    amount = f'<Amt Ccy="{line.currency}">{euros(line.cents)}</Amt>'
    return f"{amount}<CdtDbtInd>{line.direction}</CdtDbtInd>"


def details(line: Line, *, version: str = "02", own_reference: str = "", amount: str = "") -> str:
    """One transaction of an entry; it has its own amount from version 03 on, in another place."""
    own = f"<AcctSvcrRef>{own_reference}</AcctSvcrRef>" if own_reference else ""
    told = f'<AmtDtls><TxAmt><Amt Ccy="EUR">{amount}</Amt></TxAmt></AmtDtls>' if amount else ""
    name = f"<Nm>{line.payer}</Nm>"
    party = f"<Pty>{name}</Pty>" if version >= "07" else name
    words = f"<Ustrd>{line.words}</Ustrd>" if line.words else ""
    named = f"<Strd><CdtrRefInf><Ref>{line.structured}</Ref></CdtrRefInf></Strd>"
    reason = f"<RtrInf><Rsn><Cd>{line.return_reason}</Cd></Rsn></RtrInf>"
    return (
        f"<TxDtls><Refs>{own}<EndToEndId>{line.end_to_end}</EndToEndId></Refs>"
        f"{_amount(line) if version >= '03' else ''}{told}"
        f"<RltdPties><Dbtr>{party}</Dbtr></RltdPties>"
        f"<RmtInf>{words}{named if line.structured else ''}</RmtInf>"
        f"{reason if line.return_reason else ''}</TxDtls>"
    )


def written(folder: Path, text: str, name: str = "releve.xml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path
