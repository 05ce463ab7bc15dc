//! Signing in, in words: what the form starts with, and what each of its fields says is wrong.

use super::error_text::{self, ErrorText};
use crate::api::error::{ApiError, FormProblem, SignInProblem};
use crate::api::session::Visitor;
use crate::routes;

/// The most letters of an account, a user or a project: more than IAM allows in any of them.
pub const NAME_LIMIT: u32 = 64;

/// A field of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// **Account**
    Account,
    /// **User name**
    User,
    /// **Password**
    Password,
    /// **Project name**
    Project,
}

impl Field {
    /// Its name in the form.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::User => "user",
            Self::Password => "password",
            Self::Project => "project",
        }
    }
}

/// What the page starts with.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Start {
    /// Whether a session of this browser has ended meanwhile.
    pub ended: bool,
    /// What **Account** holds.
    pub account: String,
    /// What **User name** holds.
    pub user: String,
    /// What **Project name** holds.
    pub project: String,
    /// The path to come back to; empty where there is none.
    pub next: String,
    /// The field that takes the focus.
    pub focus: Option<Field>,
    /// What went wrong, if anything.
    pub problem: Option<FormProblem>,
}

/// What the form starts with: what was typed before, else who is signed in and what the address names. `query` is the
/// page's own.
pub fn start(query: &str, problem: Option<FormProblem>, visitor: Option<&Visitor>) -> Start {
    let asked = |key: &str| {
        form_urlencoded::parse(query.trim_start_matches('?').as_bytes())
            .find(|(name, _)| name == key)
            .map(|(_, value)| value.into_owned())
            .unwrap_or_default()
    };
    // Opening another project from the banner types no name: they are known.
    let retyped = problem.as_ref().filter(|problem| !problem.typed.is_empty());
    let (account, user, project) = if let Some(problem) = retyped {
        let typed = |field: Field| problem.typed(field.key()).unwrap_or_default().to_owned();
        (typed(Field::Account), typed(Field::User), typed(Field::Project))
    } else {
        let (account, user) =
            visitor.map(|visitor| (visitor.account.clone(), visitor.cloud_user.clone())).unwrap_or_default();
        (account, user, asked("project"))
    };
    Start {
        ended: asked("ended") == "1" && problem.is_none() && visitor.is_none(),
        account,
        user,
        project,
        next: Some(asked("next")).filter(|next| routes::is_own_path(next)).unwrap_or_default(),
        focus: Some(focus(problem.as_ref(), visitor.is_some())),
        problem,
    }
}

/// Whether the problem came of the form of the IAM user, rather than of the single sign-on.
pub fn is_of_user_form(problem: &FormProblem) -> bool {
    !problem.typed.is_empty()
        || matches!(problem.error, ApiError::SignIn(SignInProblem::PasswordNeeded | SignInProblem::Missing { .. }))
}

/// Whether a new sign-in at the single sign-on is what helps.
pub fn needs_renewal(problem: &FormProblem) -> bool {
    matches!(
        problem.error,
        ApiError::NoIdentity | ApiError::SignIn(SignInProblem::IdTokenOver | SignInProblem::IdTokenRefused { .. })
    )
}

/// The first field that is wrong. Where the cloud said no, and where somebody is signed in, only the password has to be
/// typed.
fn focus(problem: Option<&FormProblem>, known: bool) -> Field {
    let fields = [Field::Account, Field::User, Field::Password];
    match problem {
        None if known => Field::Password,
        None => Field::Account,
        Some(problem) => {
            let wrong = fields.into_iter().find(|field| field_error(Some(problem), *field).is_some());
            wrong.unwrap_or(Field::Password)
        }
    }
}

/// What a field says is wrong with it.
pub fn field_error(problem: Option<&FormProblem>, field: Field) -> Option<&'static str> {
    let ApiError::SignIn(SignInProblem::Missing { fields }) = &problem?.error else { return None };
    let is_missing = fields.iter().any(|missing| missing == field.key());
    is_missing.then_some(match field {
        Field::Account => "Enter the name of the account.",
        Field::User => "Enter the user name.",
        Field::Password => "Enter the password.",
        Field::Project => "Enter the name of the project.",
    })
}

/// The hint below **Password** once it was sent.
pub fn password_hint(problem: Option<&FormProblem>) -> Option<&'static str> {
    problem.filter(|problem| is_of_user_form(problem)).map(|_| "Enter it again: Drydock does not keep it.")
}

/// The hint below **Project name**.
pub fn project_hint(region: &str) -> String {
    if region.is_empty() {
        "Left empty: the region's own project.".to_owned()
    } else {
        format!("Left empty: the region's own project, {region}.")
    }
}

