use super::*;
use proptest::prelude::*;

#[test]
fn a_telephone_number_is_written_one_way() {
    let table = [
        ("+86 138-0013-8000", "13800138000", "138****8000"),
        ("0086 13800138000", "13800138000", "138****8000"),
        ("0791-86222222", "0791-86222222", "0791-****2222"),
        ("0791 8622 2222", "0791-86222222", "0791-****2222"),
        ("07918622222", "0791-8622222", "0791-****2222"),
        ("010-65251234", "010-65251234", "010-****1234"),
        ("021 6525123", "021-6525123", "021-****5123"),
    ];
    for (typed, stored, masked) in table {
        let phone: Phone = typed.parse().unwrap();
        assert_eq!(phone.as_str(), stored, "{typed}");
        assert_eq!(phone.masked(), masked, "{typed}");
        assert_eq!(phone.to_string().parse(), Ok(phone), "{typed}");
    }
    assert_eq!(
        "13800138000".parse::<Mobile>().unwrap().spaced(),
        "138 0013 8000"
    );
}

#[test]
fn a_text_that_is_no_telephone_number_is_refused() {
    for text in [
        "110",
        "86222222",
        "+1 415 555 0100",
        "12012345678",
        "0791-862222222",
        "0791-8622222x",
        "",
        "0",
    ] {
        assert_eq!(text.parse::<Phone>(), Err(WrongContact::Phone), "{text}");
    }
    // 86 is the start of this number, not the code of the country.
    assert!("8613800138".parse::<Mobile>().is_err());
}

#[test]
fn a_number_does_not_reach_a_log_in_full() {
    let phone: Phone = "13800138000".parse().unwrap();
    assert_eq!(format!("{phone:?}"), "138****8000");
    let mobile: Mobile = "13800138000".parse().unwrap();
    assert_eq!(format!("{mobile:?}"), "138****8000");
}

#[test]
fn an_address_keeps_its_spelling_and_shares_its_key() {
    let email: Email = " Wang.Wei+five@NDRC.Example.CN \n".parse().unwrap();
    assert_eq!(email.as_str(), "Wang.Wei+five@NDRC.Example.CN");
    assert_eq!(email.key(), "wang.wei+five@ndrc.example.cn");
}

#[test]
fn an_address_that_mail_would_not_reach_is_refused() {
    let long = format!("{}@example.cn", "a".repeat(65));
    let longer = format!("a@{}example.cn", "abcdefgh.".repeat(28));
    assert!(longer.len() > 254);
    for text in [
        "",
        "@",
        "a@",
        "@example.cn",
        "a.example.cn",
        "a@b@example.cn",
        "a@localhost",
        "a b@example.cn",
        "a@exa mple.cn",
        ".a@example.cn",
        "a.@example.cn",
        "a..b@example.cn",
        "a@.example.cn",
        "a@example..cn",
        "a@-example.cn",
        "a@example-.cn",
        "a@192.168.0.1",
        "a@[192.168.0.1]",
        "\"a b\"@example.cn",
        "a\r\nBcc: x@example.cn",
        "a\0@example.cn",
        "王@example.cn",
        "a@例子.cn",
        "Wang <a@example.cn>",
        "a,b@example.cn",
        &long,
        &longer,
    ] {
        assert_eq!(text.parse::<Email>(), Err(WrongContact::Email), "{text:?}");
    }
}

proptest! {
    #[test]
    fn what_is_read_is_read_again_the_same(text in "[0-9 +-]{7,18}") {
        if let Ok(phone) = text.parse::<Phone>() {
            prop_assert_eq!(phone.to_string().parse(), Ok(phone));
        }
    }

    #[test]
    fn every_address_taken_is_one_the_mailer_takes(text in "[a-zA-Z0-9.+_'/=-]{1,12}@[a-z0-9.-]{1,14}") {
        if text.parse::<Email>().is_ok() {
            prop_assert!(text.parse::<lettre::Address>().is_ok(), "{}", text);
        }
    }
}
