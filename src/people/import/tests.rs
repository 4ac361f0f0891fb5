use super::*;
use crate::table::read_csv;

fn read(text: &str) -> ReadList {
    read_people(&read_csv(text.as_bytes()).unwrap()).unwrap()
}

fn codes(remarks: &[Remark]) -> Vec<(u32, &str, &str)> {
    remarks
        .iter()
        .map(|remark| (remark.row, remark.column.as_str(), remark.code))
        .collect()
}

/// The errors of one row with a region cell, and the region read where there is none.
fn region_of(cell: &str) -> Result<String, &'static str> {
    let list = read(&format!(
        "name,email,role,region\nx,x@example.cn,viewer,\"{cell}\"\n"
    ));
    match (list.rows.first(), list.errors.first()) {
        (Some(row), None) => Ok(row.region.unwrap().to_string()),
        (None, Some(error)) => Err(error.code),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_list_with_chinese_names_is_read() {
    let list = read(
        "姓名,邮箱,电话,职务,单位,角色,地区代码,部门,语言\n\
         张三,zhang.san@example.cn,138 0013 8000,科长,南昌市自然资源局,部门,360100,\
         自然资源主管部门,中文\n",
    );
    assert_eq!(
        (list.errors.as_slice(), list.warnings.as_slice()),
        (&[][..], &[][..])
    );
    let row = &list.rows[0];
    assert_eq!(row.row, 2);
    assert_eq!(row.name, "张三");
    assert_eq!(row.email.as_str(), "zhang.san@example.cn");
    assert_eq!(row.phone.as_ref().unwrap().as_str(), "13800138000");
    assert_eq!(row.post.as_deref(), Some("科长"));
    assert_eq!(row.unit.as_deref(), Some("南昌市自然资源局"));
    assert_eq!(row.role, "department");
    assert_eq!(row.region.unwrap().as_str(), "360100");
    assert_eq!(row.department, Some("natural-resources"));
    assert_eq!(row.language, Some("zh-CN"));
    assert_eq!(row.warnings, []);
}

#[test]
fn a_list_with_english_names_needs_only_name_address_and_role() {
    let list = read("name,email,role\nLi Si,li@example.cn,Lead\n");
    let row = &list.rows[0];
    assert_eq!(
        (row.role, row.region, row.department, row.language),
        ("lead", None, None, None)
    );
    assert_eq!(row.warnings, []);
}

#[test]
fn a_list_without_the_columns_an_account_needs_is_refused_with_all_of_them() {
    let table = read_csv("姓名,电话\n张三,1\n".as_bytes()).unwrap();
    let missing = Unreadable::ColumnMissing {
        columns: vec!["邮箱", "角色"],
    };
    assert_eq!(read_people(&table), Err(missing));
}

#[test]
fn a_column_nobody_asked_for_is_named_and_left_aside() {
    let list = read("name,email,role,password\nx,x@example.cn,admin,secret\n");
    assert_eq!(
        codes(&list.warnings),
        [(1, "password", "import.column_ignored")]
    );
    assert!(!format!("{list:?}").contains("secret"));
}

#[test]
fn everything_wrong_with_a_row_is_told_at_once_and_the_other_rows_are_read() {
    let list = read(
        "name,email,role,region,department\n\
         ,not an address,chief,火星,nobody\n\
         x,,,,\n\
         y,y@example.cn,viewer,360000,\n",
    );
    let expected = [
        (2, "name", "import.name_missing"),
        (2, "email", "import.email_wrong"),
        (2, "role", "import.role_unknown"),
        (2, "region", "import.region_unreadable"),
        (2, "department", "import.department_unknown"),
        (3, "email", "import.email_missing"),
        (3, "role", "import.role_missing"),
    ];
    assert_eq!(codes(&list.errors), expected);
    assert_eq!(list.rows.len(), 1);
}

#[test]
fn a_region_is_never_read_wider_than_it_is_written() {
    assert_eq!(region_of("360111"), Ok("360111".to_owned()));
    assert_eq!(region_of("南昌市青山湖区"), Ok("360111".to_owned()));
    assert_eq!(region_of("全省"), Ok("360000".to_owned()));
    assert_eq!(region_of("南昌市经开区"), Err("import.region_unclear"));
    assert_eq!(region_of("南昌市、九江市"), Err("import.region_unclear"));
    assert_eq!(region_of("九江市广昌县"), Err("import.region_unclear"));
    assert_eq!(
        region_of("南昌"),
        Err("import.region_unclear"),
        "the city or its county"
    );
    assert_eq!(region_of("湾里区"), Err("import.region_abolished"));
    assert_eq!(region_of("360122"), Err("import.region_abolished"));
    assert_eq!(region_of("369999"), Err("import.region_unreadable"));
}

#[test]
fn an_abolished_region_is_refused_with_its_successor() {
    let list = read("name,email,role,region\nx,x@example.cn,viewer,360122\n");
    let facts = &list.errors[0].facts;
    assert!(
        facts.contains(&("region", "360112".to_owned())),
        "{facts:?}"
    );
}

#[test]
fn an_address_used_twice_is_an_error_that_names_the_first() {
    let list = read("name,email,role\nx,A@example.cn,lead\ny,a@Example.cn,lead\n");
    assert_eq!(codes(&list.errors), [(3, "email", "import.row_repeated")]);
    assert_eq!(list.errors[0].facts[1], ("first", "2".to_owned()));
    assert_eq!(list.rows.len(), 1);
}

#[test]
fn a_telephone_or_language_that_cannot_be_read_is_left_out_with_a_warning() {
    let list = read("name,email,role,phone,language\nx,x@example.cn,lead,12,fr\n");
    let row = &list.rows[0];
    let expected = [
        (2, "phone", "import.phone_unreadable"),
        (2, "language", "import.language_unknown"),
    ];
    assert_eq!(codes(&row.warnings), expected);
    assert_eq!((row.phone.as_ref(), row.language), (None, None));
}

#[test]
fn every_role_is_known_by_its_stored_name_and_in_chinese() {
    for (cell, role) in [
        ("admin", "admin"),
        ("管理员", "admin"),
        ("调度员", "coordinator"),
        ("COORDINATOR", "coordinator"),
        ("部门", "department"),
        ("项目负责人", "lead"),
        ("领导", "viewer"),
    ] {
        assert_eq!(named(&ROLES, cell), Some(role), "{cell}");
    }
    assert_eq!(named(&ROLES, "boss"), None);
}
