use super::*;

#[test]
fn every_error_says_what_happened_and_what_to_do() {
    let errors = [
        ApiError::SignedOut,
        ApiError::ProjectNotOpen,
        ApiError::NotFound,
        ApiError::BadRequest,
        ApiError::Unreachable,
        ApiError::SignIn(SignInProblem::Refused),
        ApiError::Choice(ChoiceError::Nothing),
        ApiError::NoCatalogue,
        ApiError::Fields(Vec::new()),
        ApiError::ReviewTooOld,
        ApiError::NothingWouldChange,
        ApiError::Held,
        ApiError::NotNow,
        ApiError::Internal { reference: "01JC".to_owned() },
    ];
    for error in errors {
        let text = api_error(&error);
        assert!(text.what.ends_with('.') && text.next.ends_with('.'), "{text:?}");
        assert!(!text.what.contains('!') && !text.next.contains("please"), "{text:?}");
    }
}

#[test]
fn only_a_page_that_asks_again_says_so() {
    let says = |text: ErrorText| text.next.contains("asks again by itself");
    assert!(says(of_followed_list(&ApiError::Unreachable)) && !says(api_error(&ApiError::Unreachable)));
    let away = CatalogueProblem::DoesNotAnswer;
    assert!(says(catalogue(&away, true)) && !says(catalogue(&away, false)));
}

#[test]
fn only_the_list_of_desktops_keeps_filters_and_selection() {
    assert!(of_followed_list(&ApiError::SignedOut).next.contains("are kept in this tab"));
    assert_eq!(api_error(&ApiError::SignedOut).next, "Sign in to go on.");
    assert_eq!(of_followed_list(&ApiError::NotFound), api_error(&ApiError::NotFound));
}

#[test]
fn the_reference_is_what_to_quote() {
    assert!(api_error(&ApiError::Internal { reference: "01JC".to_owned() }).next.contains("01JC"));
}

#[test]
fn too_many_ticks_say_how_many_and_what_else_is_possible() {
    let text = choice(ChoiceError::TooMany { limit: 5_000, got: 5_001 });
    assert_eq!(text.what, "5,001 desktops are more than one review takes by tick.");
    assert!(text.next.contains("5,000") && text.next.contains("is kept"), "{text:?}");
}

#[test]
fn empty_fields_of_a_sign_in_are_named() {
    let check = |fields: &[&str], sentence: &str| {
        let fields: Vec<String> = fields.iter().map(|&field| field.to_owned()).collect();
        assert_eq!(missing(&fields), sentence);
    };
    check(&["password"], "The password is missing.");
    check(&["account", "user"], "The account and user name are missing.");
    check(&["account", "user", "password"], "The account, user name and password are missing.");
}

#[test]
fn a_wait_is_named_in_its_unit() {
    assert!(sign_in(&SignInProblem::Throttled { seconds: Some(30) }).next.ends_with("in 30 seconds."));
    assert!(sign_in(&SignInProblem::Throttled { seconds: None }).next.ends_with("in a minute."));
}

#[test]
fn the_clouds_own_words_stand_beside_their_field_names() {
    let problem = CatalogueProblem::MayNotList {
        code: Some("WKS.00010403".to_owned()),
        message: Some("No <b>rights</b>".to_owned()),
        request_id: None,
    };
    assert_eq!(
        cloud_words(&problem),
        [("error_code", "WKS.00010403".to_owned()), ("error_msg", "No <b>rights</b>".to_owned())]
    );
    assert!(cloud_words(&CatalogueProblem::DoesNotAnswer).is_empty());
}

#[test]
fn a_wrong_field_says_how_to_put_it_right() {
    let text = |field_of, problem| field(&FieldError { field: field_of, problem });
    assert_eq!(
        text(Field::Details, Problem::TooLong { limit: 2_000, got: 2_001 }),
        "2,001 characters are too many. The most is 2,000."
    );
    assert_eq!(text(Field::Ticket, Problem::ControlCharacter), "A ticket is one line. Remove the line break.");
    assert_eq!(text(Field::Until, Problem::Until(UntilProblem::Past)), "This time is past. Choose a later one.");
}
