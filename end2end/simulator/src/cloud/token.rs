//! Tokens: who holds them, for which project, and until when.

use std::collections::HashMap;

use crate::{
    clock::Moment,
    dice::{Dice, unseeded_uuid},
};

/// More tokens than this are not kept: those that have ended go first.
const KEPT_TOKENS: usize = 50_000;

/// A token of a user.
#[derive(Debug, Clone)]
pub(crate) struct Token {
    pub(crate) user_id: String,
    pub(crate) user_name: String,
    pub(crate) account_id: String,
    pub(crate) account: String,
    /// How it was asked for: `password`, `password` with `totp`, `mapped` or `token`.
    pub(crate) methods: &'static [&'static str],
    /// Where its holder comes from, unless that is a user of the account itself.
    pub(crate) federation: Option<Federation>,
    /// Id and name of the project that it is scoped to.
    pub(crate) project: Option<(String, String)>,
    /// Whether it is scoped to the account.
    pub(crate) of_domain: bool,
    pub(crate) issued: Moment,
    pub(crate) expires: Moment,
}

/// What an identity provider's mapping made of a person.
#[derive(Debug, Clone)]
pub(crate) struct Federation {
    /// The id of the identity provider.
    pub(crate) provider: String,
    pub(crate) groups: Vec<String>,
    /// The ids of the projects that the person may enter.
    pub(crate) projects: Vec<String>,
}

/// All tokens, by their text.
#[derive(Debug, Default)]
pub(crate) struct Tokens(HashMap<String, Token>);

/// What a token text is worth now.
#[derive(Debug)]
pub(crate) enum Admission {
    /// It is valid.
    Valid(Box<Token>),
    /// It was valid once.
    Ended,
    /// Nobody issued it.
    Unknown,
}

impl Tokens {
    /// Issues a token: a text that looks like the start of a signed message, of about `bytes` characters.
    pub(crate) fn issue(&mut self, token: Token, bytes: usize) -> String {
        if self.0.len() >= KEPT_TOKENS {
            let now = token.issued;
            self.0.retain(|_, kept| kept.expires > now);
        }
        let (seed, mark) = unseeded_uuid().as_u64_pair();
        let mut dice = Dice::new(seed);
        let text = format!("MII{}{}", dice.base64_like(bytes.saturating_sub(19)), format_args!("{mark:016x}"));
        self.0.insert(text.clone(), token);
        text
    }

    /// What this text is worth.
    pub(crate) fn look_up(&self, text: &str, now: Moment) -> Admission {
        match self.0.get(text) {
            Some(token) if now < token.expires => Admission::Valid(Box::new(token.clone())),
            Some(_) => Admission::Ended,
            None => Admission::Unknown,
        }
    }

    /// The id of the project that this token is or was scoped to.
    pub(crate) fn project_of(&self, text: &str) -> Option<&str> {
        self.0.get(text)?.project.as_ref().map(|(id, _)| id.as_str())
    }

    /// Ends every token of a project now; returns how many were still valid.
    pub(crate) fn end_of_project(&mut self, project_id: &str, now: Moment) -> usize {
        let of_project = |token: &&mut Token| token.project.as_ref().is_some_and(|(id, _)| id == project_id);
        let mut ended = 0;
        for token in self.0.values_mut().filter(of_project).filter(|token| now < token.expires) {
            token.expires = now;
            ended += 1;
        }
        ended
    }
}
