//! What the project side says of a blocker: its fields as they come in, checked against the
//! catalogue, the project's place and its schedule. Raising fills them, an amendment changes them.

use serde_json::{Map, Value, json};

use super::rules::{Refusal, Severity, Side};
use super::store::Blocker;
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::identifiers::Region;
use crate::kernel::refused::Finding;
use crate::projects::Project;
use crate::reference;
use crate::schedules;
use crate::store::Conn;

/// Fields of a blocker as asked for: absent stays, null clears.
#[derive(Debug, Clone, Default)]
pub(crate) struct Fields {
    pub(crate) region: Option<Option<Region>>,
    pub(crate) category: Option<Option<String>>,
    pub(crate) title: Option<Option<String>>,
    pub(crate) cause: Option<Option<String>>,
    pub(crate) severity: Option<Option<Severity>>,
    pub(crate) side: Option<Option<Side>>,
    pub(crate) department: Option<Option<String>>,
    pub(crate) milestone_id: Option<Option<Id>>,
    pub(crate) days_at_risk: Option<Option<i64>>,
    pub(crate) wished_outcome: Option<Option<String>>,
}

impl Fields {
    /// Writes the fields into a blocker; returns everything that is wrong with them. A region not
    /// named is the project's, a department not named the one that leads the category.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(super) fn fill(
        &self,
        conn: &mut Conn,
        project: &Project,
        blocker: &mut Blocker,
    ) -> Result<Vec<Finding>> {
        let mut findings = Vec::new();
        fill_text(
            &mut blocker.title,
            self.title.as_ref(),
            "/title",
            &mut findings,
        );
        fill_text(
            &mut blocker.cause,
            self.cause.as_ref(),
            "/cause",
            &mut findings,
        );
        self.fill_region(project, blocker, &mut findings);
        self.fill_authority(blocker, &mut findings);
        match self.severity {
            Some(Some(severity)) => blocker.severity = severity,
            Some(None) => findings.push(Refusal::CannotBeCleared.finding("/severity")),
            None => {}
        }
        blocker.side = self.side.unwrap_or(blocker.side);
        blocker.days_at_risk = self.days_at_risk.unwrap_or(blocker.days_at_risk);
        match &self.wished_outcome {
            Some(Some(wish)) if wish.trim().is_empty() => {
                findings.push(Refusal::Blank.finding("/wished_outcome"));
            }
            Some(wish) => blocker.wished_outcome = wish.as_ref().map(|wish| wish.trim().to_owned()),
            None => {}
        }
        if let Some(milestone) = self.milestone_id {
            blocker.milestone_id = milestone;
            let of_project = schedules::milestones(conn, project.id)?;
            if milestone.is_some_and(|id| of_project.iter().all(|known| known.id != id)) {
                findings.push(Refusal::MilestoneUnknown.finding("/milestone_id"));
            }
        }
        Ok(findings)
    }

    fn fill_region(&self, project: &Project, blocker: &mut Blocker, findings: &mut Vec<Finding>) {
        let Some(asked) = self.region else {
            return;
        };
        let region = asked.unwrap_or(project.region);
        if reference::region(region).is_none() {
            let finding = Refusal::RegionUnknown.finding("/region");
            findings.push(finding.with("region", region));
        } else if !project.region.contains(region) {
            let finding = Refusal::RegionOutside.finding("/region");
            let finding = finding.with("region", region);
            findings.push(finding.with("project_region", project.region));
        } else {
            blocker.region = region;
            // It starts at the level of its region (docs/RULES.md, section 4).
            blocker.level = region.level();
            blocker.holder_region = region.at_level(blocker.level);
        }
    }

    fn fill_authority(&self, blocker: &mut Blocker, findings: &mut Vec<Finding>) {
        let lead = |category: &str| {
            let category = reference::blocker_category(category);
            category.map(|category| category.lead_department.clone())
        };
        let follows = lead(&blocker.category).is_none_or(|lead| lead == blocker.department);
        match &self.category {
            Some(Some(slug)) => {
                if let Some(lead) = lead(slug) {
                    blocker.category.clone_from(slug);
                    if follows {
                        blocker.department = lead;
                    }
                } else {
                    let finding = Refusal::CategoryUnknown.finding("/category");
                    findings.push(finding.with("category", slug));
                }
            }
            Some(None) => findings.push(Refusal::CannotBeCleared.finding("/category")),
            None => {}
        }
        match &self.department {
            Some(Some(slug)) if reference::is_body(slug) => blocker.department.clone_from(slug),
            Some(Some(slug)) => {
                let finding = Refusal::DepartmentUnknown.finding("/department");
                findings.push(finding.with("department", slug));
            }
            Some(None) => blocker.department = lead(&blocker.category).unwrap_or_default(),
            None => {}
        }
    }
}

/// Fills a text nobody can do without.
fn fill_text(
    text: &mut String,
    asked: Option<&Option<String>>,
    pointer: &str,
    findings: &mut Vec<Finding>,
) {
    match asked {
        Some(Some(asked)) if asked.trim().is_empty() => {
            findings.push(Refusal::Blank.finding(pointer));
        }
        Some(Some(asked)) => asked.trim().clone_into(text),
        Some(None) => findings.push(Refusal::CannotBeCleared.finding(pointer)),
        None => {}
    }
}

/// Returns the fields of a blocker by name, as the history keeps them.
pub(super) fn snapshot(blocker: &Blocker) -> Map<String, Value> {
    let fields = json!({
        "region": blocker.region,
        "category": blocker.category,
        "title": blocker.title,
        "cause": blocker.cause,
        "severity": blocker.severity,
        "side": blocker.side,
        "department": blocker.department,
        "milestone_id": blocker.milestone_id,
        "days_at_risk": blocker.days_at_risk,
        "wished_outcome": blocker.wished_outcome,
    });
    match fields {
        Value::Object(fields) => fields,
        _ => Map::new(),
    }
}

/// Returns the fields in which two versions of a blocker differ, as the later one has them.
pub(super) fn changes(before: &Blocker, after: &Blocker) -> Map<String, Value> {
    let (before, mut after) = (snapshot(before), snapshot(after));
    after.retain(|name, value| before.get(name) != Some(value));
    after
}
