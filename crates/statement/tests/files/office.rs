//! A spreadsheet program reads what we call a spreadsheet. LibreOffice is among the tools that `scripts/test` installs, and
//! there it must be; elsewhere it is asked where it is installed, or named by `SOFFICE`. The readers of `properties` look
//! at the same files everywhere.

use std::path::PathBuf;
use std::process::Command;

use statement::Format;

use crate::read::{amount, csv};
use crate::sample::{file, march};

/// Set by `scripts/test` when all tools are there.
const ALL_TOOLS: &str = "POLYTILL_TEST_ALL_TOOLS";

/// The program, by the name it has or by `SOFFICE`.
fn soffice() -> Option<PathBuf> {
    let named = std::env::var_os("SOFFICE").map(PathBuf::from);
    let folders = std::env::var_os("PATH").unwrap_or_default();
    let found =
        || std::env::split_paths(&folders).map(|folder| folder.join("soffice")).find(|path| path.is_file());
    named.or_else(found)
}

#[test]
fn libreoffice_opens_every_xls() {
    let Some(soffice) = soffice() else {
        assert!(
            std::env::var_os(ALL_TOOLS).is_none(),
            "LibreOffice is not installed: scripts/install-test-tools"
        );
        eprintln!("LibreOffice is not installed: nobody was asked whether it opens our spreadsheets");
        return;
    };
    let (statement, movements) = march();
    for (format, head_lines, first_amount) in
        [(Format::XlsA, 10, 7), (Format::XlsB, 1, 7), (Format::XlsC, 1, 7)]
    {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("statement.xls"), file(format, &statement, &movements)).unwrap();
        let profile = format!("-env:UserInstallation=file://{}/profile", folder.path().display());
        let output = Command::new(&soffice)
            .args([
                &profile,
                "--headless",
                "--convert-to",
                "csv:Text - txt - csv (StarCalc):44,34,76,1,,1033",
            ])
            .args(["--outdir", "converted", "statement.xls"])
            .current_dir(folder.path())
            .output()
            .unwrap();
        let converted = std::fs::read_to_string(folder.path().join("converted/statement.csv"))
            .unwrap_or_else(|error| panic!("{error}: {}", String::from_utf8_lossy(&output.stderr)));
        let rows = csv(&converted.replace('\n', "\r\n"), ',');
        assert_eq!(rows.len(), head_lines + movements.len(), "{converted}");
        for (row, movement) in rows[head_lines..].iter().zip(&movements) {
            assert_eq!(row[1], movement.id.to_string());
            assert_eq!(amount(&row[first_amount], '.'), movement.gross.get());
            assert_eq!(amount(&row[first_amount + 1], '.'), movement.fee.get());
        }
        assert_eq!(rows[head_lines][6], "Žofie \"Žížala\"; Nováková");
        assert_eq!(rows[head_lines][11], "'=HYPERLINK(\"http://example.com\")");
        assert!(rows[head_lines][0].contains("23:59:59"), "{}", rows[head_lines][0]);
    }
}
