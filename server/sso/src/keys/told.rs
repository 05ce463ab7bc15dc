//! A source for tests.

#![expect(clippy::unwrap_used, reason = "tests fail by panicking")]

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use async_trait::async_trait;
use tokio::sync::Semaphore;

use super::source::{Source, SourceError};

/// A source that says what it is told to, and counts how often it is asked.
#[derive(Clone, Debug)]
pub(crate) struct Told(Arc<ToldState>);

#[derive(Debug)]
struct ToldState {
    says: Mutex<Option<Vec<u8>>>,
    asked: AtomicUsize,
    /// One for each answer that may be given.
    answers: Semaphore,
}

impl Told {
    /// A source that is down until it is told what to say.
    pub(crate) fn down() -> Self {
        let answers = Semaphore::new(Semaphore::MAX_PERMITS);
        Self(Arc::new(ToldState { says: Mutex::default(), asked: AtomicUsize::default(), answers }))
    }

    /// A source that is asked and gives no answer before [`Self::answer`].
    pub(crate) fn slow() -> Self {
        let answers = Semaphore::new(0);
        Self(Arc::new(ToldState { says: Mutex::default(), asked: AtomicUsize::default(), answers }))
    }

    /// Lets it give one answer.
    pub(crate) fn answer(&self) {
        self.0.answers.add_permits(1);
    }

    /// What it says from now on; `None`: it is down.
    pub(crate) fn say(&self, set: Option<&serde_json::Value>) {
        *self.0.says.lock().unwrap() = set.map(|set| serde_json::to_vec(set).unwrap());
    }

    /// How often it was asked.
    pub(crate) fn asked(&self) -> usize {
        self.0.asked.load(Ordering::SeqCst)
    }
}

#[async_trait]
impl Source for Told {
    async fn read(&self) -> Result<Vec<u8>, SourceError> {
        self.0.asked.fetch_add(1, Ordering::SeqCst);
        self.0.answers.acquire().await.unwrap().forget();
        self.0.says.lock().unwrap().clone().ok_or(SourceError::Status(503))
    }
}
