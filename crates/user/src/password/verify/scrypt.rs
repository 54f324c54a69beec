//! scrypt, its parameters beside the hash.

use super::super::custom::CustomPasswordHash;
use super::super::limits::{MAX_KEY_LENGTH, MAX_SCRYPT_MEMORY, MAX_SCRYPT_WORK};
use super::{VerifyError, matches};

pub(super) fn verify(custom: &CustomPasswordHash, password: &[u8]) -> Result<bool, VerifyError> {
    let positive =
        |value: Option<i64>, default: i64| u64::try_from(value.unwrap_or(default)).unwrap_or(u64::MAX);
    let cost = positive(custom.cost, 16_384);
    let block_size = positive(custom.block_size, 8);
    let lanes = positive(custom.parallelization, 1);
    let memory = cost.saturating_mul(block_size).saturating_mul(128);
    if memory > MAX_SCRYPT_MEMORY || block_size.saturating_mul(lanes).saturating_mul(128) > MAX_SCRYPT_MEMORY
    {
        return Err(VerifyError::TooCostly("memory"));
    }
    if cost.saturating_mul(block_size).saturating_mul(lanes) > MAX_SCRYPT_WORK {
        return Err(VerifyError::TooCostly("time"));
    }
    let length = usize::try_from(custom.keylen.unwrap_or(0)).unwrap_or(usize::MAX);
    if length > MAX_KEY_LENGTH {
        return Err(VerifyError::TooCostly("time"));
    }
    let impossible = "the parameters of the scrypt hash are not possible";
    let log_cost = u8::try_from(cost.checked_ilog2().unwrap_or(0)).map_err(|_| impossible)?;
    let block_size = u32::try_from(block_size).map_err(|_| impossible)?;
    let lanes = u32::try_from(lanes).map_err(|_| impossible)?;
    let parameters = scrypt::Params::new(log_cost, block_size, lanes).map_err(|_| impossible)?;
    let salt = match &custom.salt {
        None => Default::default(),
        Some(salt) => salt
            .encoding
            .unwrap_or_default()
            .decode(&salt.value)
            .ok_or("salt.value is not of its encoding")?,
    };
    let mut made = vec![0; length];
    scrypt::scrypt(password, &salt, &parameters, &mut made).map_err(|_| impossible)?;
    Ok(matches(custom, &made))
}
