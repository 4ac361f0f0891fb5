use super::form::{Flaw, PolicyForm, Wrong};
use super::*;
use crate::escalation::posting::WrongPosting;
use crate::escalation::samples::{authority_ladder, policy, project_ladder, step};

/// Reads the default policy with one passage of it replaced.
fn read_with(passage: &str, replacement: &str) -> Result<Policy, Vec<Flaw>> {
    assert!(DEFAULT_POLICY.contains(passage), "{passage}");
    Policy::read(&DEFAULT_POLICY.replacen(passage, replacement, 1))
}

/// Returns the one flaw the default policy has with one passage replaced, and the text of its line.
fn flaw_with(passage: &str, replacement: &str) -> (Wrong, String, String) {
    let flaws = read_with(passage, replacement).unwrap_err();
    let [flaw] = flaws.as_slice() else {
        panic!("{flaws:?}")
    };
    let text = DEFAULT_POLICY.replacen(passage, replacement, 1);
    let line = text.lines().nth(flaw.line.unwrap() - 1).unwrap();
    (flaw.wrong.clone(), flaw.to_string(), line.trim().to_owned())
}

/// One step in one line: offset, addressees, (copies), letter, `alone` for a letter of its own.
fn table(ladder: &Ladder) -> Vec<String> {
    let words = |audience: &[Audience]| {
        let words: Vec<_> = audience.iter().map(|word| word.as_str()).collect();
        words.join(" ")
    };
    ladder
        .steps()
        .iter()
        .map(|step| {
            format!(
                "{} {} {} ({}) {}{}",
                step.name(0),
                step.offset_wd(0),
                words(step.to()),
                words(step.copies()),
                step.letter().as_str(),
                if step.is_own_letter() { " alone" } else { "" },
            )
        })
        .collect()
}

#[test]
fn the_ladder_of_the_project_side_is_as_the_rule_has_it() {
    assert_eq!(
        table(&project_ladder()),
        [
            "E0-5 -5 answerable () reminder",
            "E0-3 -3 answerable () reminder",
            "E0-1 -1 answerable () reminder",
            "E1 1 answerable (owner) notice",
            "E2 3 owner convenor (leader) assignment",
            "E3 5 leader county_coordinator (city_coordinator) supervision alone",
            "E4 10 city_coordinator (province_coordinator) supervision alone",
            "E5 15 province_coordinator () elevation alone",
            "R1 20 province_coordinator () circular alone",
        ]
    );
}

#[test]
fn the_ladder_of_the_authorities_is_as_the_rule_has_it() {
    assert_eq!(
        table(&authority_ladder()),
        [
            "E0-5 -5 answerable () reminder",
            "E0-3 -3 answerable () reminder",
            "E0-1 -1 answerable () reminder",
            "E1 1 answerable () notice",
            "E2 3 own_level_coordinator (answerable) assignment",
            "E3 5 next_level_coordinator (own_level_coordinator) supervision alone",
            "E4 10 city_coordinator (province_coordinator) supervision alone",
            "E5 15 province_coordinator () elevation alone",
            "R1 20 province_coordinator () circular alone",
        ]
    );
}

#[test]
fn every_kind_climbs_the_ladder_of_the_side_that_owes_it() {
    let policy = policy();
    let climbed: Vec<_> = DeadlineKind::ALL
        .iter()
        .map(|kind| (kind.as_str(), policy.ladder(*kind).unwrap().name()))
        .collect();
    assert_eq!(
        climbed,
        [
            ("report", "project"),
            ("report_review", "authority"),
            ("milestone", "project"),
            ("blocker_accept", "authority"),
            ("blocker_reply", "authority"),
            ("blocker_resolve", "authority"),
            ("blocker_confirm", "project"),
            ("approval", "authority"),
            ("commitment", "project"),
            ("pillar", "authority"),
        ]
    );
    assert_eq!(project_ladder().version(), 1);
}

#[test]
fn the_rounds_of_a_repeating_step_are_numbered_from_one() {
    let ladder = project_ladder();
    let last = ladder.steps().last().unwrap();
    let rounds: Vec<_> = (0..4)
        .map(|round| (last.name(round).to_string(), last.offset_wd(round)))
        .collect();
    let expected = [("R1", 20), ("R2", 25), ("R3", 30), ("R4", 35)];
    assert_eq!(rounds, expected.map(|(name, at)| (name.to_owned(), at)));
}

