use super::*;

fn region_of(text: &str) -> String {
    read_place(text).unwrap().region.code.to_string()
}

/// The code read and what was left unread.
fn partly(text: &str) -> (String, Vec<String>) {
    let read = read_place(text).unwrap();
    (read.region.code.to_string(), read.unread)
}

fn unknown(text: &str) -> String {
    read_place(text).unwrap_err().place
}

#[test]
fn full_names_codes_and_short_names_mean_their_region() {
    for (text, code) in [
        ("南昌县", "360121"),
        ("360121", "360121"),
        ("抚州市广昌县", "361030"),
        ("江西省抚州市广昌县", "361030"),
        ("广昌", "361030"),
        ("江西南昌红谷滩", "360113"),
        ("南昌市 青山湖区", "360111"),
        ("瑞金市", "360781"),
        ("泰和", "360826"),
        ("Nanchang County", "360121"),
        ("de'an county", "360426"),
        ("湖南省长沙市", "430100"),
        ("仙桃市", "429004"),
    ] {
        assert_eq!(region_of(text), code, "{text}");
    }
}

#[test]
fn a_name_shared_by_a_city_and_its_county_means_the_city() {
    assert_eq!(region_of("南昌"), "360100");
    assert_eq!(region_of("吉安"), "360800");
    assert_eq!(region_of("南昌市南昌县"), "360121");
}

#[test]
fn an_english_name_several_cities_share_means_the_one_at_home_or_none() {
    assert_eq!(region_of("Fuzhou City"), "361000");
    assert_eq!(unknown("Suzhou City"), "Suzhou City");
}

#[test]
fn the_whole_province_may_be_said_in_several_ways() {
    for text in ["全省", "江西省", "江西", "360000", "Jiangxi Province"] {
        assert_eq!(region_of(text), "360000", "{text}");
    }
}

#[test]
fn several_places_mean_the_smallest_region_that_contains_them() {
    for (text, code) in [
        ("南昌市、九江市", "360000"),
        ("赣州市瑞金市、会昌县、安远县、寻乌县", "360700"),
        ("瑞金市；会昌县", "360700"),
        ("南昌市,南昌县", "360100"),
        ("宜春市樟树市、新余市", "360000"),
        ("南昌市 九江市", "360000"),
        ("青山湖区/红谷滩区", "360100"),
        ("360111|360113", "360100"),
        ("仙桃市、武汉市", "420000"),
        ("南昌市、、", "360100"),
    ] {
        assert_eq!(region_of(text), code, "{text}");
    }
    assert!(read_place("南昌市、南昌县").unwrap().several);
    assert!(!read_place("江西省南昌市南昌县").unwrap().several);
}

#[test]
fn places_of_two_provinces_have_no_region_in_common() {
    assert_eq!(unknown("九江市、武汉市"), "九江市、武汉市");
}

#[test]
fn an_abolished_region_is_read_as_its_successor_and_says_so() {
    for (text, old, code) in [
        ("南昌市新建县", "新建县", "360112"),
        ("360122", "360122", "360112"),
        ("湾里区", "湾里区", "360112"),
        ("南康市", "南康市", "360703"),
        ("九江市庐山区", "庐山区", "360402"),
        ("星子县", "星子县", "360483"),
        ("星子", "星子", "360483"),
        ("九江县", "九江县", "360404"),
        ("赣县", "赣县", "360704"),
        ("龙南县", "龙南县", "360783"),
    ] {
        let read = read_place(text).unwrap();
        assert_eq!(read.region.code.to_string(), code, "{text}");
        let succeeded: Vec<&str> = read
            .succeeded
            .iter()
            .map(|(name, _)| name.as_str())
            .collect();
        assert_eq!(succeeded, [old], "{text}");
    }
    for current in ["庐山市", "庐山", "360402", "赣县区", "余江", "上饶", "九江"] {
        assert_eq!(read_place(current).unwrap().succeeded, [], "{current}");
    }
}

#[test]
fn what_lies_below_a_county_is_handed_back_unread() {
    let left = |code: &str, unread: &[&str]| {
        (
            code.to_owned(),
            unread
                .iter()
                .map(|&text| text.to_owned())
                .collect::<Vec<_>>(),
        )
    };
    assert_eq!(partly("吉安市新干县三湖镇"), left("360824", &["三湖镇"]));
    assert_eq!(
        partly("吉安市永新县坳南乡、石桥镇"),
        left("360830", &["坳南乡", "石桥镇"])
    );
    assert_eq!(partly("南昌市经开区"), left("360100", &["经开区"]));
    assert_eq!(
        partly("上饶市、鹰潭高新区"),
        left("361100", &["鹰潭高新区"])
    );
    assert_eq!(
        partly("南昌市红谷滩区丰和北大道266号"),
        left("360113", &["丰和北大道266号"])
    );
}

#[test]
fn a_short_name_inside_another_word_is_not_that_region() {
    assert_eq!(unknown("鄱阳湖东南岸"), "鄱阳湖东南岸");
    assert_eq!(unknown("井冈山经开区"), "井冈山经开区");
    assert_eq!(partly("吉安市井冈山经开区").0, "360800");
    assert_eq!(partly("景德镇市昌江沿岸").0, "360200");
}

#[test]
fn one_unknown_place_among_known_ones_makes_the_whole_unknown() {
    assert_eq!(unknown("南昌市、火星市"), "火星市");
    assert_eq!(unknown("石桥镇、永新县"), "石桥镇");
    for text in ["", "、", "待定", "369999", "3601", "110101"] {
        assert!(read_place(text).is_err(), "{text:?}");
    }
}

#[test]
fn names_run_together_that_do_not_lie_in_each_other_are_contradictory() {
    let read = read_place("九江市广昌县").unwrap();
    assert!(read.contradictory);
    assert_eq!(read.region.code.to_string(), "360000");
    assert!(!read_place("九江市 抚州市").unwrap().contradictory);
    assert!(!read_place("九江市、广昌县").unwrap().contradictory);
}

#[test]
fn every_region_is_read_from_its_own_code_and_full_name() {
    for entry in regions::regions() {
        assert_eq!(region_of(&entry.code.to_string()), entry.code.to_string());
        assert_eq!(region_of(&entry.zh), entry.code.to_string(), "{}", entry.zh);
    }
}

#[test]
fn a_hostile_text_is_read_or_refused_at_once() {
    assert_eq!(region_of(&"江西".repeat(250)), "360000");
    assert!(read_place(&"江西".repeat(251)).is_err());
    assert!(read_place(&format!("{}厂", "江西".repeat(249))).is_err());
    assert!(read_place(&"吉".repeat(500)).is_err());
}
