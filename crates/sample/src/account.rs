//! One account before it is written: an ordinary one, and what each case changes in it.

use std::borrow::Cow;

use crate::case::Case;
use crate::dates::{Calendar, Moment};
use crate::expectation::Lane;
use crate::hash::{HashKind, Pools};
use crate::person::Person;
use crate::random::Random;

/// The members of an account that vary.
#[derive(Debug, Clone)]
pub(crate) struct Account<'a> {
    pub(crate) uid: String,
    pub(crate) person: Person,
    pub(crate) given: Cow<'static, str>,
    pub(crate) family: Cow<'static, str>,
    /// `loginIDs.emails`, `loginIDs.unverifiedEmails`, `emails.verified`, `emails.unverified`.
    pub(crate) login_emails: Vec<String>,
    pub(crate) login_unverified: Vec<String>,
    pub(crate) verified: Vec<String>,
    pub(crate) unverified: Vec<String>,
    pub(crate) profile_email: Option<String>,
    pub(crate) username: Option<String>,
    pub(crate) phone: Option<String>,
    pub(crate) active: bool,
    pub(crate) registered: bool,
    /// The `password` member, JSON.
    pub(crate) password: Option<&'a str>,
    /// The provider of a social identity.
    pub(crate) social: Option<&'static str>,
    pub(crate) picture: Option<Cow<'static, str>>,
    pub(crate) created: Moment,
    pub(crate) last_login: Option<Moment>,
    pub(crate) last_updated: Moment,
    /// More members of `data`: JSON that starts with a comma.
    pub(crate) data: Cow<'static, str>,
    pub(crate) escape: bool,
    pub(crate) info: bool,
    pub(crate) single_phone: bool,
    pub(crate) strings: bool,
    pub(crate) nulls: bool,
}

impl<'a> Account<'a> {
    /// An account as most of a site's are.
    pub(crate) fn ordinary(pools: &'a Pools, seed: u64, index: u64, lane: Lane, random: &mut Random) -> Self {
        let person = Person::new(seed, index);
        let email = person.email.clone();
        let created = Calendar::moment(random.below(800_000), random.next());
        let last_login = Calendar::moment(820_000 + random.below(170_000), random.next());
        let password = match lane {
            Lane::Hash => pools.entry(HashKind::Pbkdf2, random.next()).map(|entry| entry.json.as_str()),
            Lane::Social | Lane::Reset => None,
        };
        let social = match lane {
            Lane::Social => Some(random.pick(&["facebook", "googleplus", "apple", "linkedin"])),
            Lane::Hash if random.percent(12) => Some(random.pick(&["facebook", "googleplus"])),
            Lane::Hash | Lane::Reset => None,
        };
        let picture = (social.is_some() || random.percent(30))
            .then(|| format!("https://img.example.com/people/{index}.jpg?size=large&v=2").into());
        Self {
            uid: hex::encode(random.bytes::<16>()),
            given: person.given.into(),
            family: person.family.into(),
            login_emails: vec![email.clone()],
            login_unverified: Vec::new(),
            verified: vec![email.clone()],
            unverified: Vec::new(),
            profile_email: Some(email),
            username: None,
            phone: None,
            active: true,
            registered: true,
            password,
            social,
            picture,
            created,
            last_login: Some(last_login),
            last_updated: last_login + random.below(60_000),
            data: Cow::Borrowed(""),
            escape: random.percent(25),
            info: false,
            single_phone: false,
            strings: false,
            nulls: false,
            person,
        }
    }

    /// Gives the account the email of the person it doubles, written in another case.
    pub(crate) fn double(&mut self, partner: Person) {
        let mut email = partner.email.clone();
        let upper = email[..1].to_uppercase();
        email.replace_range(..1, &upper);
        if let Some(at) = email.find('.') {
            let upper = email[at + 1..at + 2].to_uppercase();
            email.replace_range(at + 1..at + 2, &upper);
        }
        self.given = partner.given.into();
        self.family = partner.family.into();
        self.person = partner;
        self.only_email(email);
    }

    fn only_email(&mut self, email: String) {
        self.login_emails = vec![email.clone()];
        self.verified = vec![email.clone()];
        self.unverified.clear();
        self.profile_email = Some(email);
    }

    fn no_email(&mut self) {
        self.login_emails.clear();
        self.verified.clear();
        self.unverified.clear();
        self.profile_email = None;
    }

