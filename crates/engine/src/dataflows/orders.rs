//! What a person says of one job beyond its scheduling: values for slots and variables, and a site elsewhere.

use std::collections::{BTreeMap, HashMap};
use std::sync::{Arc, Mutex, PoisonError};

use gigya::Config;

/// What one job is given.
#[derive(Debug, Clone, Default)]
pub struct Order {
    /// The site that its steps speak to; none: the local site that runs it.
    pub site: Option<Config>,
    /// Values of the slots `{{NAME}}` of the dataflow and of the variables `<$NAME$>`, by name.
    pub values: BTreeMap<String, String>,
}

/// The orders of this process. Keys and values may be secrets, so they are in memory only: a scheduling names its order, and
/// a job that outlives the process fails and says why. Clones share everything.
#[derive(Clone, Default)]
pub struct Orders(Arc<Mutex<HashMap<String, Order>>>);

impl std::fmt::Debug for Orders {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Orders").finish_non_exhaustive()
    }
}

impl Orders {
    /// Keeps an order; the name by which a scheduling asks for it.
    #[must_use]
    pub fn keep(&self, order: Order) -> String {
        let name = format!("{:032x}", rand::random::<u128>());
        self.0.lock().unwrap_or_else(PoisonError::into_inner).insert(name.clone(), order);
        name
    }

    /// The order of that name, if this process has it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<Order> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).get(name).cloned()
    }
}
