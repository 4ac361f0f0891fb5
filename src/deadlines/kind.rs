//! What can be owed: the closed list of kinds, by which policies and readers tell deadlines apart.
//!
//! Knows neither when a kind is due nor who is told of it.

crate::words! {
    /// What is owed by a deadline.
    pub(crate) enum DeadlineKind {
        /// 季报: the report of one quarter, by the owner.
        Report = "report",
        /// The review of a submitted report, by the coordinators of the project's region.
        ReportReview = "report_review",
        /// 节点: a dated step of the schedule, by the owner.
        Milestone = "milestone",
        /// That a raised blocker is taken on, by its holder.
        BlockerAccept = "blocker_accept",
        /// The first reply with a plan to a blocker, by its holder.
        BlockerReply = "blocker_reply",
        /// The outcome of a blocker, by its holder.
        BlockerResolve = "blocker_resolve",
        /// That the project side confirms the outcome of a blocker, or objects, by the owner.
        BlockerConfirm = "blocker_confirm",
        /// 审批事项: a permit that lies with the authority, by the department.
        Approval = "approval",
        /// 容缺承诺: the papers promised later for a permit, by the owner.
        Commitment = "commitment",
        /// 五个一: a pillar that went missing on an active project, by the coordinators of its region.
        Pillar = "pillar",
    }
}
