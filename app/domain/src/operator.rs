//! Who did it.

use serde::{Deserialize, Serialize};

/// The person who uses Drydock, as the identity that vouched for them names them.
///
/// A person is `issuer` and `subject` together; `name` and `account` are for the eye only. Behind a single sign-on that
/// is the identity which it names, whichever cloud user the person works as.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Operator {
    /// Who vouched: the identity provider's issuer, or `iam` where the cloud's own sign-in did.
    pub issuer: String,
    /// The issuer's lasting id of the person (for `iam` the IAM user id).
    pub subject: String,
    /// The name shown.
    pub name: String,
    /// The cloud account (IAM domain) they work in.
    pub account: String,
}

impl Operator {
    /// Whether both are the same person, whatever they are called now.
    pub fn is_same_person(&self, other: &Self) -> bool {
        self.issuer == other.issuer && self.subject == other.subject
    }
}

/// The user that the cloud knows: whose rights a token carries. Several people may work as one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CloudUser {
    /// The IAM user id.
    pub id: String,
    /// The IAM user name.
    pub name: String,
    /// The name of the account (IAM domain).
    pub account: String,
}
