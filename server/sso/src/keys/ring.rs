//! The keys that are known now, and when they are read again.
//!
//! Keys that were read once go on working until others are read. A token by an unknown key is a reason to read them again,
//! and anybody can make such a token: so that happens once in a while, however many come.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::time::Timestamp;
use jsonwebtoken::Algorithm;

use super::KeySet;
use super::source::{Source, SourceError};

/// The time between two readings for the sake of unknown keys. Requirement A15: one a minute.
pub(crate) const PACE: Duration = Duration::from_mins(1);

/// The same while no keys are known at all. Assumed because both services may be starting: nobody gets in meanwhile, and
/// twelve small questions a minute are no load.
pub(crate) const PACE_WITHOUT_KEYS: Duration = Duration::from_secs(5);

/// The age at which keys are read again unasked. Assumed because a key that was withdrawn must go some day, and answers
/// are commonly cached for so long; if it is wrong, a withdrawn key works longer.
pub(crate) const AGE_LIMIT: Duration = Duration::from_mins(10);

/// The keys of one source.
#[derive(Debug)]
pub(crate) struct Keyring {
    source: Box<dyn Source>,
    algorithms: Vec<Algorithm>,
    state: Mutex<State>,
    /// Held while the source is read, so that all who need new keys wait for one reading.
    reading: tokio::sync::Mutex<()>,
}

#[derive(Clone, Debug, Default)]
struct State {
    keys: Option<Arc<KeySet>>,
    /// How many times keys were read.
    edition: u64,
    /// When they were last asked for.
    asked: Option<Timestamp>,
    /// When they were last read.
    read: Option<Timestamp>,
}

/// The keys at some moment.
#[derive(Clone, Debug)]
pub(crate) struct Known {
    pub(crate) keys: Arc<KeySet>,
    edition: u64,
}

impl State {
    fn known(&self) -> Option<Known> {
        self.keys.clone().map(|keys| Known { keys, edition: self.edition })
    }

    fn may_ask(&self, now: Timestamp) -> bool {
        let pace = if self.keys.is_some() { PACE } else { PACE_WITHOUT_KEYS };
        self.asked.is_none_or(|asked| is_over(asked, pace, now))
    }

    fn is_old(&self, now: Timestamp) -> bool {
        self.read.is_none_or(|read| is_over(read, AGE_LIMIT, now)) && self.may_ask(now)
    }
}

/// Whether so long a time lies between the two moments. A clock that was set back must not keep keys for ever, and
/// requests that overtake each other must not count as that: so either order is measured.
fn is_over(then: Timestamp, pace: Duration, now: Timestamp) -> bool {
    now.since(then).max(then.since(now)) >= pace
}

impl Keyring {
    /// A ring whose keys are read when they are first needed, or that starts with `keys`.
    pub(crate) fn new(source: Box<dyn Source>, algorithms: Vec<Algorithm>, keys: Option<KeySet>) -> Arc<Self> {
        let state = State { keys: keys.map(Arc::new), ..State::default() };
        Arc::new(Self { source, algorithms, state: Mutex::new(state), reading: tokio::sync::Mutex::default() })
    }

    /// The keys to begin with; `None` where there never were any. Old ones are read again behind the request.
    pub(crate) async fn keys(self: &Arc<Self>, now: Timestamp) -> Option<Known> {
        let state = self.state();
        match state.known() {
            Some(known) => {
                if state.is_old(now) {
                    tokio::spawn(Arc::clone(self).read_again(state.edition, now));
                }
                Some(known)
            }
            None => self.read_once(state.edition, now).await,
        }
    }

    /// Newer keys than those; `None` where there are none, or where it is too early to ask.
    pub(crate) async fn newer(self: &Arc<Self>, than: &Known, now: Timestamp) -> Option<Known> {
        self.read_once(than.edition, now).await.filter(|known| known.edition != than.edition)
    }

    /// Reads in a task of its own: a caller who hangs up must not spoil it for those who wait for the same reading.
    async fn read_once(self: &Arc<Self>, edition: u64, now: Timestamp) -> Option<Known> {
        let state = self.state();
        if state.edition == edition && !state.may_ask(now) && self.reading.try_lock().is_ok() {
            return state.known();
        }
        tokio::spawn(Arc::clone(self).read_again(edition, now)).await.ok().flatten()
    }

    async fn read_again(self: Arc<Self>, edition: u64, now: Timestamp) -> Option<Known> {
        let _reading = self.reading.lock().await;
        let state = self.state();
        if state.edition != edition || !state.may_ask(now) {
            return state.known();
        }
        self.change(|state| state.asked = Some(now));
        match self.read().await {
            Ok(keys) => {
                tracing::info!(keys = keys.count(), "the keys of the single sign-on were read");
                self.change(|state| {
                    state.keys = Some(Arc::new(keys));
                    state.edition = state.edition.wrapping_add(1);
                    state.read = Some(now);
                });
            }
            Err(problem) => tracing::warn!(%problem, "the keys of the single sign-on could not be read"),
        }
        self.state().known()
    }

    async fn read(&self) -> Result<KeySet, Unreadable> {
        let set = self.source.read().await?;
        KeySet::parse(&set, &self.algorithms).ok_or(Unreadable::NoKeys)
    }

    fn state(&self) -> State {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state.lock().unwrap_or_else(PoisonError::into_inner));
    }
}

