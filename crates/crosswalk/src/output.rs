//! What a command prints: one JSON object, or a summary in words.

use std::io::{self, Write};
use std::sync::atomic::{AtomicBool, Ordering};

use migration::codes;
use migration::profile::Named;
use migration::report::{Cause, Report};
use serde::Serialize;

use crate::exit::{Failure, Status};
use crate::progress::{counted, duration, grouped};

/// Most lines of a list in the summary; the report has them all.
const LINES: usize = 12;

/// Prints one JSON object on standard output.
pub(crate) fn json(value: &impl Serialize) -> Result<(), Failure> {
    let text = serde_json::to_string(value).map_err(Failure::bug)?;
    PRINTED.store(true, Ordering::Relaxed);
    line(&text)
}

/// Whether the one JSON object of `--json` is out.
static PRINTED: AtomicBool = AtomicBool::new(false);

/// With `--json` a failure is an object, too, unless one is out already.
pub(crate) fn json_failure(failure: &Failure) {
    if !PRINTED.load(Ordering::Relaxed) {
        let error = serde_json::json!({"message": failure.to_string(), "status": failure.status()});
        // The message stands on standard error in any case.
        let _ = json(&serde_json::json!({ "error": error }));
    }
}

/// Prints a line on standard output. A reader that has gone away is no error.
pub(crate) fn line(text: &str) -> Result<(), Failure> {
    match writeln!(io::stdout(), "{text}").and_then(|()| io::stdout().flush()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            Err(Failure::stopped(format!("standard output: {error}")))
        }
        _ => Ok(()),
    }
}

/// Prints the report as JSON or in words.
pub(crate) fn report(report: &Report, as_json: bool) -> Result<(), Failure> {
    if as_json { json(report) } else { line(words(report).trim_end()) }
}

/// How a command that prepared or imported ended: what was set aside or failed counts, and an input that broke, unless its
/// code was accepted, now or when the run was prepared. What was proved before is not of this command.
pub(crate) fn status(report: &Report, accepted: &[String]) -> Status {
    let accepts = |code: &str| accepted.iter().chain(&report.accepted).any(|one| one == code);
    let open = report.causes.iter().any(|cause| cause.count > 0 && !accepts(&cause.code))
        || (!report.troubles.is_empty() && !accepts("broken_container"));
    if open { Status::Some } else { Status::Done }
}

/// How a command that proved ended; logins count when it has tried them.
pub(crate) fn proved(report: &Report, with_logins: bool) -> Status {
    let logins = with_logins && report.logins.is_some_and(|logins| !logins.all_well());
    let differ = report.proof.as_ref().is_some_and(|proof| proof.equal < proof.compared);
    if logins || differ { Status::Some } else { Status::Done }
}

/// The report in words.
pub(crate) fn words(report: &Report) -> String {
    let mut out = String::new();
    counters(report, &mut out);
    lanes(report, &mut out);
    causes(report, &mut out);
    profile(report, &mut out);
    for (code, count) in &report.warnings {
        let what = match code.as_str() {
            "doubled_key" => "members given twice in an object; the last was taken",
            "integer_beyond_2_53" => {
                "integers beyond 2^53; their digits are kept, a JavaScript back end may round them"
            }
            "uid_not_found" => "UIDs of --uids that no account has",
            "without_id" => {
                "users without an id (no UID); the tenant gives them one, and id-map.csv cannot name it"
            }
            "number_beyond_double" => {
                "numbers beyond 1.8e308; their digits are kept, a JavaScript back end makes null of them"
            }
            other => other,
        };
        out.push_str(&format!("warning: {} {what}\n", grouped(*count)));
    }
    for trouble in &report.troubles {
        out.push_str(&format!("warning: {trouble}\n"));
    }
    if !report.not_moved.is_empty() {
        let paths: Vec<String> = report
            .not_moved
            .iter()
            .take(LINES)
            .map(|one| format!("{} ({})", one.path, grouped(one.count)))
            .collect();
        let more = report.not_moved.len().saturating_sub(LINES);
        let rest = if more > 0 { format!(" and {more} more paths") } else { String::new() };
        out.push_str(&format!("\nnot moved     {}{rest}\n", paths.join(", ")));
    }
    estimates(report, &mut out);
    proof(report, &mut out);
    out
}

fn row(out: &mut String, name: &str, count: Option<u64>, note: &str) {
    if let Some(count) = count {
        out.push_str(&format!(
            "{name:<13} {:>12}{}{note}\n",
            grouped(count),
            if note.is_empty() { "" } else { "   " }
        ));
    }
}

fn counters(report: &Report, out: &mut String) {
    let counters = &report.counters;
    row(out, "read", counters.read, "");
    row(out, "not selected", counters.not_selected, "");
    row(out, "mapped", counters.mapped, "");
    row(
        out,
        "fixed",
        counters.fixed.filter(|count| *count > 0),
        "what was there before is in app_metadata.gigya.original",
    );
    row(out, "set aside", counters.set_aside, "");
    row(
        out,
        "left",
        counters.left.filter(|count| *count > 0),
        "they come over at their first login; lazy.ndjson lists them",
    );
    let parts = report.parts.zip(report.bytes).map(|(parts, bytes)| {
        #[expect(clippy::cast_precision_loss, reason = "megabytes to look at")]
        let megabytes = bytes as f64 / 1e6;
        format!("in {}, {megabytes:.1} MB", counted(parts, "part"))
    });
    let parts = parts.filter(|_| counters.packed != Some(0));
    row(out, "packed", counters.packed, &parts.unwrap_or_default());
    row(out, "imported", counters.imported, "");
    row(out, "updated", counters.updated.filter(|count| *count > 0), "");
    row(out, "already there", counters.already_there, "");
    row(out, "failed", counters.failed, "");
    row(out, "open", counters.open, "no outcome yet");
}

