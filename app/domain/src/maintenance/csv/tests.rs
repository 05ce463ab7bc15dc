use super::*;
use crate::maintenance::outcome::CloudError;
use crate::maintenance::run::tests::{Play, put};

fn check(text: &str, expected: &str) {
    assert_eq!(line([text]), format!("{expected}\r\n"), "{text:?}");
}

#[test]
fn c11_a_cell_that_a_spreadsheet_would_run_begins_with_an_apostrophe() {
    check("=HYPERLINK(\"x\")", "\"'=HYPERLINK(\"\"x\"\")\"");
    check("=1+1", "'=1+1");
    check("+1", "'+1");
    check("-1", "'-1");
    check("@SUM(A1)", "'@SUM(A1)");
    check("\t=1", "'\t=1");
    check("\r=1", "\"'\r=1\"");
    check("PC-1", "PC-1");
    check(" =1", " =1");
    check("'=1", "'=1");
}

#[test]
fn c11_a_formula_in_any_field_of_a_desktop_is_only_text() {
    let mut play = Play::checked(1, 1);
    play.play_out(&[], |_| put(409, "WKS.00010032"));
    let evil = || "=cmd|' /C calc'!A0".to_owned();
    let error = CloudError {
        status: 409,
        code: Some(evil()),
        message: Some(evil()),
        detail: Some(evil()),
        encoded_authorization_message: Some(evil()),
        request_id: Some(evil()),
    };
    let mut desktop = play.row(0).clone();
    (desktop.name, desktop.user, desktop.pool) = (evil(), Some(evil()), Some(evil()));
    (desktop.enterprise_project, desktop.error) = (Some(evil()), Some(error));
    let line = desktop_line(&desktop, &evil(), &evil());
    let cells: Vec<&str> = line.trim_end().split(',').collect();
    assert_eq!(cells.len(), COLUMNS.len());
    assert!(!cells.iter().any(|cell| cell.starts_with('=')), "{line}");
    assert_eq!(cells.iter().filter(|cell| cell.starts_with("'=")).count(), 11);
}

#[test]
fn what_would_break_a_line_or_a_cell_is_quoted() {
    check("a,b", "\"a,b\"");
    check("say \"no\"", "\"say \"\"no\"\"\"");
    check("two\nlines", "\"two\nlines\"");
    check("", "");
    assert_eq!(line(["a", "", "b"]), "a,,b\r\n");
}

#[test]
fn a_run_is_a_heading_and_a_line_for_each_desktop() {
    let mut play = Play::checked(2, 2);
    play.play_out(&[0], |batch| if batch.contains(&1) { put(409, "WKS.00010032") } else { put(200, "") });
    let text = of_run(&play.run, "Asia/Singapore", |desktop| format!("about {}", desktop.name), |_| "14:32".to_owned());
    let lines: Vec<&str> = text.split_terminator("\r\n").collect();
    assert_eq!(
        lines,
        [
            "Desktop,Desktop id,User,Pool,Enterprise project,Reviewed as,State,What happened,Before,Batch,\
             Since (Asia/Singapore),HTTP status,error_code,error_msg,error_detail,request id,\
             encoded_authorization_message",
            "PC-0,d0,,,,Will change,Changed,about PC-0,in service,1,14:32,,,,,,",
            "PC-1,d1,,,,Will change,Refused,about PC-1,in service,1,14:32,409,WKS.00010032,,,,",
        ]
    );
    assert!(lines.iter().all(|line| line.split(',').count() == COLUMNS.len()));
}
