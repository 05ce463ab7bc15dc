//! What must never be printed.

use std::fmt;

use domain::operator::{CloudUser, Operator};
use domain::project::Project;
use domain::time::Timestamp;
use secrecy::SecretString;

/// What lets a call speak to the cloud for one person in one project. `Debug` never shows the token.
#[derive(Clone, Debug)]
pub struct Access {
    /// The project that the token is scoped to.
    pub project: Project,
    /// The cloud user whose rights it carries.
    pub user: CloudUser,
    /// The cloud's token, a header value of up to 32 kB.
    pub token: SecretString,
}

/// The id of a stored credential: a UUID as text. It is no secret.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct CredentialId(pub String);

impl fmt::Display for CredentialId {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// A cloud token as it is kept: sealed on disk, bound to its person.
#[derive(Clone, Debug)]
pub struct Credential {
    /// Its id.
    pub id: CredentialId,
    /// Whose it is; issuer and subject are part of the seal.
    pub operator: Operator,
    /// The sign-in that it came from (a UUID as text): signing out drops all credentials of the sign-in.
    pub sign_in: String,
    /// What it opens.
    pub access: Access,
    /// When Drydock stops using it: the token's end less a minute, or less a tenth of its life where that is shorter.
    pub ends_at: Timestamp,
}