fn lanes(report: &Report, out: &mut String) {
    let Some(lanes) = report.lanes else { return };
    out.push_str("\npasswords\n");
    row(out, "  hash", Some(lanes.hash), "move with the user");
    row(
        out,
        "  lazy",
        Some(lanes.lazy).filter(|count| *count > 0),
        "are checked at Gigya at the first login",
    );
    row(out, "  social", Some(lanes.social), "none; these users log in with a social provider");
    row(out, "  reset", Some(lanes.reset), "cannot move or are not there; these users reset theirs");
    for unmovable in report.passwords.iter().take(LINES) {
        out.push_str(&format!(
            "    {:>10}   {} ({})\n",
            grouped(unmovable.count),
            unmovable.reason,
            unmovable.code
        ));
    }
    let more = report.passwords.iter().skip(LINES).map(|unmovable| unmovable.count).sum::<u64>();
    if more > 0 {
        out.push_str(&format!("    {:>10}   for further reasons, which the report lists\n", grouped(more)));
    }
}

fn profile(report: &Report, out: &mut String) {
    let Some(profile) = &report.profile else { return };
    out.push_str("\nhow passwords are stored\n");
    for hashes in profile.hashes.iter().take(LINES) {
        let form = if hashes.form.is_empty() { String::new() } else { format!(", {}", hashes.form) };
        let moves = match hashes.moves {
            0 => ": cannot move".to_owned(),
            all if all == hashes.count => String::new(),
            some => format!(": {} move", grouped(some)),
        };
        out.push_str(&format!("  {:>12}   {}{form}{moves}\n", grouped(hashes.count), hashes.algorithm));
    }
    let more = profile.hashes.len().saturating_sub(LINES);
    if more > 0 {
        out.push_str(&format!("{:>14}   more kinds, which --json lists\n", grouped(more as u64)));
    }
    out.push_str(&format!("  {:>12}   no password\n\n", grouped(profile.without_password)));
    let emails = [
        ("verified", profile.emails.verified),
        ("not verified", profile.emails.unverified),
        ("none", profile.emails.missing),
    ];
    let emails = emails.map(|(name, count)| (name.to_owned(), count));
    let named = |all: &[Named]| -> Vec<(String, u64)> {
        all.iter().filter(|one| one.count > 0).map(|one| (one.name.clone(), one.count)).collect()
    };
    for (title, all) in [
        ("addresses", emails.to_vec()),
        ("last login", named(&profile.last_login)),
        ("providers", named(&profile.providers)),
        ("countries", named(&profile.countries)),
    ] {
        let shown: Vec<String> =
            all.iter().take(LINES).map(|(name, count)| format!("{name} {}", grouped(*count))).collect();
        let more = all.len().saturating_sub(LINES);
        let rest = if more > 0 { format!(" and {more} more") } else { String::new() };
        if !shown.is_empty() {
            out.push_str(&format!("{title:<13} {}{rest}\n", shown.join(", ")));
        }
    }
}

fn causes(report: &Report, out: &mut String) {
    type Words = fn(&str) -> &'static str;
    let groups: [(&str, &[Cause], Words); 2] =
        [("set aside or failed", &report.causes, codes::advice), ("mended", &report.mended, codes::mended)];
    for (title, causes, words) in groups {
        if causes.is_empty() {
            continue;
        }
        out.push_str(&format!("\n{title}\n"));
        for cause in causes {
            let words = words(&cause.code);
            out.push_str(&format!("  {:>8}   {:<22} {words}\n", grouped(cause.count), cause.code));
        }
    }
    if !report.warnings.is_empty() || !report.troubles.is_empty() {
        out.push('\n');
    }
}

fn estimates(report: &Report, out: &mut String) {
    let imported = report.counters.imported.is_some();
    if imported || report.estimates.is_empty() {
        return;
    }
    out.push_str("\nthe import will take about\n");
    for estimate in &report.estimates {
        out.push_str(&format!(
            "  {:<12} {:>16}   {}\n",
            estimate.tier,
            duration(estimate.seconds),
            estimate.source
        ));
    }
}

fn proof(report: &Report, out: &mut String) {
    if let Some(proof) = &report.proof {
        out.push_str(&format!(
            "\ncompared      {:>12}   {} are as they were sent\n",
            grouped(proof.compared),
            grouped(proof.equal)
        ));
        for (field, count) in &proof.differences {
            out.push_str(&format!("  {:>8}   differ in {field}\n", grouped(*count)));
        }
    }
    if let Some(logins) = report.logins {
        out.push_str(&format!(
            "logins        {:>12}   {} got in\n",
            grouped(logins.tried),
            grouped(logins.passed)
        ));
        if logins.wrong_tried > 0 {
            out.push_str(&format!(
                "  wrong ones  {:>12}   {} were kept out\n",
                grouped(logins.wrong_tried),
                grouped(logins.wrong_refused)
            ));
        }
    }
}
