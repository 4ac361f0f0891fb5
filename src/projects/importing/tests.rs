use super::super::import::read_projects;
use super::*;
use crate::kernel::page::Paging;
use crate::projects::{actions, list};
use crate::store::Store;
use crate::store::testing::each;
use crate::table::read_csv;

const SAMPLE: &[u8] = include_bytes!("../../../tests/data/sample-projects.csv");

fn now() -> Moment {
    "2026-09-28T02:00:00.000Z".parse().unwrap()
}

fn asked(mode: Mode, partial: bool) -> Asked {
    Asked {
        source: "list".to_owned(),
        mode,
        partial,
    }
}

fn coordinator(region: &str) -> Caller {
    Caller {
        role: crate::people::role::Role::Coordinator,
        ..Caller::system(region.parse().unwrap(), "command")
    }
}

fn run(store: &Store, settings: &Settings, by: &Caller, csv: &[u8], asked: &Asked) -> Report {
    let list = read_projects(&read_csv(csv).unwrap()).unwrap();
    let unit = |conn: &mut Conn| import(conn, by, settings, &list, asked, &|_| {}, now());
    store.write_blocking(unit).unwrap()
}

fn all(store: &Store, by: &Caller) -> Vec<Project> {
    let filter = list::Filter {
        region: None,
        industry: None,
        state: None,
        stage: None,
        leader: None,
        owner: None,
        missing: None,
        text: None,
        sort: list::Sort::Created,
    };
    let paging = Paging {
        limit: 200,
        ..Paging::default()
    };
    let unit = |conn: &mut Conn| actions::list(conn, by, &filter, &paging);
    store.read_blocking(unit).unwrap().items
}

fn counts(report: &Report) -> (usize, usize, usize) {
    (report.created, report.updated, report.skipped)
}

fn codes(remarks: &[Remark]) -> Vec<(u32, &str, &'static str)> {
    remarks
        .iter()
        .map(|remark| (remark.row, remark.column.as_str(), remark.code))
        .collect()
}

#[test]
fn the_real_list_becomes_162_drafts_and_a_second_import_creates_nothing() {
    each(|store, settings| {
        let by = coordinator("360000");
        let dry = run(store, settings, &by, SAMPLE, &asked(Mode::DryRun, false));
        assert_eq!((dry.rows, counts(&dry)), (162, (162, 0, 0)));
        assert_eq!(all(store, &by).len(), 0, "a dry run writes nothing");

        let real = run(store, settings, &by, SAMPLE, &asked(Mode::Apply, false));
        assert_eq!((real.rows, counts(&real)), (162, (162, 0, 0)));
        assert_eq!((&real.errors, &real.warnings), (&dry.errors, &dry.warnings));
        let made = all(store, &by);
        assert_eq!(made.len(), 162);
        assert!(made.iter().all(|project| project.state == State::Draft));

        let again = run(store, settings, &by, SAMPLE, &asked(Mode::Apply, false));
        assert_eq!(counts(&again), (0, 0, 162));
        assert_eq!(all(store, &by), made);
        let other = Asked {
            source: "other".to_owned(),
            ..asked(Mode::Apply, false)
        };
        let other = run(store, settings, &by, SAMPLE, &other);
        assert_eq!(
            other.created, 0,
            "known by name and region: {:?}",
            other.errors
        );
    });
}

#[test]
fn a_list_with_a_wrong_row_is_taken_whole_or_not_at_all_unless_in_part() {
    each(|store, settings| {
        let csv =
            "编号,项目名称,地区代码,项目代码\n1,甲,360111,\n2,乙,360111,2017-1\n3,丙,360700,\n";
        let by = coordinator("360111");
        let refused = run(
            store,
            settings,
            &by,
            csv.as_bytes(),
            &asked(Mode::Apply, false),
        );
        assert!(refused.is_refused());
        assert_eq!((refused.rows, counts(&refused)), (3, (0, 0, 0)));
        assert_eq!(
            codes(&refused.errors),
            [
                (3, "项目代码", "import.code_wrong"),
                (4, "", "import.outside_reach")
            ]
        );
        assert_eq!(all(store, &by).len(), 0);
        let partly = run(
            store,
            settings,
            &by,
            csv.as_bytes(),
            &asked(Mode::Apply, true),
        );
        assert_eq!(counts(&partly), (1, 0, 0));
        assert_eq!(all(store, &by).len(), 1);
    });
}

