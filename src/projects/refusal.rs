//! Why something about the charter of a project is refused.

crate::refusals! {
    /// A refusal of the charter.
    pub(crate) enum Refusal {
        /// Another project has this code, in scope or not; which one is not told.
        CodeTaken = Conflict "project.code_taken",
        CodeWrong = Invalid "project.code_wrong",
        CreditCodeWrong = Invalid "project.credit_code_wrong",
        NameRequired = Invalid "project.name_required",
        RegionRequired = Invalid "project.region_required",
        RegionAbolished = Invalid "project.region_abolished",
        RegionUnknown = Invalid "project.region_unknown",
        IndustryUnknown = Invalid "project.industry_unknown",
        EnterpriseNameRequired = Invalid "project.enterprise_name_required",
        FinishBeforeStart = Invalid "project.finish_before_start",
        NegativeAmount = Invalid "project.negative_amount",
        /// The project is closed or withdrawn.
        Ended = Conflict "project.ended",
        /// Under dispatch the total investment changes only with a plan.
        TotalWithPlan = Conflict "project.total_with_plan",
        /// Under dispatch a pillar is replaced, never broken.
        WouldBreakPillar = Invalid "project.would_break_pillar",
        /// The pillar was never filled.
        PillarEmpty = Missing "pillar.empty",
        YearTwice = Invalid "plan.year_twice",
        YearOutOfRange = Invalid "plan.year_out_of_range",
        /// A new total investment needs a reason.
        PlanReasonRequired = Invalid "plan.reason_required",
        /// To replace a leader or owner needs a reason.
        AppointmentReasonRequired = Invalid "appointment.reason_required",
        ConvenorNotAMember = Invalid "team.convenor_not_a_member",
        MemberTwice = Invalid "team.member_twice",
        DutyBlank = Invalid "team.duty_blank",
        TeamNameRequired = Invalid "team.name_required",
    }
}