#[test]
fn a_name_out_of_the_ledger_is_found_again() {
    let ladder = project_ladder();
    for (name, offset) in [("E0-5", -5), ("E1", 1), ("E5", 15), ("R1", 20), ("R12", 75)] {
        assert_eq!(ladder.offset_of(&step(name)), Some(offset), "{name}");
    }
    for name in [
        "E9",
        "R",
        "R0",
        "R01",
        "R-1",
        "R+1",
        "R1x",
        "",
        "R99999999999999999999",
    ] {
        assert_eq!(ladder.offset_of(&step(name)), None, "{name}");
    }
}

#[test]
fn a_step_that_tells_nobody_is_refused_with_its_line_and_name() {
    let (wrong, text, line) = flaw_with(r#"to = ["owner", "convenor"]"#, "to = []");
    assert_eq!(wrong, Wrong::NobodyTold);
    assert!(line.starts_with(r#"{ name = "E2""#), "{line}");
    let (number, text) = text.split_once(": ").unwrap();
    assert_eq!(
        text,
        "ladder project, step E2: nobody is told; name at least one in `to`"
    );
    let lines = DEFAULT_POLICY.lines();
    let expected = 1 + lines.take_while(|line| !line.contains("E2")).count();
    assert_eq!(number, format!("line {expected}"));
}

#[test]
fn steps_out_of_order_are_refused() {
    let (wrong, text, line) = flaw_with("offset_wd = 3,", "offset_wd = 1,");
    assert_eq!(
        wrong,
        Wrong::Unordered {
            offset_wd: 1,
            before: 1
        }
    );
    assert!(line.starts_with(r#"{ name = "E2""#), "{line}");
    assert!(
        text.ends_with("steps must rise: 1 working days is not after 1"),
        "{text}"
    );
    assert!(read_with("offset_wd = -3", "offset_wd = -6").is_err());
}

#[test]
fn unknown_words_are_refused_where_they_stand() {
    let (wrong, _, line) = flaw_with(r#"copies = ["leader"]"#, r#"copies = ["boss"]"#);
    assert_eq!(wrong, Wrong::UnknownAudience("boss".to_owned()));
    assert!(line.starts_with(r#"{ name = "E2""#), "{line}");

    let (wrong, _, line) = flaw_with(r#"letter = "notice""#, r#"letter = "Notice""#);
    assert_eq!(wrong, Wrong::UnknownLetter("Notice".to_owned()));
    assert!(line.starts_with(r#"{ name = "E1""#), "{line}");

    let (wrong, _, line) = flaw_with(r#"milestone = "project""#, r#"milestone = "owner""#);
    assert_eq!(wrong, Wrong::UnknownLadder("owner".to_owned()));
    assert_eq!(line, r#"milestone = "owner""#);
}

#[test]
fn a_kind_without_a_ladder_and_a_kind_that_does_not_exist_are_both_named() {
    let flaws = read_with("milestone =", "milestones =").unwrap_err();
    let wrongs: Vec<_> = flaws.iter().map(|flaw| flaw.wrong.clone()).collect();
    assert_eq!(
        wrongs,
        [
            Wrong::UnknownKind,
            Wrong::KindLeftOut(DeadlineKind::Milestone)
        ]
    );
    let lines: Vec<_> = flaws.iter().map(|flaw| flaw.line.unwrap()).collect();
    let text = DEFAULT_POLICY.replacen("milestone =", "milestones =", 1);
    let shown: Vec<_> = lines
        .iter()
        .map(|line| text.lines().nth(line - 1).unwrap())
        .collect();
    assert_eq!(shown, [r#"milestones = "project""#, "[kinds]"]);
}

#[test]
fn zero_working_hours_are_refused_with_their_line() {
    let (wrong, text, line) = flaw_with(r#"closes = "17:30""#, r#"closes = "08:30""#);
    assert_eq!(wrong, Wrong::Posting(WrongPosting::NoHours));
    assert_eq!(line, r#"closes = "08:30""#);
    assert!(
        text.ends_with(
            ": /posting/closes: there are no working hours: they must close after they open"
        ),
        "{text}"
    );
}

#[test]
fn slots_must_exist_rise_and_lie_inside_the_hours() {
    let slots = r#"slots = ["09:00", "14:00"]"#;
    let with = |replacement| flaw_with(slots, replacement).0;
    assert_eq!(with("slots = []"), WrongPosting::NoSlot.into());
    assert_eq!(
        with(r#"slots = ["14:00", "09:00"]"#),
        WrongPosting::Unordered { index: 1 }.into()
    );
    assert_eq!(
        with(r#"slots = ["09:00", "09:00"]"#),
        WrongPosting::Unordered { index: 1 }.into()
    );
    assert_eq!(
        with(r#"slots = ["08:29"]"#),
        WrongPosting::Outside { index: 0 }.into()
    );
    assert_eq!(
        with(r#"slots = ["09:00", "17:30"]"#),
        WrongPosting::Outside { index: 1 }.into()
    );
    assert!(read_with(slots, r#"slots = ["08:30", "17:29"]"#).is_ok());
}

#[test]
fn what_is_no_policy_at_all_is_one_flaw_with_its_line() {
    for (passage, replacement, line) in [
        ("version = 1", "version = -1", "version = -1"),
        ("version = 1", "version =", "version ="),
        (
            r#"opens = "08:30""#,
            r#"opens = "8:30""#,
            r#"opens = "8:30""#,
        ),
        (
            r#""notice" }"#,
            r#""notice", cc = [] }"#,
            r#"{ name = "E1""#,
        ),
        (r#"name = "E3", "#, "", "{ offset_wd = 5"),
    ] {
        let (wrong, _, at) = flaw_with(passage, replacement);
        assert!(matches!(wrong, Wrong::Unreadable(_)), "{replacement}");
        assert!(at.starts_with(line), "{replacement}: {at}");
    }
    assert!(Policy::read("").is_err());
}

#[test]
fn names_the_ledger_could_not_tell_apart_are_refused() {
    for (passage, replacement) in [
        (r#"name = "E2""#, r#"name = "E1""#),
        (r#"name = "E5""#, r#"name = "R1""#),
        (r#"name = "E5""#, r#"name = "R""#),
        (r#"name = "R""#, r#"name = "E""#),
    ] {
        let flaws = read_with(passage, replacement).unwrap_err();
        assert_eq!(flaws[0].wrong, Wrong::NameTaken, "{replacement}");
    }
    for name in ["", "1E", "E 1", "E/1", "第一步", "E123456789012"] {
        let flaws = read_with(r#"name = "E2""#, &format!("name = {name:?}")).unwrap_err();
        assert_eq!(flaws[0].wrong, Wrong::StepName, "{name}");
    }
}

#[test]
fn only_the_last_step_repeats_and_it_must_move() {
    let (wrong, ..) = flaw_with("offset_wd = 15,", "offset_wd = 15, every_wd = 2,");
    assert_eq!(wrong, Wrong::RepeatsTooEarly);
    for every in [0, -5, 251, i64::MAX] {
        let (wrong, ..) = flaw_with("every_wd = 5", &format!("every_wd = {every}"));
        assert_eq!(wrong, Wrong::Repetition, "{every}");
    }
}

#[test]
fn a_ladder_needs_a_step_and_a_step_a_place_near_the_due_day() {
    let empty = format!("{DEFAULT_POLICY}\nspare = []\n");
    let flaws = Policy::read(&empty).unwrap_err();
    assert_eq!(flaws[0].wrong, Wrong::NoStep);
    assert_eq!(flaws[0].pointer, "/ladders/spare");
    let (wrong, ..) = flaw_with("offset_wd = -5", "offset_wd = -251");
    assert_eq!(wrong, Wrong::TooFar);
    let flaws = read_with("version = 1", "version = 0").unwrap_err();
    assert_eq!(flaws[0].wrong, Wrong::VersionZero);
}

#[test]
fn nobody_is_named_twice_in_one_step() {
    let (wrong, ..) = flaw_with(r#"copies = ["leader"]"#, r#"copies = ["owner"]"#);
    assert_eq!(wrong, Wrong::NamedTwice(Audience::Owner));
}

#[test]
fn all_flaws_come_at_once() {
    let text = DEFAULT_POLICY
        .replace(r#"letter = "elevation""#, r#"letter = "loud""#)
        .replace(r#"closes = "17:30""#, r#"closes = "07:30""#)
        .replace(
            r#"to = ["answerable"], letter = "reminder""#,
            r#"to = [], letter = "x""#,
        );
    let flaws = Policy::read(&text).unwrap_err();
    assert_eq!(flaws.len(), 1 + 2 * (3 * 2 + 1), "{flaws:?}");
    assert!(flaws.iter().all(|flaw| flaw.line.is_some()));
}

#[test]
fn the_form_comes_back_from_json_and_names_flaws_by_pointer() {
    let form: PolicyForm = toml::from_str(DEFAULT_POLICY).unwrap();
    let json = serde_json::to_string(&form).unwrap();
    let mut again: PolicyForm = serde_json::from_str(&json).unwrap();
    assert_eq!(again, form);
    assert_eq!(again.check().unwrap(), policy());

    again.ladders.get_mut("authority").unwrap()[3].to.clear();
    let flaws = again.check().unwrap_err();
    assert_eq!(flaws[0].pointer, "/ladders/authority/3/to");
    assert_eq!(flaws[0].line, None);
    assert_eq!(flaws[0].wrong, Wrong::NobodyTold);
}
