//! What a failed sign-in says, and which side refused.
//!
//! | variant | sentence | what the person does | what the administrator looks for |
//! |---|---|---|---|
//! | `Missing` | Account, user name and password are needed. | fills the empty ones | nothing |
//! | `TooLong` | One of the values is too long. | types it anew | nothing |
//! | `Refused` | Huawei Cloud did not accept this sign-in. | tries again, or waits for a lock to end | the user's rights in the project, the account's lock-out policy |
//! | `Held` | Too many sign-ins with this name failed. | waits | the audit; `cloud.sign_in_tries` |
//! | `PasswordNeeded` | Another project takes the password again. | types it | nothing |
//! | `NoProject` | You may not open that project. | opens another | the user's projects in the cloud |
//! | `NameTaken` | Another project of that name is open. | signs out first | nothing |
//! | `IdTokenOver` | The single sign-on's token for you is too old. | signs in there again | `identity.renew_url`, the proxy's token refresh |
//! | `IdTokenRefused` | Huawei Cloud did not accept the single sign-on's token. | signs in there again | issuer, audience and keys that the cloud has of the identity provider |
//! | `ProviderUnknown` | Huawei Cloud does not know this single sign-on. | signs in by password | `cloud.identity_provider` |
//! | `NotAllowed` | This user may not sign in here. | asks the cloud team | programmatic access of the user, the mapping of the identity provider; the code |
//! | `Throttled` | Too many sign-ins at the moment. | waits | other programs of the account |
//! | `TokenTooLong` | Huawei Cloud issued a token that it would not take back. | asks the cloud team | the number of rights of the user |
//! | `Unreachable` | Huawei Cloud does not answer. | tries again soon | `cloud.iam_url`, proxy, DNS |
//! | `Unexpected` | Huawei Cloud answered in a way that Drydock does not know. | quotes the status | the status, `cloud.iam_url` |

use super::ErrorText;
use crate::api::error::SignInProblem;
use crate::view::number::counted;

/// What a failed sign-in says.
pub fn problem(problem: &SignInProblem) -> ErrorText {
    match problem {
        SignInProblem::Missing { fields } => ErrorText::new(missing(fields), "Nothing was sent to the cloud."),
        SignInProblem::TooLong => {
            ErrorText::new("One of the values is longer than Huawei Cloud takes.", "Nothing was sent. Type it anew.")
        }
        SignInProblem::Refused => ErrorText::new(
            "Huawei Cloud did not accept this sign-in.",
            "The account, user name, password or the right to that project is wrong. After several tries the cloud locks a user for 15 minutes, and says no more than this.",
        ),
        SignInProblem::Held { seconds } => ErrorText::new(
            "Too many sign-ins failed, so this one was not tried.",
            format!("Try again in {}. Drydock stops before the cloud locks the user out.", wait(*seconds)),
        ),
        SignInProblem::PasswordNeeded => ErrorText::new(
            "Another project takes the password again.",
            "Drydock does not keep it. Enter it to open the project.",
        ),
        SignInProblem::NameTaken => ErrorText::new(
            "Another project of that name is open.",
            "It belongs to another account. Sign out, then sign in to this one.",
        ),
        SignInProblem::NoProject => ErrorText::new(
            "You may not open that project.",
            "Check its name, or ask the cloud team for the right to it.",
        ),
        SignInProblem::IdTokenOver => ErrorText::new(
            "What your single sign-on says about you is too old to be sent to Huawei Cloud.",
            "Sign in there again, or sign in with an IAM user below.",
        ),
        SignInProblem::IdTokenRefused { code } => ErrorText::new(
            "Huawei Cloud did not accept the token of your single sign-on.",
            format!("Sign in there again. If it stays, quote the code {code} to the people who run Drydock."),
        ),
        SignInProblem::ProviderUnknown => ErrorText::new(
            "Huawei Cloud does not know this single sign-on.",
            "Tell the people who run Drydock. Until then, sign in with an IAM user below.",
        ),
        SignInProblem::NotAllowed { code } => ErrorText::new(
            "This user may not sign in here.",
            format!("Ask the cloud team for access by program. A retry would be pointless. Code: {code}."),
        ),
        SignInProblem::Throttled { seconds } => ErrorText::new(
            "Huawei Cloud takes no more sign-ins at the moment.",
            seconds.map_or_else(
                || "Try again in a minute.".to_owned(),
                |seconds| format!("Try again in {}.", wait(seconds)),
            ),
        ),
        SignInProblem::TokenTooLong => ErrorText::new(
            "Huawei Cloud issued a token that is longer than it takes back.",
            "Ask the cloud team to give this user fewer rights. A retry would be pointless.",
        ),
        SignInProblem::Unreachable => {
            ErrorText::new("Huawei Cloud does not answer.", "Nobody was signed in. Try again in a minute.")
        }
        SignInProblem::Unexpected { status } => ErrorText::new(
            "Huawei Cloud answered in a way that Drydock does not know.",
            format!("Nobody was signed in. Quote the status {status} to the people who run Drydock."),
        ),
    }
}

/// A wait in words: seconds up to a minute, then whole minutes, rounded up.
fn wait(seconds: u32) -> String {
    if seconds <= 60 {
        counted(seconds.max(1), "second", "seconds")
    } else {
        counted(seconds.div_ceil(60), "minute", "minutes")
    }
}

fn missing(fields: &[String]) -> String {
    let mut names = fields.iter().map(|field| match field.as_str() {
        "account" => "account",
        "user" => "user name",
        _ => "password",
    });
    let last = names.next_back().unwrap_or("value");
    let first: Vec<&str> = names.collect();
    if first.is_empty() {
        format!("The {last} is missing.")
    } else {
        format!("The {} and {last} are missing.", first.join(", "))
    }
}
