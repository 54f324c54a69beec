//! The two import jobs that a tenant takes at a time.

use maud::{Markup, html};
use migration::report::html::figures::duration;

use super::number_of;
use crate::work::Item;

/// Both slots of the run that is being imported; nothing for any other.
pub(crate) fn slots(item: &Item) -> Markup {
    let taken = item.importing.slots();
    html! {
        @if item.state().is_importing() {
            h3 { "Import jobs" }
            div.tiles {
                @for number in 0..2 {
                    div {
                        span.caption { "Slot " (number + 1) }
                        @match taken.get(number) {
                            Some(slot) => {
                                span.figure { "part " (slot.part) }
                                span.caption {
                                    (number_of(slot.users.into(), "user")) ", "
                                    @match &slot.job { Some(job) => code { (job) }, None => "being sent" }
                                    ", " (duration(slot.since.elapsed().as_secs_f64()))
                                }
                            }
                            None => { span.figure { "free" } span.caption { "no job" } }
                        }
                    }
                }
            }
        }
    }
}
