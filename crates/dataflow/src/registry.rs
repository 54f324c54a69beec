//! The components by the type that a step names.

use std::collections::BTreeMap;

use schemars::Schema;
use schemars::generate::SchemaSettings;
use serde_json::Value as Json;

use crate::component::{Built, Component, Kind, Setup};

/// A component as the registry knows it.
#[derive(Clone)]
pub struct Definition {
    /// What a step names it by.
    pub name: &'static str,
    /// What comes in.
    pub takes: Kind,
    /// What goes out.
    pub gives: Kind,
    /// Its parameters as a JSON Schema; its `description` is the documentation of the component.
    pub schema: Schema,
    make: fn(Json, &Setup<'_>) -> Built,
}

impl Definition {
    /// The definition of a component.
    #[must_use]
    pub fn of<C: Component>() -> Self {
        let settings = SchemaSettings::draft2020_12().with(|settings| settings.inline_subschemas = true);
        Self {
            name: C::TYPE,
            takes: C::TAKES,
            gives: C::GIVES,
            schema: settings.into_generator().into_root_schema_for::<C>(),
            make: make::<C>,
        }
    }

    /// Whether it changes something outside the flow: a store, a site, a tenant.
    #[must_use]
    pub fn writes(&self) -> bool {
        self.name.starts_with("datasource.write.")
    }

    /// Whether files come from it or go to it, so that a local folder can stand in its place.
    #[must_use]
    pub fn has_store(&self) -> bool {
        self.name.starts_with("datasource.") && (self.takes == Kind::Files || self.gives == Kind::Files)
    }

    /// Makes a step from its parameters.
    ///
    /// # Errors
    /// What is wrong with the parameters.
    pub fn build(&self, params: Json, setup: &Setup<'_>) -> Built {
        (self.make)(params, setup)
    }
}

fn make<C: Component>(params: Json, setup: &Setup<'_>) -> Built {
    let component: C = serde_json::from_value(params).map_err(|error| error.to_string())?;
    component.build(setup)
}

impl std::fmt::Debug for Definition {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(self.name)
    }
}

/// The components by the type that a step names.
#[derive(Clone, Debug, Default)]
pub struct Registry(BTreeMap<&'static str, Definition>);

impl Registry {
    /// No components.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Adds a component.
    #[must_use]
    pub fn with<C: Component>(mut self) -> Self {
        self.0.insert(C::TYPE, Definition::of::<C>());
        self
    }

    /// The component of this type.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Definition> {
        self.0.get(name)
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Definition> {
        self.0.values()
    }
}
