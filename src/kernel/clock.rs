//! The one reader of the clock. Everything else is told the time.

use crate::kernel::time::Moment;

/// Where the time comes from.
#[derive(Debug, Clone, Copy)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A moment that stands still: rehearsals and tests.
    Fixed(Moment),
}

impl Clock {
    /// Returns the present moment, cut to the millisecond.
    #[expect(
        clippy::disallowed_methods,
        reason = "the one place that reads the clock"
    )]
    pub fn now(self) -> Moment {
        match self {
            Self::System => Moment::from_millis(chrono::Utc::now().timestamp_millis()),
            Self::Fixed(moment) => moment,
        }
    }

    /// Tells whether the clock stands still.
    pub fn is_fixed(self) -> bool {
        matches!(self, Self::Fixed(_))
    }
}

/// Returns the moment a file was last written, cut to the millisecond.
pub(crate) fn moment_of(at: std::time::SystemTime) -> Moment {
    Moment::from_millis(chrono::DateTime::<chrono::Utc>::from(at).timestamp_millis())
}
