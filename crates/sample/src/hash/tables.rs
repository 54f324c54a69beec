//! Precomputed hashes: password, hash. Made by `tables.py` beside `Cargo.toml`; do not edit.

/// bcrypt at cost 10, as `$2a$` and `$2b$`.
pub(crate) const BCRYPT_10: &[(&str, &str)] = &[
    ("test1234", "$2a$10$T.CqMbeGK9K1z2iHbTquIuXL/It9bAu2SNFT7z55npWZ/UQSACLZi"),
    ("correct horse", "$2b$10$xVE3fSIpBukovNec6HwV2uP68yGaohuJ9W57G9okAaC9g54v0RNZi"),
    ("Winter-2019!", "$2a$10$tRjXFlh89Lk86750DXzm.uSqqFxS3pR9CLowbDb9erMTq6tXApeOa"),
    ("s3cret/Gate", "$2b$10$fs8z5iZNAQL6SLfvfCcizu7HkxW5ikdjOZwijfi1iVUFnHpWxuCoS"),
    ("aubergine%20", "$2a$10$lKwGnBVy7UkZjQNFm69jpuYti2p6mmOvACaIXGS5FbnQB4pNUhSLS"),
    ("Grüße aus Köln", "$2b$10$vVbi22KQpzRC.EGJxddWnuQu/rXs2L9G81mS1jxoTYdFUMNRsX0L6"),
    ("пароль-77", "$2a$10$Dmi4nEx5TGfyfUmMzwvgOuvEUQ6xCZsIZ8EgPqtuFn9gsiOjWrnYS"),
    ("contraseña", "$2b$10$yQtYt30d6YGkmYY5tzyChujvwJIOTJBWBzM8xCDNnjbvrWtHU3/Ou"),
];

/// bcrypt at costs other than 10.
pub(crate) const BCRYPT_OTHER: &[(&str, &str)] = &[
    ("test1234", "$2a$05$pjHYgAgGSCDX79FncTtcxul7auGlcJq.O3arQHcg/C1VT/IkCKCvi"),
    ("correct horse", "$2b$08$jQnXY6EcMJ7q3UXjX2u6du2G1.whmwd5c6OSi.qlYKAfBxiUbwztK"),
    ("Winter-2019!", "$2a$09$D4ws1Xq9wX5UT6li8AEhzuRoKkGF062nQoPwr4Lj4QYnCsu6NFIEG"),
    ("s3cret/Gate", "$2b$12$P6.M.f0wHhEjGu1beDwiautvCyPv9sYZDisvFiWl6t3Qt76es0EVW"),
    ("aubergine%20", "$2a$05$ruMDXRX24jVfggeenUuwruD83WsST0s3EiMBQHyqW/eQsl5IKtYEO"),
    ("Grüße aus Köln", "$2b$08$wq3QbeNjijqF80a/nqi5EusFNQQsL6WzGtmpUq09aIabfH8/CTdi6"),
    ("пароль-77", "$2a$09$s/fbUxOgnQNcG8TWqU5wAu2ZMIWqv1McSvroiiPV6.YHSSLk8qZa2"),
    ("contraseña", "$2b$12$O5jSxwfhKqUihVL7f75o9uDfeDqtf3H4OKo1gz1qdkZnOdMxq2FIC"),
];

/// bcrypt as PHP writes it, `$2y$`, at costs 8 to 10.
pub(crate) const BCRYPT_2Y: &[(&str, &str)] = &[
    ("test1234", "$2y$10$l/KMtJSJPGuGM8/DsKc3dula/cquMAgw36SSSrOBgGmUOfNz7rHVy"),
    ("correct horse", "$2y$08$QypHrFgOCt.NCd2BOyVUrumxAPMzTpIlyhsD2kVM3aVIZ15quwEwK"),
    ("Winter-2019!", "$2y$09$kYM204aXjBTW4H2sp7iTyu3B7Sk.KU5ANX.YXK6aqBS1tf/qq2I22"),
    ("s3cret/Gate", "$2y$10$U0YxzcmxQhJtRYS9hBtrouCGTRD039YQXUgKkQhbpB0DxzOxDUmrG"),
    ("aubergine%20", "$2y$08$XDLGUuWKx9ec9tJmyW6/Mu6jZs6tPBSQZXCAzK5WeKqLYNtiapFNi"),
    ("Grüße aus Köln", "$2y$09$.5g80KufU8iVNY.hrWzP0uC2PZef0bBd5xpivjp4HZI9m3CptFbNS"),
    ("пароль-77", "$2y$10$KHdAGD4aCksCcOGZmyy/LuanS5MVKdlw/6wBjoreCWu/whkiqjDSW"),
    ("contraseña", "$2y$08$4RgMULxJdJaH5/xaQ0PeXutycJBvJey9ALk58fPyZ3qL101EG0Fc2"),
];

/// argon2id, 4 MiB and 2 passes, one lane, salt of 16 and tag of 32 bytes.
pub(crate) const ARGON2ID: &[(&str, &str)] = &[
    (
        "test1234",
        "$argon2id$v=19$m=4096,t=2,p=1$F7Jx+1hyA8DOofinVCQ/ZA$EH7VUn3osb0v3D/+CNDiCjpDQgVPcVU0v9kapaeT1m0",
    ),
    (
        "correct horse",
        "$argon2id$v=19$m=4096,t=2,p=1$W28KGK5nIlaYA8xR2T8fkw$DkN21pb8wtLF7+QHCqvsdg8hiHmfLRzFrqUZJClIZVg",
    ),
    (
        "Winter-2019!",
        "$argon2id$v=19$m=4096,t=2,p=1$fqwusvGorfOSnSznEjCgpQ$g9DClM8c0W7VLzhmgLj9rkgDAdcfONYEFap1dzqKooA",
    ),
    (
        "s3cret/Gate",
        "$argon2id$v=19$m=4096,t=2,p=1$9npUEFtmr8IRMYYR2Hftrg$Rjf4OKE1mWwY56s+t0WEZeCyak5ty0SGn6LYLex+mp4",
    ),
    (
        "aubergine%20",
        "$argon2id$v=19$m=4096,t=2,p=1$xc109uMTwr/Z5ngK+fQ64w$26Lmsxu5f/Dbi40apBe9FwTkJFsgy8aTsW3v9d3B6ss",
    ),
    (
        "Grüße aus Köln",
        "$argon2id$v=19$m=4096,t=2,p=1$AZs/dwmswGG/cR1QXN2HDg$EpvobORzfGSzqdR8LhNMyzyiudb/y3Tiwx+SBXTQ79I",
    ),
    (
        "пароль-77",
        "$argon2id$v=19$m=4096,t=2,p=1$EoKmewDMWezSTy4VEWNZiA$XwNeyfYJttbG3HDe6DyTqRD8u5VAVjk+cvfBNY41Nuc",
    ),
    (
        "contraseña",
        "$argon2id$v=19$m=4096,t=2,p=1$L0BgNxoT3B6LIDHqgRdElQ$Z+kJ+nVoOUhaUT3kHVRd7qie9cyFeS3pjt5DD7o+JCk",
    ),
];
