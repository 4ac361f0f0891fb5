//! The one thing every handler, job and command receives.

use std::sync::Arc;

use crate::kernel::clock::Clock;
use crate::kernel::error::Result;
use crate::kernel::time::{Day, Moment, Zone};
use crate::settings::Settings;
use crate::store::Store;

/// Settings, store and clock; cheap to clone.
#[derive(Clone)]
pub struct App {
    /// What the site has set.
    pub settings: Arc<Settings>,
    /// The database.
    pub store: Store,
    /// Where the time comes from.
    pub clock: Clock,
}

impl App {
    /// Opens the store of the settings.
    ///
    /// # Errors
    /// As [`Store::open`].
    pub fn open(settings: Settings) -> Result<Self> {
        let store = Store::open(&settings.database)?;
        let clock = settings.clock();
        Ok(Self {
            settings: Arc::new(settings),
            store,
            clock,
        })
    }

    /// Returns the site's zone.
    pub fn zone(&self) -> Zone {
        self.settings.site.zone
    }

    /// Returns the present moment.
    pub fn now(&self) -> Moment {
        self.clock.now()
    }

    /// Returns the civil day of the present moment in the site's zone.
    pub fn today(&self) -> Day {
        self.zone().day_of(self.now())
    }
}