#[test]
fn an_unreadable_place_is_the_importers_own_region() {
    each(|store, settings| {
        let by = coordinator("360111");
        let csv = "项目名称,建设地点\n甲,某处\n乙,\n";
        let report = run(
            store,
            settings,
            &by,
            csv.as_bytes(),
            &asked(Mode::Apply, false),
        );
        assert_eq!(counts(&report), (2, 0, 0), "{:?}", report.errors);
        for project in all(store, &by) {
            assert_eq!(project.region.as_str(), "360111");
            let kept = fields::warnings(&project);
            assert!(
                kept.iter()
                    .any(|warning| warning.code.starts_with("import.region"))
            );
        }
        let again = run(
            store,
            settings,
            &by,
            csv.as_bytes(),
            &asked(Mode::Apply, false),
        );
        assert_eq!(
            counts(&again),
            (0, 0, 2),
            "rows without a number are known again"
        );
    });
}

#[test]
fn a_changed_row_changes_its_draft_and_an_unchanged_one_overwrites_nothing() {
    each(|store, settings| {
        let by = coordinator("360111");
        let apply = asked(Mode::Apply, false);
        let first = "编号,项目名称,地区代码,建设内容\n1,甲,360111,厂房\n2,乙,360111,道路\n";
        run(store, settings, &by, first.as_bytes(), &apply);
        let edited = store.write_blocking(|conn| {
            let mut project = all_named(conn, &by, "乙");
            project.content = Some("由人改过".to_owned());
            store::save(conn, &project, now())
        });
        edited.unwrap();
        let second = "编号,项目名称,地区代码,建设内容\n1,甲,360111,两座厂房\n2,乙,360111,道路\n";
        let report = run(store, settings, &by, second.as_bytes(), &apply);
        assert_eq!(counts(&report), (0, 1, 1));
        let contents: Vec<_> = all(store, &by).into_iter().map(|p| p.content).collect();
        assert_eq!(
            contents,
            [Some("两座厂房".to_owned()), Some("由人改过".to_owned())]
        );
    });
}

fn all_named(conn: &mut Conn, by: &Caller, name: &str) -> Project {
    let known = sources::known(
        conn,
        &by.scope,
        "",
        Vec::new(),
        Vec::new(),
        vec![name.to_owned()],
    );
    known.unwrap().projects.into_values().next().unwrap()
}

#[test]
fn the_same_numbers_of_another_county_are_other_projects_and_a_used_code_is_not_told_of() {
    each(|store, settings| {
        let apply = asked(Mode::Apply, false);
        let code = "2017-360111-39-03-000123";
        let here = format!("编号,项目名称,项目代码\n1,甲,{code}\n");
        let report = run(
            store,
            settings,
            &coordinator("360111"),
            here.as_bytes(),
            &apply,
        );
        assert_eq!(counts(&report), (1, 0, 0), "{:?}", report.errors);
        let there = coordinator("360112");
        let report = run(
            store,
            settings,
            &there,
            "编号,项目名称\n1,乙\n".as_bytes(),
            &apply,
        );
        assert_eq!(counts(&report), (1, 0, 0));
        let report = run(store, settings, &there, here.as_bytes(), &apply);
        assert_eq!(
            codes(&report.errors),
            [(2, "项目名称", "project.code_taken")]
        );
    });
}

#[test]
fn one_name_in_one_region_is_two_projects_where_the_list_numbers_them() {
    each(|store, settings| {
        let by = coordinator("360111");
        let apply = asked(Mode::Apply, false);
        let numbered = "编号,项目名称\n1,甲\n2,甲\n";
        let report = run(store, settings, &by, numbered.as_bytes(), &apply);
        assert_eq!(counts(&report), (2, 0, 0));
        let report = run(store, settings, &by, numbered.as_bytes(), &apply);
        assert_eq!(counts(&report), (0, 0, 2));
        let report = run(store, settings, &by, "项目名称\n甲\n".as_bytes(), &apply);
        assert_eq!(report.errors[0].code, "import.name_ambiguous");
        let report = run(
            store,
            settings,
            &by,
            "项目名称\n乙\n乙\n".as_bytes(),
            &apply,
        );
        assert_eq!(
            codes(&report.errors),
            [(3, "项目名称", "import.row_repeated")]
        );
    });
}

#[test]
fn who_may_create_no_project_may_import_none() {
    each(|store, settings| {
        let list = read_projects(&read_csv("项目名称\n甲\n".as_bytes()).unwrap()).unwrap();
        let mut by = coordinator("360111");
        by.role = crate::people::role::Role::Viewer;
        let refused = store.write_blocking(|conn| {
            let asked = asked(Mode::Apply, false);
            import(conn, &by, settings, &list, &asked, &|_| {}, now())
        });
        assert_eq!(refused.unwrap_err().code(), Some("act.forbidden"));
    });
}
