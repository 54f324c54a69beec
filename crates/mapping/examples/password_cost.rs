//! What the translation of a password and the judgement of an address cost per account: nanoseconds of each, best of ten
//! runs. `cargo run --release -p mapping --example password_cost`.

use std::borrow::Cow;
use std::hint::black_box;
use std::io::{self, Write as _};
use std::time::Instant;

use account::Password;
use mapping::password::translate;

const CALLS: u32 = 100_000;

fn cost(mut call: impl FnMut()) -> f64 {
    let mut best = f64::INFINITY;
    for _ in 0..10 {
        let start = Instant::now();
        for _ in 0..CALLS {
            call();
        }
        best = best.min(start.elapsed().as_secs_f64() * 1e9 / f64::from(CALLS));
    }
    best
}

fn main() -> io::Result<()> {
    let mut out = io::stdout().lock();
    let some = |text: &'static str| Some(Cow::Borrowed(text));
    let salt = some("iIj9T09VwfcvLv/0D7rFkA==");
    let pbkdf2 = Password {
        hash: some("YG8PL6PwxlH0+KbUb4vG3w=="),
        algorithm: some("pbkdf2"),
        salt,
        rounds: some("5000"),
        ..Password::default()
    };
    let md5 = Password {
        hash: some("Ftek/KdELdo62TyacmWX5A=="),
        algorithm: some("md5"),
        salt: some("pepper"),
        format: some("$salt$password"),
        ..Password::default()
    };
    let bcrypt = Password {
        compound_hash: some("$2b$10$C9hB01.YxRSTcn/ZOOo4j.TW7xCKKFKBSF.C7E0xiUwumqIDqWUXG"),
        ..Password::default()
    };
    for (name, password) in [("pbkdf2", pbkdf2), ("md5 with salt", md5), ("bcrypt", bcrypt)] {
        let translated = cost(|| drop(black_box(translate(black_box(&password)))));
        let mut json = Vec::new();
        let hash = translate(&password).ok().flatten();
        let written = cost(|| {
            json.clear();
            if let Some(hash) = &hash {
                hash.write_json(&mut json);
            }
            black_box(&json);
        });
        writeln!(out, "{name:15} translate {translated:6.0} ns   write {written:6.0} ns")?;
    }
    for (name, address) in
        [("plain address", "anna.novakova1987@mail.example.com"), ("non-ASCII", "anna@háčky.example.com")]
    {
        writeln!(
            out,
            "{name:15} judge     {:6.0} ns",
            cost(|| {
                black_box(user::rules::email(black_box(address)));
            })
        )?;
    }
    Ok(())
}
