use super::*;

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
