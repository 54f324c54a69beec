//! Showing how far things are: bars on a terminal, plain lines otherwise. All of it goes to standard error.

use std::io::IsTerminal;
use std::sync::Arc;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use indicatif::{ProgressBar, ProgressStyle};
use migration::export::ExportProgress;
use migration::import::{Progress, Stage};
use migration::prepare::PrepareProgress;

/// How often a bar is drawn, and a plain line is printed.
const DRAW: Duration = Duration::from_millis(120);
const LINE: Duration = Duration::from_secs(5);

/// A display that lives until it is dropped.
pub(crate) struct Display {
    task: tokio::task::JoinHandle<()>,
}

impl Drop for Display {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Shows prepare.
pub(crate) fn prepare(progress: Arc<PrepareProgress>) -> Display {
    let terminal = std::io::stderr().is_terminal();
    let task = tokio::spawn(async move {
        let guard = Bar::new(terminal, 0);
        let mut line = Line::new();
        let started = Instant::now();
        loop {
            tokio::time::sleep(DRAW).await;
            let read = progress.read.load(Relaxed);
            let seconds = started.elapsed().as_secs_f64().max(0.001);
            #[expect(clippy::cast_precision_loss, reason = "a rate to look at")]
            let text = format!(
                "preparing   {}, {:.0} MB, {:.0} accounts/s",
                counted(read, "account"),
                progress.bytes.load(Relaxed) as f64 / 1e6,
                read as f64 / seconds
            );
            show(&guard, &mut line, text);
            guard.0.tick();
        }
    });
    Display { task }
}

/// Shows the reading of a site.
pub(crate) fn export(progress: Arc<ExportProgress>) -> Display {
    let terminal = std::io::stderr().is_terminal();
    let task = tokio::spawn(async move {
        let guard = Bar::new(terminal, 1);
        let mut line = Line::new();
        let started = Instant::now();
        let mut before = None;
        loop {
            tokio::time::sleep(DRAW).await;
            let (read, total) = (progress.read.load(Relaxed), progress.total.load(Relaxed));
            // What an earlier attempt has read is not of this speed.
            let first = *before.get_or_insert(read);
            let rate = per_second(read - first.min(read), started.elapsed());
            if let Some(outage) = progress.outage() {
                show(&guard, &mut line, format!("reading     {}, the site: {outage}", grouped(read)));
                continue;
            }
            let mut text = format!(
                "reading     {} of {}, {rate:.0}/s",
                grouped(read),
                counted(total.max(read), "account")
            );
            if rate > 0.0 && read < total {
                text.push_str(&format!(", {} left", left(total - read, rate)));
            }
            if terminal {
                guard.0.set_length(total.max(read).max(1));
                guard.0.set_position(read);
            }
            show(&guard, &mut line, text);
        }
    });
    Display { task }
}

#[expect(clippy::cast_precision_loss, reason = "rates to look at")]
fn per_second(count: u64, elapsed: Duration) -> f64 {
    count as f64 / elapsed.as_secs_f64().max(0.001)
}

#[expect(clippy::cast_precision_loss, reason = "times to look at")]
fn left(count: u64, rate: f64) -> String {
    duration(count as f64 / rate)
}

/// Shows an import or a proof.
pub(crate) fn import(progress: Progress) -> Display {
    let terminal = std::io::stderr().is_terminal();
    let task = tokio::spawn(async move {
        let guard = Bar::new(terminal, 1);
        let mut line = Line::new();
        let mut stage = (Stage::Idle, Instant::now());
        loop {
            tokio::time::sleep(DRAW).await;
            let now = progress.snapshot();
            if now.stage != stage.0 {
                stage = (now.stage, Instant::now());
                line = Line::new();
            }
            let (name, unit) = match now.stage {
                Stage::Idle => continue,
                Stage::Preflight => ("looking at the tenant", ""),
                Stage::Import => ("importing  ", "user"),
                Stage::Write => ("writing    ", "part"),
                Stage::Compare => ("comparing  ", "user"),
                Stage::Logins => ("logging in ", "login"),
            };
            let text = match progress.outage() {
                Some(outage) => format!("{}, the tenant: {outage}", so_far(name, unit, &now)),
                None => describe(name, unit, &now, stage.1.elapsed()),
            };
            if terminal {
                guard.0.set_length(now.total.max(1));
                guard.0.set_position(now.done);
            }
            show(&guard, &mut line, text);
        }
    });
    Display { task }
}

fn so_far(name: &str, unit: &str, now: &migration::import::Snapshot) -> String {
    if unit.is_empty() || now.total == 0 {
        return name.trim_end().to_owned();
    }
    format!("{name} {} of {}", grouped(now.done), counted(now.total, unit))
}

#[expect(clippy::cast_precision_loss, reason = "rates to look at")]
fn describe(name: &str, unit: &str, now: &migration::import::Snapshot, elapsed: Duration) -> String {
    let mut text = so_far(name, unit, now);
    if unit.is_empty() || now.total == 0 {
        return text;
    }
    let rate = now.done as f64 / elapsed.as_secs_f64().max(0.001);
    text.push_str(&format!(", {rate:.0}/s"));
    if rate > 0.0 && now.done < now.total {
        text.push_str(&format!(", {} left", duration((now.total - now.done) as f64 / rate)));
    }
    if now.jobs > 0 {
        text.push_str(&format!(", {} of 2 slots busy", now.jobs));
    }
    if now.failed > 0 {
        text.push_str(&format!(", {} failed", grouped(now.failed)));
    }
    text
}

/// Beside the bar on a terminal, else as a line now and then.
fn show(bar: &Bar, line: &mut Line, text: String) {
    if bar.0.is_hidden() { line.print(&text) } else { bar.0.set_message(text) }
}

/// Removes the bar from the terminal when the display ends.
struct Bar(ProgressBar);

impl Bar {
    fn new(terminal: bool, length: u64) -> Self {
        if !terminal {
            return Self(ProgressBar::hidden());
        }
        let bar = if length == 0 { ProgressBar::new_spinner() } else { ProgressBar::new(length) };
        let template = if length == 0 { "{spinner} {msg}" } else { "{bar:24} {msg}" };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style.progress_chars("━━ "));
        }
        Self(bar)
    }
}

