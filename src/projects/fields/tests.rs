use super::*;
use crate::kernel::identifiers::Level;

fn known() -> KnownCodes {
    let site: Region = "360000".parse().unwrap();
    reference::known_codes(site.at_level(Level::Province))
}

fn draft() -> Project {
    blank("甲", "360111".parse().unwrap(), Moment::from_millis(0))
}

fn codes(findings: &[Finding]) -> Vec<(&str, &'static str)> {
    findings
        .iter()
        .map(|found| (found.pointer.as_str(), found.code))
        .collect()
}

#[test]
fn a_code_of_wrong_shape_is_refused_and_a_doubtful_one_is_a_warning() {
    let mut project = draft();
    let with = |code: &str| ProjectChange {
        code: Some(Some(code.to_owned())),
        ..ProjectChange::default()
    };
    let found = lay(&mut project, &with("2017-360111-39-03"), known);
    assert_eq!(codes(&found), [("/code", "project.code_wrong")]);
    assert_eq!(project.code, None);

    assert_eq!(
        lay(&mut project, &with("2017-110101-00-03-000123"), known),
        []
    );
    let doubts: Vec<String> = warnings(&project).into_iter().map(|w| w.code).collect();
    assert_eq!(
        doubts,
        [
            "project.warning.unknown_sector",
            "project.warning.region_outside_province"
        ]
    );
    assert_eq!(
        lay(&mut project, &with("2017-360111-39-03-000123"), known),
        []
    );
    assert_eq!(
        warnings(&project),
        [],
        "doubts go with the code they were about"
    );
}

#[test]
fn an_abolished_region_is_refused_naming_its_successor() {
    let mut project = draft();
    let change = ProjectChange {
        region: Some(Some("360122".parse().unwrap())),
        ..ProjectChange::default()
    };
    let found = lay(&mut project, &change, known);
    assert_eq!(codes(&found), [("/region", "project.region_abolished")]);
    assert_eq!(found[0].facts.get("successor").unwrap(), "360112");
    assert_eq!(project.region.as_str(), "360111");
}

#[test]
fn everything_that_cannot_stand_is_found_at_once() {
    let mut project = draft();
    let change = ProjectChange {
        name: Some(Some("  ".to_owned())),
        region: Some(None),
        industry: Some(Some("alchemy".to_owned())),
        enterprise: Some(Some(Enterprise {
            name: " ".to_owned(),
            credit_code: Some("91360000625912173A".to_owned()),
        })),
        total_investment_yuan: Some(Some(Yuan(-1))),
        planned_start_on: Some(Some("2026-02-02".parse().unwrap())),
        planned_finish_on: Some(Some("2026-02-01".parse().unwrap())),
        ..ProjectChange::default()
    };
    let found = lay(&mut project, &change, known);
    assert_eq!(
        codes(&found),
        [
            ("/name", "project.name_required"),
            ("/region", "project.region_required"),
            ("/industry", "project.industry_unknown"),
            ("/enterprise/name", "project.enterprise_name_required"),
            ("/enterprise/credit_code", "project.credit_code_wrong"),
            ("/total_investment_yuan", "project.negative_amount"),
            ("/planned_finish_on", "project.finish_before_start"),
        ]
    );
}

#[test]
fn a_start_and_a_finish_on_one_day_are_fine() {
    let mut project = draft();
    let day = Some(Some("2026-02-02".parse().unwrap()));
    let change = ProjectChange {
        planned_start_on: day,
        planned_finish_on: day,
        ..ProjectChange::default()
    };
    assert_eq!(lay(&mut project, &change, known), []);
}

#[test]
fn null_clears_and_absence_leaves() {
    let mut project = draft();
    project.content = Some("厂房".to_owned());
    project.enterprise_name = Some("乙公司".to_owned());
    let change = ProjectChange {
        enterprise: Some(None),
        ..ProjectChange::default()
    };
    assert_eq!(lay(&mut project, &change, known), []);
    assert_eq!(project.enterprise_name, None);
    assert_eq!(project.content.as_deref(), Some("厂房"));
    assert_eq!(project.folded, "甲");
}
