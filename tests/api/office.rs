//! A real spreadsheet program reads what is made here, and what it saves is taken.

use std::process::Command;

use crate::filled::Filled;
use crate::reporting::{bytes, counts, import};
use crate::story::Cast;
use crate::world::{World, each};

/// Runs the office program; none where there is none, which has to be said aloud.
fn office(folder: &std::path::Path, arguments: &[&str]) -> Option<()> {
    let profile = format!("-env:UserInstallation=file://{}/profile", folder.display());
    let run = Command::new("soffice")
        .arg(profile)
        .args(["--headless", "--norestore"])
        .args(arguments)
        .current_dir(folder)
        .output();
    match run {
        Ok(output) => {
            let said = String::from_utf8_lossy(&output.stderr).into_owned();
            assert!(output.status.success(), "{said}");
            Some(())
        }
        Err(fault) => {
            let demanded = std::env::var("DEMAND_LIBREOFFICE").is_ok_and(|value| value == "1");
            assert!(!demanded, "soffice is demanded and cannot be run: {fault}");
            eprintln!("skipped: there is no soffice here ({fault})");
            None
        }
    }
}

#[test]
fn a_real_spreadsheet_program_reads_the_workbook_and_what_it_saves_is_taken() {
    each(async |world: World| {
        let cast = Cast::of(&world).await;
        let project = cast.launched("甲项目").await;
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        let made = bytes(&cast.lead, "/reports/workbook?quarter=2026Q3").await;
        std::fs::write(at("fresh.xlsx"), &made).unwrap();
        let to_csv = "csv:Text - txt - csv (StarCalc):44,34,76";
        if office(folder.path(), &["--convert-to", to_csv, "fresh.xlsx"]).is_none() {
            return;
        }
        let read = std::fs::read_to_string(at("fresh.csv")).unwrap();
        assert!(read.contains("本季完成投资（万元）"), "{read}");
        assert!(
            read.contains("甲项目") && read.contains("12,000.00"),
            "{read}"
        );

        let mut book = Filled::open(&made);
        book.report("甲项目", "1200.5");
        book.set_in(1, "竣工", "预计完成日期", "2028-07-31");
        std::fs::write(at("filled.xlsx"), book.save()).unwrap();
        let saved = at("saved");
        let outdir = saved.to_str().unwrap();
        let as_xlsx = ["--convert-to", "xlsx:Calc MS Excel 2007 XML"];
        let rest = ["--outdir", outdir, "filled.xlsx", "fresh.xlsx"];
        office(
            folder.path(),
            &[as_xlsx, [rest[0], rest[1]], [rest[2], rest[3]]].concat(),
        );
        let filled = std::fs::read(saved.join("filled.xlsx")).unwrap();
        let taken = import(&cast.lead, "mode=apply&submit=true", &filled).await;
        assert_eq!(
            (taken.status, counts(&taken)),
            (200, [1, 1, 0, 0]),
            "{}",
            taken.body
        );
        let report = cast
            .lead
            .get(&format!("/projects/{project}/reports/2026Q3"))
            .await;
        assert_eq!(report.body["content"]["invested_total_yuan"], 12_005_000);
        let fresh = std::fs::read(saved.join("fresh.xlsx")).unwrap();
        let unfilled = import(&cast.county, "mode=dry_run", &fresh).await;
        assert_eq!(
            unfilled.status, 200,
            "saved without a change: {}",
            unfilled.body
        );

        let ledger = cast.county.request("GET", "/reports").header(
            "accept",
            "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        );
        let ledger = ledger.send().await.unwrap().bytes().await.unwrap();
        std::fs::write(at("ledger.xlsx"), &ledger).unwrap();
        office(folder.path(), &["--convert-to", to_csv, "ledger.xlsx"]);
        let read = std::fs::read_to_string(at("ledger.csv")).unwrap();
        assert!(read.contains("1,200.50") && read.contains("合计"), "{read}");
    });
}
