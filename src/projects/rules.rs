//! What the pillars plan, leader, team and owner of a project still lack, named gap by gap.
//!
//! Pure: values in, gaps out. The fifth pillar, the schedule, is judged where schedules are; the
//! pointers of the gaps are those of the body that fills the pillar.

use crate::kernel::id::Id;
use crate::kernel::money::Yuan;
use crate::kernel::refused::Finding;
use crate::people::Account;
use crate::people::role::Role;

/// Fewest members of a team (docs/RULES.md, section 2).
const FEWEST_MEMBERS: usize = 3;
/// What each team has to look after (docs/RULES.md, section 2).
pub(crate) const DUTIES: [&str; 3] = ["land", "environment", "approval"];

crate::words! {
    /// One of the five things every project under dispatch has (五个一).
    pub(crate) enum Pillar {
        /// 方案: one effective plan.
        Plan = "plan",
        /// 领导: one leader.
        Leader = "leader",
        /// 小组: one team.
        Team = "team",
        /// 目标进度: one schedule.
        Schedule = "schedule",
        /// 一抓到底责任人: one owner.
        Owner = "owner",
    }
}

crate::refusals! {
    /// Why a pillar is not satisfied.
    pub(crate) enum Gap {
        /// There is no plan.
        PlanMissing = Invalid "plan.missing",
        /// A part of the plan is blank.
        PlanIncomplete = Invalid "plan.incomplete",
        /// The project has no total investment.
        PlanTotalMissing = Invalid "plan.total_missing",
        /// The plan names no investment by year.
        PlanInvestmentMissing = Invalid "plan.investment_missing",
        /// The years do not add up to the total investment.
        PlanInvestmentDoesNotSum = Invalid "plan.investment_does_not_sum",
        /// There is no leader.
        LeaderMissing = Invalid "leader.missing",
        /// The leader's account is disabled: an absence, not a gap of the shape.
        LeaderAbsent = Invalid "leader.absent",
        /// The leader's account has another role.
        LeaderNotALead = Invalid "leader.not_a_lead",
        /// The leader has no post.
        LeaderNoPost = Invalid "leader.no_post",
        /// The leader has no e-mail address.
        LeaderNoEmail = Invalid "leader.no_email",
        /// There is no owner.
        OwnerMissing = Invalid "owner.missing",
        /// The owner's account is disabled: an absence, not a gap of the shape.
        OwnerAbsent = Invalid "owner.absent",
        /// The owner's account has another role.
        OwnerNotALead = Invalid "owner.not_a_lead",
        /// The owner has no e-mail address.
        OwnerNoEmail = Invalid "owner.no_email",
        /// The owner is the leader too.
        OwnerIsLeader = Invalid "owner.is_leader",
        /// There is no team.
        TeamMissing = Invalid "team.missing",
        /// Nobody convenes the team.
        TeamNoConvenor = Invalid "team.no_convenor",
        /// The team has fewer members than it needs.
        TeamTooFew = Invalid "team.too_few",
        /// Nobody in the team looks after a duty.
        TeamDutyUncovered = Invalid "team.duty_uncovered",
    }
}

/// A plan, as far as its gaps depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PlanText<'a> {
    pub(crate) title: &'a str,
    pub(crate) objectives: &'a str,
    pub(crate) scope: &'a str,
    pub(crate) safeguards: &'a str,
    /// Amounts by year.
    pub(crate) investment: &'a [(i64, Yuan)],
}

/// A team, as far as its gaps depend on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct TeamShape<'a> {
    pub(crate) has_convenor: bool,
    /// The duties of each member.
    pub(crate) duties: &'a [Vec<String>],
}

/// Tells whether a gap is only the absence of a person, which leaves the pillar's shape whole.
pub(crate) fn is_absence(gap: &Finding) -> bool {
    gap.code == Gap::LeaderAbsent.code() || gap.code == Gap::OwnerAbsent.code()
}

