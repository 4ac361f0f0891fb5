//! How a deadline is said to people: by which words, and where it is answered.

use super::{Deadline, DeadlineKind};
use crate::kernel::refused::Facts;

/// Returns the key of the words for what a deadline is about. A missing pillar is named by a text of
/// its own, since its fact is a word of ours; so are the papers an authority waits for.
pub(crate) fn title_key(kind: DeadlineKind, facts: &Facts) -> String {
    let pillar = facts.get("pillar").and_then(serde_json::Value::as_str);
    match (kind, pillar) {
        (DeadlineKind::Pillar, Some(pillar)) => format!("deadline.pillar_{pillar}"),
        (DeadlineKind::Commitment, _) if facts.get("supplement").is_some() => {
            "deadline.supplement".to_owned()
        }
        _ => format!("deadline.{kind}"),
    }
}

/// Returns where a deadline is answered.
pub(crate) fn path(row: &Deadline, facts: &Facts) -> String {
    let project = row.project_id;
    let quarter = facts.get("quarter").and_then(serde_json::Value::as_str);
    match (row.kind, quarter) {
        (DeadlineKind::Report | DeadlineKind::ReportReview, Some(quarter)) => {
            format!("/projects/{project}/reports/{quarter}")
        }
        (
            DeadlineKind::BlockerAccept
            | DeadlineKind::BlockerReply
            | DeadlineKind::BlockerResolve
            | DeadlineKind::BlockerConfirm,
            _,
        ) => format!("/blockers/{}", row.subject_id),
        _ => format!("/projects/{project}"),
    }
}
