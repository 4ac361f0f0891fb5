use super::*;
use proptest::prelude::*;

#[test]
fn an_amount_is_written_exactly_in_the_unit_people_use() {
    let table = [
        (0, "0 万元"),
        (1, "0.0001 万元"),
        (10_000, "1 万元"),
        (1_234_567, "123.4567 万元"),
        (-1_200_000, "-120 万元"),
        (99_999_999, "9999.9999 万元"),
        (100_000_000, "1 亿元"),
        (2_761_000_000, "27.61 亿元"),
        (-123_456_789, "-1.23456789 亿元"),
        (i64::MIN, "-92233720368.54775808 亿元"),
    ];
    for (yuan, text) in table {
        assert_eq!(Yuan(yuan).to_string(), text);
    }
    assert_eq!(Yuan(2_761_000_000).format_wan(), "276100 万元");
    assert_eq!(Yuan(2_761_000_000).wan(), "276100");
}

#[test]
fn an_amount_in_wan_is_read_as_people_type_it() {
    let table = [
        ("276100", 2_761_000_000),
        ("276,100", 2_761_000_000),
        (" 1,276,100.25 ", 12_761_002_500),
        ("1.5", 15_000),
        ("0.0001", 1),
        ("1.50000000", 15_000),
        ("２７６，１００．５", 2_761_005_000),
        ("\u{3000}5\u{3000}", 50_000),
        ("-5", -50_000),
        ("−5", -50_000),
        ("－0.5", -5_000),
        ("007", 70_000),
        ("-0", 0),
        ("922337203685477.5807", i64::MAX),
        ("-922337203685477.5808", i64::MIN),
    ];
    for (text, yuan) in table {
        assert_eq!(Yuan::from_wan(text), Ok(Yuan(yuan)), "{text}");
    }
}

#[test]
fn what_is_no_amount_in_wan_is_refused_with_the_reason() {
    for text in [
        "",
        " ",
        "-",
        "--5",
        "+5",
        ".",
        ".5",
        "5.",
        "1.2.3",
        "1,5",
        "1,50",
        "27,6100",
        "1234,567",
        ",100",
        "1,,000",
        "1,000,",
        "1.5,000",
        "1 000",
        "1e5",
        "5万",
        "276100万元",
        "无",
        "NaN",
        "0x10",
    ] {
        assert_eq!(Yuan::from_wan(text), Err(WrongMoney::Number), "{text}");
    }
    assert_eq!(Yuan::from_wan("1.00001"), Err(WrongMoney::FinerThanYuan));
    assert_eq!(
        Yuan::from_wan("922337203685477.5808"),
        Err(WrongMoney::TooLarge)
    );
    assert_eq!(Yuan::from_wan(&"9".repeat(400)), Err(WrongMoney::TooLarge));
}

#[test]
fn sums_stop_at_what_can_be_stored() {
    let most = Yuan(i64::MAX);
    assert_eq!(most.checked_add(Yuan(1)), None);
    assert_eq!(Yuan(i64::MIN).checked_sub(Yuan(1)), None);
    assert_eq!(most.saturating_add(Yuan(1)), most);
    assert_eq!(Yuan(i64::MIN).saturating_sub(Yuan(1)), Yuan(i64::MIN));
    assert_eq!(
        [Yuan(1), Yuan(2), Yuan(-5)].into_iter().sum::<Yuan>(),
        Yuan(-2)
    );
    assert_eq!([most, most].into_iter().sum::<Yuan>(), most);
    assert_eq!(std::iter::empty().sum::<Yuan>(), Yuan::ZERO);
}

#[test]
fn json_holds_a_whole_number() {
    assert_eq!(serde_json::to_string(&Yuan(-5)).unwrap(), "-5");
    assert_eq!(
        serde_json::from_str::<Yuan>("9007199254740993").unwrap(),
        Yuan(9_007_199_254_740_993)
    );
    for json in ["1.5", "\"5\"", "null", "9223372036854775808"] {
        assert!(serde_json::from_str::<Yuan>(json).is_err(), "{json}");
    }
    let schema = serde_json::to_value(<Yuan as utoipa::PartialSchema>::schema()).unwrap();
    assert_eq!(
        (schema["type"].as_str(), schema["format"].as_str()),
        (Some("integer"), Some("int64"))
    );
}

proptest! {
    #[test]
    fn what_is_written_in_wan_is_read_back(yuan in any::<i64>()) {
        prop_assert_eq!(Yuan::from_wan(&Yuan(yuan).wan()), Ok(Yuan(yuan)));
    }

    #[test]
    fn separators_and_width_change_nothing(wan in 0_u32..1_000_000_000) {
        let plain = wan.to_string();
        let mut grouped = String::new();
        for (place, digit) in plain.chars().enumerate() {
            if place > 0 && (plain.len() - place).is_multiple_of(3) {
                grouped.push(',');
            }
            grouped.push(digit);
        }
        let wide: String = grouped
            .chars()
            .map(|sign| char::from_u32(u32::from(sign) + 0xFEE0).unwrap())
            .collect();
        let expected = Ok(Yuan(i64::from(wan) * 10_000));
        prop_assert_eq!(Yuan::from_wan(&plain), expected);
        prop_assert_eq!(Yuan::from_wan(&grouped), expected);
        prop_assert_eq!(Yuan::from_wan(&wide), expected);
    }

    #[test]
    fn no_text_makes_reading_fail_otherwise_than_by_refusal(text in "[-0-9.,，．万 ]{0,24}") {
        let _ = Yuan::from_wan(&text);
    }
}
