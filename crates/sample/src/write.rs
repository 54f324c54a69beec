//! An account as JSON, in the shape of `accounts.search` or of `accounts.getAccountInfo`.

use crate::account::Account;
use crate::dates::Calendar;
use crate::random::Random;
use crate::text::{digits, key, member, number, raw, string};
use crate::words::THINGS;

/// Appends the account, without a line end.
pub(crate) fn account(
    out: &mut Vec<u8>,
    account: &Account<'_>,
    index: u64,
    calendar: &Calendar,
    random: &mut Random,
) {
    out.extend_from_slice(b"{\"UID\":");
    string(out, &account.uid, false);
    if account.info {
        raw(out, "UIDSignature", "\"c2lnbmF0dXJlIG9mIHRoZSBVSUQ=\",\"signatureTimestamp\":\"1700000000\"");
    }
    member(out, "loginProvider", account.social.unwrap_or("site"));
    raw(out, "isRegistered", bool(account.registered));
    raw(out, "isActive", bool(account.active));
    raw(out, "isVerified", bool(!account.verified.is_empty()));
    raw(out, "iRank", "0");
    emails(out, account);
    if let Some(phone) = &account.phone {
        member(out, "phoneNumber", phone);
    }
    let providers = account.social.map_or_else(|| "site".to_owned(), |social| format!("{social},site"));
    member(out, "socialProviders", &providers);
    profile(out, account, index, random);
    identities(out, account, index, calendar, random);
    data(out, account, calendar, random);
    match account.password {
        Some(password) => raw(out, "password", password),
        None if account.info || account.nulls => raw(out, "password", "{}"),
        None => {}
    }
    calendar.member(out, "created", Some(account.created));
    calendar.member(out, "registered", Some(account.created + 62));
    calendar.member(out, "lastLogin", account.last_login);
    calendar.member(out, "lastUpdated", Some(account.last_updated));
    if !account.verified.is_empty() && account.last_login.is_some() {
        calendar.member(out, "verified", Some(account.created + 31));
    } else if account.last_login.is_none() {
        calendar.member(out, "verified", None);
    }
    raw(out, "regSource", if account.info { "\"\"" } else { "\"https://www.example.com/sign-up\"" });
    preferences(out, account, calendar, random);
    subscriptions(out, account, calendar, random);
    if account.info {
        calendar.member(out, "oldestDataUpdated", Some(account.created));
        raw(out, "rbaPolicy", "{\"riskPolicyLocked\":false}");
        raw(out, "lastLoginLocation", "{\"country\":\"IL\",\"coordinates\":{\"lat\":31.5,\"lon\":34.75}}");
        raw(
            out,
            "groups",
            r#"{"organizations":[{"orgId":"org-1","roles":["buyer"],"department":"it","status":"active"}]}"#,
        );
        raw(out, "customIdentifiers", "{\"memberId\":\"M-1\"}");
        raw(out, "tfaStatus", "\"forceOff\"");
        raw(out, "statusCode", "200,\"errorCode\":0,\"statusReason\":\"OK\",\"apiVersion\":2");
        member(out, "callId", "00000000000000000000000000000000");
        member(out, "time", "2023-12-31T23:24:25.466Z");
    }
    out.push(b'}');
}

/// Appends a lite account: a row of `emailAccounts`.
pub(crate) fn lite(out: &mut Vec<u8>, account: &Account<'_>, calendar: &Calendar, random: &mut Random) {
    out.extend_from_slice(b"{\"UID\":");
    string(out, &account.uid, false);
    member(out, "email", &account.person.email);
    raw(out, "hasFullAccount", "false,\"hasLiteAccount\":true,\"isRegistered\":false,\"isActive\":false");
    raw(out, "profile", "{\"email\":");
    string(out, &account.person.email, false);
    out.push(b'}');
    calendar.member(out, "created", Some(account.created));
    calendar.member(out, "lastUpdated", Some(account.last_updated));
    subscriptions(out, account, calendar, random);
    out.push(b'}');
}

