use super::*;

#[test]
fn dates_are_read_in_the_forms_people_use() {
    let read_as = |text: &str| Date::Day(text.parse().unwrap());
    for (cell, expected) in [
        ("2026-10-10", read_as("2026-10-10")),
        ("2026/3/1", read_as("2026-03-01")),
        ("2026.03.01", read_as("2026-03-01")),
        ("2026年3月1日", read_as("2026-03-01")),
        ("２０２６年３月１日", read_as("2026-03-01")),
        ("2024-02-29", read_as("2024-02-29")),
        ("2026", Date::Imprecise),
        ("2026年", Date::Imprecise),
        ("2026-03", Date::Imprecise),
        ("2026年3月", Date::Imprecise),
        ("2025-02-29", Date::Unreadable),
        ("2026-13", Date::Unreadable),
        ("2026-00-01", Date::Unreadable),
        ("2026-", Date::Unreadable),
        ("26-03-01", Date::Unreadable),
        ("0226", Date::Unreadable),
        ("45123", Date::Unreadable),
        ("2026年底", Date::Unreadable),
        ("2026Q3", Date::Unreadable),
        ("2026-3-1-1", Date::Unreadable),
        ("年月日", Date::Unreadable),
        ("-", Date::Unreadable),
    ] {
        assert_eq!(date(cell), expected, "{cell}");
    }
}

#[test]
fn amounts_are_exact_in_every_unit() {
    let yuan = |amount| Amount::Yuan(Yuan(amount));
    for (cell, unit, expected) in [
        ("99232.78", Unit::Wan, yuan(992_327_800)),
        ("0.0001", Unit::Wan, yuan(1)),
        ("1,234.5", Unit::Wan, yuan(12_345_000)),
        ("0", Unit::Wan, yuan(0)),
        ("0.00001", Unit::Wan, Amount::FinerThanYuan),
        ("-1", Unit::Wan, Amount::Negative),
        ("9999999999999999", Unit::Wan, Amount::TooLarge),
        ("约5000", Unit::Wan, Amount::Unreadable),
        ("5亿元", Unit::Wan, Amount::Unreadable),
        ("1e5", Unit::Wan, Amount::Unreadable),
        ("12345", Unit::Yuan, yuan(12_345)),
        ("12345.00", Unit::Yuan, yuan(12_345)),
        ("0.5", Unit::Yuan, Amount::FinerThanYuan),
        ("1.23456789", Unit::Yi, yuan(123_456_789)),
        ("12", Unit::Yi, yuan(1_200_000_000)),
        ("1,234.5", Unit::Yi, yuan(123_450_000_000)),
        ("１．５", Unit::Yi, yuan(150_000_000)),
        ("1.234567891", Unit::Yi, Amount::FinerThanYuan),
        ("-0.1", Unit::Yi, Amount::Negative),
        ("1.", Unit::Yi, Amount::Unreadable),
        ("1.5.5", Unit::Yi, Amount::Unreadable),
        ("亿", Unit::Yi, Amount::Unreadable),
    ] {
        assert_eq!(amount(cell, unit), expected, "{cell} {unit:?}");
    }
}

#[test]
fn industries_are_known_by_slug_and_by_name() {
    for cell in ["new-energy", "新能源", "新能源产业", "New Energy"] {
        assert_eq!(industry(cell), Some("new-energy"), "{cell}");
    }
    assert_eq!(industry("产业转型升级"), None);
}
