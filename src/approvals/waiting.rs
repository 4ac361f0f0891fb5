//! What an item waits for: the prerequisites by law that apply to the project, and those the project
//! added itself.

use std::collections::{BTreeMap, BTreeSet};

use super::rules::{Refusal, State};
use super::store::{self, Approval};
use crate::kernel::error::Result;
use crate::kernel::id::Id;
use crate::kernel::refused::Finding;
use crate::store::Conn;

/// The network of a project with what its items wait for.
#[derive(Debug, Clone)]
pub(crate) struct Network {
    /// In the order of the procedure.
    pub(crate) approvals: Vec<Approval>,
    own: BTreeMap<Id, BTreeSet<String>>,
}

impl Network {
    /// Reads the network of a project the caller has seen.
    ///
    /// # Errors
    /// Only faults of the store.
    pub(crate) fn of(conn: &mut Conn, project: Id) -> Result<Self> {
        let approvals = store::of_project(conn, project)?;
        let ids: Vec<Id> = approvals.iter().map(|approval| approval.id).collect();
        Ok(Self {
            own: store::edges(conn, &ids)?,
            approvals,
        })
    }

    /// Returns an item of the network.
    pub(crate) fn find(&self, item: &str) -> Option<&Approval> {
        self.approvals.iter().find(|approval| approval.item == item)
    }

    /// Returns what an item waits for in this project besides what the law says.
    pub(crate) fn own(&self, approval: &Approval) -> BTreeSet<String> {
        self.own.get(&approval.id).cloned().unwrap_or_default()
    }

    /// Returns everything an item waits for, so far as it is in the network.
    pub(crate) fn prerequisites(&self, approval: &Approval) -> BTreeSet<String> {
        let by_law = approval.of_catalogue().map(|item| &item.prerequisites);
        let by_law = by_law.into_iter().flatten().cloned();
        let all = by_law.chain(self.own(approval));
        all.filter(|item| self.find(item).is_some()).collect()
    }

    /// Returns what an item still waits for.
    pub(crate) fn open(&self, approval: &Approval) -> Vec<&Approval> {
        let before = self.prerequisites(approval);
        let found = before.iter().filter_map(|item| self.find(item));
        found.filter(|before| !before.state.is_met()).collect()
    }

    /// Returns the same as findings of a refusal, one per item.
    pub(crate) fn findings(&self, approval: &Approval) -> Vec<Finding> {
        let open = self.open(approval).into_iter().map(|before| {
            let finding = Refusal::PrerequisiteOpen.finding(format!("/approvals/{}", before.item));
            finding
                .with("approval", &before.item)
                .with("approval_state", before.state)
        });
        open.collect()
    }

    /// Returns the network with other own prerequisites of one item.
    pub(crate) fn bound(mut self, approval: Id, items: BTreeSet<String>) -> Self {
        self.own.insert(approval, items);
        self
    }

    /// Tells whether an item can be begun now: nothing was handed in and nothing it waits for is open.
    pub(crate) fn can_start(&self, approval: &Approval) -> bool {
        matches!(approval.state, State::NotSubmitted | State::Refused)
            && self.open(approval).is_empty()
    }
}

/// Returns what stands against granting an item.
///
/// # Errors
/// Only faults of the store.
pub(super) fn for_what(conn: &mut Conn, approval: &Approval) -> Result<Vec<Finding>> {
    Ok(Network::of(conn, approval.project_id)?.findings(approval))
}
