//! Values that a rule was given and could make nothing of. They are counted like members that reach nowhere: a dropped
//! value is never silent.

use std::cell::Cell;

use scan::{Kind, Span};

use crate::evaluate::Values;
use crate::plan::{Mapping, Node, Slot, Step};
use crate::rule::Transform;

/// Counters by slot.
#[derive(Debug, Clone)]
pub(crate) struct Losses(Vec<Cell<u64>>);

impl Losses {
    pub(crate) fn new(mapping: &Mapping) -> Self {
        Self(vec![Cell::new(0); mapping.slots])
    }

    pub(crate) fn count(&self, slot: Slot) {
        if let Some(count) = self.0.get(slot) {
            count.set(count.get() + 1);
        }
    }

    /// Dotted path and count of every member whose values were lost.
    pub(crate) fn paths(&self, mapping: &Mapping) -> Vec<(String, u64)> {
        let of_slot = |slot: Slot| {
            let node = mapping.nodes.iter().find(|node| node.slot == Some(slot))?;
            // What a rule made nothing of arrives all the same as a part of something larger.
            let within = |outer: &Node| {
                outer.whole && node.path.strip_prefix(&outer.path).is_some_and(|rest| rest.starts_with('.'))
            };
            (!mapping.nodes.iter().any(within)).then_some(node)
        };
        let lost = self.0.iter().enumerate().filter(|(_, count)| count.get() > 0);
        lost.filter_map(|(slot, count)| Some((of_slot(slot)?.path.clone(), count.get()))).collect()
    }
}

impl Values<'_, '_, '_> {
    /// A step gave nothing: each of its sources that holds something has lost it.
    #[cold]
    pub(crate) fn lost(&self, step: &Step) {
        for source in &step.sources {
            let span = self.source(source);
            let meant_nothing = match step.transform {
                // Gigya's "never" is no time.
                Transform::Date => span.kind != Kind::Number && self.text.text(span).is_some(),
                // An account that is active is not blocked.
                Transform::WhenFalse => self.text.flag(span).is_some(),
                // Whoever has no address is set aside; one of several that is chosen by its group is no loss.
                Transform::LoginEmail | Transform::HoldsEmail | Transform::Exists => true,
                _ => false,
            };
            if !meant_nothing && !self.is_blank_value(span) {
                self.kernel.losses.count(source.slot);
            }
        }
    }

    /// The first of several paths was taken; what stands at the others reaches nowhere, unless another rule takes it.
    pub(crate) fn passed_over(&self, step: &Step) {
        let mut taken = false;
        for (source, only) in step.sources.iter().zip(&step.only_here) {
            let span = self.source(source);
            if taken && *only && !self.is_blank_value(span) {
                self.kernel.losses.count(source.slot);
            }
            taken |= !span.is_empty();
        }
    }

    /// A part of a date that is not in it.
    pub(crate) fn lost_parts(&self, step: &Step, date: Option<&str>) {
        // YYYY, YYYY-MM, YYYY-MM-DD.
        let known = match date.map(str::len) {
            None => 0,
            Some(length) => length.saturating_sub(1) / 3,
        };
        for source in step.sources.iter().skip(known) {
            if !self.is_blank_value(self.source(source)) {
                self.kernel.losses.count(source.slot);
            }
        }
    }

    /// Nothing, or white space, or the zero that stands for "not known" in dates.
    fn is_blank_value(&self, span: Span) -> bool {
        match span.kind {
            _ if span.is_empty() => true,
            Kind::Plain | Kind::Escaped => {
                self.text.text(span).is_none_or(|text| text.as_str().trim().is_empty())
            }
            Kind::Number => self.text.raw(span) == "0",
            _ => false,
        }
    }
}
