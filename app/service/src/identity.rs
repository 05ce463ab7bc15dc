//! Who is at the other end of a request, as the single sign-on in front vouches for it.

use std::sync::Arc;

use domain::operator::{CloudUser, Operator};
use domain::role::Role;
use domain::time::Timestamp;
use secrecy::SecretString;

/// A person as the single sign-on names them.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Who vouches: the token's issuer, or the configured one where only a header tells.
    pub issuer: String,
    /// The issuer's lasting id of the person. Never an e-mail address or a display name alone.
    pub subject: String,
    /// The name for the eye; the subject where there is no other.
    pub name: String,
    /// The e-mail address, for the eye.
    pub email: Option<String>,
    /// The groups, as the single sign-on names them.
    pub groups: Vec<String>,
    /// The person's ID token, where the settings name its header.
    pub id_token: Option<IdToken>,
}

/// An ID token (JWT) that an identity provider issued for a person.
#[derive(Clone, Debug)]
pub struct IdToken {
    /// The token as it came, a header value of some kB.
    pub token: SecretString,
    /// Its `exp`, if it says one. Proxies go on forwarding a token past it.
    pub expires_at: Option<Timestamp>,
}

impl IdToken {
    /// Whether its time is over, so that it must not be sent any more.
    pub fn is_over(&self, now: Timestamp) -> bool {
        self.expires_at.is_some_and(|end| end <= now)
    }
}

impl Identity {
    /// Whether that person is this one.
    pub fn is(&self, operator: &Operator) -> bool {
        self.issuer == operator.issuer && self.subject == operator.subject
    }
}

/// Where a request comes from, for the audit: the TCP peer, and whom a trusted proxy names beyond it.
pub type CameFrom = Arc<str>;

/// Who is at the other end of a request.
#[derive(Clone, Debug)]
pub struct Presence {
    /// Whom the single sign-on names; `None` where there is none in front (`identity.mode = none`).
    pub identity: Option<Arc<Identity>>,
    /// What they may do.
    pub role: Role,
    /// Where the request comes from.
    pub from: CameFrom,
    /// The TCP peer, where it stands for a person's machine and not for a proxy that many come through.
    pub peer: Option<std::net::IpAddr>,
    /// The browser, as it names itself, cut short.
    pub browser: Option<Arc<str>>,
}

impl Presence {
    /// The operator who works as that cloud user: the person whom the single sign-on names, else the cloud user.
    pub fn operator(&self, user: &CloudUser) -> Operator {
        let account = user.account.clone();
        match &self.identity {
            Some(identity) => Operator {
                issuer: identity.issuer.clone(),
                subject: identity.subject.clone(),
                name: identity.name.clone(),
                account,
            },
            None => Operator { issuer: "iam".to_owned(), subject: user.id.clone(), name: user.name.clone(), account },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity() -> Identity {
        Identity {
            issuer: "https://sso.example".to_owned(),
            subject: "s-1".to_owned(),
            name: "Name".to_owned(),
            email: None,
            groups: Vec::new(),
            id_token: None,
        }
    }

    fn presence(identity: Option<Identity>) -> Presence {
        Presence {
            identity: identity.map(Arc::new),
            role: Role::Lead,
            from: "127.0.0.1".into(),
            peer: None,
            browser: None,
        }
    }

    #[test]
    fn whom_the_single_sign_on_names_is_the_operator() {
        let user = CloudUser { id: "u".to_owned(), name: "shared".to_owned(), account: "a".to_owned() };
        let operator = presence(Some(identity())).operator(&user);
        assert_eq!((operator.issuer.as_str(), operator.subject.as_str()), ("https://sso.example", "s-1"));
        assert_eq!((operator.name.as_str(), operator.account.as_str()), ("Name", "a"));
        let operator = presence(None).operator(&user);
        assert_eq!(
            (operator.issuer.as_str(), operator.subject.as_str(), operator.name.as_str()),
            ("iam", "u", "shared")
        );
    }

    #[test]
    fn a10_a_person_is_issuer_and_subject_and_never_a_name() {
        let person = presence(Some(identity())).operator(&CloudUser {
            id: String::new(),
            name: String::new(),
            account: String::new(),
        });
        assert!(identity().is(&person));
        for other in [
            Identity { issuer: "https://other.example".to_owned(), ..identity() },
            Identity { subject: "s-2".to_owned(), ..identity() },
        ] {
            assert!(!other.is(&person), "{other:?}");
        }
        assert!(Identity { name: "Renamed".to_owned(), email: Some("x@example".to_owned()), ..identity() }.is(&person));
    }

    #[test]
    fn a_token_is_over_at_its_end() {
        let token = |end| IdToken { token: "t".to_owned().into(), expires_at: end };
        assert!(!token(None).is_over(Timestamp(5)));
        assert!(!token(Some(Timestamp(6))).is_over(Timestamp(5)));
        assert!(token(Some(Timestamp(5))).is_over(Timestamp(5)));
        assert_eq!(format!("{:?}", token(None).token), "SecretBox<str>([REDACTED])");
    }
}
