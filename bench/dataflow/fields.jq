# The field-only flow for jq.
.mail = .profile.email | .first = .profile.firstName | .last = .profile.lastName | .zip = .profile.zip
| del(.profile, .password, .identities, .loginIDs)
