//! Who holds a blocker, who may do what with it, and who is told.

use super::world::{code, each, each_in, findings, quota};
use crate::blockers::fields::Fields;
use crate::blockers::rules::Deed;
use crate::blockers::{Unstaffed, departments_without_accounts, store};
use crate::deadlines::Answerable;
use crate::people::caller::Scope;

#[test]
fn the_department_of_the_county_works_it_and_others_see_it_at_most() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        for (who, expected) in [
            ("environment", "act.forbidden"),
            ("viewer", "act.forbidden"),
            ("lead", "act.forbidden"),
            ("elsewhere", "blocker.missing"),
            ("stranger", "blocker.missing"),
        ] {
            for deed in [Deed::Accepted, Deed::Returned] {
                assert_eq!(
                    code(town.does(who, id, deed, "2026-09-28")),
                    expected,
                    "{who}"
                );
            }
        }
        town.does("land", id, Deed::Accepted, "2026-09-28").unwrap();
        for who in ["land", "colleague", "environment", "viewer"] {
            let withdrawn = town.does(who, id, Deed::Withdrawn, "2026-09-28");
            assert_eq!(code(withdrawn), "act.forbidden", "{who}");
        }
        // A coordinator whose reach covers it may step in.
        town.does("city", id, Deed::Replied, "2026-09-28").unwrap();
        for who in ["viewer", "land", "environment"] {
            let raised = town.raise_with(who, "2026-09-28", quota());
            assert_eq!(code(raised), "act.forbidden", "{who}");
        }
        assert_eq!(
            code(town.raise_with("stranger", "2026-09-28", quota())),
            "project.missing"
        );
        town.raise("county", "2026-09-28");
    });
}

#[test]
fn a_handler_holds_it_and_must_be_able_to_see_it_and_to_act() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        town.run("UPDATE accounts SET disabled_at = 1 WHERE name = 'colleague'");
        for who in ["viewer", "stranger", "elsewhere", "colleague"] {
            let handed = town.hand("land", id, who, "2026-09-28");
            let expected = [("/handler_id".to_owned(), "blocker.handler_unfit")];
            assert_eq!(findings(handed), expected, "{who}");
        }
        let handed = town.hand("land", id, "environment", "2026-09-28").unwrap();
        let handler = town.account("environment").id;
        assert_eq!(handed.blocker.handler_id, Some(handler));
        assert!(
            town.answerable()
                .iter()
                .all(|who| *who == Answerable::Person(handler))
        );
        assert_eq!(town.told(), ["colleague", "environment", "land"]);
        town.does("environment", id, Deed::Replied, "2026-09-28")
            .unwrap();
        town.does("environment", id, Deed::Resolved, "2026-09-28")
            .unwrap();
    });
}

#[test]
fn what_the_developer_settles_is_the_owners_and_local_government_the_coordinators() {
    each(|town| {
        let owners = Fields {
            department: Some(Some("developer".to_owned())),
            ..quota()
        };
        let id = town
            .raise_with("lead", "2026-09-28", owners)
            .unwrap()
            .blocker
            .id;
        assert_eq!(town.answerable(), [Answerable::Owner]);
        assert_eq!(town.told(), ["owner"]);
        assert_eq!(
            code(town.does("lead", id, Deed::Accepted, "2026-09-28")),
            "act.forbidden"
        );
        town.does("owner", id, Deed::Accepted, "2026-09-28")
            .unwrap();
        town.does("lead", id, Deed::Withdrawn, "2026-09-28")
            .unwrap();

        let government = Fields {
            department: Some(Some("local-government".to_owned())),
            ..quota()
        };
        let id = town
            .raise_with("lead", "2026-09-28", government)
            .unwrap()
            .blocker
            .id;
        let region = "360111".parse().unwrap();
        assert_eq!(town.answerable(), [Answerable::Coordinators(region)]);
        assert_eq!(town.told(), ["county", "owner"]);
        assert_eq!(
            code(town.does("land", id, Deed::Accepted, "2026-09-28")),
            "act.forbidden"
        );
        town.does("county", id, Deed::Accepted, "2026-09-28")
            .unwrap();
    });
}

#[test]
fn a_department_without_accounts_is_a_fault_and_its_coordinators_stand_in() {
    each(|town| {
        let forestry = Fields {
            department: Some(Some("forestry".to_owned())),
            ..quota()
        };
        let id = town
            .raise_with("lead", "2026-09-28", forestry)
            .unwrap()
            .blocker
            .id;
        town.raise("lead", "2026-09-28");
        assert_eq!(town.told(), ["colleague", "county", "land"]);
        let county = town.caller("county");
        let faults = departments_without_accounts(town.conn, &county.scope).unwrap();
        let region = "360111".parse().unwrap();
        let expected = Unstaffed {
            department: "forestry".to_owned(),
            region,
            blockers: 1,
        };
        assert_eq!(faults, [expected]);
        let nobody = Scope {
            reach: Some("360102".parse().unwrap()),
            projects: Vec::new(),
        };
        assert!(
            departments_without_accounts(town.conn, &nobody)
                .unwrap()
                .is_empty()
        );
        town.does("county", id, Deed::Accepted, "2026-09-28")
            .unwrap();
        town.does("lead", id, Deed::Withdrawn, "2026-09-28")
            .unwrap();
        assert!(
            departments_without_accounts(town.conn, &county.scope)
                .unwrap()
                .is_empty()
        );
    });
}

#[test]
fn the_city_coordinator_confirms_once_the_project_side_has_let_its_days_pass() {
    each(|town| {
        let id = town.raise("lead", "2026-09-28");
        town.does("land", id, Deed::Accepted, "2026-09-28").unwrap();
        town.does("land", id, Deed::Replied, "2026-09-28").unwrap();
        town.does("land", id, Deed::Resolved, "2026-10-08").unwrap();
        // Due on Monday the 12th; that day is the project side's still.
        for who in ["land", "viewer", "county"] {
            let confirmed = town.does(who, id, Deed::Confirmed, "2026-10-13");
            assert_eq!(code(confirmed), "act.forbidden", "{who}");
        }
        let early = town.does("city", id, Deed::Confirmed, "2026-10-12");
        assert_eq!(code(early), "blocker.project_side_first");
        let objected = town.does("city", id, Deed::Objected, "2026-10-13");
        assert_eq!(code(objected), "act.forbidden");
        town.does("city", id, Deed::Confirmed, "2026-10-13")
            .unwrap();
    });
}

#[test]
fn a_county_department_works_its_part_of_a_project_that_spans_the_city() {
    each_in("360100", |town| {
        let in_county = Fields {
            region: Some(Some("360111".parse().unwrap())),
            ..quota()
        };
        let id = town
            .raise_with("lead", "2026-09-28", in_county)
            .unwrap()
            .blocker
            .id;
        let scope = town.caller("land").scope;
        assert!(store::get(town.conn, &scope, id).is_ok());
        town.does("land", id, Deed::Accepted, "2026-09-28").unwrap();
        let of_city = town.raise("lead", "2026-09-28");
        assert_eq!(
            code(town.does("land", of_city, Deed::Accepted, "2026-09-28")),
            "blocker.missing"
        );
        let region = "360100".parse().unwrap();
        let department = "natural-resources".to_owned();
        let expected = Answerable::Department { department, region };
        assert!(town.answerable().contains(&expected));
    });
}
