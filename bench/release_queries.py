"""The SQL that makes up rows: places -> addresses -> rows, each step a table of the next."""

from typing import Final

_DIVISIONS: Final = (
    *range(1, 4), *range(5, 10), *range(10, 34), *range(35, 40), *range(41, 44), *range(45, 48),
    *range(49, 54), *range(55, 57), *range(58, 64), *range(64, 67), 68, *range(69, 76),
    *range(77, 83), *range(84, 89), *range(90, 97),
)  # fmt: skip


def naf_codes() -> list[str]:
    """About seven hundred codes in the shape of NAF rév. 2."""
    return [
        f"{division:02}.{group}{number}{letter}"
        for division in _DIVISIONS
        for group, number, letter in ((1, 0, "Z"), (1, 1, "A"), (1, 1, "B"), (1, 2, "Z"),
                                      (2, 0, "A"), (2, 0, "B"), (3, 1, "Z"), (3, 9, "C"))
    ]  # fmt: skip


_IRIS: Final = """
    CASE WHEN people >= 10000
         THEN commune || lpad(
             CAST(101 + (h >> 12) % greatest(1, people // 2500) AS VARCHAR), 4, '0')
         ELSE '' END"""

_ADDRESSES: Final = f"""
CREATE OR REPLACE TEMP TABLE addresses AS
SELECT *, $first_address + row_number() OVER () - 1 AS address_no FROM (
    SELECT zone, departement, commune, {_IRIS} AS iris, region, epci, town, h, people,
        postal_codes[CAST(1 + (h >> 20) % len(postal_codes) AS BIGINT)] AS postal_code,
        CAST(cx + ((h >> 3) % 4001) - 2000 AS INTEGER) AS x,
        CAST(cy + ((h >> 17) % 4001) - 2000 AS INTEGER) AS y,
        @attributes
    FROM (SELECT *, CAST(hash(commune, i, $seed) >> 1 AS BIGINT) AS h
          FROM places, unnest(range(addresses)) u(i)) @joined
    ORDER BY @order
)"""  # noqa: S608

_CONSUMER_ADDRESS: Final = """
    CASE WHEN (h >> 7) % 50 = 0 THEN 0
         WHEN (h >> 9) % 100 < least(85, 8 + people // 800) THEN 2 ELSE 1 END AS housing,
    CASE WHEN (h >> 11) % 30 = 0 THEN 0 WHEN (h >> 13) % 100 < 58 THEN 1 ELSE 2 END AS tenure,
    CASE WHEN (h >> 15) % 40 = 0 THEN 0
         ELSE 1 + (hash(iris, commune) % 7 + (h >> 21) % 4) END AS income_band"""

_HOUSEHOLDS: Final = """
CREATE OR REPLACE TEMP TABLE households AS
SELECT address_no, household, CAST(hash(h, household, 11) >> 1 AS BIGINT) AS g,
    unnest(range(1 + CASE WHEN (hash(h, household, 12) >> 5) % 100 < 38 THEN 0
                          WHEN (hash(h, household, 12) >> 5) % 100 < 78 THEN 1
                          ELSE 2 + CAST(hash(h, household, 14) % 3 AS BIGINT) END)) AS person
FROM (SELECT address_no, h,
        unnest(range(CASE WHEN housing = 2 THEN 1 + (h >> 23) % 9 ELSE 1 END)) AS household
      FROM addresses)"""

_PEOPLE: Final = """
CREATE OR REPLACE TEMP TABLE rows_made AS
SELECT *, $first_row + row_number() OVER () - 1 AS row_no,
    CAST(hash(g, person, 13) >> 1 AS BIGINT) AS p
FROM (
    SELECT *, $first_row + dense_rank() OVER (ORDER BY address_no, household) - 1 AS household_no
    FROM households ORDER BY address_no, household, person
)"""

_CHANNEL: Final = """
    CASE WHEN (p >> {shift}) % 100 < {percent}
         THEN 1 + least((p >> {shift}) % 7, 3) ELSE 0 END AS {name}_supplier,
    CASE WHEN (p >> {shift}) % 100 < {percent}
         THEN $as_of - CAST(hash(p, {shift}) % 1461 AS BIGINT) ELSE 0 END AS {name}_on,
    CASE WHEN (p >> {shift}) % 100 < {percent}
         THEN (1 + least((p >> {shift}) % 7, 3)) * 2 + {first} - 1
              + ((p >> 9) % 5 = 0 AND '{name}' IN ('post', 'phone'))::INTEGER
         ELSE 0 END AS {name}_proof"""


def _channel(name: str, number: int, percent: int) -> str:
    return _CHANNEL.format(name=name, percent=percent, shift=number * 5, first=8 * (number - 1))


def _channels(post: int, phone: int, mobile: int, email: int) -> str:
    shares = {"post": post, "phone": phone, "mobile": mobile, "email": email}
    return ",\n".join(
        _channel(name, number, percent)
        for number, (name, percent) in enumerate(shares.items(), start=1)
    )


_VALUES: Final = """
    CASE WHEN phone_supplier > 0
         THEN '+3319900' || lpad(CAST(p % 10000 AS VARCHAR), 4, '0') ELSE '' END AS phone,
    CASE WHEN mobile_supplier > 0
         THEN '+3363998' || lpad(CAST((p >> 13) % 10000 AS VARCHAR), 4, '0') ELSE '' END AS mobile,
    CASE WHEN email_supplier > 0
         THEN 'p' || row_no || '@example.org' ELSE '' END AS email"""

_STREET: Final = """
    (1 + (h >> 29) % 190) || ' ' || ['RUE', 'AVENUE', 'CHEMIN', 'IMPASSE'][CAST(1 + (h >> 33) % 4
    AS BIGINT)] || ' DES ' || ['LILAS', 'ACACIAS', 'ECOLES', 'MOULINS', 'TILLEULS', 'VIGNES',
    'CERISIERS', 'PRES'][CAST(1 + (h >> 35) % 8 AS BIGINT)]"""

