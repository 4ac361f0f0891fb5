use super::*;
use proptest::prelude::*;

fn day(text: &str) -> Day {
    text.parse().unwrap()
}

/// The rule as it is said, with no arithmetic: a row decides, else the week.
struct Naive(Vec<CalendarYear>);

impl Naive {
    fn works(&self, on: Day) -> bool {
        let mut said = self
            .0
            .iter()
            .flat_map(|year| &year.exceptions)
            .filter(|(at, _)| *at == on);
        match said.next_back() {
            Some((_, kind)) => *kind == DayKind::Workday,
            None => on.weekday().num_days_from_monday() < 5,
        }
    }

    fn open(&self, on: Day) -> bool {
        let mut said = self.0.iter().filter(|year| year.year == on.year());
        said.next_back()
            .is_none_or(|year| year.status == YearStatus::Provisional)
    }

    fn plus(&self, from: Day, n: i64) -> Counted {
        let (mut on, mut left) = (from, n.abs());
        let mut provisional = n == 0 && self.open(from);
        while left > 0 {
            on = on.plus_days(n.signum());
            provisional |= self.open(on);
            left -= i64::from(self.works(on));
        }
        Counted { on, provisional }
    }

    fn between(&self, from: Day, to: Day) -> i64 {
        let count = |first: Day, last: Day| {
            let days = 0..=first.days_until(last);
            let worked = days.filter(|n| self.works(first.plus_days(*n))).count();
            i64::try_from(worked).unwrap()
        };
        if from <= to {
            count(from.plus_days(1), to)
        } else {
            -count(to, from.plus_days(-1))
        }
    }
}

/// Four years around 2026, each perhaps missing, perhaps open, with any days in them, holidays on
/// weekends and work on weekdays included; days told twice too.
fn some_years() -> impl Strategy<Value = Vec<CalendarYear>> {
    let exception = (0_i64..365, any::<bool>());
    let year = (
        2024_i32..2028,
        any::<bool>(),
        prop::collection::vec(exception, 0..60),
    );
    prop::collection::vec(
        year.prop_map(|(year, open, days)| CalendarYear {
            year,
            status: if open {
                YearStatus::Provisional
            } else {
                YearStatus::Published
            },
            exceptions: days
                .into_iter()
                .map(|(n, off)| {
                    let on = Day::new(year, 1, 1).unwrap().plus_days(n);
                    (
                        on,
                        if off {
                            DayKind::Holiday
                        } else {
                            DayKind::Workday
                        },
                    )
                })
                .collect(),
        }),
        0..5,
    )
}

fn some_day() -> impl Strategy<Value = Day> {
    (0_i64..1_900).prop_map(|n| day("2023-06-01").plus_days(n))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    #[test]
    fn counting_agrees_with_walking(years in some_years(), from in some_day(), n in -120_i64..120) {
        let calendar = WorkCalendar::new(years.clone());
        let naive = Naive(years);
        prop_assert_eq!(calendar.plus_working_days(from, n), naive.plus(from, n));
        prop_assert_eq!(calendar.is_working(from), naive.works(from));
        prop_assert_eq!(calendar.is_provisional(from), naive.open(from));
        let before = from.plus_days(-1);
        let next = naive.plus(before, 1);
        prop_assert_eq!(calendar.next_working_day_on_or_after(from), next);
        if n > 0 {
            let last = naive.plus(from.plus_days(1), -n);
            prop_assert_eq!(calendar.nth_last_working_day(from, n), last);
        }
    }

    #[test]
    fn days_between_agree_with_walking(
        years in some_years(), from in some_day(), span in -200_i64..200,
    ) {
        let to = from.plus_days(span);
        let calendar = WorkCalendar::new(years.clone());
        prop_assert_eq!(calendar.working_days_between(from, to), Naive(years).between(from, to));
    }

    #[test]
    fn counting_and_days_between_undo_each_other(
        years in some_years(), from in some_day(), n in -120_i64..120, span in -200_i64..200,
    ) {
        let calendar = WorkCalendar::new(years);
        prop_assert_eq!(calendar.working_days_between(from, calendar.plus_working_days(from, n).on), n);
        let to = from.plus_days(span);
        if calendar.is_working(to) {
            let between = calendar.working_days_between(from, to);
            prop_assert_eq!(calendar.plus_working_days(from, between).on, to);
        }
    }
}
