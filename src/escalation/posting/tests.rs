use super::*;
use crate::escalation::samples::{calendar, day, moment, policy};

fn slot(text: &str) -> Slot {
    let (on, at) = text.split_once(' ').unwrap();
    Slot {
        on: day(on),
        at: at.parse().unwrap(),
    }
}

fn to_post(now: &str, last: Option<&str>) -> Option<Slot> {
    policy()
        .posting()
        .slot_to_post(moment(now), Zone::default(), &calendar(), last.map(slot))
}

#[test]
fn a_slot_is_posted_from_its_minute_on_until_the_hours_close() {
    let morning = Some(slot("2026-10-12 09:00"));
    let afternoon = Some(slot("2026-10-12 14:00"));
    let yesterday = Some("2026-10-10 14:00");
    for (now, expected) in [
        ("2026-10-12 00:00", None),
        ("2026-10-12 08:30", None),
        ("2026-10-12 08:59", None),
        ("2026-10-12 09:00", morning),
        ("2026-10-12 13:59", morning),
        ("2026-10-12 14:00", afternoon),
        ("2026-10-12 17:29", afternoon),
        ("2026-10-12 17:30", None),
        ("2026-10-12 23:59", None),
    ] {
        assert_eq!(to_post(now, yesterday), expected, "{now}");
        assert_eq!(to_post(now, None), expected, "{now}");
    }
}

#[test]
fn a_slot_is_posted_once_and_a_missed_one_is_not_made_up_for() {
    let (morning, afternoon) = ("2026-10-12 09:00", "2026-10-12 14:00");
    assert_eq!(to_post("2026-10-12 09:01", Some(morning)), None);
    assert_eq!(
        to_post("2026-10-12 14:01", Some(morning)),
        Some(slot(afternoon))
    );
    assert_eq!(to_post("2026-10-12 14:01", Some(afternoon)), None);
    // The clock was put back: the morning lies before what was posted.
    assert_eq!(to_post("2026-10-12 09:30", Some(afternoon)), None);
    assert_eq!(to_post("2026-10-12 09:30", Some("2026-10-13 09:00")), None);
}

#[test]
fn nothing_is_posted_on_a_day_off_whatever_its_weekday() {
    for off in [
        "2026-10-11",
        "2026-10-07",
        "2026-09-25",
        "2026-02-23",
        "2027-02-08",
    ] {
        for at in ["09:00", "10:00", "14:00", "17:00"] {
            assert_eq!(to_post(&format!("{off} {at}"), None), None, "{off} {at}");
        }
    }
    // A Saturday and a Sunday worked in exchange.
    for worked in ["2026-10-10", "2026-09-20"] {
        let expected = Some(slot(&format!("{worked} 09:00")));
        assert_eq!(to_post(&format!("{worked} 09:00"), None), expected);
    }
}

#[test]
fn the_day_is_that_of_the_zone() {
    // Saturday 10 October, worked, 09:00 in Shanghai is still 01:00 UTC; Sunday 01:00 UTC is off.
    let posting = policy().posting().clone();
    let at =
        |utc: &str| posting.slot_to_post(utc.parse().unwrap(), Zone::default(), &calendar(), None);
    assert_eq!(at("2026-10-10T01:00:00Z"), Some(slot("2026-10-10 09:00")));
    assert_eq!(at("2026-10-10T00:59:59.999Z"), None);
    assert_eq!(
        at("2026-10-10T09:29:59.999Z"),
        Some(slot("2026-10-10 14:00"))
    );
    assert_eq!(at("2026-10-10T09:30:00Z"), None);
    assert_eq!(at("2026-10-11T01:00:00Z"), None);
    assert_eq!(
        slot("2026-10-10 09:00").moment(Zone::default()).to_string(),
        "2026-10-10T01:00:00.000Z"
    );
}

#[test]
fn what_waits_for_no_slot_goes_inside_the_hours_of_working_days_alone() {
    let posting = policy().posting().clone();
    for (now, open) in [
        ("2026-10-12 08:29", false),
        ("2026-10-12 08:30", true),
        ("2026-10-12 12:34", true),
        ("2026-10-12 17:29", true),
        ("2026-10-12 17:30", false),
        ("2026-10-12 03:00", false),
        // A Friday evening, and the Saturday worked after it.
        ("2026-10-09 20:00", false),
        ("2026-10-10 10:00", true),
        ("2026-10-10 20:00", false),
        ("2026-10-03 10:00", false),
        ("2027-01-01 10:00", false),
    ] {
        let is_open = posting.is_open(moment(now), Zone::default(), &calendar());
        assert_eq!(is_open, open, "{now}");
    }
}

#[test]
fn hours_hold_where_the_wall_clock_jumps() {
    let york: Zone = "America/New_York".parse().unwrap();
    let form = PostingForm {
        opens: "01:30".parse().unwrap(),
        closes: "02:30".parse().unwrap(),
        slots: vec!["01:45".parse().unwrap()],
    };
    let posting = Posting::try_from(&form).unwrap();
    // Clocks fall back on a Sunday; take it for worked.
    let on = day("2026-11-01");
    let worked = crate::kernel::calendar::CalendarYear {
        year: 2026,
        status: crate::kernel::calendar::YearStatus::Published,
        exceptions: vec![(on, crate::kernel::calendar::DayKind::Workday)],
    };
    let calendar = WorkCalendar::new([worked]);
    // 01:30 is shown twice; the hours begin with the first and do not begin again.
    let (first, second) = ("2026-11-01T05:30:00Z", "2026-11-01T06:29:00Z");
    for now in [first, second] {
        let now = now.parse().unwrap();
        assert!(posting.is_open(now, york, &calendar), "{now}");
    }
    let slot = posting.slot_to_post(second.parse().unwrap(), york, &calendar, None);
    assert_eq!(slot.map(|slot| slot.on), Some(on));
    assert_eq!(
        posting.slot_to_post(second.parse().unwrap(), york, &calendar, slot),
        None
    );
}

#[test]
fn slots_are_ordered_by_day_then_time() {
    assert!(slot("2026-10-09 14:00") < slot("2026-10-10 09:00"));
    assert!(slot("2026-10-10 09:00") < slot("2026-10-10 14:00"));
}

#[test]
fn letters_go_out_next_today_while_a_slot_is_left_else_on_the_next_working_day() {
    let next = |now: &str, last: Option<&str>| {
        let on =
            policy()
                .posting()
                .next_on(moment(now), Zone::default(), &calendar(), last.map(slot));
        on.to_string()
    };
    let (morning, afternoon) = ("2026-10-09 09:00", "2026-10-09 14:00");
    for (now, last, expected) in [
        ("2026-10-09 00:10", None, "2026-10-09"),
        ("2026-10-09 09:30", Some(morning), "2026-10-09"),
        // Come, and not posted yet.
        ("2026-10-09 14:01", Some(morning), "2026-10-09"),
        // A Saturday that is worked follows.
        ("2026-10-09 14:02", Some(afternoon), "2026-10-10"),
        ("2026-10-09 20:00", Some(morning), "2026-10-10"),
        ("2026-10-01 10:00", None, "2026-10-08"),
    ] {
        assert_eq!(next(now, last), expected, "{now}");
    }
}
