use super::*;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

fn moment(text: &str) -> Moment {
    text.parse().unwrap()
}

fn zone(name: &str) -> Zone {
    name.parse().unwrap()
}

fn clock(text: &str) -> TimeOfDay {
    text.parse().unwrap()
}

#[test]
fn a_moment_is_written_in_utc_to_the_millisecond() {
    assert_eq!(
        moment("2026-10-10T09:00:00+08:00").to_string(),
        "2026-10-10T01:00:00.000Z"
    );
    assert_eq!(
        moment("2026-10-10T01:00:00.5Z").to_string(),
        "2026-10-10T01:00:00.500Z"
    );
}

#[test]
fn what_is_finer_than_a_millisecond_is_cut_never_rounded_up() {
    assert_eq!(
        moment("2026-12-31T23:59:59.999999999Z").to_string(),
        "2026-12-31T23:59:59.999Z"
    );
    // Also before 1970, where the count is negative.
    assert_eq!(
        moment("1960-01-01T00:00:00.0019Z").to_string(),
        "1960-01-01T00:00:00.001Z"
    );
}

#[test]
fn a_moment_without_an_offset_or_outside_the_years_is_refused() {
    for text in [
        "2026-10-10T09:00:00",
        "2026-10-10",
        "1948-12-31T23:59:59Z",
        "2200-01-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "",
    ] {
        assert_eq!(text.parse::<Moment>(), Err(WrongTime::Moment), "{text}");
    }
}

#[test]
fn time_since_a_later_moment_is_zero() {
    let (one, other) = (
        moment("2026-01-01T00:00:00Z"),
        moment("2026-01-01T00:00:01Z"),
    );
    assert_eq!(other.since(one), Duration::from_secs(1));
    assert_eq!(one.since(other), Duration::ZERO);
}

#[test]
fn the_ends_of_time_are_walls_and_still_print() {
    let last = Moment::from_millis(i64::MAX);
    assert_eq!(last.to_string(), "9999-12-31T23:59:59.999Z");
    assert_eq!(last.plus(Duration::MAX), last);
    let first = Moment::from_millis(i64::MIN);
    assert_eq!(first.to_string(), "0001-01-01T00:00:00.000Z");
    assert_eq!(first.minus(Duration::MAX), first);
    assert_eq!(last.since(first).as_millis(), 315_537_897_599_999);
    assert_eq!(
        day("2026-01-01").plus_days(i64::MAX).to_string(),
        "9999-12-31"
    );
    assert_eq!(
        day("2026-01-01").plus_days(i64::MIN).to_string(),
        "0001-01-01"
    );
    assert_eq!(Day::from_date(NaiveDate::MAX).year(), 9999);
    assert_eq!(Day::from_date(NaiveDate::MIN).year(), 1);
    let zone = Zone::default();
    assert!(zone.day_of(last).year() >= 9999);
    assert_eq!(
        zone.end_of(Day::from_date(NaiveDate::MAX)).to_string(),
        "9999-12-30T15:59:59.999Z"
    );
}

#[test]
fn a_leap_day_exists_in_leap_years_alone() {
    assert!(Day::new(2024, 2, 29).is_some());
    assert!(Day::new(2000, 2, 29).is_some());
    assert!(Day::new(2026, 2, 29).is_none());
    assert!("2100-02-29".parse::<Day>().is_err());
    assert_eq!(day("2024-02-28").plus_days(1), day("2024-02-29"));
    assert_eq!(day("2024-02-29").plus_days(366), day("2025-03-01"));
    assert_eq!(day("2024-01-01").days_until(day("2025-01-01")), 366);
}

#[test]
fn a_day_is_read_in_one_shape_only() {
    for text in [
        "2026-1-1",
        "2026-10-10 ",
        " 2026-10-10",
        "+026-10-10",
        "2026/10/10",
        "20261010",
        "1948-12-31",
        "2200-01-01",
        "2026-13-01",
        "2026-00-01",
        "2026-01-00",
        "２０２６-10-10",
        "",
    ] {
        assert_eq!(text.parse::<Day>(), Err(WrongTime::Day), "{text}");
    }
    assert_eq!(day("1949-01-01").to_string(), "1949-01-01");
    assert_eq!(day("2199-12-31").to_string(), "2199-12-31");
    assert_eq!(day("2026-10-10").weekday(), Weekday::Sat);
}

#[test]
fn a_quarter_knows_its_days() {
    let table = [
        ("2024Q1", "2024-01-01", "2024-03-31"),
        ("2026Q2", "2026-04-01", "2026-06-30"),
        ("2026Q3", "2026-07-01", "2026-09-30"),
        ("2026Q4", "2026-10-01", "2026-12-31"),
    ];
    for (text, first, last) in table {
        let quarter: Quarter = text.parse().unwrap();
        assert_eq!(
            (quarter.first_day(), quarter.last_day()),
            (day(first), day(last)),
            "{text}"
        );
        assert_eq!(quarter.to_string(), text);
        assert_eq!(quarter.as_str(), text);
    }
}

