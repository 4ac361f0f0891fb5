//! The demo's story as it is written in `seeds/demo/story.toml`. Knows no database and no day: every
//! time in it is a count of working days.

use serde::Deserialize;

use crate::blockers::Severity;
use crate::kernel::error::{Error, Result};
use crate::kernel::identifiers::Region;
use crate::people::role::Role;
use crate::projects::PauseKind;

const STORY: &str = include_str!("../../seeds/demo/story.toml");

/// Everybody and everything in it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Story {
    #[serde(rename = "person")]
    pub(super) people: Vec<Person>,
    #[serde(rename = "project")]
    pub(super) projects: Vec<Told>,
}

/// An account.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Person {
    pub(super) name: String,
    pub(super) email: String,
    pub(super) role: Role,
    pub(super) region: Region,
    pub(super) department: Option<String>,
    pub(super) post: Option<String>,
    pub(super) unit: Option<String>,
}

/// What is told of one project of the list.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Told {
    /// Its number in the list.
    pub(super) number: String,
    /// Address of its coordinator.
    pub(super) by: String,
    pub(super) total_wan: Option<i64>,
    /// Invested before the launch.
    #[serde(default)]
    pub(super) spent_wan: i64,
    pub(super) leader: Option<String>,
    pub(super) owner: Option<String>,
    /// Addresses; the first convenes.
    #[serde(default)]
    pub(super) team: Vec<String>,
    #[serde(default = "a_month_ahead")]
    pub(super) milestone_wd: i64,
    pub(super) launch_wd: Option<i64>,
    #[serde(default)]
    pub(super) reports: Vec<Fate>,
    #[serde(default, rename = "blocker")]
    pub(super) blockers: Vec<Ticket>,
    pub(super) leader_left_wd: Option<i64>,
    pub(super) paused: Option<Paused>,
    pub(super) closed: Option<Ended>,
    pub(super) withdrawn: Option<Ended>,
}

fn a_month_ahead() -> i64 {
    25
}

/// What becomes of one quarter's report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Fate {
    Accepted,
    Late,
    Waiting,
    Returned,
    Missing,
}

/// A blocker and what is done about it.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ticket {
    pub(super) category: String,
    pub(super) title: String,
    pub(super) cause: String,
    pub(super) severity: Severity,
    pub(super) raised_wd: i64,
    #[serde(default)]
    pub(super) deeds: Vec<TicketDeed>,
}

/// One deed on a blocker, on its day.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct TicketDeed {
    pub(super) wd: i64,
    pub(super) deed: TicketVerb,
    /// The plan of a reply, the outcome of a resolution.
    #[serde(default)]
    pub(super) text: String,
}

/// Which deed.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum TicketVerb {
    Accept,
    Reply,
    Resolve,
    Confirm,
}

/// A pause.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Paused {
    pub(super) wd: i64,
    pub(super) kind: PauseKind,
    pub(super) reason: String,
    /// Calendar days until its expected end.
    pub(super) days: i64,
}

/// A closure or withdrawal.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Ended {
    pub(super) wd: i64,
    pub(super) reason: String,
}

/// Reads the story.
///
/// # Errors
/// A story that does not keep to its shape: a fault of the program.
pub(super) fn read() -> Result<Story> {
    toml::from_str(STORY).map_err(Error::broken)
}
