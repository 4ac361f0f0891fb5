//! The pillar team: a convenor, and members who each look after their duties.

use serde::Deserialize;
use utoipa::ToSchema;

use super::actions::{is_under_dispatch, refuse_ended};
use super::charter::charter;
use super::pillars::{self, Member, Team};
use super::refusal::Refusal;
use super::rules::{self, Pillar, TeamShape};
use super::store;
use super::{filled_pillar, seen_pillar};
use crate::journal::{self, Deed};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::{Finding, none_of};
use crate::kernel::time::Moment;
use crate::people::caller::Caller;
use crate::people::role::Act;
use crate::people::{Named, find_named};
use crate::store::Conn;

/// Longest name of a duty, in characters.
const LONGEST_DUTY: usize = 50;

/// A member as asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct MemberBody {
    pub(crate) person_id: Option<Id>,
    /// In the stead of `person_id`.
    #[schema(max_length = 254)]
    pub(crate) email: Option<String>,
    /// `land`, `environment` and `approval` have to be covered; others may be added.
    #[schema(max_items = 20)]
    pub(crate) duties: Vec<String>,
}

/// A team as asked for.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct TeamBody {
    #[schema(max_length = 200)]
    pub(crate) name: String,
    /// A member; the first unless named.
    pub(crate) convenor_id: Option<Id>,
    /// In the stead of `convenor_id`.
    #[schema(max_length = 254)]
    pub(crate) convenor_email: Option<String>,
    #[schema(max_items = 100)]
    pub(crate) members: Vec<MemberBody>,
}

/// A team and its members in their order.
pub(crate) type TeamWithMembers = (Team, Vec<Member>);

/// Puts a team in place of the present one; older versions are kept. Its members see the project
/// from now on. Returns it, and whether it is the first.
///
/// # Errors
/// 404 `project.missing`; 403 `act.forbidden`; 412 and 428 by version; 409 `project.ended`; 422
/// with all findings, or `project.would_break_pillar` with the gaps under dispatch.
pub(crate) fn put_team(
    conn: &mut Conn,
    by: &Caller,
    id: Id,
    seen: Option<i64>,
    body: &TeamBody,
    now: Moment,
) -> Result<(TeamWithMembers, bool)> {
    let mut project = store::get(conn, &by.scope, id)?;
    by.may(Act::EditTeam, &project.place())?;
    let number = pillars::latest_team(conn, id)?.map(|(team, _)| team.number);
    seen_pillar(seen, number)?;
    refuse_ended(&project)?;

    let mut findings = Vec::new();
    if body.name.trim().is_empty() {
        findings.push(Refusal::TeamNameRequired.finding("/name"));
    }
    let members = members(conn, body, &mut findings)?;
    let convenor_id = convenor(conn, body, &members, &mut findings)?;
    none_of(findings)?;
    if is_under_dispatch(&project) {
        let duties: Vec<Vec<String>> = members.iter().map(|m| m.duties.clone()).collect();
        let gaps = rules::team_gaps(Some(&TeamShape {
            has_convenor: convenor_id.is_some(),
            duties: &duties,
        }));
        if !gaps.is_empty() {
            return Err(Refusal::WouldBreakPillar.refused().listing(gaps).into());
        }
    }

    let team = Team {
        id: Id::new(),
        project_id: id,
        number: number.unwrap_or_default().saturating_add(1),
        name: body.name.trim().to_owned(),
        convenor_id,
        made_by: by.mark(),
        made_at: now,
    };
    pillars::insert_team(conn, &team, &members)?;
    pillars::write_people(conn, id)?;
    charter(conn, &project)?.fill(&mut project);
    store::save_pillars(conn, &project, now)?;
    filled_pillar(conn, id, Pillar::Team, now)?;
    let names: Vec<&str> = members.iter().map(|member| member.name.as_str()).collect();
    let deed = Deed::on_project("team.put", id, team.id)
        .with("number", team.number)
        .with("members", names);
    journal::record(conn, &by.actor(), &deed, now)?;
    Ok(((team, members), number.is_none()))
}

/// Returns the present team.
///
/// # Errors
/// 404 `project.missing`, `pillar.empty`.
pub(crate) fn team(conn: &mut Conn, by: &Caller, id: Id) -> Result<TeamWithMembers> {
    let project = store::get(conn, &by.scope, id)?;
    let latest = pillars::latest_team(conn, project.id)?;
    latest.ok_or_else(|| Refusal::PillarEmpty.into())
}

fn members(conn: &mut Conn, body: &TeamBody, findings: &mut Vec<Finding>) -> Result<Vec<Member>> {
    let mut members: Vec<Member> = Vec::with_capacity(body.members.len());
    for (at, asked) in body.members.iter().enumerate() {
        let at = format!("/members/{at}");
        let mut duties: Vec<String> = Vec::new();
        for (nth, duty) in asked.duties.iter().enumerate() {
            let duty = duty.trim();
            if duty.is_empty() || duty.chars().count() > LONGEST_DUTY {
                findings.push(Refusal::DutyBlank.finding(format!("{at}/duties/{nth}")));
            } else if !duties.iter().any(|known| known == duty) {
                duties.push(duty.to_owned());
            }
        }
        let named = Named::new(asked.person_id, asked.email.as_deref());
        let Some(account) = find_named(conn, &named, &at, findings)? else {
            continue;
        };
        if members.iter().any(|member| member.account_id == account.id) {
            findings.push(Refusal::MemberTwice.finding(named.pointer(&at)));
        }
        members.push(Member {
            account_id: account.id,
            name: account.name,
            email: account.email,
            duties,
        });
    }
    Ok(members)
}

/// Returns the convenor: the member named, else the first.
fn convenor(
    conn: &mut Conn,
    body: &TeamBody,
    members: &[Member],
    findings: &mut Vec<Finding>,
) -> Result<Option<Id>> {
    if body.convenor_id.is_none() && body.convenor_email.is_none() {
        return Ok(members.first().map(|member| member.account_id));
    }
    let named = Named {
        id: body.convenor_id,
        email: body.convenor_email.as_deref(),
        fields: ("convenor_id", "convenor_email"),
    };
    let Some(account) = find_named(conn, &named, "", findings)? else {
        return Ok(None);
    };
    if !members.iter().any(|member| member.account_id == account.id) {
        findings.push(Refusal::ConvenorNotAMember.finding(named.pointer("")));
    }
    Ok(Some(account.id))
}
