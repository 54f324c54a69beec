//! The comparison, drawn: groups of members, what differs first, the rest folded.

use maud::{Markup, html};
use migration::trace::Trace;
use serde_json::{Map, Value};

use super::origin::Origin;
use super::rows::{Group, Row, Standing, groups};
use super::value::{value, whole};
use crate::pages::users::path;

/// What is compared.
pub(super) struct Comparison<'a> {
    /// Full id of the user.
    pub(super) id: &'a str,
    /// The run that brought the user, and what it knows.
    pub(super) found: Option<&'a (String, Trace)>,
    /// The user as the tenant has it.
    pub(super) now: &'a Map<String, Value>,
    /// The account, or why it cannot be shown; none as long as nobody has looked.
    pub(super) origin: Option<Result<&'a Origin, &'a String>>,
}

/// Which columns there are.
#[derive(Clone, Copy)]
struct Columns {
    account: bool,
    sent: bool,
}

impl Columns {
    /// The class that lays so many of them out.
    fn class(self) -> &'static str {
        match (self.account, self.sent) {
            (true, true) => "members three",
            (false, true) => "members two",
            (_, false) => "members one",
        }
    }
}

pub(super) fn comparison(compared: &Comparison<'_>) -> Markup {
    let sent = compared.found.and_then(|(_, trace)| trace.sent.as_ref());
    let origin = compared.origin.and_then(Result::ok);
    let groups = groups(sent, compared.now, origin);
    let columns = Columns { account: origin.is_some() && sent.is_some(), sent: sent.is_some() };
    html! {
        div id="comparison" {
            (said(compared, &groups))
            @for group in &groups { (drawn(group, columns)) }
            @if let Some(origin) = origin { (rest(origin)) }
        }
    }
}

/// Where the user comes from and how it is, in words.
fn said(compared: &Comparison<'_>, groups: &[Group]) -> Markup {
    let Some((run, trace)) = compared.found else {
        return html! { p { "No run of this home has brought this user: it was there before, signed up, or came over at its first login." } };
    };
    let different: usize = groups.iter().map(|group| group.of(Standing::Differs).len()).sum();
    html! {
        p { (outcome(trace)) " in run " a href=(format!("/runs/{run}")) { (run) } ", part " (trace.part) "." }
        p.verdict.differs[different > 0] role="status" {
            @if trace.sent.is_none() { "The folder of the run does not hold what was sent any more." }
            @else {
                @match different {
                    0 => { span.sign aria-hidden="true" { "=" } " What the tenant has is what was sent." }
                    1 => { span.sign aria-hidden="true" { "≠" } " One member differs from what was sent." }
                    more => { span.sign aria-hidden="true" { "≠" } " " (more) " members differ from what was sent." }
                }
            }
        }
        @match compared.origin {
            None if trace.uid.is_empty() => { p.hint { "The user was sent without an id, so its account is not looked for." } }
            None => (looking(compared.id, run, &trace.uid)),
            Some(Err(why)) => { p.hint { "The account it came from cannot be shown: " (why) "." } }
            Some(Ok(origin)) if origin.is_mended => {
                p.hint { "Somebody has mended this user before it was sent: the account is as it was exported, and what was sent is as it was mended." }
            }
            Some(Ok(_)) => {}
        }
    }
}

/// What became of the user, as the beginning of a sentence.
fn outcome(trace: &Trace) -> &'static str {
    match trace.outcome.as_str() {
        "imported" => "Imported",
        "updated" => "Updated",
        "already_there" => "Found there already",
        _ => "Refused",
    }
}

/// The account is looked for.
fn looking(id: &str, run: &str, uid: &str) -> Markup {
    let query = form_urlencoded::Serializer::new(String::new())
        .append_pair("run", run)
        .append_pair("uid", uid)
        .finish();
    let from = format!("{}?{query}", path(id, "/account"));
    html! {
        p.hint hx-get=(from) hx-trigger="load" hx-target="#comparison" hx-swap="outerHTML" {
            a href=(from) { "The account it came from" } " is looked for in the inputs of the run."
        }
    }
}

fn drawn(group: &Group, columns: Columns) -> Markup {
    let (differing, unreadable) = (group.of(Standing::Differs), group.of(Standing::Unreadable));
    let (equal, own) = (group.of(Standing::Equal), group.of(Standing::Own));
    // Who it is stands there at once.
    let open = group.title == "Identity" || !columns.sent;
    html! {
        section.compared {
            h3 { (group.title) }
            @if !differing.is_empty() { (list(&differing, columns)) }
            @if !unreadable.is_empty() { (list(&unreadable, columns)) }
            @if !equal.is_empty() { (folded(&format!("{} equal", equal.len()), &equal, columns, open)) }
            @if !own.is_empty() {
                @let title = match (columns.sent, own.len()) {
                    (false, 1) => "1 member".to_owned(),
                    (false, many) => format!("{many} members"),
                    (true, many) => format!("{many} that nobody sent"),
                };
                (folded(&title, &own, columns, !columns.sent))
            }
        }
    }
}

fn folded(title: &str, rows: &[&Row], columns: Columns, open: bool) -> Markup {
    html! { details open[open] { summary { (title) } (list(rows, columns)) } }
}

fn list(rows: &[&Row], columns: Columns) -> Markup {
    html! {
        ul class=(columns.class()) {
            li.heads aria-hidden="true" {
                span { "Member" }
                @if columns.account { span { "Account" } }
                @if columns.sent { span { "As sent" } }
                span { "The tenant has" }
            }
            @for row in rows { (member(row, columns)) }
        }
    }
}

fn member(row: &Row, columns: Columns) -> Markup {
    let differs = row.standing == Standing::Differs;
    html! {
        li.member.differs[differs] {
            div.of {
                code { (row.path) }
                @if differs { span.mark { span.sign aria-hidden="true" { "≠" } " " strong.bad { "differs" } } }
            }
            dl {
                @if columns.account { div { dt { "Account" } dd { (sources(&row.sources)) } } }
                @if columns.sent { div { dt { "As sent" } dd { (one(row.sent.as_ref())) } } }
                div {
                    dt { "The tenant has" }
                    dd { @if row.standing == Standing::Unreadable { span.quiet { "not given back" } } @else { (one(row.now.as_ref())) } }
                }
            }
        }
    }
}

fn sources(sources: &[(String, Value)]) -> Markup {
    html! {
        @if sources.is_empty() { (one(None)) }
        @for (path, found) in sources {
            div.source { (value(found)) span.why { (path) } }
        }
    }
}

fn one(found: Option<&Value>) -> Markup {
    html! { @match found { Some(found) => (value(found)), None => { span.quiet { span aria-hidden="true" { "–" } span.away { "nothing" } } } } }
}

/// What of the account is not in the user, and the whole of it.
fn rest(origin: &Origin) -> Markup {
    let nowhere = origin.nowhere();
    html! {
        section.compared {
            h3 { "The account it came from" }
            @if !nowhere.is_empty() {
                details {
                    summary { @if nowhere.len() == 1 { "1 member reaches nowhere" } @else { (nowhere.len()) " members reach nowhere" } }
                    ul.members.one {
                        @for (path, found) in nowhere {
                            li.member { div.of { code { (path) } } dl { div { dt { "Account" } dd { (value(found)) } } } }
                        }
                    }
                }
            }
            details { summary { "The whole account" } pre.wrap tabindex="0" role="region" aria-label="The whole account" { (whole(&Value::Object(origin.account.clone()))) } }
        }
    }
}
