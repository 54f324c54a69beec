"""Makes src/hash/tables.rs: hashes that are too slow to compute in every run.
pip install bcrypt argon2-cffi; python3 tables.py > src/hash/tables.rs"""
import hashlib
import bcrypt
from argon2.low_level import hash_secret, Type

PASSWORDS = ["test1234", "correct horse", "Winter-2019!", "s3cret/Gate", "aubergine%20", "Grüße aus Köln", "пароль-77", "contraseña"]


def salt(kind: str, index: int, length: int) -> bytes:
    return hashlib.sha256(f"crosswalk sample {kind} {index}".encode()).digest()[:length]


def bcrypt_hash(kind: str, index: int, cost: int, prefix: bytes) -> str:
    drawn = bcrypt.gensalt(cost)  # replaced below: the table must come out the same each time
    alphabet = b"./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    body = bytes(alphabet[b % 64] for b in salt(kind, index, 21)) + b"u"
    made = bcrypt.hashpw(PASSWORDS[index].encode(), drawn[:7] + body)
    return (b"$" + prefix + made[3:]).decode()


def table(name: str, comment: str, rows) -> None:
    print(f"\n/// {comment}")
    print(f"pub(crate) const {name}: &[(&str, &str)] = &[")
    for password, made in rows:
        print(f'    ("{password}", "{made}"),')
    print("];")


print("//! Precomputed hashes: password, hash. Made by `tables.py` beside `Cargo.toml`; do not edit.")
table("BCRYPT_10", "bcrypt at cost 10, as `$2a$` and `$2b$`.",
      [(p, bcrypt_hash("bcrypt10", i, 10, (b"2a", b"2b")[i % 2])) for i, p in enumerate(PASSWORDS)])
table("BCRYPT_OTHER", "bcrypt at costs other than 10.",
      [(p, bcrypt_hash("bcrypt", i, (5, 8, 9, 12)[i % 4], (b"2a", b"2b")[i % 2])) for i, p in enumerate(PASSWORDS)])
table("BCRYPT_2Y", "bcrypt as PHP writes it, `$2y$`, at costs 8 to 10.",
      [(p, bcrypt_hash("bcrypt2y", i, (10, 8, 9)[i % 3], b"2y")) for i, p in enumerate(PASSWORDS)])
table("ARGON2ID", "argon2id, 4 MiB and 2 passes, one lane, salt of 16 and tag of 32 bytes.",
      [(p, hash_secret(p.encode(), salt("argon2id", i, 16), 2, 4096, 1, 32, Type.ID).decode()) for i, p in enumerate(PASSWORDS)])