fn bool(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn list(out: &mut Vec<u8>, items: &[String]) {
    out.push(b'[');
    for (at, item) in items.iter().enumerate() {
        if at > 0 {
            out.push(b',');
        }
        string(out, item, false);
    }
    out.push(b']');
}

/// Writes the members that are there; `accounts.search` omits empty ones, `getAccountInfo` gives them.
fn object(out: &mut Vec<u8>, name: &str, info: bool, members: &[(&str, &[String])]) {
    let mut first = true;
    for (member, items) in members.iter().filter(|(_, items)| info || !items.is_empty()) {
        if first {
            key(out, name);
            out.push(b'{');
        } else {
            out.push(b',');
        }
        first = false;
        out.push(b'"');
        out.extend_from_slice(member.as_bytes());
        out.extend_from_slice(b"\":");
        list(out, items);
    }
    if !first {
        out.push(b'}');
    }
}

fn emails(out: &mut Vec<u8>, account: &Account<'_>) {
    if let Some(username) = &account.username {
        key(out, "loginIDs");
        out.extend_from_slice(b"{\"username\":");
        string(out, username, false);
        out.push(b'}');
    } else {
        let members =
            [("emails", &account.login_emails[..]), ("unverifiedEmails", &account.login_unverified)];
        object(out, "loginIDs", account.info, &members);
    }
    object(
        out,
        "emails",
        account.info,
        &[("verified", &account.verified), ("unverified", &account.unverified)],
    );
}

fn profile(out: &mut Vec<u8>, account: &Account<'_>, index: u64, random: &mut Random) {
    let (country, city, locale, zone, _) = account.person.place;
    key(out, "profile");
    out.extend_from_slice(b"{\"firstName\":");
    string(out, &account.given, account.escape);
    key(out, "lastName");
    string(out, &account.family, account.escape);
    if let Some(email) = &account.profile_email {
        member(out, "email", email);
    }
    if !account.nulls && random.percent(25) {
        key(out, "nickname");
        string(out, account.person.given, account.escape);
    }
    if let Some(picture) = &account.picture {
        member(out, "photoURL", picture);
        raw(out, "thumbnailURL", "\"https://img.example.com/thumbnail/1.jpg\"");
    }
    let (year, month, day) = (1940 + random.below(66), 1 + random.below(12), 1 + random.below(28));
    for (name, value) in [("birthYear", year), ("birthMonth", month), ("birthDay", day), ("age", 2023 - year)]
    {
        if account.strings {
            member(out, name, &value.to_string());
        } else {
            number(out, name, value);
        }
    }
    member(out, "gender", account.person.gender);
    member(out, "country", country);
    key(out, "city");
    string(out, city, account.escape);
    key(out, "zip");
    out.push(b'"');
    digits(out, random.below(99_999), 5);
    out.push(b'"');
    member(out, "address", "Example Street 12, 3rd floor");
    member(out, "locale", locale);
    member(out, "languages", locale);
    member(out, "timezone", zone);
    if account.single_phone || (!account.nulls && random.percent(40)) {
        key(out, "phones");
        out.extend_from_slice(if account.single_phone {
            b"{\"type\":\"mobile\""
        } else {
            b"[{\"type\":\"mobile\""
        });
        member(out, "number", &account.number(index));
        out.extend_from_slice(if account.single_phone { b"}" } else { b"}]" });
    }
    if account.nulls {
        raw(
            out,
            "nickname",
            "null,\"phones\":[],\"bio\":\"\",\"education\":[],\"samlData\":{},\"name\":null",
        );
    }
    if account.info {
        raw(out, "education", "[],\"work\":[{\"endDate\":\"2014\",\"isCurrent\":false}]");
    }
    out.push(b'}');
}

fn identities(
    out: &mut Vec<u8>,
    account: &Account<'_>,
    index: u64,
    calendar: &Calendar,
    random: &mut Random,
) {
    key(out, "identities");
    out.push(b'[');
    if let Some(social) = account.social {
        out.extend_from_slice(b"{\"provider\":");
        string(out, social, false);
        member(out, "providerUID", &format!("1{:019}{index:07}", random.below(1_000_000_000)));
        raw(
            out,
            "isLoginIdentity",
            "true,\"allowsLogin\":true,\"isExpiredSession\":false,\"proxiedEmail\":\"\"",
        );
        key(out, "firstName");
        string(out, &account.given, account.escape);
        if let Some(email) = &account.profile_email {
            member(out, "email", email);
        }
        calendar.member(out, "lastUpdated", Some(account.last_updated));
        out.extend_from_slice(b"},");
    }
    out.extend_from_slice(b"{\"provider\":\"site\",\"providerUID\":");
    string(out, &account.uid, false);
    raw(out, "isLoginIdentity", bool(account.social.is_none()));
    key(out, "firstName");
    string(out, &account.given, account.escape);
    key(out, "lastName");
    string(out, &account.family, account.escape);
    if let Some(email) = &account.profile_email {
        member(out, "email", email);
    }
    // The site's own identity gives numbers as strings, on real sites too.
    raw(out, "age", if account.strings { "\"81\",\"birthYear\":\"1942\"" } else { "\"39\"" });
    raw(out, "allowsLogin", "true,\"isExpiredSession\":false");
    calendar.member(out, "lastUpdated", Some(account.last_updated));
    out.extend_from_slice(b"}]");
}

fn data(out: &mut Vec<u8>, account: &Account<'_>, calendar: &Calendar, random: &mut Random) {
    key(out, "data");
    out.extend_from_slice(b"{\"loyalty\":{\"tier\":");
    string(out, random.pick(&["bronze", "silver", "gold"]), false);
    number(out, "points", random.below(90_000));
    key(out, "balance");
    digits(out, random.below(900), 1);
    out.push(b'.');
    digits(out, random.below(100), 2);
    key(out, "since");
    out.push(b'"');
    calendar.iso(out, Some(account.created));
    out.extend_from_slice(b"\"}");
    raw(out, "newsletter", bool(random.percent(60)));
    key(out, "orders");
    out.push(b'[');
    for at in 0..1 + random.below(3) {
        if at > 0 {
            out.push(b',');
        }
        out.extend_from_slice(b"{\"id\":");
        digits(out, 1_000_000 + random.below(9_000_000), 1);
        key(out, "item");
        string(out, random.pick(&THINGS), account.escape);
        key(out, "total");
        digits(out, random.below(400), 1);
        out.extend_from_slice(b".95,\"paid\":");
        out.extend_from_slice(bool(random.percent(90)).as_bytes());
        key(out, "at");
        out.push(b'"');
        calendar.iso(out, Some(account.created + random.below(1 << 34)));
        out.extend_from_slice(b"\"}");
    }
    out.push(b']');
    if account.nulls {
        raw(out, "store", "null,\"coupons\":[],\"flags\":{}");
    } else {
        raw(out, "store", r#"{"id":"S-017","opens":{"mon":[9,18],"sat":[10,14]},"distance":3.25}"#);
    }
    out.extend_from_slice(account.data.as_bytes());
    out.push(b'}');
}

fn preferences(out: &mut Vec<u8>, account: &Account<'_>, calendar: &Calendar, random: &mut Random) {
    key(out, "preferences");
    out.extend_from_slice(b"{\"terms\":{\"tos\":");
    consent(out, account, calendar, true);
    out.extend_from_slice(b"},\"privacy\":{\"marketing\":");
    consent(out, account, calendar, random.percent(55));
    out.extend_from_slice(b"}}");
}

fn consent(out: &mut Vec<u8>, account: &Account<'_>, calendar: &Calendar, granted: bool) {
    out.extend_from_slice(b"{\"isConsentGranted\":");
    out.extend_from_slice(bool(granted).as_bytes());
    raw(out, "docVersion", "1,\"docDate\":\"2018-05-25T00:00:00Z\",\"lang\":\"en\"");
    for name in ["lastConsentModified", "actionTimestamp"] {
        key(out, name);
        out.push(b'"');
        calendar.iso(out, Some(account.created));
        out.push(b'"');
    }
    raw(out, "tags", if account.nulls { "null}" } else { "[],\"entitlements\":[]}" });
}

fn subscriptions(out: &mut Vec<u8>, account: &Account<'_>, calendar: &Calendar, random: &mut Random) {
    raw(out, "subscriptions", "{\"newsletter\":{\"email\":{\"isSubscribed\":");
    out.extend_from_slice(bool(random.percent(60)).as_bytes());
    raw(out, "tags", "[],\"lastUpdatedSubscriptionState\":\"");
    calendar.iso(out, Some(account.created));
    out.extend_from_slice(b"\",\"doubleOptIn\":{\"status\":\"Confirmed\"}}}}");
}
