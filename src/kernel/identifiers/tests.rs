use std::collections::BTreeSet;
use std::sync::LazyLock;

use super::*;
use proptest::prelude::*;

const VECTORS: &str = include_str!("../../../tests/data/identifier-test-vectors.csv");
const REGIONS: &str = include_str!("../../../seeds/reference/regions.csv");
const REGIONS_ONCE: &str = include_str!("../../../seeds/reference/regions-history.csv");
const SECTORS: &str = include_str!("../../../seeds/reference/industry-sectors.csv");
const DEPARTMENTS: &str = include_str!("../../../seeds/reference/project-code-departments.csv");

fn rows(text: &str) -> Vec<csv::StringRecord> {
    csv::Reader::from_reader(text.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect()
}

fn column(text: &str, name: &str) -> Vec<String> {
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    let at = reader
        .headers()
        .unwrap()
        .iter()
        .position(|header| header == name)
        .unwrap();
    reader
        .records()
        .map(|row| row.unwrap()[at].to_owned())
        .filter(|cell| !cell.is_empty())
        .collect()
}

fn region(code: &str) -> Region {
    code.parse().unwrap()
}

static KNOWN: LazyLock<KnownCodes> = LazyLock::new(|| {
    let regions: BTreeSet<Region> = column(REGIONS, "code")
        .iter()
        .chain(&column(REGIONS_ONCE, "old_code"))
        .map(|code| region(code))
        .collect();
    KnownCodes {
        province: region("360000"),
        regions,
        sectors: column(SECTORS, "code").into_iter().collect(),
        departments: column(DEPARTMENTS, "code").into_iter().collect(),
    }
});

fn warnings(code: &str) -> Vec<CodeWarning> {
    code.parse::<ProjectCode>().unwrap().warnings(&KNOWN)
}

#[test]
fn every_published_example_is_taken_refused_or_doubted_as_listed() {
    let vectors = rows(VECTORS);
    assert_eq!(vectors.len(), 52);
    for row in vectors {
        let (kind, value, verdict, format) = (&row[0], &row[1], &row[2], &row[3]);
        match kind {
            "uscc" => assert_eq!(
                value.parse::<CreditCode>().is_ok(),
                verdict == "yes",
                "{value}"
            ),
            "mobile" => assert_eq!(value.parse::<Mobile>().is_ok(), verdict == "yes", "{value}"),
            "project-code" => {
                let read = value.parse::<ProjectCode>();
                assert_eq!(read.is_err(), verdict == "no", "{value}");
                let Ok(code) = read else { continue };
                match format {
                    "2016" => assert_eq!(code.format(), CodeFormat::Old, "{value}"),
                    "GB/T 40058-2021" => assert_eq!(code.format(), CodeFormat::New, "{value}"),
                    _ => assert_eq!(verdict, "warning"),
                }
                // Most examples are of other provinces, which is a doubt of its own.
                let doubts = code
                    .warnings(&KNOWN)
                    .into_iter()
                    .filter(|doubt| *doubt != CodeWarning::RegionOutsideProvince)
                    .count();
                assert_eq!(doubts > 0, verdict == "warning", "{value}");
            }
            other => panic!("no such kind: {other}"),
        }
    }
}

#[test]
fn a_project_code_of_wrong_shape_is_refused_with_what_is_wrong() {
    let table = [
        ("20173601113903000123", WrongProjectCode::Groups),
        ("2017-360111-39-03-000123-001-1", WrongProjectCode::Groups),
        ("", WrongProjectCode::Groups),
        (
            "2017-36011-39-03-000123",
            WrongProjectCode::Group {
                group: 2,
                digits: 6,
            },
        ),
        (
            "2017-360111-39-03-00012X",
            WrongProjectCode::Group {
                group: 5,
                digits: 6,
            },
        ),
        (
            "2017-360111-39-03-000123-01",
            WrongProjectCode::Group {
                group: 6,
                digits: 3,
            },
        ),
        (
            "２０１７-360111-39-03-000123",
            WrongProjectCode::Group {
                group: 1,
                digits: 4,
            },
        ),
        ("2513-360111-04-01-123456", WrongProjectCode::Time),
        ("2014-360111-39-03-000123", WrongProjectCode::Time),
        ("2022-360111-39-03-000123", WrongProjectCode::Time),
        ("2600-360111-04-01-123456", WrongProjectCode::Time),
        ("2017-360111-39-04-000123", WrongProjectCode::Kind),
    ];
    for (text, wrong) in table {
        assert_eq!(text.parse::<ProjectCode>(), Err(wrong), "{text}");
    }
}

#[test]
fn the_two_shapes_are_told_apart_by_the_first_group() {
    let format = |text: &str| text.parse::<ProjectCode>().unwrap().format();
    assert_eq!(format("2015-360111-39-03-000123"), CodeFormat::Old);
    assert_eq!(format("2021-360111-39-03-000123"), CodeFormat::Old);
    // December 2020, not the year 2012.
    assert_eq!(format("2012-360111-04-01-123456"), CodeFormat::New);
    let old: ProjectCode = "2017-360111-39-03-000123".parse().unwrap();
    assert_eq!((old.sector(), old.department()), (Some("39"), None));
    let new: ProjectCode = "2611-360111-04-01-123451".parse().unwrap();
    assert_eq!((new.sector(), new.department()), (None, Some("04")));
    assert_eq!(new.region_group(), "360111");
}

#[test]
fn each_doubt_about_a_code_is_named() {
    use CodeWarning::{
        CheckDigit, RegionOutsideProvince, UnknownDepartment, UnknownRegion, UnknownSector,
    };
    assert_eq!(warnings("2611-360111-04-01-123451"), []);
    assert_eq!(warnings("2611-360111-04-01-123452"), [CheckDigit]);
    assert_eq!(warnings("2017-360111-98-03-000123"), [UnknownSector]);
    assert_eq!(warnings("2017-360191-39-03-000123"), [UnknownRegion]);
    // Abolished in 2019, and yet the code of a project filed before.
    assert_eq!(warnings("2017-360105-39-03-000123"), []);
    assert_eq!(
        warnings("2017-430111-39-03-000123"),
        [RegionOutsideProvince]
    );
    assert_eq!(
        warnings("2017-000000-39-03-000123"),
        [RegionOutsideProvince]
    );
    assert_eq!(
        warnings("2611-430111-01-01-123451"),
        [CheckDigit, UnknownDepartment, RegionOutsideProvince]
    );
    for warning in [
        CheckDigit,
        UnknownSector,
        UnknownDepartment,
        RegionOutsideProvince,
        UnknownRegion,
    ] {
        assert_eq!(serde_json::to_value(warning).unwrap(), warning.as_str());
    }
}

#[test]
fn a_sub_project_is_kept_apart_from_its_code() {
    let code: ProjectCode = " 2017-360111-39-03-000123-000 ".parse().unwrap();
    assert_eq!(code.main(), "2017-360111-39-03-000123");
    assert_eq!(code.subproject(), Some("000"));
    assert_eq!(code.to_string(), "2017-360111-39-03-000123-000");
    let plain: ProjectCode = code.main().parse().unwrap();
    assert_eq!(plain.subproject(), None);
    assert_eq!(plain.as_str(), plain.main());
}

#[test]
fn a_credit_code_is_refused_with_what_is_wrong() {
    let table = [
        ("12345", WrongCreditCode::Length),
        ("9111000060003IOZSV", WrongCreditCode::Sign),
        ("91１10000600037341L", WrongCreditCode::Sign),
        ("911100A0600037341L", WrongCreditCode::Region),
        ("91110000600037341N", WrongCreditCode::Check),
    ];
    for (text, wrong) in table {
        assert_eq!(text.parse::<CreditCode>(), Err(wrong), "{text}");
    }
}

#[test]
fn a_credit_code_is_written_one_way() {
    let code: CreditCode = " 9136-0000 6259-1217 3b\u{3000}".parse().unwrap();
    assert_eq!(code.to_string(), "91360000625912173B");
}

#[test]
fn the_check_inside_a_credit_code_is_looked_at_apart() {
    for row in rows(VECTORS)
        .iter()
        .filter(|row| &row[0] == "uscc" && &row[2] == "yes")
    {
        assert!(
            row[1].parse::<CreditCode>().unwrap().inner_check_holds(),
            "{}",
            &row[1]
        );
    }
    // The same code with another character 17 and the check character that then holds.
    let odd: CreditCode = with_check("91360000625912174");
    assert!(!odd.inner_check_holds());
}

/// The one of 31 endings that is accepted.
fn with_check(head: &str) -> CreditCode {
    let endings = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars();
    let mut taken = endings.filter_map(|last| format!("{head}{last}").parse().ok());
    let code = taken.next().unwrap();
    assert!(
        taken.next().is_none(),
        "two check characters hold for {head}"
    );
    code
}

#[test]
fn a_region_knows_its_level_and_its_reach() {
    let table = [
        ("360000", Level::Province, "360000", "369999", None),
        ("360100", Level::City, "360100", "360199", Some("360000")),
        ("360111", Level::County, "360111", "360111", Some("360100")),
        ("361000", Level::City, "361000", "361099", Some("360000")),
    ];
    for (code, level, lowest, highest, parent) in table {
        let this = region(code);
        assert_eq!(this.level(), level, "{code}");
        assert_eq!(this.reach(), (region(lowest), region(highest)), "{code}");
        assert_eq!(this.parent(), parent.map(region), "{code}");
    }
    assert!(region("360100").contains(region("360111")));
    assert!(region("360100").contains(region("360100")));
    assert!(!region("360100").contains(region("360000")));
    assert!(!region("360100").contains(region("360200")));
    assert!(!region("360111").contains(region("360112")));
    assert_eq!(region("360111").at_level(Level::City), region("360100"));
    assert_eq!(region("360111").at_level(Level::Province), region("360000"));
    assert_eq!(region("360000").at_level(Level::County), region("360000"));
}

#[test]
fn every_region_of_the_reference_data_stands_where_its_digits_say() {
    for row in rows(REGIONS) {
        let level = match &row[2] {
            "prefecture" => Level::City,
            other => other.parse().unwrap(),
        };
        assert_eq!(region(&row[0]).level(), level, "{}", &row[0]);
        let parent = region(&row[0]).parent().map(|parent| parent.to_string());
        assert_eq!(parent.unwrap_or_default(), row[1], "{}", &row[0]);
    }
}

#[test]
fn a_text_that_is_no_region_is_refused() {
    for text in [
        "36011", "3601111", "36011a", "000000", "060000", "360011", "３６", " 360111", "",
    ] {
        assert_eq!(text.parse::<Region>(), Err(WrongRegion::Code), "{text}");
    }
}

#[test]
fn levels_rise_from_county_to_province() {
    assert!(Level::County < Level::City && Level::City < Level::Province);
    assert_eq!(Level::County.up(), Some(Level::City));
    assert_eq!(Level::Province.up(), None);
    for level in [Level::County, Level::City, Level::Province] {
        assert_eq!(level.as_str().parse(), Ok(level));
        assert_eq!(serde_json::to_value(level).unwrap(), level.as_str());
    }
    assert_eq!("prefecture".parse::<Level>(), Err(WrongRegion::Level));
}

#[test]
fn json_holds_nothing_that_reading_would_refuse() {
    assert!(serde_json::from_str::<Region>("\"36\"").is_err());
    assert!(serde_json::from_str::<CreditCode>("\"91110000600037341N\"").is_err());
    assert!(serde_json::from_str::<Phone>("\"1\"").is_err());
    assert!(serde_json::from_str::<Email>("\"a\"").is_err());
    assert!(serde_json::from_str::<ProjectCode>("\"2017\"").is_err());
    let code: CreditCode = serde_json::from_str("\"9136 0000 6259 1217 3b\"").unwrap();
    assert_eq!(
        serde_json::to_string(&code).unwrap(),
        "\"91360000625912173B\""
    );
}

proptest! {
    #[test]
    fn one_wrong_character_in_a_credit_code_never_passes(
        head in "9[1-3]36[0-9]{4}[0-9A-HJ-NPQRTUWXY]{9}", at in 0_usize..18, to in 0_usize..31,
    ) {
        let right = with_check(&head);
        let signs: Vec<char> = "0123456789ABCDEFGHJKLMNPQRTUWXY".chars().collect();
        let wrong: String = right.as_str().chars().enumerate()
            .map(|(place, sign)| if place == at { signs[to] } else { sign })
            .collect();
        prop_assert_eq!(wrong.parse::<CreditCode>().is_ok(), wrong == right.as_str());
    }

    #[test]
    fn just_one_last_digit_of_a_new_code_holds(
        code in "2[1-9](0[1-9]|1[0-2])-360111-04-01-[0-9]{5}",
    ) {
        let held = (0..10).filter(|last| warnings(&format!("{code}{last}")).is_empty()).count();
        prop_assert_eq!(held, 1);
    }

    #[test]
    fn a_region_contains_what_shares_its_prefix(a in "36[0-9]{2}[0-9]{2}", b in "3[56][0-9]{2}[0-9]{2}") {
        let (Ok(a), Ok(b)) = (a.parse::<Region>(), b.parse::<Region>()) else { return Ok(()) };
        let prefix = match a.level() { Level::Province => 2, Level::City => 4, Level::County => 6 };
        prop_assert_eq!(a.contains(b), a.as_str()[..prefix] == b.as_str()[..prefix]);
        prop_assert_eq!(a.contains(b), b.at_level(a.level()) == a && b.level() <= a.level());
        prop_assert_eq!(a.as_str().parse(), Ok(a));
    }

    #[test]
    fn no_text_makes_reading_fail_otherwise_than_by_refusal(text in "\\PC{0,40}") {
        let _ = text.parse::<ProjectCode>();
        let _ = text.parse::<CreditCode>();
        let _ = text.parse::<Phone>();
        let _ = text.parse::<Email>();
        let _ = text.parse::<Region>();
    }
}
