"""The projection of project.jq in DuckDB, on all cores: project_duckdb.py ACCOUNTS.ndjson OUT.json (pip install duckdb)."""

import sys

import duckdb

COLUMNS = """{
    UID: 'VARCHAR', created: 'VARCHAR', lastLogin: 'VARCHAR', regSource: 'VARCHAR', isActive: 'BOOLEAN',
    loginIDs: 'STRUCT(emails VARCHAR[])',
    emails: 'STRUCT(verified VARCHAR[], unverified VARCHAR[])',
    profile: 'STRUCT(email VARCHAR, firstName VARCHAR, lastName VARCHAR, nickname VARCHAR, photoURL VARCHAR,
                     locale VARCHAR, country VARCHAR, gender VARCHAR, phones JSON)',
    password: 'STRUCT(hash VARCHAR, hashSettings STRUCT(algorithm VARCHAR, rounds VARCHAR, salt VARCHAR))',
    identities: 'STRUCT(provider VARCHAR, providerUID VARCHAR)[]',
    data: 'JSON', preferences: 'JSON', subscriptions: 'JSON'
}"""

EMAIL = "coalesce(loginIDs.emails[1], emails.verified[1], profile.email, emails.unverified[1])"

PROJECTION = f"""
    SELECT UID AS user_id, lower({EMAIL}) AS email, len(emails.verified) > 0 AS email_verified,
           profile.firstName AS given_name, profile.lastName AS family_name,
           concat_ws(' ', profile.firstName, profile.lastName) AS name, profile.nickname AS nickname,
           profile.photoURL AS picture, isActive = false AS blocked,
           CASE WHEN password.hash IS NOT NULL THEN {{'algorithm': 'pbkdf2', 'hash': {{
               'value': '$pbkdf2-sha1$i=' || password.hashSettings.rounds || ',l=16$'
                        || rtrim(password.hashSettings.salt, '=') || '$' || rtrim(password.hash, '='),
               'encoding': 'utf8'}}}} END AS custom_password_hash,
           {{'locale': profile.locale, 'country': profile.country, 'gender': profile.gender,
             'phones': profile.phones}} AS user_metadata,
           {{'gigya': {{'created': created, 'lastLogin': lastLogin, 'regSource': regSource,
                        'identities': identities}},
             'data': data, 'preferences': preferences, 'subscriptions': subscriptions}} AS app_metadata
"""

source, target = sys.argv[1:3]
# The sample holds records that are not JSON and some that are deeper than a reader takes: passed over.
duckdb.sql(f"""
COPY ({PROJECTION}
  FROM read_json('{source}', format = 'newline_delimited', ignore_errors = true, columns = {COLUMNS})
  WHERE {EMAIL} IS NOT NULL
) TO '{target}' (FORMAT json)
""")
