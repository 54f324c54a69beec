//! How long the import will take.

use crate::report::Estimate;

/// Users per hour with two jobs in flight, by tier, and where the figure was seen.
const TIERS: [(&str, f64, &str); 3] = [
    (
        "enterprise",
        400_000.0,
        "Auth0 community 112785: about 400,000 users an hour with two jobs in parallel",
    ),
    ("production", 115_000.0, "Auth0 community 112785: production takes a quarter to a third of that"),
    ("free", 40_000.0, "Auth0 community 140781: free and staging tenants are about ten times slower"),
];

/// Expected wall seconds for each tier.
pub(crate) fn estimates(users: u64) -> Vec<Estimate> {
    #[expect(clippy::cast_precision_loss, reason = "an estimate")]
    let users = users as f64;
    TIERS
        .iter()
        .map(|(tier, per_hour, source)| Estimate {
            tier: (*tier).to_owned(),
            seconds: (users / per_hour * 3600.0).ceil(),
            source: (*source).to_owned(),
        })
        .collect()
}
