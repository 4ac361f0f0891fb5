use super::*;

fn slugs(profile: Profile, answers: &[(&str, bool)]) -> Vec<&'static str> {
    let answers = answers.iter().map(|(slug, yes)| ((*slug).to_owned(), *yes));
    let items = items(profile, &answers.collect()).unwrap();
    items.iter().map(|item| item.slug.as_str()).collect()
}

#[test]
fn a_profile_begins_with_what_always_and_commonly_applies_and_the_filing_that_fits() {
    let filed = slugs(Profile::EnterpriseNewLand, &[]);
    for item in [
        "project-filing",
        "farmland-conversion",
        "land-supply",
        "eia-form",
        "construction-start",
    ] {
        assert!(filed.contains(&item), "{item}");
    }
    for item in ["project-verification", "eia-report", "flood-impact"] {
        assert!(!filed.contains(&item), "{item}");
    }
    let verified = slugs(Profile::VerifiedNewLand, &[]);
    assert!(verified.contains(&"project-verification"));
    assert!(!verified.contains(&"project-filing"));
}

#[test]
fn land_that_is_supplied_needs_no_supply_and_a_site_in_use_no_certificate() {
    let supplied = slugs(Profile::EnterpriseSuppliedLand, &[]);
    assert!(!supplied.contains(&"land-supply"));
    assert!(supplied.contains(&"real-estate-registration-land"));
    let renovation = slugs(Profile::TechnicalRenovation, &[]);
    assert!(!renovation.contains(&"real-estate-registration-land"));
    assert!(renovation.contains(&"construction-permit"));
}

#[test]
fn an_answer_adds_a_conditional_item_and_leaves_out_a_common_one() {
    let answered = [
        ("eia-report", true),
        ("eia-form", false),
        ("flood-impact", true),
    ];
    let items = slugs(Profile::EnterpriseNewLand, &answered);
    assert!(items.contains(&"eia-report") && items.contains(&"flood-impact"));
    assert!(!items.contains(&"eia-form"));
}

#[test]
fn an_answer_to_nothing_that_is_asked_is_refused_at_its_place() {
    let answers = BTreeMap::from([
        ("weather".to_owned(), true),
        ("land-supply".to_owned(), false),
    ]);
    let fault = items(Profile::EnterpriseNewLand, &answers).unwrap_err();
    let crate::kernel::error::Error::Refused(refused) = fault else {
        panic!("{fault:?}")
    };
    let at: Vec<_> = refused
        .findings
        .iter()
        .map(|one| (one.pointer.as_str(), one.code))
        .collect();
    assert_eq!(
        at,
        [
            ("/answers/land-supply", "approval.no_question"),
            ("/answers/weather", "approval.item_unknown")
        ]
    );
}
