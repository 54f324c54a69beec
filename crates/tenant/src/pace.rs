//! The pace of a real tenant, by its plan: rate limits, and the speed of imports.
//!
//! Source: Auth0, "Rate Limit Configurations" of each plan. What it leaves open is inferred: which endpoints beside
//! `/users` count as users, that POST and PATCH of users share a bucket, and the Authentication API of a non-production
//! tenant (as production).

use std::collections::HashMap;
use std::str::FromStr;

use axum::http::Method;
use loopback::{Allowance, Bucket, Level};

/// A plan of Auth0's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pace {
    /// Free.
    Free,
    /// B2C or B2B Essentials.
    Essentials,
    /// B2C or B2B Professional; the same limits.
    Professional,
    /// Enterprise, production environment.
    Enterprise,
    /// Enterprise, any other environment.
    EnterpriseNonprod,
}

impl Pace {
    /// The plans by name.
    pub const ALL: [(&'static str, Self); 5] = [
        ("free", Self::Free),
        ("essentials", Self::Essentials),
        ("professional", Self::Professional),
        ("enterprise", Self::Enterprise),
        ("enterprise-nonprod", Self::EnterpriseNonprod),
    ];

    /// Users that one import job deals with per second. Seen by Auth0's customers: an enterprise tenant imports about
    /// 400,000 an hour with two jobs in parallel, production tenants of other plans a quarter to a third of that, free
    /// and staging ones a tenth (Auth0 community 112785 and 140781).
    #[must_use]
    pub fn users_per_second(self) -> f64 {
        let per_hour = match self {
            Self::Enterprise => 400_000.0,
            Self::Essentials | Self::Professional => 115_000.0,
            Self::Free | Self::EnterpriseNonprod => 40_000.0,
        };
        per_hour / 3_600.0 / 2.0
    }

    /// The bucket that counts requests of this kind, and its size.
    fn allowance(self, kind: Kind) -> (Kind, Allowance) {
        use Kind::{Authentication, Clients, Connections, Other, Token, UsersDelete, UsersRead, UsersWrite};
        match (self, kind) {
            (Self::Free, Token) => (Token, Allowance::per_second(30, 30)),
            (Self::Free, Authentication) => (Authentication, Allowance::per_minute(300, 300)),
            (Self::Essentials | Self::Professional, Token | Authentication) => {
                (Authentication, Allowance::per_second(25, 25))
            }
            (Self::Enterprise | Self::EnterpriseNonprod, Token | Authentication) => {
                (Authentication, Allowance::per_second(100, 100))
            }
            (Self::Free, _) => (Other, Allowance::per_second(2, 2)),
            (Self::Enterprise, _) => (Other, Allowance::per_second(50, 16)),
            (Self::EnterpriseNonprod, _) => (Other, Allowance::per_second(10, 2)),
            (Self::Essentials | Self::Professional, kind) => (
                kind,
                match kind {
                    UsersRead => Allowance::per_minute(40, 500),
                    UsersWrite | UsersDelete => Allowance::per_minute(20, 200),
                    Connections => Allowance::per_minute(5, 50),
                    Clients => Allowance::per_minute(5, 100),
                    _ => Allowance::per_minute(10, 150),
                },
            ),
        }
    }
}

impl FromStr for Pace {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        Self::ALL.into_iter().find(|(name, _)| *name == text).map(|(_, pace)| pace).ok_or_else(|| {
            format!("no plan of Auth0's; choose from {}", Self::ALL.map(|(name, _)| name).join(", "))
        })
    }
}

/// Requests that may be counted together.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Kind {
    UsersRead,
    UsersWrite,
    UsersDelete,
    Connections,
    Clients,
    /// The rest of the Management API.
    Other,
    /// `/oauth/token`.
    Token,
    /// The rest of the Authentication API.
    Authentication,
}

impl Kind {
    const ALL: [Self; 8] = [
        Self::UsersRead,
        Self::UsersWrite,
        Self::UsersDelete,
        Self::Connections,
        Self::Clients,
        Self::Other,
        Self::Token,
        Self::Authentication,
    ];