/// What becomes of what people sign in with.
pub fn foot(can_exchange: bool) -> &'static str {
    if can_exchange {
        "What you sign in with is sent once, to Huawei Cloud IAM, and not kept. The token stays on the server and ends after 24\u{a0}hours at most."
    } else {
        "The password is sent once, to Huawei Cloud IAM, and not kept. The token stays on the server and ends after 24\u{a0}hours at most."
    }
}

/// What went wrong.
pub fn problem(problem: &FormProblem) -> ErrorText {
    error_text::api_error(&problem.error)
}

#[cfg(test)]
mod tests {
    use domain::role::Role;

    use super::*;

    fn missing(fields: &[&str], typed: &[(&str, &str)]) -> FormProblem {
        FormProblem {
            error: ApiError::SignIn(SignInProblem::Missing {
                fields: fields.iter().map(|field| (*field).to_owned()).collect(),
            }),
            typed: typed.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect(),
        }
    }

    fn visitor() -> Visitor {
        Visitor {
            name: "operator".to_owned(),
            account: "account".to_owned(),
            projects: vec!["north".to_owned()],
            region: "region".to_owned(),
            role: Role::Operator,
            person: "0".to_owned(),
            cloud_user: "cloud-user".to_owned(),
            may_open: Vec::new(),
            opens_with_password: true,
            open_runs: 0,
            behind_single_sign_on: false,
        }
    }

    #[test]
    fn whoever_is_signed_in_has_only_the_password_to_type() {
        let start = start("project=north", None, Some(&visitor()));
        assert_eq!((start.account.as_str(), start.user.as_str()), ("account", "cloud-user"));
        assert_eq!((start.project.as_str(), start.focus), ("north", Some(Field::Password)));
    }

    #[test]
    fn the_address_fills_the_form_and_is_passed_through() {
        let start = start("?project=pool%20a&next=%2Fpool%2520a%2Fdesktops%3Fq%3Dx&account=evil", None, None);
        assert_eq!((start.project.as_str(), start.next.as_str()), ("pool a", "/pool%20a/desktops?q=x"));
        assert_eq!((start.account.as_str(), start.focus), ("", Some(Field::Account)));
    }

    #[test]
    fn what_was_typed_comes_back_before_what_the_address_names() {
        let problem = missing(&["user", "password"], &[("account", "HarborCorp"), ("project", "")]);
        let start = start("project=pool", Some(problem), Some(&visitor()));
        assert_eq!((start.account.as_str(), start.project.as_str()), ("HarborCorp", ""));
        assert_eq!(start.focus, Some(Field::User));
    }

    #[test]
    fn after_a_refusal_the_password_takes_the_focus() {
        let typed = vec![("user".to_owned(), "u".to_owned())];
        let refused = FormProblem { error: ApiError::SignIn(SignInProblem::Refused), typed };
        assert_eq!(start("", Some(refused.clone()), None).focus, Some(Field::Password));
        assert!(password_hint(Some(&refused)).is_some());
        assert_eq!(password_hint(None), None);
    }

    #[test]
    fn only_what_is_missing_is_wrong() {
        let problem = missing(&["account"], &[]);
        assert!(field_error(Some(&problem), Field::Account).is_some());
        assert_eq!(field_error(Some(&problem), Field::Password), None);
        assert_eq!(field_error(None, Field::Account), None);
    }
    #[test]
    fn c13_only_a_path_of_ours_is_passed_through() {
        for next in ["https%3A%2F%2Fevil.example", "%2F%2Fevil.example", "%2F%5Cevil.example", "javascript%3Aalert(1)"]
        {
            assert_eq!(start(&format!("next={next}"), None, None).next, "", "{next}");
        }
    }

    #[test]
    fn an_ended_session_is_told_once() {
        assert!(start("next=%2Fa&ended=1", None, None).ended);
        assert!(!start("next=%2Fa", None, None).ended);
        assert!(!start("ended=1", Some(missing(&["user"], &[])), None).ended);
        assert!(!start("ended=1", None, Some(&visitor())).ended);
    }

    #[test]
    fn another_project_takes_the_password_and_nothing_else() {
        let needed = FormProblem { error: ApiError::SignIn(SignInProblem::PasswordNeeded), typed: Vec::new() };
        let start = start("project=pool", Some(needed.clone()), Some(&visitor()));
        assert_eq!((start.account.as_str(), start.user.as_str()), ("account", "cloud-user"));
        assert_eq!((start.project.as_str(), start.focus), ("pool", Some(Field::Password)));
        assert!(is_of_user_form(&needed) && !needs_renewal(&needed));
    }

    #[test]
    fn a_token_that_is_over_is_renewed_at_the_single_sign_on() {
        let over = FormProblem { error: ApiError::SignIn(SignInProblem::IdTokenOver), typed: Vec::new() };
        assert!(needs_renewal(&over) && !is_of_user_form(&over));
        assert_eq!(password_hint(Some(&over)), None);
    }
}