#[test]
fn quarters_step_over_the_new_year_and_stop_at_the_ends() {
    let quarter: Quarter = "2026Q4".parse().unwrap();
    assert_eq!(quarter.next().as_str(), "2027Q1");
    assert_eq!(quarter.next().previous(), quarter);
    assert_eq!(quarter.quarters_until("2027Q2".parse().unwrap()), 2);
    assert_eq!(quarter.quarters_until("2025Q4".parse().unwrap()), -4);
    let last: Quarter = "2199Q4".parse().unwrap();
    assert_eq!(last.next(), last);
    let first: Quarter = "1949Q1".parse().unwrap();
    assert_eq!(first.previous(), first);
    assert_eq!(Quarter::of(Day::from_date(NaiveDate::MAX)), last);
    assert_eq!(Quarter::of(Day::from_date(NaiveDate::MIN)), first);
}

#[test]
fn a_quarter_is_read_in_one_shape_only() {
    for text in [
        "2026Q0", "2026Q5", "2026q3", "2026-Q3", "26Q3", "1948Q4", "2200Q1", "2026Q3 ", "+026Q1",
    ] {
        assert_eq!(text.parse::<Quarter>(), Err(WrongTime::Quarter), "{text}");
    }
}

#[test]
fn a_time_of_day_is_read_in_one_shape_only() {
    assert_eq!(clock("09:05").minutes(), 545);
    assert_eq!(clock("00:00"), TimeOfDay::MIDNIGHT);
    assert_eq!(clock("23:59").to_string(), "23:59");
    for text in ["24:00", "9:00", "09:60", "09:00:00", "", "+9:00"] {
        assert_eq!(
            text.parse::<TimeOfDay>(),
            Err(WrongTime::TimeOfDay),
            "{text}"
        );
    }
}

#[test]
fn a_day_in_shanghai_begins_at_sixteen_hours_utc_of_the_day_before() {
    let shanghai = Zone::default();
    assert_eq!(shanghai.to_string(), "Asia/Shanghai");
    assert_eq!(
        shanghai.day_of(moment("2026-10-10T15:59:59.999Z")),
        day("2026-10-10")
    );
    assert_eq!(
        shanghai.day_of(moment("2026-10-10T16:00:00Z")),
        day("2026-10-11")
    );
    assert_eq!(
        shanghai.start_of(day("2026-10-10")),
        moment("2026-10-09T16:00:00Z")
    );
    assert_eq!(
        shanghai.end_of(day("2026-10-10")),
        moment("2026-10-10T15:59:59.999Z")
    );
    assert_eq!(
        shanghai.time_of(moment("2026-10-10T01:00:59Z")),
        clock("09:00")
    );
    assert_eq!(
        shanghai.at(day("2026-10-10"), clock("09:00")),
        moment("2026-10-10T01:00:00Z")
    );
    // A leap day that is still the 28th of February in UTC.
    assert_eq!(
        shanghai.day_of(moment("2024-02-28T16:00:00Z")),
        day("2024-02-29")
    );
}

#[test]
fn a_day_whose_midnight_is_skipped_starts_after_the_gap() {
    let paulo = zone("America/Sao_Paulo");
    assert_eq!(
        paulo.start_of(day("2018-11-04")),
        moment("2018-11-04T03:00:00Z")
    );
    assert_eq!(
        paulo.time_of(paulo.start_of(day("2018-11-04"))),
        clock("01:00")
    );
    assert_eq!(
        paulo.at(day("2018-11-04"), clock("00:30")),
        moment("2018-11-04T03:00:00Z")
    );
    assert_eq!(
        paulo.end_of(day("2018-11-03")),
        moment("2018-11-04T02:59:59.999Z")
    );
    let beirut = zone("Asia/Beirut");
    assert_eq!(
        beirut.start_of(day("2022-03-27")),
        moment("2022-03-26T22:00:00Z")
    );
    assert_eq!(
        beirut.time_of(beirut.start_of(day("2022-03-27"))),
        clock("01:00")
    );
}

#[test]
fn a_time_shown_twice_means_the_earlier_one() {
    let york = zone("America/New_York");
    assert_eq!(
        york.at(day("2026-11-01"), clock("01:30")),
        moment("2026-11-01T05:30:00Z")
    );
    // Havana puts its clocks back at 01:00, so that midnight itself comes twice.
    let havana = zone("America/Havana");
    assert_eq!(
        havana.start_of(day("2026-11-01")),
        moment("2026-11-01T04:00:00Z")
    );
    // Shanghai itself had summer time from 1986 to 1991.
    let shanghai = Zone::default();
    assert_eq!(
        shanghai.at(day("1991-09-15"), clock("01:30")),
        moment("1991-09-14T16:30:00Z")
    );
}

#[test]
fn a_day_that_samoa_skipped_starts_with_the_next_and_holds_nothing() {
    let apia = zone("Pacific/Apia");
    let (skipped, next) = (day("2011-12-30"), day("2011-12-31"));
    assert_eq!(apia.start_of(next), moment("2011-12-30T10:00:00Z"));
    assert_eq!(apia.start_of(skipped), apia.start_of(next));
    assert_eq!(apia.at(skipped, clock("12:00")), apia.start_of(next));
    assert!(apia.end_of(skipped) < apia.start_of(skipped));
    assert_eq!(apia.day_of(apia.end_of(skipped)), day("2011-12-29"));
}