    /// Of a request to the Management API, from its path below `/api/v2`.
    pub(crate) fn management(method: &Method, path: &str) -> Self {
        let resource = path.trim_start_matches('/').split('/').next().unwrap_or_default();
        match (resource, method.as_str()) {
            ("users" | "users-by-email", "GET") => Self::UsersRead,
            ("users", "POST" | "PATCH") => Self::UsersWrite,
            ("users", "DELETE") => Self::UsersDelete,
            ("connections", "GET") => Self::Connections,
            ("clients", "GET") => Self::Clients,
            _ => Self::Other,
        }
    }

    /// Of a request to the Authentication API.
    pub(crate) fn authentication(path: &str) -> Self {
        if path == "/oauth/token" { Self::Token } else { Self::Authentication }
    }
}

/// The buckets of a tenant.
#[derive(Debug)]
pub(crate) struct Limits {
    pace: Option<Pace>,
    buckets: HashMap<Kind, Bucket>,
}

/// Without a pace a rehearsal is as fast as the machine is, and its headers still say something.
const GENEROUS: Allowance = Allowance::per_second(10_000, 10_000);

impl Limits {
    pub(crate) fn new(pace: Option<Pace>) -> Self {
        let buckets = match pace {
            None => HashMap::from([(Kind::Other, Bucket::new(GENEROUS))]),
            Some(pace) => Kind::ALL
                .into_iter()
                .map(|kind| pace.allowance(kind))
                .map(|(kind, allowance)| (kind, Bucket::new(allowance)))
                .collect(),
        };
        Self { pace, buckets }
    }

    /// Counts a request at `now_ms`. None: such requests are not counted.
    pub(crate) fn take(&self, kind: Kind, now_ms: i64) -> Option<Level> {
        let bucket = match (self.pace, kind) {
            (None, Kind::Token | Kind::Authentication) => return None,
            (None, _) => Kind::Other,
            (Some(pace), kind) => pace.allowance(kind).0,
        };
        self.buckets.get(&bucket).map(|bucket| bucket.take(now_ms))
    }

    /// Users per second of one import job; None: as fast as the machine is.
    pub(crate) fn users_per_second(&self) -> Option<f64> {
        self.pace.map(Pace::users_per_second)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passed(limits: &Limits, method: &Method, path: &str) -> usize {
        let kind = Kind::management(method, path);
        (0..1_000).take_while(|_| limits.take(kind, 1_000).is_some_and(|level| level.passed)).count()
    }

    #[test]
    fn endpoints_of_a_self_service_plan_have_buckets_of_their_own() {
        let limits = Limits::new(Some(Pace::Essentials));
        assert_eq!(passed(&limits, &Method::GET, "/users"), 40);
        assert_eq!(passed(&limits, &Method::GET, "/users/auth0%7C1"), 0);
        assert_eq!(passed(&limits, &Method::POST, "/users"), 20);
        assert_eq!(passed(&limits, &Method::DELETE, "/users/auth0%7C1"), 20);
        assert_eq!(passed(&limits, &Method::GET, "/connections"), 5);
        assert_eq!(passed(&limits, &Method::GET, "/clients"), 5);
        assert_eq!(passed(&limits, &Method::POST, "/jobs/users-imports"), 10);
        assert_eq!(passed(&limits, &Method::GET, "/jobs/job_1"), 0);
    }

    #[test]
    fn the_other_plans_have_one_for_the_management_api() {
        for (name, burst) in [("free", 2), ("enterprise", 50), ("enterprise-nonprod", 10)] {
            let limits = Limits::new(Some(name.parse().unwrap()));
            assert_eq!(passed(&limits, &Method::GET, "/users"), burst, "{name}");
            assert_eq!(passed(&limits, &Method::GET, "/jobs/job_1"), 0, "{name}");
        }
    }

    #[test]
    fn without_a_pace_the_authentication_api_is_not_counted() {
        assert_eq!(Limits::new(None).take(Kind::Token, 0), None);
        let limits = Limits::new(Some(Pace::Free));
        assert_eq!(limits.take(Kind::Token, 0).unwrap().limit, 30);
        assert_eq!(limits.take(Kind::Authentication, 0).unwrap().limit, 300);
    }

    #[test]
    fn names_are_read_and_others_answered_with_them() {
        for (name, pace) in Pace::ALL {
            assert_eq!(name.parse(), Ok(pace));
        }
        assert!("gold".parse::<Pace>().unwrap_err().contains("enterprise-nonprod"));
    }
}