#[derive(Debug, thiserror::Error)]
enum Unreadable {
    #[error(transparent)]
    Source(#[from] SourceError),
    #[error("no key in it fits identity.algorithms")]
    NoKeys,
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

    use serde_json::json;

    use super::*;
    use crate::keys::told::Told;

    fn set(ids: &[&str]) -> serde_json::Value {
        let keys: Vec<_> = ids.iter().map(|id| json!({ "kty": "RSA", "n": "AQAB", "e": "AQAB", "kid": id })).collect();
        json!({ "keys": keys })
    }

    fn ring(source: &Told) -> Arc<Keyring> {
        Keyring::new(Box::new(source.clone()), vec![Algorithm::RS256], None)
    }

    fn has(known: Option<&Known>, id: &str) -> bool {
        known.is_some_and(|known| known.keys.find(Algorithm::RS256, Some(id)).is_some())
    }

    /// Lets every task that can go on do so; nothing here waits for the world.
    async fn settle() {
        for _ in 0..100 {
            tokio::task::yield_now().await;
        }
    }

    const START: Timestamp = Timestamp(1_000_000);

    #[tokio::test]
    async fn a15_a_flood_of_unknown_keys_asks_once_a_minute() {
        let source = Told::down();
        source.say(Some(&set(&["first"])));
        let ring = ring(&source);
        let known = ring.keys(START).await.unwrap();
        assert_eq!(source.asked(), 1);
        for millis in 0..1_000 {
            assert!(ring.newer(&known, START.after(Duration::from_millis(millis))).await.is_none());
        }
        assert_eq!(source.asked(), 1);
        // Overtaking requests carry an earlier moment.
        assert!(ring.newer(&known, START.before(Duration::from_millis(5))).await.is_none());
        assert_eq!(source.asked(), 1);
        source.say(Some(&set(&["first", "second"])));
        let newer = ring.newer(&known, START.after(PACE)).await;
        assert!(has(newer.as_ref(), "second"));
        assert_eq!(source.asked(), 2);
        // Who still holds the old keys gets the new ones without another question.
        assert!(has(ring.newer(&known, START.after(PACE)).await.as_ref(), "second"));
        assert_eq!(source.asked(), 2);
    }

    #[tokio::test]
    async fn a15_all_who_wait_share_one_answer() {
        let source = Told::slow();
        source.say(Some(&set(&["first"])));
        let ring = ring(&source);
        let waiting: Vec<_> = (0..100)
            .map(|_| {
                let ring = Arc::clone(&ring);
                tokio::spawn(async move { ring.keys(START).await })
            })
            .collect();
        settle().await;
        assert_eq!(source.asked(), 1);
        // Who asked first hangs up.
        waiting[0].abort();
        settle().await;
        source.answer();
        for one in waiting.into_iter().skip(1) {
            assert!(has(one.await.unwrap().as_ref(), "first"));
        }
        assert_eq!(source.asked(), 1);
    }

    #[tokio::test]
    async fn a15_known_keys_work_while_the_source_is_down() {
        let source = Told::down();
        source.say(Some(&set(&["first"])));
        let ring = ring(&source);
        let known = ring.keys(START).await.unwrap();
        for broken in [None, Some(json!({ "keys": [] })), Some(json!("maintenance"))] {
            source.say(broken.as_ref());
            for minutes in [1, 30, 600] {
                let now = START.after(Duration::from_mins(minutes));
                assert!(has(ring.keys(now).await.as_ref(), "first"));
                assert!(ring.newer(&known, now).await.is_none());
                settle().await;
            }
        }
    }

    #[tokio::test]
    async fn without_any_keys_the_source_is_asked_again_soon() {
        let source = Told::down();
        let ring = ring(&source);
        assert!(ring.keys(START).await.is_none());
        assert!(ring.keys(START.after(Duration::from_secs(1))).await.is_none());
        assert_eq!(source.asked(), 1);
        source.say(Some(&set(&["first"])));
        assert!(has(ring.keys(START.after(PACE_WITHOUT_KEYS)).await.as_ref(), "first"));
        assert_eq!(source.asked(), 2);
    }

    #[tokio::test]
    async fn a15_old_keys_are_read_again_behind_the_request() {
        let source = Told::slow();
        source.say(Some(&set(&["first"])));
        source.answer();
        let ring = ring(&source);
        ring.keys(START).await.unwrap();
        source.say(Some(&set(&["second"])));
        let old = START.after(AGE_LIMIT);
        assert!(has(ring.keys(old.before(Duration::from_millis(1))).await.as_ref(), "first"));
        settle().await;
        assert_eq!(source.asked(), 1);
        for _ in 0..10 {
            // The source gives no answer, and nobody waits for it.
            assert!(has(ring.keys(old).await.as_ref(), "first"));
            settle().await;
        }
        assert_eq!(source.asked(), 2);
        source.answer();
        settle().await;
        let known = ring.keys(old).await;
        assert!(has(known.as_ref(), "second") && !has(known.as_ref(), "first"));
        assert_eq!(source.asked(), 2);
    }

    #[tokio::test]
    async fn a_clock_that_was_set_back_does_not_keep_keys_for_ever() {
        let source = Told::down();
        source.say(Some(&set(&["first"])));
        let ring = ring(&source);
        let known = ring.keys(START).await.unwrap();
        source.say(Some(&set(&["second"])));
        assert!(has(ring.newer(&known, START.before(Duration::from_hours(1))).await.as_ref(), "second"));
    }
}
