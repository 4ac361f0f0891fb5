//! Who has a part in a project, as its page names them.

use serde::Serialize;

use super::team::Row;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::projects::api::pillars::TermView;
use crate::projects::pillars;
use crate::projects::rules::Pillar;
use crate::store::Conn;

#[derive(Serialize)]
struct Team {
    name: String,
    members: Vec<Row>,
}

/// Leader, owner and team.
#[derive(Serialize)]
pub(crate) struct Parts {
    leader: Option<TermView>,
    owner: Option<TermView>,
    team: Option<Team>,
}

/// Returns who has a part in a project the caller has seen.
///
/// # Errors
/// Only faults of the store.
pub(crate) fn parts(conn: &mut Conn, project: Id) -> Result<Parts> {
    let leader = pillars::latest_term(conn, project, Pillar::Leader)?;
    let owner = pillars::latest_term(conn, project, Pillar::Owner)?;
    let team = pillars::latest_team(conn, project)?;
    Ok(Parts {
        leader: leader.map(TermView::from),
        owner: owner.map(TermView::from),
        team: team.map(|(team, members)| Team {
            members: members
                .into_iter()
                .map(|member| Row::of(&team, member))
                .collect(),
            name: team.name,
        }),
    })
}
