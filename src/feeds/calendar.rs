//! Deadlines as an iCalendar document (RFC 5545): each a day in the calendar and a task, under names
//! that stay, so that a calendar program moves what it has and makes nothing twice.

use chrono::{DateTime, Duration, Utc};
use icalendar::{Calendar, Component as _, Event, EventLike as _, EventStatus, Todo, TodoStatus};

use crate::kernel::refused::Facts;
use crate::kernel::time::{Day, Moment};
use crate::text::{Lang, say};

/// How often a calendar program is asked to come again.
const EVERY_HOURS: i64 = 4;

/// Something owed, as a calendar shows it.
#[derive(Debug, Clone)]
pub(super) struct Entry {
    pub(super) key: String,
    pub(super) title: String,
    pub(super) project: String,
    pub(super) due_on: Day,
    pub(super) is_late: bool,
    pub(super) is_critical: bool,
    /// Whether the day may still move.
    pub(super) is_provisional: bool,
    pub(super) link: String,
    pub(super) owed_since: Moment,
}

/// Writes the calendar. The same entries make the same text, to the byte.
pub(super) fn write(entries: &[Entry], lang: Lang) -> String {
    let mut calendar = Calendar::empty();
    let name = say(lang, "feed.name", &Facts::none());
    calendar
        .append_property(("VERSION", "2.0"))
        .append_property(("PRODID", "-//fiveone//feeds//ZH"))
        .append_property(("CALSCALE", "GREGORIAN"))
        .append_property(("METHOD", "PUBLISH"))
        .name(&name)
        .ttl(&Duration::hours(EVERY_HOURS));
    for entry in entries {
        calendar.push(event(entry, lang));
        calendar.push(todo(entry, lang));
    }
    calendar.done().to_string()
}

fn event(entry: &Entry, lang: Lang) -> Event {
    let day = entry.due_on;
    let status = if entry.is_provisional {
        EventStatus::Tentative
    } else {
        EventStatus::Confirmed
    };
    let mut event = Event::with_uid(&format!("{}@fiveone", entry.key));
    event
        .summary(&title(entry))
        .description(&description(entry, lang))
        .url(&entry.link)
        .timestamp(stamp(entry.owed_since))
        .starts(day.date())
        .ends(day.plus_days(1).date())
        .status(status)
        .add_property("TRANSP", "TRANSPARENT");
    event.done()
}

fn todo(entry: &Entry, lang: Lang) -> Todo {
    // 1 is the highest of nine, 5 the middle (RFC 5545, section 3.8.1.9).
    let priority = if entry.is_late || entry.is_critical {
        1
    } else {
        5
    };
    let mut todo = Todo::with_uid(&format!("{}-todo@fiveone", entry.key));
    todo.summary(&title(entry))
        .description(&description(entry, lang))
        .url(&entry.link)
        .timestamp(stamp(entry.owed_since))
        .priority(priority)
        .due(entry.due_on.date())
        .status(TodoStatus::NeedsAction);
    todo.done()
}

fn title(entry: &Entry) -> String {
    plain(&format!("{} · {}", entry.title, entry.project))
}

fn description(entry: &Entry, lang: Lang) -> String {
    let key = match (entry.is_late, entry.is_provisional) {
        (true, _) => "feed.late",
        (false, true) => "feed.provisional",
        (false, false) => "feed.due",
    };
    let facts = Facts::none()
        .with("due_on", entry.due_on)
        .with("project", &entry.project);
    plain(&format!("{}\n{}", say(lang, key, &facts), entry.link))
}

/// Texts of people may hold signs that would end a line of the document.
fn plain(text: &str) -> String {
    let plain = |sign: char| {
        if sign.is_control() && sign != '\n' {
            ' '
        } else {
            sign
        }
    };
    text.chars().map(plain).collect()
}

fn stamp(at: Moment) -> DateTime<Utc> {
    DateTime::from_timestamp_millis(at.millis()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry() -> Entry {
        Entry {
            key: "report-0199b2f0-2026Q3".to_owned(),
            title: "2026Q3 季报".to_owned(),
            project: "年产十万吨, 新材料; 项目\r\nBEGIN:VALARM".to_owned(),
            due_on: "2026-10-10".parse().unwrap(),
            is_late: false,
            is_critical: false,
            is_provisional: false,
            link: "https://example.cn/projects/1/reports/2026Q3".to_owned(),
            owed_since: "2026-09-24T09:00:00+08:00".parse().unwrap(),
        }
    }

    /// The document with its folded lines put together again.
    fn lines(text: &str) -> Vec<String> {
        let unfolded = text.replace("\r\n ", "");
        unfolded.split("\r\n").map(str::to_owned).collect()
    }

    #[test]
    fn a_deadline_is_a_day_and_a_task() {
        let text = write(&[entry()], Lang::Zh);
        let lines = lines(&text);
        for line in [
            "BEGIN:VCALENDAR",
            "VERSION:2.0",
            "BEGIN:VEVENT",
            "UID:report-0199b2f0-2026Q3@fiveone",
            "DTSTAMP:20260924T010000Z",
            "DTSTART;VALUE=DATE:20261010",
            "DTEND;VALUE=DATE:20261011",
            "STATUS:CONFIRMED",
            "TRANSP:TRANSPARENT",
            "URL:https://example.cn/projects/1/reports/2026Q3",
            "BEGIN:VTODO",
            "UID:report-0199b2f0-2026Q3-todo@fiveone",
            "DUE;VALUE=DATE:20261010",
            "STATUS:NEEDS-ACTION",
            "PRIORITY:5",
            "END:VCALENDAR",
        ] {
            assert!(lines.iter().any(|one| one == line), "{line} in {text}");
        }
        assert_eq!(text, write(&[entry()], Lang::Zh));
    }

    #[test]
    fn no_text_of_people_adds_a_line_of_its_own() {
        let text = write(&[entry()], Lang::Zh);
        let alarms = lines(&text);
        assert!(!alarms.iter().any(|line| line.starts_with("BEGIN:VALARM")));
        assert!(text.contains("年产十万吨\\, 新材料\\; 项目"), "{text}");
        for line in text.split("\r\n") {
            assert!(line.len() <= 75, "{line}");
        }
    }

    #[test]
    fn a_day_that_may_move_is_tentative_and_a_late_one_comes_first() {
        let moving = Entry {
            is_provisional: true,
            ..entry()
        };
        assert!(write(&[moving], Lang::En).contains("STATUS:TENTATIVE"));
        let late = Entry {
            is_late: true,
            ..entry()
        };
        assert!(write(&[late], Lang::En).contains("PRIORITY:1\r\n"));
    }
}
