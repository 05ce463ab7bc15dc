use domain::role::Role;

use super::*;
use crate::api::error::SignInProblem;

#[test]
fn every_error_says_what_happened_and_what_to_do() {
    let errors = [
        ApiError::SignedOut,
        ApiError::NoIdentity,
        ApiError::IdentityChanged,
        ApiError::NoRole,
        ApiError::NeedsRole { role: Role::Lead },
        ApiError::ProjectNotOpen,
        ApiError::NotFound,
        ApiError::BadRequest,
        ApiError::Unreachable,
        ApiError::Choice(ChoiceError::Nothing),
        ApiError::NoCatalogue,
        ApiError::Fields(Vec::new()),
        ApiError::ReviewTooOld,
        ApiError::NothingWouldChange,
        ApiError::Held,
        ApiError::NotNow,
        ApiError::SignInCameFirst,
        ApiError::Internal { reference: "01JC".to_owned() },
    ];
    for error in errors.into_iter().chain(sign_in_problems().into_iter().map(ApiError::SignIn)) {
        let text = api_error(&error);
        assert!(text.what.ends_with('.') && text.next.ends_with('.'), "{text:?}");
        assert!(!text.what.contains('!') && !text.next.contains("please"), "{text:?}");
    }
}

/// One of each kind.
fn sign_in_problems() -> Vec<SignInProblem> {
    vec![
        SignInProblem::Missing { fields: vec!["password".to_owned()] },
        SignInProblem::TooLong,
        SignInProblem::Refused,
        SignInProblem::NotAllowed { code: "IAM.0011".to_owned() },
        SignInProblem::Held { seconds: 840 },
        SignInProblem::IdTokenRefused { code: "IAM.0001".to_owned() },
        SignInProblem::ProviderUnknown,
        SignInProblem::IdTokenOver,
        SignInProblem::NoProject,
        SignInProblem::PasswordNeeded,
        SignInProblem::Throttled { seconds: None },
        SignInProblem::TokenTooLong,
        SignInProblem::Unreachable,
        SignInProblem::Unexpected { status: 418 },
    ]
}

#[test]
fn a_failed_sign_in_says_which_side_refused() {
    let check = |problem: SignInProblem, side: &str| {
        let text = sign_in::problem(&problem);
        assert!(text.what.contains(side), "{text:?}");
    };
    check(SignInProblem::Refused, "Huawei Cloud did not accept this sign-in");
    check(SignInProblem::IdTokenRefused { code: "IAM.0001".to_owned() }, "Huawei Cloud did not accept the token");
    check(SignInProblem::ProviderUnknown, "Huawei Cloud does not know this single sign-on");
    check(SignInProblem::IdTokenOver, "your single sign-on");
    check(SignInProblem::Unreachable, "Huawei Cloud does not answer");
    assert!(sign_in::problem(&SignInProblem::Held { seconds: 840 }).next.contains("in 14 minutes"));
    assert!(sign_in::problem(&SignInProblem::IdTokenRefused { code: "IAM.0001".to_owned() }).next.contains("IAM.0001"));
}

#[test]
fn a_role_that_is_missing_is_named() {
    assert_eq!(api_error(&ApiError::NeedsRole { role: Role::Lead }).what, "Needs the lead role.");
    assert_eq!(api_error(&ApiError::NeedsRole { role: Role::Operator }).what, "Needs the operator role.");
}

#[test]
fn a12_whatever_ended_the_work_says_that_it_is_kept() {
    for error in [ApiError::SignedOut, ApiError::NoIdentity, ApiError::Unreachable] {
        assert!(ended(&error).next.contains("kept"), "{error:?}");
    }
    // What the earlier person typed is not for the next one.
    assert!(!ended(&ApiError::IdentityChanged).next.contains("kept"));
}

#[test]
fn only_a_page_that_asks_again_says_so() {
    let says = |text: ErrorText| text.next.contains("asks again by itself");
    assert!(says(of_followed_list(&ApiError::Unreachable)) && !says(api_error(&ApiError::Unreachable)));
    let away = CatalogueProblem::DoesNotAnswer;
    assert!(says(catalogue(&away, true)) && !says(catalogue(&away, false)));
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
        assert_eq!(sign_in::problem(&SignInProblem::Missing { fields }).what, sentence);
    };
    check(&["password"], "The password is missing.");
    check(&["account", "user"], "The account and user name are missing.");
    check(&["account", "user", "password"], "The account, user name and password are missing.");
}

#[test]
fn a_wait_is_named_in_its_unit() {
    assert!(sign_in::problem(&SignInProblem::Throttled { seconds: Some(30) }).next.ends_with("in 30 seconds."));
    assert!(sign_in::problem(&SignInProblem::Throttled { seconds: None }).next.ends_with("in a minute."));
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