#[test]
fn a_zone_is_read_by_its_name() {
    assert_eq!(zone("Asia/Urumqi").to_string(), "Asia/Urumqi");
    assert_eq!("Asia/Peking".parse::<Zone>(), Err(WrongTime::Zone));
    assert_eq!("".parse::<Zone>(), Err(WrongTime::Zone));
}

#[test]
fn every_value_is_a_json_string_both_ways() {
    fn there_and_back<T>(json: &str)
    where
        T: serde::Serialize + serde::de::DeserializeOwned,
    {
        let value: T = serde_json::from_str(json).unwrap();
        assert_eq!(serde_json::to_string(&value).unwrap(), json);
        assert!(serde_json::from_str::<T>("\"x\"").is_err());
        assert!(serde_json::from_str::<T>("1").is_err());
        assert!(serde_json::from_str::<T>("null").is_err());
    }
    there_and_back::<Moment>("\"2026-10-10T01:00:00.000Z\"");
    there_and_back::<Day>("\"2026-10-10\"");
    there_and_back::<Quarter>("\"2026Q3\"");
    there_and_back::<TimeOfDay>("\"09:00\"");
    there_and_back::<Zone>("\"Asia/Shanghai\"");
}

#[test]
fn the_schema_says_string_and_its_shape() {
    use utoipa::PartialSchema;
    let json = |schema| serde_json::to_value(schema).unwrap();
    assert_eq!(json(Moment::schema())["format"], "date-time");
    assert_eq!(json(Day::schema())["format"], "date");
    assert_eq!(json(Quarter::schema())["pattern"], "^[0-9]{4}Q[1-4]$");
    assert_eq!(json(Quarter::schema())["type"], "string");
}

fn any_day() -> impl Strategy<Value = Day> {
    (0..91_000_i64).prop_map(|days| day("1949-01-01").plus_days(days))
}

fn any_zone() -> impl Strategy<Value = Zone> {
    prop::sample::select(vec![
        "Asia/Shanghai",
        "America/Sao_Paulo",
        "America/New_York",
        "Asia/Beirut",
        "Asia/Kathmandu",
        "Australia/Lord_Howe",
        "Africa/Cairo",
        "UTC",
    ])
    .prop_map(zone)
}

proptest! {
    #[test]
    fn a_moment_comes_back_from_its_text(millis in -662_688_000_000_i64..7_258_118_400_000) {
        let moment = Moment::from_millis(millis);
        prop_assert_eq!(moment.to_string().parse(), Ok(moment));
    }

    #[test]
    fn a_day_comes_back_from_its_text_and_lies_in_its_quarter(one in any_day()) {
        prop_assert_eq!(one.to_string().parse(), Ok(one));
        let quarter = Quarter::of(one);
        prop_assert_eq!(quarter.to_string().parse(), Ok(quarter));
        prop_assert!(quarter.first_day() <= one && one <= quarter.last_day());
        prop_assert_eq!(quarter.last_day().plus_days(1).date(), quarter.first_day().date() + chrono::Months::new(3));
    }

    #[test]
    fn days_added_are_days_between(one in any_day(), days in -40_000_i64..40_000) {
        prop_assert_eq!(one.days_until(one.plus_days(days)), days);
    }

    #[test]
    fn quarters_stand_in_the_order_of_time(one in any_day(), other in any_day()) {
        let (a, b) = (Quarter::of(one), Quarter::of(other));
        prop_assert_eq!(a.cmp(&b), a.first_day().cmp(&b.first_day()));
        prop_assert_eq!(a.quarters_until(b).cmp(&0), b.cmp(&a));
    }

    #[test]
    fn a_moment_lies_inside_its_own_day(
        zone in any_zone(),
        millis in -315_619_200_000_i64..4_102_444_800_000,
    ) {
        let moment = Moment::from_millis(millis);
        let day = zone.day_of(moment);
        prop_assert!(zone.start_of(day) <= moment && moment <= zone.end_of(day));
    }

    #[test]
    fn every_day_begins_where_the_one_before_ends(zone in any_zone(), one in any_day()) {
        prop_assert_eq!(zone.day_of(zone.start_of(one)), one);
        prop_assert_eq!(zone.day_of(zone.end_of(one)), one);
        prop_assert_eq!(
            zone.end_of(one).plus(Duration::from_millis(1)),
            zone.start_of(one.plus_days(1))
        );
    }

    #[test]
    fn no_text_makes_reading_fail_otherwise_than_by_refusal(text in ".{0,40}") {
        let _ = text.parse::<Moment>();
        let _ = text.parse::<Day>();
        let _ = text.parse::<Quarter>();
        let _ = text.parse::<TimeOfDay>();
        let _ = text.parse::<Zone>();
    }
}
