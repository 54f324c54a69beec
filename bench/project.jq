# What a person would write instead of a mapping: the projection alone, without screening, doubles or packing.
def unpadded: rtrimstr("=") | rtrimstr("=");
(.loginIDs.emails[0] // .emails.verified[0] // .profile.email // .emails.unverified[0]) as $email
| select($email != null)
| {
    user_id: .UID,
    email: ($email | ascii_downcase),
    email_verified: ((.emails.verified | length) > 0),
    given_name: .profile.firstName,
    family_name: .profile.lastName,
    name: ([.profile.firstName, .profile.lastName] | map(select(. != null)) | join(" ")),
    nickname: .profile.nickname,
    picture: (.profile.photoURL // .profile.thumbnailURL),
    blocked: (.isActive == false),
    custom_password_hash: (
      if .password.hash then
        {
          algorithm: "pbkdf2",
          hash: {
            value: "$pbkdf2-sha1$i=\(.password.hashSettings.rounds),l=16$\(.password.hashSettings.salt // "" | unpadded)$\(.password.hash | unpadded)",
            encoding: "utf8"
          }
        }
      else null end),
    user_metadata: {
      locale: .profile.locale, country: .profile.country, gender: .profile.gender, phones: .profile.phones,
      birthdate: "\(.profile.birthYear)-\(.profile.birthMonth)-\(.profile.birthDay)"
    },
    app_metadata: {
      gigya: {
        created, lastLogin, regSource,
        identities: [.identities[]? | {provider, providerUID}]
      },
      data, preferences, subscriptions
    }
  }
| with_entries(select(.value != null))
