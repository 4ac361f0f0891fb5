//! Roles, and the one table that says which role may do what.

use super::caller::{Caller, Place};
use crate::kernel::error::Result;
use crate::kernel::refused::{Kind, Refused};

crate::words! {
    /// What an account is for.
    pub(crate) enum Role {
        /// Keeps people, reference data, calendar and policies; may do what a coordinator of the whole site may.
        Admin = "admin",
        /// Drives the projects of a region.
        Coordinator = "coordinator",
        /// Works what is addressed to a department of a region.
        Department = "department",
        /// Leads or owns projects, or belongs to their teams.
        Lead = "lead",
        /// Reads the projects of a region.
        Viewer = "viewer",
    }
}

crate::words! {
    /// Everything that can be done and is not free to everyone.
    pub(crate) enum Act {
        ManagePeople = "manage_people",
        ManageSite = "manage_site",
        CreateProject = "create_project",
        ChangeProject = "change_project",
        Appoint = "appoint",
        Launch = "launch",
        Pause = "pause",
        Close = "close",
        Withdraw = "withdraw",
        MoveStage = "move_stage",
        EditPlan = "edit_plan",
        EditTeam = "edit_team",
        EditSchedule = "edit_schedule",
        AskDateChange = "ask_date_change",
        DecideDateChange = "decide_date_change",
        DraftReport = "draft_report",
        ImportReport = "import_report",
        SubmitReport = "submit_report",
        ReviewReport = "review_report",
        GrantCorrection = "grant_correction",
        RaiseBlocker = "raise_blocker",
        AmendBlocker = "amend_blocker",
        WorkBlocker = "work_blocker",
        ConfirmResolution = "confirm_resolution",
        ReopenBlocker = "reopen_blocker",
        BuildNetwork = "build_network",
        ChangeNetwork = "change_network",
        SubmitApproval = "submit_approval",
        HandInSupplement = "hand_in_supplement",
        DecideApproval = "decide_approval",
        CommitApproval = "commit_approval",
        Comment = "comment",
        ReadFaults = "read_faults",
    }
}

/// To whom an act is open, beyond the role itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Grant {
    /// A coordinator whose reach covers the place.
    Coordinator,
    /// A lead with a part in the project.
    Lead,
    /// The one who holds the blocker: its handler or its department.
    Holder,
    /// An account of the department that decides, where its reach covers the place.
    Department,
    /// A department, viewer or anyone else who may act at all in the place (all but viewers).
    AnyoneActing,
    /// The administrator alone.
    Admin,
}

impl Act {
    /// Returns to whom the act is open. An administrator may do what a coordinator of the whole
    /// site may.
    pub(crate) const fn grants(self) -> &'static [Grant] {
        match self {
            Self::ManageSite => &[Grant::Admin],
            Self::ManagePeople
            | Self::CreateProject
            | Self::ChangeProject
            | Self::Appoint
            | Self::Launch
            | Self::Pause
            | Self::Close
            | Self::Withdraw
            | Self::MoveStage
            | Self::DecideDateChange
            | Self::ReviewReport
            | Self::GrantCorrection
            | Self::ChangeNetwork
            | Self::CommitApproval
            | Self::ReadFaults => &[Grant::Coordinator],
            Self::EditPlan
            | Self::EditTeam
            | Self::EditSchedule
            | Self::AskDateChange
            | Self::RaiseBlocker
            | Self::AmendBlocker
            | Self::ImportReport
            | Self::ReopenBlocker
            | Self::BuildNetwork
            | Self::HandInSupplement => &[Grant::Lead, Grant::Coordinator],
            Self::DraftReport
            | Self::SubmitReport
            | Self::ConfirmResolution
            | Self::SubmitApproval => &[Grant::Lead],
            Self::DecideApproval => &[Grant::Department, Grant::Coordinator],
            Self::WorkBlocker => &[Grant::Holder, Grant::Coordinator],
            Self::Comment => &[Grant::AnyoneActing],
        }
    }
}

impl Caller {
    /// Permits an act at a place the caller has already seen in scope.
    ///
    /// # Errors
    /// 403 `act.forbidden`, naming the act.
    pub(crate) fn may(&self, act: Act, place: &Place) -> Result<()> {
        if act.grants().iter().any(|grant| self.holds(*grant, place)) {
            return Ok(());
        }
        Err(Refused::new(Kind::Forbidden, "act.forbidden")
            .with("act", act)
            .into())
    }

    fn holds(&self, grant: Grant, place: &Place) -> bool {
        let reaches = self.scope.reaches(place.region);
        match grant {
            Grant::Admin => self.role == Role::Admin,
            Grant::Coordinator => matches!(self.role, Role::Admin | Role::Coordinator) && reaches,
            Grant::Lead => {
                self.role == Role::Lead
                    && place
                        .project
                        .is_some_and(|project| self.scope.has_part_in(project))
            }
            Grant::Holder => place.holder.as_ref().is_some_and(|holder| {
                holder
                    .handler
                    .is_some_and(|handler| Some(handler) == self.id)
                    || (self.role == Role::Department
                        && self.department == holder.department
                        && self.region == Some(holder.region))
            }),
            Grant::Department => {
                let decides = place.holder.as_ref().map(|holder| &holder.department);
                self.role == Role::Department && reaches && decides == Some(&self.department)
            }
            Grant::AnyoneActing => self.role != Role::Viewer,
        }
    }
}

#[cfg(test)]
mod tests;