/// Returns what the plan lacks; the total investment of the project is a part of it.
pub(crate) fn plan_gaps(plan: Option<&PlanText<'_>>, total: Option<Yuan>) -> Vec<Finding> {
    let Some(plan) = plan else {
        return vec![Gap::PlanMissing.finding("")];
    };
    let parts = [
        ("/title", plan.title),
        ("/objectives", plan.objectives),
        ("/scope", plan.scope),
        ("/safeguards", plan.safeguards),
    ];
    let mut gaps: Vec<Finding> = parts
        .into_iter()
        .filter(|(_, text)| text.trim().is_empty())
        .map(|(pointer, _)| {
            Gap::PlanIncomplete
                .finding(pointer)
                .with("part", pointer.trim_start_matches('/'))
        })
        .collect();
    if total.is_none() {
        gaps.push(Gap::PlanTotalMissing.finding("/total_investment_yuan"));
    }
    if plan.investment.is_empty() {
        gaps.push(Gap::PlanInvestmentMissing.finding("/investment"));
    } else if let Some(total) = total {
        let sum = plan
            .investment
            .iter()
            .try_fold(Yuan::ZERO, |sum, (_, amount)| sum.checked_add(*amount));
        if sum != Some(total) {
            let gap = Gap::PlanInvestmentDoesNotSum.finding("/investment");
            gaps.push(gap.with("sum", sum).with("total", total));
        }
    }
    gaps
}

/// Returns what the leader lacks.
pub(crate) fn leader_gaps(leader: Option<&Account>) -> Vec<Finding> {
    let Some(leader) = leader else {
        return vec![Gap::LeaderMissing.finding("")];
    };
    let has_post = leader
        .post
        .as_deref()
        .is_some_and(|post| !post.trim().is_empty());
    found([
        (!leader.is_enabled(), Gap::LeaderAbsent),
        (leader.role != Role::Lead, Gap::LeaderNotALead),
        (!has_post, Gap::LeaderNoPost),
        (leader.email.trim().is_empty(), Gap::LeaderNoEmail),
    ])
}

/// Returns what the owner lacks; nobody is owner and leader of one project.
pub(crate) fn owner_gaps(owner: Option<&Account>, leader: Option<Id>) -> Vec<Finding> {
    let Some(owner) = owner else {
        return vec![Gap::OwnerMissing.finding("")];
    };
    found([
        (!owner.is_enabled(), Gap::OwnerAbsent),
        (owner.role != Role::Lead, Gap::OwnerNotALead),
        (owner.email.trim().is_empty(), Gap::OwnerNoEmail),
        (leader == Some(owner.id), Gap::OwnerIsLeader),
    ])
}

/// Returns what the team lacks.
pub(crate) fn team_gaps(team: Option<&TeamShape<'_>>) -> Vec<Finding> {
    let Some(team) = team else {
        return vec![Gap::TeamMissing.finding("")];
    };
    let mut gaps = Vec::new();
    if !team.has_convenor {
        gaps.push(Gap::TeamNoConvenor.finding("/convenor_id"));
    }
    let members = team.duties.len();
    if members < FEWEST_MEMBERS {
        let gap = Gap::TeamTooFew.finding("/members");
        gaps.push(gap.with("members", members).with("least", FEWEST_MEMBERS));
    }
    let uncovered = DUTIES
        .into_iter()
        .filter(|duty| !team.duties.iter().flatten().any(|carried| carried == duty));
    gaps.extend(uncovered.map(|duty| {
        Gap::TeamDutyUncovered
            .finding("/members")
            .with("duty", duty)
    }));
    gaps
}

/// Turns the conditions that hold into gaps of the appointed person.
fn found<const N: usize>(gaps: [(bool, Gap); N]) -> Vec<Finding> {
    gaps.into_iter()
        .filter(|(holds, _)| *holds)
        .map(|(_, gap)| gap.finding("/person_id"))
        .collect()
}

#[cfg(test)]
mod tests;
