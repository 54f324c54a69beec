//! Client of an Auth0 tenant: tokens, limits, connections, applications, jobs, users.
