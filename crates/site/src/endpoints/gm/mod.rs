//! `gm.*`: game mechanics, of which this site has none.

mod get_challenge_status;

use super::{Endpoint, reads};

pub(super) const ENDPOINTS: &[Endpoint] = &[reads("gm.getChallengeStatus", get_challenge_status::run)];