impl Drop for Bar {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// Prints a line now and then.
struct Line(Instant);

impl Line {
    fn new() -> Self {
        Self(Instant::now())
    }

    fn print(&mut self, text: &str) {
        if self.0.elapsed() >= LINE {
            self.0 = Instant::now();
            eprintln!("{text}");
        }
    }
}

/// A number with its thousands set apart.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::with_capacity(digits.len() + digits.len() / 3);
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// So many of something, which takes an s when it is not one: `1 user`, `2 users`.
pub(crate) fn counted(number: u64, what: &str) -> String {
    format!("{} {what}{}", grouped(number), if number == 1 { "" } else { "s" })
}

/// A duration as a person says it.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "seconds to look at")]
pub(crate) fn duration(seconds: f64) -> String {
    let whole = seconds.max(0.0).round() as u64;
    match whole {
        0..60 => format!("{whole} s"),
        60..3600 => format!("{} min {:02} s", whole / 60, whole % 60),
        3600..172_800 => format!("{} h {:02} min", whole / 3600, whole % 3600 / 60),
        _ => format!("{:.1} days", seconds / 86_400.0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_and_durations_read_well() {
        assert_eq!(
            [grouped(0), grouped(999), grouped(1000), grouped(12_345_678)],
            ["0", "999", "1,000", "12,345,678"]
        );
        assert_eq!([0, 1, 2000].map(|number| counted(number, "user")), ["0 users", "1 user", "2,000 users"]);
        assert_eq!(duration(59.4), "59 s");
        assert_eq!(duration(61.0), "1 min 01 s");
        assert_eq!(duration(7260.0), "2 h 01 min");
        assert_eq!(duration(864_000.0), "10.0 days");
    }
}
