//! The zone of a site: where a moment becomes a day and a time of day, and back.

use std::fmt;
use std::str::FromStr;

use chrono::{MappedLocalTime, NaiveDateTime, NaiveTime, TimeZone, Timelike};
use chrono_tz::{GapInfo, Tz};

use super::{Day, Moment, WrongTime, number};
use crate::kernel::text::written_as_text;

/// A time of day on the wall, to the minute, 00:00 to 23:59.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TimeOfDay(u32);

impl TimeOfDay {
    /// 00:00.
    pub const MIDNIGHT: Self = Self(0);

    /// Returns the time of day, or nothing when the hour is above 23 or the minute above 59.
    pub fn new(hour: u32, minute: u32) -> Option<Self> {
        (hour < 24 && minute < 60).then(|| Self(hour * 60 + minute))
    }

    /// Returns the minutes since midnight, 0 to 1439.
    pub fn minutes(self) -> u32 {
        self.0
    }
}

impl fmt::Display for TimeOfDay {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(to, "{:02}:{:02}", self.0 / 60, self.0 % 60)
    }
}

impl fmt::Debug for TimeOfDay {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl FromStr for TimeOfDay {
    type Err = WrongTime;

    /// Reads `HH:MM` and nothing else.
    fn from_str(text: &str) -> Result<Self, WrongTime> {
        let [h1, h2, b':', m1, m2] = *text.as_bytes() else {
            return Err(WrongTime::TimeOfDay);
        };
        number(&[h1, h2])
            .zip(number(&[m1, m2]))
            .and_then(|(hour, minute)| Self::new(hour, minute))
            .ok_or(WrongTime::TimeOfDay)
    }
}

written_as_text!(
    TimeOfDay,
    pattern = Some("^([01][0-9]|2[0-3]):[0-5][0-9]$"),
    description = Some("A time of day in the zone of the site."),
    examples = ["09:00"],
);

/// A time zone of the IANA database; Asia/Shanghai unless said otherwise.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

impl Zone {
    /// Returns the day the wall calendar of the zone shows at a moment.
    pub fn day_of(self, moment: Moment) -> Day {
        Day::from_date(self.wall(moment).date())
    }

    /// Returns the time the wall clock of the zone shows at a moment, seconds dropped.
    pub fn time_of(self, moment: Moment) -> TimeOfDay {
        let wall = self.wall(moment);
        TimeOfDay(wall.hour() * 60 + wall.minute())
    }

    /// Returns the moment at which the wall shows this day and time: the earlier one where it is
    /// shown twice, the first instant after the gap where the clocks skip it.
    pub fn at(self, day: Day, time: TimeOfDay) -> Moment {
        let clock = NaiveTime::from_num_seconds_from_midnight_opt(time.0 * 60, 0);
        let wall = day.date().and_time(clock.unwrap_or_default());
        let millis = match self.0.from_local_datetime(&wall) {
            MappedLocalTime::Single(only) => only.timestamp_millis(),
            MappedLocalTime::Ambiguous(one, other) => {
                one.timestamp_millis().min(other.timestamp_millis())
            }
            MappedLocalTime::None => match GapInfo::new(&wall, &self.0).and_then(|gap| gap.end) {
                Some(after) => after.timestamp_millis(),
                // No end is known only beyond the tables of the zone: take the offset that holds
                // about then.
                None => self.by_offset_nearby(wall),
            },
        };
        Moment::from_millis(millis)
    }

    /// Returns the first moment of a day: midnight, or the first instant after it where the clocks
    /// skip midnight.
    ///
    /// Where a zone skipped a whole day, that day starts together with the next one.
    pub fn start_of(self, day: Day) -> Moment {
        self.at(day, TimeOfDay::MIDNIGHT)
    }

    /// Returns the last millisecond of a day, the one before the next day starts.
    pub fn end_of(self, day: Day) -> Moment {
        self.start_of(day.plus_days(1))
            .minus(std::time::Duration::from_millis(1))
    }

    fn wall(self, moment: Moment) -> NaiveDateTime {
        self.0
            .from_utc_datetime(&moment.utc().naive_utc())
            .naive_local()
    }

    fn by_offset_nearby(self, wall: NaiveDateTime) -> i64 {
        let as_if_utc = Moment::from_millis(wall.and_utc().timestamp_millis());
        let ahead = self.wall(as_if_utc).signed_duration_since(wall);
        as_if_utc.millis().saturating_sub(ahead.num_milliseconds())
    }
}

impl Default for Zone {
    fn default() -> Self {
        Self(Tz::Asia__Shanghai)
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        to.write_str(self.0.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, to)
    }
}

impl FromStr for Zone {
    type Err = WrongTime;

    /// Reads a name of the IANA database, as `Asia/Shanghai`.
    fn from_str(text: &str) -> Result<Self, WrongTime> {
        text.parse().map(Self).map_err(|_| WrongTime::Zone)
    }
}

written_as_text!(
    Zone,
    description = Some("A time zone by its IANA name."),
    examples = ["Asia/Shanghai"],
);
