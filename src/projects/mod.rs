//! The charter of a project: the row itself and its pillars plan, leader, team and owner. The fifth
//! pillar, the schedule, is kept elsewhere and only fills its column here.
//!
//! Every other room asks through this door, and always within a scope.

mod charter;
#[allow(
    dead_code,
    reason = "drafts are made of what is read here once projects have actions"
)]
mod import;
mod pauses;
mod pillars;
mod rules;
pub(crate) mod stage;
mod store;

pub(crate) use charter::{Charter, Standing, charter};
pub(crate) use pauses::{Pause, PauseKind, current_pause, end_pause, open_pause, pauses_of};
pub(crate) use pillars::{People, end_terms, of_person, people};
pub(crate) use rules::Pillar;
pub(crate) use store::{Project, State, fill_schedule, get, in_scope, save};
