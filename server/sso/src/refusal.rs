//! Why a request has no identity, in words that are fit for the audit: none repeats what a header said.

/// Why a request has no identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The TCP peer is none of `identity.trusted_peers`.
    #[error("the peer is not trusted, and {}", if *.carried { "sent an identity" } else { "sent no identity" })]
    UntrustedPeer {
        /// Whether the request carried the header of the identity all the same.
        carried: bool,
    },
    /// The header of the identity is absent, or `Connection` names it as one to be dropped.
    #[error("no identity came with the request")]
    Missing,
    /// A header that counts is there more than once.
    #[error("an identity header came more than once")]
    Repeated,
    /// A header that counts is over its limit.
    #[error("an identity header is too long")]
    TooLong,
    /// A header that counts is empty, a list, not UTF-8, or holds control characters.
    #[error("an identity header is malformed")]
    Malformed,
    /// More groups than are read. A part of them must not decide what a person may do.
    #[error("the person is in too many groups")]
    TooManyGroups,
    /// The signed assertion does not hold.
    #[error("the assertion was refused: {0}")]
    Assertion(#[from] AssertionProblem),
    /// The keys that assertions are checked with could never be read.
    #[error("the keys of the single sign-on could not be read")]
    KeysUnavailable,
}

/// What is wrong with a signed assertion.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AssertionProblem {
    /// It is no JWT in the compact form, or its claims are no object.
    #[error("not a signed token")]
    NotAToken,
    /// Its header asks for an extension (`crit`) that is not understood.
    #[error("an extension is not understood")]
    Extension,
    /// Its header says that it is another kind of token, e.g. one that reports a sign-out.
    #[error("another kind of token")]
    Kind,
    /// Its algorithm is not in `identity.algorithms`.
    #[error("algorithm not allowed")]
    Algorithm,
    /// No known key has its key id and fits its algorithm.
    #[error("unknown key")]
    UnknownKey,
    /// The signature is not by that key over that text.
    #[error("wrong signature")]
    Signature,
    /// Another issuer than `identity.issuer`.
    #[error("wrong issuer")]
    Issuer,
    /// None of its audiences is one of `identity.audience`.
    #[error("wrong audience")]
    Audience,
    /// It does not say when it ends, or a time is no time.
    #[error("without usable times")]
    Times,
    /// Its time is over.
    #[error("expired")]
    Expired,
    /// Its time has not begun.
    #[error("not valid yet")]
    Early,
    /// It does not say whom it speaks of.
    #[error("without a usable subject")]
    Subject,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_reads_as_words_for_the_audit() {
        for (refusal, expected) in [
            (Refusal::UntrustedPeer { carried: true }, "the peer is not trusted, and sent an identity"),
            (Refusal::UntrustedPeer { carried: false }, "the peer is not trusted, and sent no identity"),
            (AssertionProblem::Expired.into(), "the assertion was refused: expired"),
        ] {
            assert_eq!(refusal.to_string(), expected);
        }
    }
}