    /// Makes the account the given case; `turn` goes through the variants of a case.
    pub(crate) fn become_case(
        &mut self,
        case: Case,
        turn: u64,
        index: u64,
        pools: &'a Pools,
        random: &mut Random,
    ) {
        match case {
            Case::Password(kind) => {
                self.social = None;
                self.password = pools.entry(kind, turn).map(|entry| entry.json.as_str());
            }
            Case::AccountInfo => self.info = true,
            Case::SocialOnly => {
                self.password = None;
                self.social =
                    Some(["facebook", "googleplus", "apple", "linkedin", "twitter"][turn as usize % 5]);
            }
            Case::NoPassword => {
                self.password = None;
                self.social = None;
            }
            Case::Unverified => {
                self.unverified = std::mem::take(&mut self.verified);
                if !turn.is_multiple_of(2) {
                    self.login_unverified = std::mem::take(&mut self.login_emails);
                }
            }
            Case::Inactive => self.active = false,
            Case::Unregistered => self.registered = false,
            Case::OtherLoginEmail => {
                let login = format!("login.{}", self.person.email);
                self.login_emails = vec![login.clone()];
                self.verified = vec![login];
            }
            Case::SeveralEmails => {
                let (alt, old) = (format!("alt.{}", self.person.email), format!("old.{}", self.person.email));
                self.login_emails.insert(0, alt.clone());
                self.verified.push(alt);
                self.unverified.push(old);
            }
            Case::UpperCaseEmail => {
                let upper = self.person.email.to_uppercase();
                self.only_email(if turn.is_multiple_of(2) { upper } else { format!(" {upper} ") });
            }
            Case::UsernameOnly => {
                self.no_email();
                self.username = Some(format!("{}_{index}", self.person.given_ascii));
            }
            Case::PhoneOnly => {
                self.no_email();
                self.phone = Some(self.number(index));
            }
            Case::InvalidEmail => {
                let forms =
                    ["nobody", "nobody@", "@example.com", "a b@example.com", "a@@example.com", "a@localhost"];
                self.only_email(forms[turn as usize % forms.len()].replace('a', &format!("a{index}")));
            }
            Case::SpaceInUid => self.uid.insert(8, ' '),
            Case::GuidUid => self.uid = guid(random),
            Case::LongName => {
                let long = |name: &str, length: usize| name.repeat(length / name.len() + 1).into();
                if turn % 3 != 1 {
                    self.given = long("Maximiliane", 200);
                }
                if !turn.is_multiple_of(3) {
                    self.family = long("Österreicher", 240);
                }
            }
            Case::QuotedName => {
                self.given = "Dwayne \"The <b>Rock</b>\"".into();
                self.family = "O'Neil\\Smith & Sons, \u{201c}Ltd\u{201d}".into();
            }
            Case::ControlName => {
                self.given = "Ta\tb".into();
                self.family = "Line\nBreak\u{7}\u{1b}[31m".into();
            }
            Case::EmojiName => {
                self.given = "Ana 😀👩‍👩‍👧".into();
                self.family = "🦊🇩🇪".into();
                self.escape = turn.is_multiple_of(2);
            }
            Case::RightToLeftName => {
                self.given = "\u{200f}נועה\u{200f}".into();
                self.family = "\u{202b}الحداد\u{202c}".into();
            }
            Case::InvalidPicture => {
                let forms = ["img_0042", "no picture", "http://exa mple.com/x.jpg", "/people/1.jpg"];
                self.picture = Some(forms[turn as usize % forms.len()].into());
            }
            Case::SinglePhone => self.single_phone = true,
            Case::NumbersAsStrings => self.strings = true,
            Case::NeverDates => self.last_login = None,
            Case::NullMembers => self.nulls = true,
            Case::LargeProfile
            | Case::ForbiddenKeys
            | Case::ForbiddenKeysDeep
            | Case::LargeIntegers
            | Case::DeepNesting
            | Case::TooDeep => self.data = awkward_data(case, turn).into(),
            // Lite and broken records are written otherwise; a double is made with its partner at hand.
            Case::Lite | Case::Broken | Case::DoubleEmail => {}
        }
    }

    /// A phone number in E.164.
    pub(crate) fn number(&self, index: u64) -> String {
        format!("{}{:07}", self.person.place.4, index % 10_000_000)
    }
}

fn guid(random: &mut Random) -> String {
    use base64::Engine as _;
    let made = base64::engine::general_purpose::URL_SAFE.encode(random.bytes::<16>());
    format!("_guid_{made}")
}

/// Members for the end of `data`.
fn awkward_data(case: Case, turn: u64) -> String {
    match case {
        Case::LargeProfile => format!(",\"notes\":\"{}\"", "called the service line; ".repeat(480 + turn as usize * 40)),
        Case::ForbiddenKeys => concat!(
            r#","_id":"5f1e","email":"shop@example.com","identities":[{"provider":"crm"}],"blocked":false,"#,
            r#""user_id":"42","lastLogin":"2019","metadata":{"a.b":1,"$set":2}"#
        )
        .into(),
        Case::ForbiddenKeysDeep => {
            r#","crm":{"record":{"_id":"5f1e","email":"crm@example.com","history":[{"user_id":"1","__tenant":"x"}]}}"#.into()
        }
        Case::LargeIntegers => {
            r#","crmId":9007199254740993,"cardNumbers":[18446744073709551615,-9223372036854775809],"exact":0.1000"#.into()
        }
        Case::DeepNesting => nested(100, turn),
        _ => nested(if turn.is_multiple_of(4) { 5000 } else { 200 }, turn),
    }
}

/// Objects or arrays, one in the other.
fn nested(depth: usize, turn: u64) -> String {
    let (open, close) = if turn.is_multiple_of(2) { ("{\"a\":", "}") } else { ("[", "]") };
    format!(",\"tree\":{}1{}", open.repeat(depth), close.repeat(depth))
}
