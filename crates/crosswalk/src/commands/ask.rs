//! Asking the person at the terminal.

use std::io::IsTerminal;

use super::flow::Ends;
use crate::exit::Failure;

/// The answer to a question; none when nobody is there to answer. Ctrl-C is a no.
pub(crate) async fn ask(question: &str) -> Result<Option<bool>, Failure> {
    if !std::io::stdin().is_terminal() {
        return Ok(None);
    }
    eprint!("{question} [y/N] ");
    let ends = Ends::listen();
    let asked = tokio::task::spawn_blocking(|| {
        let mut answer = String::new();
        std::io::stdin().read_line(&mut answer).map(|_| answer)
    });
    let answer = tokio::select! {
        answer = asked => answer.map_err(Failure::bug)?.map_err(Failure::refused)?,
        () = ends.wait() => String::new(),
    };
    Ok(Some(matches!(answer.trim(), "y" | "Y" | "yes")))
}
