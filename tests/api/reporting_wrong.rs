//! Workbooks of reports that are wrong, row by row or as a whole, and how that is told.

use crate::filled::Filled;
use crate::imports::upload;
use crate::reporting::{INVESTED, bytes, counts, error, errors, import, part, state, template};
use crate::story::Cast;
use crate::world::{World, each};

#[test]
fn wrong_rows_stop_all_unless_the_good_ones_are_asked_for_and_come_back_in_the_own_workbook() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let (good, bad) = (cast.launched("好项目").await, cast.launched("坏项目").await);
        let mut book = template(&cast.lead).await;
        book.report("好项目", "1200").report("坏项目", "1000");
        book.set("坏项目", "自开工累计完成投资（万元）", "5000")
            .set("坏项目", "自评（绿/黄/红）", "红")
            .set("坏项目", "到位资金（万元）", "三千");
        let row = book
            .main()
            .rows
            .iter()
            .position(|row| row.contains(&"坏项目".to_owned()));
        let row = u64::try_from(row.unwrap()).unwrap() + 1;
        let unreadable = import(&cast.lead, "mode=apply", &book.save()).await;
        assert_eq!(unreadable.code(), "import.rows_refused");
        let told = errors(&unreadable);
        assert_eq!(
            told,
            [error(row, "到位资金（万元）", "import.amount_unreadable")]
        );

        book.set("坏项目", "到位资金（万元）", "");
        let filled = book.save();
        let refused = import(&cast.lead, "mode=apply", &filled).await;
        assert_eq!(
            (refused.status, refused.code()),
            (422, "import.rows_refused")
        );
        assert_eq!(counts(&refused), [2, 0, 0, 0]);
        let total = error(
            row,
            "自开工累计完成投资（万元）",
            "report.total_does_not_add_up",
        );
        let found = errors(&refused);
        assert!(found.contains(&total), "{found:?}");
        assert!(
            found.contains(&error(row, "滞后原因", "report.recovery_missing")),
            "{found:?}"
        );
        assert_eq!(state(&cast.lead, &good).await, "missing", "all or nothing");

        let id = refused.text("/id");
        let path = format!("/imports/{id}/workbook");
        let returned = bytes(&cast.lead, &path).await;
        let mut back = Filled::open(&returned);
        assert_eq!(
            back.get("坏项目", "自开工累计完成投资（万元）"),
            "5000",
            "their own figures"
        );
        let result = back.get("坏项目", "导入结果").to_owned();
        assert!(
            result.contains("5000") || result.contains("50000000"),
            "{result}"
        );
        assert_eq!(back.get("好项目", "导入结果"), "");
        let comments = part(&returned, "xl/comments1.xml");
        let first_line = result.lines().next().unwrap();
        assert!(comments.contains(first_line), "{first_line}: {comments}");
        let same = bytes(&world.admin().await, &path).await;
        assert!(!same.is_empty());
        assert_eq!(
            cast.county.get(&path).await.code(),
            "import.missing",
            "not theirs"
        );

        // Mended in that very workbook, it is taken.
        back.set("坏项目", "自开工累计完成投资（万元）", "").set(
            "坏项目",
            "自评（绿/黄/红）",
            "绿灯",
        );
        let mended = import(&cast.lead, "mode=dry_run", &back.save()).await;
        assert_eq!(
            (mended.status, counts(&mended)),
            (200, [2, 2, 0, 0]),
            "{}",
            mended.body
        );

        let partly = import(&cast.lead, "mode=apply&partial=true", &filled).await;
        assert_eq!(
            (partly.status, counts(&partly)),
            (200, [2, 1, 0, 0]),
            "{}",
            partly.body
        );
        assert_eq!(state(&cast.lead, &good).await, "draft");
        assert_eq!(state(&cast.lead, &bad).await, "missing");
    });
}

#[test]
fn what_is_wrong_with_a_whole_workbook_has_its_own_answer() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        cast.launched("甲项目").await;
        let mut book = template(&cast.lead).await;
        book.report("甲项目", "1200");

        let mut other = book.clone();
        other.sheets[3].rows[1][1] = "0".to_owned();
        let old = import(&cast.lead, "mode=apply", &other.save()).await;
        assert_eq!((old.status, old.code()), (422, "import.wrong_template"));
        other.sheets.remove(3);
        let unmarked = import(&cast.lead, "mode=apply", &other.save()).await;
        assert_eq!(unmarked.code(), "import.wrong_template");
        let mut renamed = book.clone();
        renamed.sheets[0].name = "Sheet1".to_owned();
        let renamed = import(&cast.lead, "mode=apply", &renamed.save()).await;
        assert_eq!(renamed.code(), "import.wrong_template", "wrong sheet names");

        let mut last = book.clone();
        last.sheets[3].rows[2][1] = "2026Q2".to_owned();
        last.set("甲项目", "季度", "2026Q2");
        let last = import(&cast.lead, "mode=apply", &last.save()).await;
        assert_eq!((last.status, last.code()), (422, "import.wrong_quarter"));
        let mut mixed = book.clone();
        mixed.set("甲项目", "季度", "2026Q2");
        let mixed = import(&cast.lead, "mode=apply", &mixed.save()).await;
        assert_eq!(mixed.code(), "import.several_quarters");

        let filled = book.save();
        let once = import(&cast.lead, "mode=apply", &filled).await;
        assert_eq!(once.status, 200, "{}", once.body);
        for mode in ["dry_run", "apply"] {
            let again = import(&cast.lead, &format!("mode={mode}"), &filled).await;
            assert_eq!(
                (again.status, again.code()),
                (409, "import.already_applied")
            );
            assert!(
                again.text("/detail").contains("2026-09-28"),
                "{}",
                again.body
            );
        }
    });
}

#[test]
fn a_list_may_be_csv_in_either_encoding_and_amounts_in_another_unit_are_found() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("甲项目").await;
        let mut book = template(&cast.lead).await;
        book.report("甲项目", "1200");
        let csv = book.csv();
        let (gbk, _, unmapped) = encoding_rs::GBK.encode(&csv);
        assert!(!unmapped);
        for (query, bytes) in [
            ("mode=dry_run", gbk.as_ref()),
            ("mode=apply", csv.as_bytes()),
        ] {
            let path = format!("/imports/reports?{query}");
            let taken = upload(&cast.lead, &path, "file", "季报.csv", bytes).await;
            assert_eq!(taken.status, 200, "{}", taken.body);
            assert_eq!(counts(&taken), [1, 1, 0, 0]);
        }
        assert_eq!(state(&cast.lead, &project).await, "draft");

        for (typed, code) in [
            ("0.12亿元", "import.amount_in_yi"),
            ("0.12", "import.unit_implausible"),
            ("约1200", "import.amount_unreadable"),
            ("1200.00001", "import.amount_finer_than_yuan"),
        ] {
            let mut wrong = template(&cast.lead).await;
            wrong.report("甲项目", typed);
            let wrong = import(&cast.lead, "mode=dry_run", &wrong.save()).await;
            assert_eq!(errors(&wrong), [error(2, INVESTED, code)], "{typed}");
        }
        let mut meant = template(&cast.lead).await;
        meant
            .report("甲项目", "0.12")
            .set("甲项目", "数额与单位已核实", "是");
        let meant = import(&cast.lead, "mode=dry_run", &meant.save()).await;
        assert_eq!(errors(&meant), []);
    });
}
