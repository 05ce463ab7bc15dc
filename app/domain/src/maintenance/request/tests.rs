use super::*;

fn reasons() -> Vec<String> {
    ["Patching", "Driver update", "Other"].map(Into::into).into()
}

fn parse(text: &RequestText) -> Result<Request, Vec<FieldError>> {
    Request::parse(text, &reasons(), |_| Ok(Timestamp(7)))
}

fn patching() -> RequestText {
    RequestText { reason: "Patching".into(), ..RequestText::default() }
}

fn one(field: Field, problem: Problem) -> Vec<FieldError> {
    vec![FieldError { field, problem }]
}

#[test]
fn a_reason_alone_is_enough() {
    let request = Request { reason: "Patching".into(), ..Request::default() };
    assert_eq!(parse(&patching()), Ok(request));
}

#[test]
fn a_reason_comes_from_the_list() {
    for listed in ["Driver update", " Other "] {
        let text = RequestText { reason: listed.into(), ..patching() };
        assert_eq!(parse(&text).map(|request| request.reason), Ok(listed.trim().to_owned()));
    }
    for other in ["", "patching", "Patching Other", "Lunch", "<b>"] {
        let text = RequestText { reason: other.into(), ..patching() };
        assert_eq!(parse(&text), Err(one(Field::Reason, Problem::NotInList)), "{other:?}");
    }
}

#[test]
fn without_a_list_there_is_no_reason_to_give() {
    let parse = |text: &RequestText| Request::parse(text, &[], |_| Ok(Timestamp(7)));
    assert!(parse(&RequestText::default()).is_ok());
    assert_eq!(parse(&patching()), Err(one(Field::Reason, Problem::NotInList)));
}

#[test]
fn details_are_counted_as_people_count_them() {
    let check = |typed: &str, kept: &str| {
        let text = RequestText { details: typed.into(), ..patching() };
        assert_eq!(parse(&text).map(|request| request.details), Ok(kept.to_owned()));
    };
    check("", "");
    check(" a\r\nb\rc\td \n", "a\nb\nc\td");
    check("a\0b", "a\u{fffd}b");
    check("<script>\u{202e}x</script>", "<script>\u{202e}x</script>");
    check(&"ä".repeat(500), &"ä".repeat(500));
    check(&"x\r\n".repeat(250), "x\n".repeat(250).trim_end());
    let text = RequestText { details: "ä".repeat(501), ..patching() };
    assert_eq!(parse(&text), Err(one(Field::Details, Problem::TooLong { limit: 500, got: 501 })));
}

#[test]
fn a_ticket_is_one_short_line() {
    let parse = |typed: &str| {
        let text = RequestText { ticket: typed.into(), ..patching() };
        parse(&text).map(|request| request.ticket)
    };
    for (typed, kept) in [("", ""), (" CHG-1042 \r\n", "CHG-1042"), ("вызов № 7", "вызов № 7")] {
        assert_eq!(parse(typed), Ok(kept.to_owned()));
    }
    assert_eq!(parse(&"é".repeat(100)), Ok("é".repeat(100)));
    assert_eq!(parse(&"é".repeat(101)), Err(one(Field::Ticket, Problem::TooLong { limit: 100, got: 101 })));
    for typed in ["CHG\n1", "a\tb", "a\0b", "a\u{1b}[31mb", "a\u{85}b", "a\u{2028}b"] {
        assert_eq!(parse(typed), Err(one(Field::Ticket, Problem::ControlCharacter)), "{typed:?}");
    }
}

#[test]
fn an_until_is_read_and_then_resolved() {
    let text = RequestText { until: " 18:00 ".into(), ..patching() };
    let request = Request::parse(&text, &reasons(), |until| {
        assert_eq!(*until, UntilText::Time { hour: 18, minute: 0 });
        Ok(Timestamp(9))
    });
    assert_eq!(request.map(|request| request.until), Ok(Some(Timestamp(9))));
    let past = Request::parse(&text, &reasons(), |_| Err(UntilProblem::Past));
    assert_eq!(past, Err(one(Field::Until, Problem::Until(UntilProblem::Past))));
    let empty = Request::parse(&patching(), &reasons(), |_| Err(UntilProblem::Past));
    assert_eq!(empty.map(|request| request.until), Ok(None));
}

#[test]
fn every_wrong_field_is_named_once_in_the_order_of_the_form() {
    let text =
        RequestText { reason: "?".into(), details: "x".repeat(3_000), ticket: "a\nb".into(), until: "tonight".into() };
    let errors = [
        (Field::Reason, Problem::NotInList),
        (Field::Details, Problem::TooLong { limit: 500, got: 3_000 }),
        (Field::Ticket, Problem::ControlCharacter),
        (Field::Until, Problem::Until(UntilProblem::Malformed)),
    ]
    .map(|(field, problem)| FieldError { field, problem });
    assert_eq!(parse(&text), Err(errors.into()));
}
