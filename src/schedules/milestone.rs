//! The milestone: a dated step of the schedule. It is done or not done; there are no percentages.

use diesel::prelude::*;

use crate::kernel::id::Id;
use crate::kernel::time::{Day, Moment};
use crate::store::schema::milestones;

crate::words! {
    /// What a milestone stands for.
    pub(crate) enum MilestoneKind {
        /// 开工: work begins.
        Start = "start",
        /// 主体: the structure stands.
        Structure = "structure",
        /// 设备: equipment is in place.
        Equipment = "equipment",
        /// 竣工: the works are completed.
        Completion = "completion",
        /// 投产: production begins.
        Production = "production",
        /// Anything else.
        Other = "other",
    }
}

/// A row of the table, kept from version to version of the schedule.
#[derive(Debug, Clone, PartialEq, Eq, Queryable, Selectable, Insertable, AsChangeset)]
#[diesel(table_name = milestones, treat_none_as_null = true)]
pub(crate) struct Milestone {
    pub(crate) id: Id,
    pub(crate) project_id: Id,
    /// Its place in the list, from 0.
    pub(crate) position: i64,
    pub(crate) name: String,
    pub(crate) kind: MilestoneKind,
    /// Percent of the whole.
    pub(crate) weight: i64,
    pub(crate) critical: bool,
    /// The due day frozen at launch, or when the milestone came later; none on a draft.
    pub(crate) baseline_on: Option<Day>,
    pub(crate) due_on: Day,
    pub(crate) forecast_on: Option<Day>,
    pub(crate) done_on: Option<Day>,
    /// How often its due day moved by a date change.
    pub(crate) moves: i64,
    /// When it was taken out of the schedule.
    pub(crate) removed_at: Option<Moment>,
}

impl Milestone {
    /// Tells whether it is done.
    pub(crate) fn is_done(&self) -> bool {
        self.done_on.is_some()
    }

    /// Returns the days by which its due day lies after the baseline, negative when before it.
    pub(crate) fn moved_days(&self) -> i64 {
        self.baseline_on
            .map_or(0, |baseline| baseline.days_until(self.due_on))
    }

    /// Returns the key of the deadline it is owed under.
    pub(crate) fn deadline_key(&self) -> String {
        format!("milestone-{}", self.id)
    }
}
