use super::*;
use crate::kernel::id::Id;
use crate::people::caller::{Holder, Scope};
use crate::text::Lang;

/// Whom section 8 of docs/RULES.md opens an act to, written down apart from the code: the letters
/// of `A`dmin, `C`oordinator, `D`epartment, `L`ead and `V`iewer, each at a place of their own: in
/// their reach, a project they have a part in, a blocker their department holds.
const OWN: [(Act, &str); 33] = [
    (Act::ManagePeople, "AC"),
    (Act::ManageSite, "A"),
    (Act::CreateProject, "AC"),
    (Act::ChangeProject, "AC"),
    (Act::Appoint, "AC"),
    (Act::Launch, "AC"),
    (Act::Pause, "AC"),
    (Act::Close, "AC"),
    (Act::Withdraw, "AC"),
    (Act::MoveStage, "AC"),
    (Act::EditPlan, "ACL"),
    (Act::EditTeam, "ACL"),
    (Act::EditSchedule, "ACL"),
    (Act::AskDateChange, "ACL"),
    (Act::DecideDateChange, "AC"),
    (Act::DraftReport, "L"),
    (Act::ImportReport, "ACL"),
    (Act::SubmitReport, "L"),
    (Act::ReviewReport, "AC"),
    (Act::GrantCorrection, "AC"),
    (Act::RaiseBlocker, "ACL"),
    (Act::AmendBlocker, "ACL"),
    (Act::WorkBlocker, "ACD"),
    (Act::ConfirmResolution, "L"),
    (Act::ReopenBlocker, "ACL"),
    (Act::BuildNetwork, "ACL"),
    (Act::ChangeNetwork, "AC"),
    (Act::SubmitApproval, "L"),
    (Act::HandInSupplement, "ACL"),
    (Act::DecideApproval, "ACD"),
    (Act::CommitApproval, "AC"),
    (Act::Comment, "ACDL"),
    (Act::ReadFaults, "AC"),
];

const LETTERS: [(Role, char); 5] = [
    (Role::Admin, 'A'),
    (Role::Coordinator, 'C'),
    (Role::Department, 'D'),
    (Role::Lead, 'L'),
    (Role::Viewer, 'V'),
];

fn region(code: &str) -> crate::kernel::identifiers::Region {
    code.parse().unwrap()
}

/// Somebody of 360111; a lead with a part in one project.
fn caller(role: Role, project: Id) -> Caller {
    let own = region("360111");
    let lead = role == Role::Lead;
    Caller {
        id: Some(Id::new()),
        name: "甲".to_owned(),
        role,
        region: Some(own),
        department: (role == Role::Department).then(|| "natural-resources".to_owned()),
        scope: Scope {
            reach: (!lead).then_some(own),
            projects: lead.then_some(project).into_iter().collect(),
        },
        lang: Lang::Zh,
        session: None,
        via: "session",
        request_id: None,
    }
}

fn place(code: &str, project: Id, department: &str) -> Place {
    Place {
        region: region(code),
        project: Some(project),
        holder: Some(Holder {
            handler: None,
            department: Some(department.to_owned()),
            region: region(code),
        }),
    }
}

#[test]
fn every_role_may_at_its_own_place_what_the_rules_say_and_nothing_else() {
    assert_eq!(OWN.len(), Act::ALL.len(), "every act is in the table once");
    let project = Id::new();
    let own = place("360111", project, "natural-resources");
    for act in Act::ALL {
        let (_, roles) = OWN.iter().find(|(listed, _)| listed == act).unwrap();
        for (role, letter) in LETTERS {
            let may = caller(role, project).may(*act, &own);
            assert_eq!(may.is_ok(), roles.contains(letter), "{role} {act}");
            if let Err(refused) = may {
                assert_eq!(refused.code(), Some("act.forbidden"));
            }
        }
    }
}

#[test]
fn at_a_foreign_place_nobody_may_what_hangs_on_the_place() {
    let project = Id::new();
    let foreign = place("360112", Id::new(), "natural-resources");
    for act in Act::ALL {
        for (role, _) in LETTERS {
            let may = caller(role, project).may(*act, &foreign).is_ok();
            // The site has no place; a comment is kept from strangers by scope, not by role.
            let free = match act {
                Act::ManageSite => role == Role::Admin,
                Act::Comment => role != Role::Viewer,
                _ => false,
            };
            assert_eq!(may, free, "{role} {act}");
        }
    }
}

#[test]
fn a_region_above_the_own_one_is_foreign_and_one_below_is_not() {
    let mut city = caller(Role::Coordinator, Id::new());
    city.region = Some(region("360100"));
    city.scope.reach = city.region;
    for (code, reached) in [
        ("360000", false),
        ("360100", true),
        ("360111", true),
        ("360200", false),
    ] {
        let may = city.may(Act::Launch, &Place::region(region(code)));
        assert_eq!(may.is_ok(), reached, "{code}");
    }
}

#[test]
fn a_blocker_is_worked_by_its_handler_and_its_own_department_only() {
    let project = Id::new();
    let department = caller(Role::Department, project);
    let other = place("360111", project, "ecology-environment");
    assert!(department.may(Act::WorkBlocker, &other).is_err());
    let mut handled = other.clone();
    handled.holder.as_mut().unwrap().handler = department.id;
    assert!(department.may(Act::WorkBlocker, &handled).is_ok());
}
