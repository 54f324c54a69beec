//! Import jobs over time: one line for each that the tenant takes at once.

use std::fmt::Write as _;

use maud::{Markup, html};

use super::figures::{count, duration};
use crate::report::{Job, Report};

const WIDTH: f64 = 920.0;
const LINE: f64 = 26.0;
/// Jobs beyond this number have no text of their own when pointed at.
const TITLES: usize = 400;

pub(super) fn section(report: &Report) -> Markup {
    let jobs: Vec<&Job> =
        report.jobs.iter().filter(|job| job.sent.is_finite() && job.settled.is_finite()).collect();
    let span = jobs.iter().map(|job| job.settled).fold(0.0, f64::max);
    if jobs.is_empty() || span <= 0.0 {
        return html! {};
    }
    let slots = slots(&jobs);
    let lines = slots.iter().max().map_or(1, |most| most + 1);
    let busy: f64 = jobs.iter().map(|job| (job.settled - job.sent).max(0.0)).sum();
    let share = (100.0 * busy / (span * lines.max(2) as f64)).min(100.0);
    let height = lines as f64 * LINE + 26.0;
    let x = |seconds: f64| seconds.clamp(0.0, span) / span * (WIDTH - 2.0) + 1.0;
    let failed = jobs.iter().filter(|job| job.status != "completed").count();
    let again = jobs.iter().filter(|job| job.attempt > 1).count() as u64;
    html! {
        section {
            h2 { "Import jobs over time" }
            p {
                (count(jobs.len() as u64)) (if jobs.len() == 1 { " job" } else { " jobs" }) " in " (duration(span)) "; Auth0 takes two at a time. "
                "Its places were in use " (format!("{share:.1} %")) " of the time."
                @if again > 0 { " " (count(again)) " were sent again." }
                @if failed > 0 { " An outline is a job that failed." }
            }
            div.scroll {
                svg.jobs viewBox=(format!("0 0 {WIDTH} {height:.1}")) role="img" aria-label="Import jobs over time" {
                    @for second in ticks(span) {
                        line.grid x1=(fixed(x(second))) x2=(fixed(x(second))) y1="0" y2=(fixed(height - 20.0)) {}
                        text.tick x=(fixed(x(second))) y=(fixed(height - 4.0)) text-anchor=(anchor(second, span)) { (tick(second)) }
                    }
                    @if jobs.len() <= TITLES {
                        @for (job, slot) in jobs.iter().zip(&slots) {
                            rect.job.failed[job.status != "completed"] x=(fixed(x(job.sent))) width=(fixed(width(job, &x)))
                                y=(fixed(*slot as f64 * LINE + 3.0)) height=(fixed(LINE - 6.0)) rx="1.5" { title { (title(job)) } }
                        }
                    } @else {
                        path.job d=(outline(&jobs, &slots, &x, true)) {}
                        path.job.failed d=(outline(&jobs, &slots, &x, false)) {}
                    }
                }
            }
        }
    }
}

fn title(job: &Job) -> String {
    let took = duration(job.settled - job.sent);
    format!(
        "Part {}, attempt {}: {}, {took}; {} inserted, {} updated, {} refused",
        job.part, job.attempt, job.status, job.inserted, job.updated, job.failed
    )
}

/// The line of each job: the first that is free when it is sent.
fn slots(jobs: &[&Job]) -> Vec<usize> {
    let mut free: Vec<f64> = Vec::new();
    let mut order: Vec<usize> = (0..jobs.len()).collect();
    order.sort_by(|a, b| jobs[*a].sent.total_cmp(&jobs[*b].sent));
    let mut slots = vec![0; jobs.len()];
    for at in order {
        let slot = free.iter().position(|until| *until <= jobs[at].sent + 1e-9).unwrap_or(free.len());
        if slot == free.len() {
            free.push(0.0);
        }
        free[slot] = jobs[at].settled;
        slots[at] = slot;
    }
    slots
}

/// A pixel of air between a job and the next, unless it would vanish.
fn width(job: &Job, x: &impl Fn(f64) -> f64) -> f64 {
    let width = x(job.settled) - x(job.sent);
    if width > 3.0 { width - 1.0 } else { width.max(0.5) }
}

fn outline(jobs: &[&Job], slots: &[usize], x: &impl Fn(f64) -> f64, completed: bool) -> String {
    let mut out = String::new();
    for (job, slot) in jobs.iter().zip(slots).filter(|(job, _)| (job.status == "completed") == completed) {
        let (at, wide, tall) = (x(job.sent), width(job, x), LINE - 6.0);
        // Writing to a string cannot fail.
        let _ = write!(out, "M{at:.1} {:.1}h{wide:.1}v{tall:.1}h-{wide:.1}z", *slot as f64 * LINE + 3.0);
    }
    out
}

/// Round times, at most nine of them.
fn ticks(span: f64) -> Vec<f64> {
    let steps = [
        0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 1800.0, 3600.0, 7200.0,
        21_600.0, 86_400.0,
    ];
    let step = steps.into_iter().find(|step| span / step <= 8.0).unwrap_or(span / 8.0);
    (0..=(span / step) as u32).map(|at| f64::from(at) * step).collect()
}

fn tick(second: f64) -> String {
    match second {
        0.0..60.0 => format!("{} s", (second * 10.0).round() / 10.0),
        60.0..3600.0 => format!("{} min", (second / 6.0).round() / 10.0),
        _ => format!("{} h", (second / 360.0).round() / 10.0),
    }
}

fn anchor(second: f64, span: f64) -> &'static str {
    if second == 0.0 {
        "start"
    } else if second > span * 0.96 {
        "end"
    } else {
        "middle"
    }
}

fn fixed(number: f64) -> String {
    format!("{number:.1}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_jobs_at_a_time_take_two_lines() {
        let job = |sent, settled| Job { sent, settled, ..Job::default() };
        let jobs = [job(0.0, 2.0), job(0.5, 3.0), job(2.0, 4.0), job(3.0, 5.0)];
        assert_eq!(slots(&jobs.iter().collect::<Vec<_>>()), [0, 1, 0, 1]);
    }

    #[test]
    fn ticks_are_few_and_round() {
        for span in [0.05, 0.7, 3.0, 59.0, 61.0, 4000.0, 900_000.0] {
            assert!((1..=9).contains(&ticks(span).len()), "{span}: {:?}", ticks(span));
        }
        assert_eq!(ticks(3.0), [0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0]);
    }
}