_MADE_CONSUMERS: Final = f"""
CREATE OR REPLACE TEMP VIEW made AS
SELECT *, {_VALUES}, '' AS line2, '' AS line3, line_4 AS line4, '' AS line5 FROM (
    SELECT row_no, CAST(hash(p, row_no) >> 1 AS BIGINT) AS record_key, household_no,
        address_no, g AS household_key, p,
        CASE WHEN (p >> 4) % 2 = 0 THEN 1 ELSE 2 END AS civility,
        ['JEAN', 'MARIE', 'PAUL', 'ANNE', 'LUC', 'ZOE', 'HUGO', 'EVA'][
            CAST(1 + p % 8 AS BIGINT)] AS first_name,
        ['MARTIN', 'BERNARD', 'DUBOIS', 'THOMAS', 'ROBERT', 'PETIT', 'MOREL'][
            CAST(1 + g % 7 AS BIGINT)] || substr(CAST(g AS VARCHAR), 1, 3) AS last_name,
        {_STREET} AS line_4, postal_code, town,
        commune, iris, departement, region, epci, zone, x, y,
        CASE WHEN (p >> 18) % 25 = 0 THEN 0
             ELSE 1 + least((p >> 22) % 13, (p >> 26) % 15) END AS age_band,
        CASE WHEN (p >> 19) % 60 = 0 THEN 0 WHEN (p >> 4) % 2 = 0 THEN 1 ELSE 2 END AS sex,
        housing, tenure, income_band, {{channels}}
    FROM rows_made JOIN addresses USING (address_no))"""  # noqa: S608

_ESTABLISHMENTS: Final = """
CREATE OR REPLACE TEMP TABLE rows_made AS
SELECT address_no AS row_no, address_no, CAST(hash(h, 17) >> 1 AS BIGINT) AS p,
    $first_row + sum(CASE WHEN (hash(h, 17) >> 9) % 4 = 0 THEN 1 ELSE 0 END) OVER (
        ORDER BY address_no ROWS UNBOUNDED PRECEDING) AS shared,
    $first_row - 1 + dense_rank() OVER (
        ORDER BY zone, departement, commune, address_no // 2) AS building
FROM addresses"""

_MADE_PROFESSIONALS: Final = f"""
CREATE OR REPLACE TEMP VIEW made AS
SELECT *, {_VALUES}, lpad(CAST(company_no AS VARCHAR), 9, '0') AS siren,
    lpad(CAST(record_key AS VARCHAR), 14, '0') AS siret, '' AS line2, '' AS line3,
    line_4 AS line4, '' AS line5, trade_name <> '' AS has_trade_name,
    legal_form = '1000' AS sole_trader
FROM (
    SELECT *, company_no * 100000 + nic AS record_key FROM (
    SELECT row_no, building AS address_no, p,
        CASE WHEN (p >> 8) % 4 = 0 THEN (shared * 7919) % $groups
             ELSE $groups + row_no END AS company_no,
        CASE WHEN (p >> 8) % 4 = 0 THEN shared // $groups + 1 ELSE 0 END AS nic,
        'ETS ' || substr(CAST(p AS VARCHAR), 1, 6) AS name,
        CASE WHEN (p >> 5) % 3 = 0 THEN 'ENSEIGNE ' || (p % 100) ELSE '' END AS trade_name,
        {_STREET} AS line_4, postal_code, town,
        commune, iris, departement, region, epci, zone, x, y,
        naf, CASE WHEN (h >> 37) % 9 = 0 THEN '' ELSE replace(naf, 'Z', 'Y') END AS naf25,
        ['NN', 'NN', 'NN', 'NN', 'NN', '00', '01', '01', '02', '03', '11', '12', '21', '22', '31',
         '32', '41', '42', '51', '52', '53'][
            CAST(1 + least((p >> 12) % 40 % 21, (p >> 20) % 22 % 21) AS BIGINT)] AS headcount,
        ['1000', '1000', '5499', '5499', '5710', '5599', '6540', '7210', '9220', '5720'][
            CAST(1 + least((p >> 16) % 10, (p >> 24) % 12 % 10) AS BIGINT)] AS legal_form,
        (p >> 8) % 4 <> 0 OR (p >> 10) % 5 = 0 AS head_office,
        DATE '1975-01-01'
            + CAST(sqrt((p >> 14) % 100000 / 100000.0) * 18900 AS INTEGER) AS created_on,
        {{channels}}
    FROM rows_made JOIN addresses USING (address_no)))"""  # noqa: S608


_NAF_JOINED: Final = """
    JOIN nafs ON nafs.place = CAST(floor(680 * pow(((h >> 6) % 100000) / 100000.0, 2.2)) AS BIGINT)
"""


def _addresses(attributes: str, order: str, joined: str = "") -> str:
    step = _ADDRESSES.replace("@attributes", attributes).replace("@order", order)
    return step.replace("@joined", joined)


CONSUMER_STEPS: Final = (
    _addresses(
        _CONSUMER_ADDRESS, "zone, departement, commune, iris, housing, tenure, income_band, h"
    ),
    _HOUSEHOLDS,
    _PEOPLE,
    _MADE_CONSUMERS.format(channels=_channels(92, 38, 45, 40)),
)
PROFESSIONAL_STEPS: Final = (
    _addresses("nafs.code AS naf", "zone, departement, commune, iris, naf, h", _NAF_JOINED),
    _ESTABLISHMENTS,
    _MADE_PROFESSIONALS.format(channels=_channels(100, 22, 5, 12)),
)
