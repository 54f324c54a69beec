//! Bounds on what a stored hash may make a login cost.
//!
//! Auth0 publishes none. Each is well above what is in use and low enough that one login ends within some seconds;
//! beyond it the login fails, as it would fail where the check runs into a time limit.

/// Most iterations of PBKDF2. OWASP's highest recommendation (2023) is 1,300,000, for HMAC-SHA1.
pub const MAX_PBKDF2_ITERATIONS: u32 = 5_000_000;

/// Most iterations times output blocks of PBKDF2: a long key costs a multiple.
pub const MAX_PBKDF2_WORK: u64 = 10_000_000;

/// Longest key, in bytes, that PBKDF2 and scrypt may be asked for.
pub const MAX_KEY_LENGTH: usize = 1024;

/// Highest cost of bcrypt (2^16 rounds, some seconds).
pub const MAX_BCRYPT_COST: u32 = 16;

/// Most memory of Argon2, in KiB: 1 GiB, libsodium's `MEMLIMIT_SENSITIVE`.
pub const MAX_ARGON2_MEMORY_KIB: u32 = 1 << 20;

/// Most memory times passes of Argon2, in KiB.
pub const MAX_ARGON2_WORK: u64 = 1 << 23;

/// Most memory of scrypt, in bytes (128 · cost · block size).
pub const MAX_SCRYPT_MEMORY: u64 = 1 << 30;

/// Most work of scrypt: cost · block size · parallelization.
pub const MAX_SCRYPT_WORK: u64 = 1 << 24;
